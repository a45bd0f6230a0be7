// SPDX-License-Identifier: Apache-2.0
package import XML

/// What the platform answers to a cancellation.
///
/// Its shape is not published: ours is that of the answer to a deposit under another name.
package struct CancellationAnswer: Sendable, Hashable {
    /// Of the cancellation.
    package var uuid: String
    /// The platform's own UUID of the cancellation; absent when it was refused.
    package var nationalUUID: String?
    package var anomalies: [NationalAnomaly]

    package init(uuid: String, nationalUUID: String?, anomalies: [NationalAnomaly]) {
        (self.uuid, self.nationalUUID, self.anomalies) = (uuid, nationalUUID, anomalies)
    }

    /// The business element of the answer.
    package func element(
        _ names: NationalProfile.Cancellation, _ profile: NationalProfile
    ) -> Element {
        DepositAnswer(uuid: uuid, nationalUUID: nationalUUID, anomalies: anomalies)
            .element(profile.depositAnswer.renamed(names.operation, names.vocabulary))
    }

    /// Reads a verified answer to the cancellation `uuid`.
    ///
    /// - Throws: It is no answer to this cancellation; its outcome is unknown.
    package init(
        _ message: VerifiedMessage, to uuid: String, profile: NationalProfile,
        names: NationalProfile.Cancellation
    ) throws(MessageError) {
        let renamed = profile.depositAnswer.renamed(names.operation, names.vocabulary)
        let node = try ExchangeAnswer.business(
            of: message, named: renamed.element, in: renamed.namespace, profile: profile)
        self.init(try DepositAnswer(node, to: uuid, names: renamed))
    }

    /// Reads an answer that was kept: the bytes of ``element(_:_:)``.
    package init(
        parsing bytes: [UInt8], to uuid: String, profile: NationalProfile,
        names: NationalProfile.Cancellation
    ) throws(MessageError) {
        let renamed = profile.depositAnswer.renamed(names.operation, names.vocabulary)
        self.init(try DepositAnswer(parsing: bytes, to: uuid, names: renamed))
    }

    private init(_ answer: DepositAnswer) {
        self.init(
            uuid: answer.uuid, nationalUUID: answer.nationalUUID, anomalies: answer.anomalies)
    }

    /// What this answer means: done, refused, or not understood.
    package func outcome(_ profile: NationalProfile) -> ExchangeOutcome<CancellationAnswer> {
        let answer = DepositAnswer(uuid: uuid, nationalUUID: nationalUUID, anomalies: anomalies)
        switch answer.outcome(profile) {
        case .receipt: return .answer(self)
        case .anomalies(let anomalies): return .anomalies(anomalies)
        case .unknown(let reason): return .unknown(reason: reason)
        }
    }
}
