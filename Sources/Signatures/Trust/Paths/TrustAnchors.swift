// SPDX-License-Identifier: Apache-2.0

/// The certificates that are believed without a reason given: where chains end.
///
/// Any certificate may be an anchor, an end entity's too. Dates and self-signatures of anchors are
/// not looked at; their constraints on what lies below are honoured (RFC 5937).
package struct TrustAnchors: Sendable {
    package let certificates: [Certificate]
    /// By the hash of their names: trusted lists bring thousands.
    private let bySubject: [Int: [Certificate]]

    package init(_ certificates: [Certificate]) {
        self.certificates = certificates
        bySubject = Dictionary(grouping: certificates, by: \.subject.matchingHash)
    }

    package func contains(_ certificate: Certificate) -> Bool {
        bySubject[certificate.subject.matchingHash]?.contains(certificate) ?? false
    }

    /// Those whose subject is this name.
    func certificates(named name: DistinguishedName) -> [Certificate] {
        bySubject[name.matchingHash]?.filter { $0.subject.matches(name) } ?? []
    }
}

extension TrustAnchors: Hashable {
    package static func == (left: TrustAnchors, right: TrustAnchors) -> Bool {
        left.certificates == right.certificates
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(certificates) }
}

/// What a certificate is used for, and what it must say to be used so.
package enum CertificatePurpose: Sendable, Hashable {
    /// A signature or seal: any key usage that allows signing.
    case signing
    /// A signature by which the signer commits to content: contentCommitment (KC-31).
    case contentCommitment
    /// Time-stamps: the purpose timeStamping, critical and alone (RFC 3161, 2.3).
    case timeStamping
    /// Answers of a delegated responder: the purpose OCSPSigning (RFC 6960, 4.2.2.2).
    case ocspSigning
    /// Revocation lists: cRLSign.
    case revocationLists
    /// Authentication as a TLS client.
    case clientAuthentication
    /// Authentication as a TLS server.
    case serverAuthentication
    /// Nothing in particular: only the chain counts.
    case any

    /// Why `certificate` may not be used so; nil if it may.
    package func refusal(of certificate: Certificate) -> PathFault.Kind? {
        let usage = certificate.extensions.keyUsage
        let purposes = certificate.extensions.extendedKeyUsage
        func allows(_ needed: KeyUsage) -> Bool {
            usage.map { !$0.isDisjoint(with: needed) } ?? true
        }
        func allows(_ purpose: OID) -> Bool {
            purposes.map { $0.contains(purpose) || $0.contains(.anyExtendedKeyUsage) } ?? true
        }
        switch self {
        case .any: return nil
        case .signing:
            return allows([.digitalSignature, .contentCommitment]) ? nil : .wrongKeyUsage
        case .contentCommitment:
            return usage?.contains(.contentCommitment) == true ? nil : .wrongKeyUsage
        case .timeStamping:
            guard allows([.digitalSignature, .contentCommitment]) else { return .wrongKeyUsage }
            let isCritical = certificate.extensions[.extendedKeyUsage]?.isCritical == true
            return purposes == [.timeStamping] && isCritical ? nil : .wrongExtendedKeyUsage
        case .ocspSigning:
            guard allows([.digitalSignature, .contentCommitment]) else { return .wrongKeyUsage }
            return purposes?.contains(.ocspSigning) == true ? nil : .wrongExtendedKeyUsage
        case .revocationLists: return allows([.cRLSign]) ? nil : .wrongKeyUsage
        case .clientAuthentication:
            guard allows([.digitalSignature, .keyAgreement]) else { return .wrongKeyUsage }
            return allows(.clientAuth) ? nil : .wrongExtendedKeyUsage
        case .serverAuthentication:
            guard allows([.digitalSignature, .keyEncipherment, .keyAgreement]) else {
                return .wrongKeyUsage
            }
            return allows(.serverAuth) ? nil : .wrongExtendedKeyUsage
        }
    }
}
