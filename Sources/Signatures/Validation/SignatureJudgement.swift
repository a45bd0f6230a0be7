// SPDX-License-Identifier: Apache-2.0
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Turns the facts about a signature into its verdict (EN 319 102-1, 5.3 and 5.5).
struct SignatureJudgement {
    let context: ValidationContext
    let facts: SignatureFacts
    /// A moment at which the signature is proven to have existed, from what encloses it.
    let outerProof: Date?

    private let material: ValidationMaterial

    init(context: ValidationContext, facts: SignatureFacts, outerProof: Date?) {
        (self.context, self.facts, self.outerProof) = (context, facts, outerProof)
        material = context.material.union(facts.material)
    }

    func report() -> SignatureReport {
        let stamps = facts.timestamps.map(judge)
        let good = stamps.filter(\.isPassed)
        let proven = (good.map(\.token.genTime) + [outerProof].compactMap { $0 }).min()
        let certificate = facts.signer.map { judgeSigner($0, provenAt: proven) }
        let level = level(stamps, certificate)
        var policyParts = [cryptoConclusion(provenAt: proven), constraints(good)].compactMap { $0 }
        if context.policy == .nationalDeposit { policyParts += nationalConclusions(stamps, level) }
        let reached =
            [formatConclusion, facts.integrity, identification, certificate?.conclusion]
            .compactMap { $0 } + policyParts
        return SignatureReport(
            format: facts.format, level: level,
            conclusion: facts.formatFault == nil && facts.signer == nil
                ? Self.noCertificate.total : Self.worst(reached).total,
            signer: facts.signer, signingTime: facts.signingTime, bestSignatureTime: proven,
            claimedRoles: facts.claimedRoles, coverage: facts.coverage,
            isModifiedAfterSigning: facts.isModifiedAfterSigning,
            qualification: certificate?.isPassed == true ? .advanced : .unknown,
            isTimestampQualified: nil,
            checks: SignatureReport.Checks(
                integrity: .init(facts.integrity), chain: chainCheck(certificate),
                revocation: revocationCheck(certificate), timestamp: timestampCheck(stamps),
                policy: .init(Self.worst(policyParts))),
            reasons: reached.filter { !$0.isPassed }.flatMap(\.reasons)
                + stamps.filter { !$0.isPassed }.flatMap(\.conclusion.reasons) + facts.remarks,
            missing: missing(certificate, stamps),
            signerMaterial: certificate?.material ?? ValidationMaterial(),
            timestampMaterial: stamps.reduce(into: ValidationMaterial()) {
                $0.formUnion($1.material)
            },
            inside: [])
    }

    private static let noCertificate = Conclusion.refused(
        .noSigningCertificateFound, "The signing certificate is not in the signature.")

    private var formatConclusion: Conclusion? {
        facts.formatFault.map { .refused(.formatFailure, $0) }
    }

    private var identification: Conclusion? {
        guard facts.signer != nil, !facts.namesSigner else { return nil }
        return .refused(
            .noSigningCertificateFound,
            "The signature does not name, by its digest, the certificate it was made with.")
    }

    private func judge(_ stamp: SignatureFacts.Timestamp) -> TimestampConclusion {
        let digest = stamp.token.imprint.digest?.algorithm.digest(stamp.input)
        return context.trust.judge(
            stamp.token, over: digest ?? DigestAlgorithm.sha256.digest(stamp.input),
            now: context.now, with: material)
    }

    private func judgeSigner(_ certificate: Certificate, provenAt proof: Date?)
        -> CertificateConclusion
    {
        context.trust.judge(
            certificate, for: context.policy == .nationalDeposit ? .contentCommitment : .signing,
            at: proof ?? context.now, reference: proof, now: context.now, with: material)
    }

    private func cryptoConclusion(provenAt proof: Date?) -> Conclusion? {
        guard let crypto = context.trust.crypto, let algorithm = facts.algorithm,
            let key = facts.signer?.publicKey
        else { return nil }
        let moment = proof ?? context.now
        let weak = facts.digests.lazy.compactMap { crypto.refusal(of: $0, at: moment) }.first
        guard let refusal = crypto.refusal(of: algorithm, key: key, at: moment) ?? weak else {
            return nil
        }
        return .refused(
            proof == nil ? .cryptoConstraintsFailureNoPOE : .cryptoConstraintsFailure,
            "The signature relies on \(refusal), no longer allowed.")
    }

