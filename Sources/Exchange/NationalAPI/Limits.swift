// SPDX-License-Identifier: Apache-2.0

enum Limits {
    /// How far two clocks of the exchange may stand apart.
    static let clockSkewInSeconds = 300
    /// Anomalies read from one answer.
    static let anomalies = 1_000
    /// The pattern of `modelUID` (mysecu-wire, section 1).
    static let modelUIDLength = 1...32
}
