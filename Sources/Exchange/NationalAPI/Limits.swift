// SPDX-License-Identifier: Apache-2.0

enum Limits {
    /// How far two clocks of the exchange may stand apart.
    static let clockSkewInSeconds = 300
    /// Anomalies read from one answer.
    static let anomalies = 1_000
    /// The pattern of `modelUID` (mysecu-wire, section 1).
    static let modelUIDLength = 1...32
    /// Lines of one simulation: 999 sent, and what the engine adds to them.
    static let lines = 2_000
    /// Line numbers, as the fee statement has them.
    static let lineNumbers = 1...9_999
    /// Text of one element of an answer.
    static let textInBytes = 4_000
    /// Entries of one payment advice.
    static let entries = 10_000
    /// Bytes of an opaque session token.
    static let sessionTokenInBytes = 16 << 10
    /// JW-04: bytes of a JSON Web Token and levels inside it; JW-01: bytes of a key set.
    static let webTokenInBytes = 16 << 10
    static let webTokenDepth = 16
    static let keySetInBytes = 256 << 10
    static let keysInSet = 100
    static let keyIDCharacters = 128
    /// JW-03: how far a token's times may stand off.
    static let tokenSkewInSeconds = 60
    /// Bytes of the metadata of an OpenID provider, and of a redirect address.
    static let metadataInBytes = 64 << 10
    static let redirectInBytes = 8 << 10
    /// Characters of a UUID as text.
    static let uuidLength = 36
    /// Digits of a matricule.
    static let matriculeLength = 13
    /// Vocabularies for cancellations of one profile.
    static let cancellations = 20
    /// Calls a second that a profile may name.
    static let callsPerSecond = 1...10_000
}
