// SPDX-License-Identifier: Apache-2.0

/// One reason why a chain does not hold, and the certificate it is about.
package struct PathFault: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case notYetValid
        case expired
        case invalidSignature
        /// Key or algorithm of the issuer is not computed here.
        case unsupportedSignature(String)
        /// An algorithm that the policy no longer allows at that time.
        case weakAlgorithm(String)
        case notAnAuthority
        case mayNotSignCertificates
        case pathLengthExceeded
        case nameNotPermitted
        /// More names and constraints than are compared.
        case tooManyNameConstraints
        /// A certificate whose issuer has no name.
        case emptyIssuer
        case unprocessedCriticalExtension(OID)
        case malformedExtension(OID)
        case repeatedExtension(OID)
        case wrongKeyUsage
        case wrongExtendedKeyUsage
        /// No policy that the verifier asks for holds along the chain.
        case policyNotAccepted
        /// The authorities demand a policy, and none holds along the chain.
        case noValidPolicy
    }

    package let kind: Kind
    package let certificate: Certificate
    /// Whether the certificate is the end entity of its chain.
    package let isEndEntity: Bool

    /// The reason in the words of EN 319 102-1, 5.2.6.
    package var subIndication: SubIndication {
        switch kind {
        case .notYetValid, .expired: .outOfBoundsNoPOE
        case .weakAlgorithm: .cryptoConstraintsFailureNoPOE
        case .wrongKeyUsage, .wrongExtendedKeyUsage, .policyNotAccepted: .chainConstraintsFailure
        default: .certificateChainGeneralFailure
        }
    }

    /// A sentence for the reader of a report.
    package var sentence: String {
        let name = "The certificate of \(certificate.subject)"
        switch kind {
        case .notYetValid: return "\(name) was not yet valid."
        case .expired: return "\(name) had expired."
        case .invalidSignature: return "\(name) was not signed by its issuer's key."
        case .unsupportedSignature(let what): return "\(name) uses \(what), which is not computed."
        case .weakAlgorithm(let what): return "\(name) relies on \(what), no longer allowed."
        case .notAnAuthority: return "\(name) issued another one and is not an authority's."
        case .mayNotSignCertificates: return "\(name) may not sign certificates."
        case .pathLengthExceeded: return "\(name) stands above more authorities than it allows."
        case .nameNotPermitted: return "\(name) bears a name that an authority above forbids."
        case .tooManyNameConstraints:
            return "\(name) stands below more constraints on names than are compared."
        case .emptyIssuer: return "\(name) does not name its issuer."
        case .unprocessedCriticalExtension(let oid):
            return "\(name) has the critical extension \(oid), which is not processed."
        case .malformedExtension(let oid): return "\(name) has a malformed extension \(oid)."
        case .repeatedExtension(let oid): return "\(name) has the extension \(oid) twice."
        case .wrongKeyUsage: return "\(name) has a key usage that does not allow this use."
        case .wrongExtendedKeyUsage:
            return "\(name) has a key purpose that does not allow this use."
        case .noValidPolicy: return "\(name) stands where no certificate policy is valid."
        case .policyNotAccepted: return "\(name) was issued under no accepted certificate policy."
        }
    }
}
