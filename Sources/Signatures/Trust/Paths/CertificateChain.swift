// SPDX-License-Identifier: Apache-2.0

/// Certificates from an end entity to an anchor, each issued by the next (RFC 5280, 6.1).
package struct CertificateChain: Sendable, Hashable {
    /// The end entity first, the anchor last; one certificate if the end entity is an anchor.
    package let certificates: [Certificate]

    package var endEntity: Certificate { certificates[0] }
    package var anchor: Certificate { certificates[certificates.count - 1] }
    /// The authorities between end entity and anchor.
    package var intermediates: [Certificate] { Array(certificates.dropFirst().dropLast()) }

    /// Each certificate that is not the anchor, with the one that issued it.
    package var issuances: [(subject: Certificate, issuer: Certificate)] {
        Array(zip(certificates.dropLast(), certificates.dropFirst()))
    }
}

extension TrustAnchors {
    /// Chains from a certificate to these anchors through the candidates, likeliest first.
    ///
    /// Names and key identifiers are compared, and of several issuers of one name those whose key
    /// made the signature are taken alone if there are any; whether a chain holds says
    /// ``CertificateChain/validation(at:for:crypto:parameters:memory:)``. Work is bounded whatever
    /// the candidates are.
    package func chains(
        from certificate: Certificate, through candidates: [Certificate],
        memory: VerificationMemory? = nil
    ) -> [CertificateChain] {
        var search = ChainSearch(anchors: self, candidates: candidates, memory: memory)
        search.extend([certificate])
        return search.found
    }
}

/// A depth-first search within limits; each name and key stands once in a chain.
private struct ChainSearch {
    let anchors: TrustAnchors
    let candidates: [Certificate]
    let memory: VerificationMemory?
    var found: [CertificateChain] = []
    var steps = 0

    mutating func extend(_ path: [Certificate]) {
        steps += 1
        guard let top = path.last, steps < Limits.chainSearchSteps,
            found.count < Limits.chainsPerCertificate
        else { return }
        if anchors.contains(top) {
            found.append(CertificateChain(certificates: path))
            return
        }
        guard path.count < Limits.chainLength else { return }
        for issuer in issuers(of: top) where !isRepeated(issuer, in: path) {
            extend(path + [issuer])
        }
    }

    /// Anchors first, then what the key identifiers point to.
    private func issuers(of certificate: Certificate) -> [Certificate] {
        let others = candidates.filter {
            $0.subject.matches(certificate.issuer) && !anchors.contains($0)
        }
        let named = anchors.certificates(named: certificate.issuer) + others
        guard named.count > 1 else { return named }
        let signers = named.filter {
            certificate.verifySignature(by: $0.publicKey, memory: memory) == .valid
        }
        let plausible = signers.isEmpty ? named : signers
        let ranked = plausible.enumerated().sorted {
            (rank($0.element, certificate), $0.offset) < (rank($1.element, certificate), $1.offset)
        }
        return ranked.map(\.element)
    }

    /// What the key identifiers say: the same, nothing, or another.
    private func rank(_ issuer: Certificate, _ subject: Certificate) -> Int {
        let anchorRank = anchors.contains(issuer) ? 0 : 3
        guard let wanted = subject.extensions.authorityKeyIdentifier?.keyIdentifier,
            let offered = issuer.extensions.subjectKeyIdentifier
        else { return anchorRank + 1 }
        return anchorRank + (wanted == offered ? 0 : 2)
    }

    private func isRepeated(_ certificate: Certificate, in path: [Certificate]) -> Bool {
        path.contains {
            $0.publicKey == certificate.publicKey && $0.subject.matches(certificate.subject)
        }
    }
}
