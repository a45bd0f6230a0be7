// SPDX-License-Identifier: Apache-2.0

/// The platform's receipt of a deposit.
package struct Receipt: Sendable, Hashable {
    /// Ours.
    package var uuid: String
    /// The platform's own, needed to cancel.
    package var nationalUUID: String
    package var anomalies: [NationalAnomaly]

    package init(uuid: String, nationalUUID: String, anomalies: [NationalAnomaly]) {
        (self.uuid, self.nationalUUID, self.anomalies) = (uuid, nationalUUID, anomalies)
    }
}

/// How a deposit ended, as far as this side can tell (GW-02).
package enum DepositOutcome: Sendable, Hashable {
    case receipt(Receipt)
    /// Refused: at least one anomaly is an error.
    case anomalies([NationalAnomaly])
    /// Nobody here knows whether it was received.
    case unknown(reason: String)
}
