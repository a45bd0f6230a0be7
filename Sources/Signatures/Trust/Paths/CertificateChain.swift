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
    /// Only names and key identifiers are compared; ``CertificateChain/faults(at:for:crypto:)``
    /// says whether a chain holds.
    package func chains(
        from certificate: Certificate, through candidates: [Certificate]
    ) -> [CertificateChain] {
        var search = ChainSearch(anchors: self, candidates: candidates)
        search.extend([certificate])
        return search.found
    }
}

/// A depth-first search within limits; each name and key stands once in a chain.
private struct ChainSearch {
    let anchors: TrustAnchors
    let candidates: [Certificate]
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
        for anchor in anchors.certificates where mayHaveIssued(anchor, top) {
            if !isRepeated(anchor, in: path) { extend(path + [anchor]) }
        }
        let issuers = candidates.filter { mayHaveIssued($0, top) && !anchors.contains($0) }
        let (likely, others) = (
            issuers.filter { hasMatchingKey($0, top) == true },
            issuers.filter { hasMatchingKey($0, top) == nil }
        )
        for issuer in likely + others where !isRepeated(issuer, in: path) {
            extend(path + [issuer])
        }
    }

    private func mayHaveIssued(_ issuer: Certificate, _ subject: Certificate) -> Bool {
        hasMatchingKey(issuer, subject) != false && issuer.subject.matches(subject.issuer)
    }

    /// What the key identifiers say; nil when one of them is absent.
    private func hasMatchingKey(_ issuer: Certificate, _ subject: Certificate) -> Bool? {
        guard let wanted = subject.extensions.authorityKeyIdentifier?.keyIdentifier,
            let offered = issuer.extensions.subjectKeyIdentifier
        else { return nil }
        return wanted == offered
    }

    private func isRepeated(_ certificate: Certificate, in path: [Certificate]) -> Bool {
        path.contains {
            $0.publicKey == certificate.publicKey && $0.subject.matches(certificate.subject)
        }
    }
}
