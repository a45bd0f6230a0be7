// SPDX-License-Identifier: Apache-2.0

/// The key usage bits (RFC 5280, 4.2.1.3).
package struct KeyUsage: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let digitalSignature = KeyUsage(rawValue: 1 << 0)
    /// Called nonRepudiation before X.509 (2005).
    package static let contentCommitment = KeyUsage(rawValue: 1 << 1)
    package static let keyEncipherment = KeyUsage(rawValue: 1 << 2)
    package static let dataEncipherment = KeyUsage(rawValue: 1 << 3)
    package static let keyAgreement = KeyUsage(rawValue: 1 << 4)
    package static let keyCertSign = KeyUsage(rawValue: 1 << 5)
    package static let cRLSign = KeyUsage(rawValue: 1 << 6)
    package static let encipherOnly = KeyUsage(rawValue: 1 << 7)
    package static let decipherOnly = KeyUsage(rawValue: 1 << 8)
}

/// BasicConstraints (RFC 5280, 4.2.1.9).
package struct BasicConstraints: Sendable, Hashable {
    package let isAuthority: Bool
    /// How many intermediate authorities may follow; nil for any number.
    package let pathLength: Int?

    package init(isAuthority: Bool, pathLength: Int? = nil) {
        self.isAuthority = isAuthority
        self.pathLength = pathLength
    }
}

/// AuthorityKeyIdentifier (RFC 5280, 4.2.1.1).
package struct AuthorityKeyIdentifier: Sendable, Hashable {
    package let keyIdentifier: [UInt8]?
    package let issuer: [GeneralName]
    package let serialNumber: SerialNumber?
}
