// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Who signed a statement about revocation, and whether it may.
struct StatementAuthority {
    var fault: RevocationStatement.Fault?
    var signers: [Certificate] = []
    var exemption: RevocationStatement.Exemption?
    var support = ValidationMaterial()
}

extension RevocationJudge {
    /// A signer that must itself be known good when it signed.
    ///
    /// - Parameters:
    ///   - issuances: The signer's chain, pair by pair.
    ///   - isNamed: The signer's own certificate names it as the one to ask about itself.
    func checked(
        _ issuances: [(subject: Certificate, issuer: Certificate)], signers: [Certificate],
        about certificate: Certificate, at moment: Date, isNamed: Bool = false
    ) -> StatementAuthority {
        guard policy.checksRevocation else { return StatementAuthority(signers: signers) }
        guard depth > 0, let signer = signers.first, isNamed || !pending.contains(signer) else {
            return StatementAuthority(fault: .responderNotChecked, signers: signers)
        }
        var judge = self
        judge.depth -= 1
        judge.pending += [certificate, signer]
        var support = ValidationMaterial()
        for (subject, issuer) in issuances {
            let finding = judge.finding(
                about: subject, issuer: issuer, at: moment, reference: moment, maximumAge: nil)
            guard finding.isGood else {
                return StatementAuthority(fault: .responderNotChecked, signers: signers)
            }
            if let evidence = finding.evidence { support.formUnion(evidence.material) }
        }
        return StatementAuthority(signers: signers, support: support)
    }

    /// Whether the signer's certificate was valid; the dates of anchors are not looked at.
    func validityFault(of signer: Certificate, at moment: Date) -> RevocationStatement.Fault? {
        signer.isInValidityPeriod(at: moment) || policy.anchors.contains(signer)
            ? nil : .responderOutOfValidity
    }
}

extension Certificate {
    /// Whether two certificates are of the same authority and key, renewed or cross-certified.
    func isSameAuthority(as other: Certificate) -> Bool {
        self == other || publicKey == other.publicKey && subject.matches(other.subject)
    }
}
