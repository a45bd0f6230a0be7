// SPDX-License-Identifier: Apache-2.0

/// How a token stands to the profile of qualified time-stamps (EN 319 422): facts, no verdict.
///
/// The claim to be qualified is the token's own; whether it is, a trusted list says.
package struct TimestampProfile: Sendable, Hashable {
    /// A clause that a token does not meet.
    package enum Fault: String, Sendable, Hashable, CaseIterable {
        /// The imprint is by SHA-256 or better (5.1.3, TS 119 312).
        case weakImprint
        /// The certificate is named by ESSCertIDv2 (5.2.1; RFC 5816).
        case noSigningCertificateV2
        /// The authority's certificate is not at hand.
        case unknownAuthority
        /// The key purpose is timeStamping, critical and alone (6.3; RFC 3161, 2.3).
        case purposeNotExclusive
        /// genTime is accurate to one second or better (5.2.1).
        case accuracyNotStated
        case accuracyTooLow
        /// Tokens are not ordered (5.2.1).
        case ordered
        /// There are as many signers as one (RFC 3161, 2.4.2).
        case severalSigners
    }

    package let faults: [Fault]
    /// Seconds by which genTime may be off; nil when not stated.
    package let accuracy: Double?
    package let imprintAlgorithm: DigestAlgorithm?
    /// esi4-qtstStatement-1 stands in the token (9.1): a claim, never sufficient.
    package let claimsQualified: Bool

    package var isMet: Bool { faults.isEmpty }
}

extension TimestampToken {
    /// - Parameter authority: The certificate that signed; nil when it was not found.
    package func profile(authority: Certificate?) -> TimestampProfile {
        var faults: [TimestampProfile.Fault] = []
        let algorithm = imprint.digest?.algorithm
        if algorithm.map({ $0.sizeInBytes < 32 }) ?? true { faults.append(.weakImprint) }
        if signedData.signers.count != 1 { faults.append(.severalSigners) }
        let attributes = signer.signedAttributes ?? []
        if !attributes.contains(where: { $0.type == .signingCertificateV2 }) {
            faults.append(.noSigningCertificateV2)
        }
        if let authority {
            let extensions = authority.extensions
            let isCritical = extensions[.extendedKeyUsage]?.isCritical == true
            if extensions.extendedKeyUsage != [.timeStamping] || !isCritical {
                faults.append(.purposeNotExclusive)
            }
        } else {
            faults.append(.unknownAuthority)
        }
        if let accuracy = info.accuracy {
            if accuracy > 1 { faults.append(.accuracyTooLow) }
        } else {
            faults.append(.accuracyNotStated)
        }
        if info.isOrdered { faults.append(.ordered) }
        return TimestampProfile(
            faults: faults, accuracy: info.accuracy, imprintAlgorithm: algorithm,
            claimsQualified: claimsQualified)
    }
}
