// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The verdict on a certificate: each fact apart, and the words of EN 319 102-1 for the whole.
package struct CertificateConclusion: Sendable {
    package let certificate: Certificate
    package let conclusion: Conclusion
    /// The chain the verdict is about; nil when none was found.
    package let chain: CertificateChain?
    package let faults: [PathFault]
    /// One per certificate below the anchor, the end entity's first.
    package let revocation: [RevocationFinding]
    /// What must be fetched before the verdict can be better.
    package let missing: MissingMaterial

    package var isPassed: Bool { conclusion.isPassed }

    /// Whether the chain alone holds, revocation aside.
    package var isChainGood: Bool { chain != nil && faults.isEmpty }

    /// Everything the verdict rests on, the anchor included: what a long-term form keeps.
    package var material: ValidationMaterial {
        var material = ValidationMaterial(certificates: chain?.certificates ?? [])
        for finding in revocation {
            if let evidence = finding.evidence { material.formUnion(evidence.material) }
        }
        return material
    }
}

extension TrustPolicy {
    /// Judges a certificate: chain, purpose, algorithms and revocation (EN 319 102-1, 5.2.6).
    ///
    /// - Parameters:
    ///   - moment: When the certificate was used, as far as it is proven; `now` without proof. It
    ///     must have been valid and not revoked then.
    ///   - reference: The moment for which revocation data must be fresh; `moment` if nil.
    ///   - proofs: What is known to have existed when, and the time of validation.
    package func judge(
        _ certificate: Certificate, for purpose: CertificatePurpose, at moment: Date,
        reference: Date? = nil, proofs: ProofsOfExistence, with material: ValidationMaterial
    ) -> CertificateConclusion {
        let chains = anchors.chains(
            from: certificate, through: material.certificates, memory: memory)
        guard !chains.isEmpty else {
            return withoutChain(certificate, through: material.certificates)
        }
        let judge = RevocationJudge(policy: self, material: material, now: proofs.now)
        var best: CertificateConclusion?
        for chain in chains {
            let found = judgeChain(
                chain, purpose, moment, reference: reference ?? moment, proofs: proofs, judge)
            if found.isPassed { return found }
            // A chain that holds and lacks data says more than one that does not hold.
            if best == nil || best?.isChainGood == false && found.isChainGood { best = found }
        }
        return best ?? withoutChain(certificate, through: material.certificates)
    }

    /// Judges a certificate with nothing proven but the present.
    package func judge(
        _ certificate: Certificate, for purpose: CertificatePurpose, at moment: Date,
        reference: Date? = nil, now: Date, with material: ValidationMaterial
    ) -> CertificateConclusion {
        judge(
            certificate, for: purpose, at: moment, reference: reference,
            proofs: ProofsOfExistence(now: now), with: material)
    }

    private func withoutChain(
        _ certificate: Certificate, through candidates: [Certificate]
    ) -> CertificateConclusion {
        var (top, fault) = (certificate, PathFault?.none)
        for _ in 0..<Limits.chainLength where !top.isSelfIssued && fault == nil {
            let issuers = candidates.filter { $0.subject.matches(top.issuer) }
            guard let issuer = issuers.first(where: \.isAuthority) ?? issuers.first else { break }
            if !issuer.isAuthority {
                fault = PathFault(kind: .notAnAuthority, certificate: issuer, isEndEntity: false)
            }
            top = issuer
        }
        let needs = top.isSelfIssued || fault != nil ? [] : [MissingIssuer(certificate: top)]
        // What is wrong with the only way upwards is wrong whatever anchors there are.
        let conclusion =
            fault.map { Conclusion.refused($0.subIndication, $0.sentence) }
            ?? .refused(
                .noCertificateChainFound,
                "No chain leads from the certificate of \(certificate.subject) to an anchor.")
        return CertificateConclusion(
            certificate: certificate, conclusion: conclusion, chain: nil,
            faults: [fault].compactMap { $0 }, revocation: [],
            missing: MissingMaterial(issuers: needs))
    }

