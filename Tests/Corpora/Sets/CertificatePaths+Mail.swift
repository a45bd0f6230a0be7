// SPDX-License-Identifier: Apache-2.0
import Trust

/// What the S/MIME Baseline Requirements demand beyond RFC 5280 (clause 7.1.2).
struct MailProfile {
    private(set) var refusals: [String] = []

    /// Purposes that must not stand beside emailProtection (7.1.2.2 g, 7.1.2.3 f).
    private static let foreign: Set<OID> = [
        .serverAuth, .codeSigning, .timeStamping, .anyExtendedKeyUsage,
    ]

    init(_ chain: CertificateChain) {
        checkSubscriber(chain.endEntity)
        for certificate in chain.intermediates {
            checkPurposes(certificate)
            let usage = certificate.extensions.keyUsage
            if usage.map({ !$0.isSuperset(of: [.keyCertSign, .cRLSign]) }) ?? true {
                refusals.append("keyUsage of an intermediate (7.1.2.2 e)")
            }
        }
        if chain.certificates.count > 1, chain.anchor.extensions[.extendedKeyUsage] != nil {
            refusals.append("extKeyUsage of a root (7.1.2.1 d)")
        }
    }

    private mutating func checkSubscriber(_ certificate: Certificate) {
        let extensions = certificate.extensions
        checkPurposes(certificate)
        if extensions.extendedKeyUsage == nil { refusals.append("extKeyUsage (7.1.2.3 f)") }
        // Whether the extension is critical is a SHOULD, and valid cases differ in it.
        guard let usage = extensions.keyUsage, !usage.contains(.keyCertSign) else {
            refusals.append("keyUsage (7.1.2.3 e)")
            return
        }
        let names = extensions.subjectAlternativeNames
        let hasMailbox = names.contains { if case .email = $0 { true } else { false } }
        let isCritical = extensions[.subjectAlternativeName]?.isCritical == true
        if !hasMailbox || isCritical && !certificate.subject.isEmpty {
            refusals.append("subjectAltName (7.1.2.3 h)")
        }
    }

    private mutating func checkPurposes(_ certificate: Certificate) {
        guard let purposes = certificate.extensions.extendedKeyUsage else { return }
        if !purposes.contains(.emailProtection) || !Self.foreign.isDisjoint(with: purposes) {
            refusals.append("extKeyUsage (7.1.2.2 g, 7.1.2.3 f)")
        }
    }
}