    /// SigningTime against the time-stamps, and their order (AS-03).
    private func constraints(_ stamps: [TimestampConclusion]) -> Conclusion? {
        guard let claimed = facts.signingTime else { return nil }
        guard let first = stamps.map(\.token.genTime).min() else {
            let isAhead = claimed > context.now.addingTimeInterval(context.signingTimeTolerance)
            return isAhead
                ? .refused(.sigConstraintsFailure, "The signing time lies in the future.") : nil
        }
        if claimed > first.addingTimeInterval(context.signingTimeTolerance) {
            return .refused(
                .sigConstraintsFailure, "The signing time is later than the time-stamp.")
        }
        if first.timeIntervalSince(claimed) > context.timestampDelay {
            return .refused(
                .sigConstraintsFailure,
                "The time-stamp was made too long after the signing time.")
        }
        return nil
    }

    private func nationalConclusions(
        _ stamps: [TimestampConclusion], _ level: SignatureReport.Level
    ) -> [Conclusion] {
        var list = facts.nationalFaults.map { Conclusion(.failed, .formatFailure, reasons: [$0]) }
        if facts.isModifiedAfterSigning {
            list.append(.refused(.formatFailure, "The document was changed after it was signed."))
        }
        if facts.coverage == .partial {
            list.append(
                .refused(.formatFailure, "The signature does not cover the whole document."))
        }
        if facts.formatFault == nil, facts.signingTime == nil {
            list.append(
                .refused(.sigConstraintsFailure, "The signature states no signing time."))
        }
        if facts.unreadableTimestamps > 0 {
            list.append(.refused(.formatFailure, "A time-stamp cannot be read."))
        }
        list += stamps.filter { !$0.isPassed }.map(\.conclusion)
        if level < context.requiredLevel {
            list.append(
                .refused(
                    .sigConstraintsFailure,
                    "The signature has level \(level.rawValue) and needs \(context.requiredLevel.rawValue)."
                ))
        }
        return list
    }

    private func level(
        _ stamps: [TimestampConclusion], _ certificate: CertificateConclusion?
    ) -> SignatureReport.Level {
        guard facts.formatFault == nil, facts.namesSigner else { return .none }
        guard stamps.contains(where: \.isPassed) else { return .basic }
        guard let certificate, certificate.isPassed, facts.carriesRevocation else {
            return .timestamped
        }
        let needed = stamps.reduce(into: certificate.material) { $0.formUnion($1.material) }
        let isCarried =
            needed.ocspResponses.allSatisfy(facts.material.ocspResponses.contains)
            && needed.revocationLists.allSatisfy(facts.material.revocationLists.contains)
        return isCarried ? .longTerm : .timestamped
    }

    private func chainCheck(_ certificate: CertificateConclusion?) -> SignatureReport.Check {
        guard let certificate else { return .notDone }
        if certificate.isChainGood { return .passed }
        return certificate.chain == nil ? .indeterminate : .init(certificate.conclusion)
    }

    private func revocationCheck(_ certificate: CertificateConclusion?) -> SignatureReport.Check {
        guard let certificate, certificate.chain != nil else { return .notDone }
        if certificate.revocation.allSatisfy(\.isGood) { return .passed }
        let isRevoked = certificate.revocation.contains {
            if case .revoked = $0.outcome { true } else { false }
        }
        return isRevoked ? .failed : .indeterminate
    }

    private func timestampCheck(_ stamps: [TimestampConclusion]) -> SignatureReport.Check {
        if facts.unreadableTimestamps > 0 { return .failed }
        guard !stamps.isEmpty else { return .notDone }
        return .init(Self.worst(stamps.map(\.conclusion)))
    }

    private func missing(
        _ certificate: CertificateConclusion?, _ stamps: [TimestampConclusion]
    ) -> MissingMaterial {
        stamps.reduce(into: certificate?.missing ?? MissingMaterial()) {
            $0.formUnion($1.missing)
        }
    }

    /// The worst; of equally bad ones the first.
    private static func worst(_ conclusions: [Conclusion]) -> Conclusion {
        conclusions.reduce(.passed) { $0.isPassed ? $1 : $0.worse(than: $1) }
    }
}