    private func judgeChain(
        _ chain: CertificateChain, _ purpose: CertificatePurpose, _ moment: Date,
        reference: Date, proofs: ProofsOfExistence, _ judge: RevocationJudge
    ) -> CertificateConclusion {
        let faults = faults(of: chain, at: moment, for: purpose, crypto: crypto)
        let findings =
            checksRevocation
            ? chain.issuances.enumerated().map { index, pair in
                judge.finding(
                    about: pair.subject, issuer: pair.issuer, at: moment, reference: reference,
                    maximumAge: index == 0 && purpose != .timeStamping ? maximumRevocationAge : nil)
            } : []
        let missing = findings.filter { !$0.isGood && $0.isCurable }
            .map { MissingRevocation(certificate: $0.certificate, issuer: $0.issuer) }
        let conclusion = Self.conclusion(faults, findings, hasProof: moment < proofs.now)
        return CertificateConclusion(
            certificate: chain.endEntity,
            conclusion: conclusion.isPassed
                ? unproven(findings, moment, proofs) ?? conclusion : conclusion,
            chain: chain, faults: faults, revocation: findings,
            missing: MissingMaterial(revocation: missing))
    }

    /// Everything wrong with a chain, the policies that are accepted here included.
    func faults(
        of chain: CertificateChain, at moment: Date, for purpose: CertificatePurpose,
        crypto: CryptoPolicy?
    ) -> [PathFault] {
        var faults = chain.faults(
            at: moment, for: purpose, crypto: crypto, parameters: paths, memory: memory)
        if let acceptedPolicies,
            acceptedPolicies.isDisjoint(with: chain.endEntity.extensions.policies)
        {
            let fault = PathFault.Kind.policyNotAccepted
            faults.append(PathFault(kind: fault, certificate: chain.endEntity, isEndEntity: true))
        }
        return faults
    }

    /// Revocation data whose signer has expired since counts only if it existed before, or the
    /// moment in question lies before (EN 319 102-1, 5.5.4 on REVOCATION_OUT_OF_BOUNDS_NO_POE).
    private func unproven(
        _ findings: [RevocationFinding], _ moment: Date, _ proofs: ProofsOfExistence
    ) -> Conclusion? {
        for finding in findings {
            guard let evidence = finding.evidence, let signer = evidence.signers.first,
                !anchors.contains(signer)
            else { continue }
            let known = min(proofs.time(of: evidence), moment)
            if known > signer.notAfter {
                return .refused(
                    .revocationOutOfBoundsNoPOE,
                    "The certificate of \(signer.subject), which signed revocation data, has expired, and nothing proves that the data existed before."
                )
            }
        }
        return nil
    }

    private static func conclusion(
        _ faults: [PathFault], _ findings: [RevocationFinding], hasProof: Bool
    ) -> Conclusion {
        let isTemporal = faults.allSatisfy { $0.kind == .expired || $0.kind == .notYetValid }
        if let fault = faults.first(where: { $0.subIndication != .outOfBoundsNoPOE })
            ?? faults.first
        {
            guard isTemporal, fault.isEndEntity else {
                return .refused(fault.subIndication, fault.sentence)
            }
            if fault.kind == .notYetValid, hasProof {
                return .refused(.notYetValid, fault.sentence)
            }
            if let refusal = findings.compactMap(\.revokedConclusion).first { return refusal }
            let isKnownGood = !findings.isEmpty && findings.allSatisfy(\.isGood)
            return .refused(
                isKnownGood ? .outOfBoundsNotRevoked : .outOfBoundsNoPOE, fault.sentence)
        }
        if let refusal = findings.compactMap(\.revokedConclusion).first { return refusal }
        if let open = findings.first(where: { !$0.isGood }) {
            return .refused(.tryLater, open.sentence)
        }
        return .passed
    }
}

extension RevocationFinding {
    /// Whether newer data may change the outcome.
    var isCurable: Bool { if case .revoked = outcome { false } else { true } }

    fileprivate var revokedConclusion: Conclusion? {
        guard case .revoked = outcome else { return nil }
        return .refused(certificate.isAuthority ? .revokedCANoPOE : .revokedNoPOE, sentence)
    }

    /// A sentence for the reader of a report.
    package var sentence: String {
        let name = "The certificate of \(certificate.subject)"
        switch outcome {
        case .notRevoked: return "\(name) was not revoked."
        case .revoked(let date, let reason):
            let time = ASN1Time.rfc3339Text(date)
            return "\(name) was revoked at \(time)\(reason.map { " (\($0))" } ?? "")."
        case .revokedLater(let date, _):
            return "\(name) was revoked only later, at \(ASN1Time.rfc3339Text(date))."
        case .onHold: return "\(name) is suspended."
        case .stale:
            return "The revocation data about the certificate of \(certificate.subject) is too old."
        case .noEvidence: return "\(name) has a revocation status that is not known."
        case .notNeeded: return "\(name) needs no revocation check."
        }
    }
}
