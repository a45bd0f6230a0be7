// SPDX-License-Identifier: Apache-2.0
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Turns the facts about a signature into its verdict (EN 319 102-1, 5.3, 5.5 and 5.6).
///
/// Each building block is judged whatever the others say, so that one failure hides no other.
struct SignatureJudgement {
    let context: ValidationContext
    let facts: SignatureFacts
    /// The place of the signature in its file.
    let index: Int
    /// The verdicts on document time-stamps that cover this signature.
    let documentStamps: [TimestampReport]
    let stamps: [TimestampReport]
    let proofs: ProofsOfExistence
    private let material: ValidationMaterial

    /// - Parameter proofs: What document time-stamps and an enclosing signature prove.
    init(
        context: ValidationContext, facts: SignatureFacts, index: Int,
        documentStamps: [TimestampReport], proofs: ProofsOfExistence
    ) {
        (self.context, self.facts, self.index) = (context, facts, index)
        self.documentStamps = documentStamps
        material = context.material.union(facts.material)
        var judgement = StampJudgement(
            context: context, material: material, proofs: proofs, owner: index)
        stamps = judgement.reports(on: facts.timestamps)
        self.proofs = judgement.proofs
    }

    /// The earliest moment at which the signature is proven to have existed.
    var proven: Date? { proofs.proof(of: .signature(index)) }

    func report() -> SignatureReport {
        let signer = facts.signer.map(judgeSigner)
        let level = level(signer)
        let national = context.policy == .nationalDeposit ? national(level) : []
        let policyParts = acceptance + national
        let reached =
            [format, identification, facts.integrity].compactMap { $0 } + acceptance
            + [signer?.conclusion].compactMap { $0 } + national
        var report = SignatureReport(
            format: facts.format, level: level, conclusion: Self.worst(reached).total,
            coverage: facts.coverage, isModifiedAfterSigning: facts.isModifiedAfterSigning,
            checks: checks(signer, policyParts))
        describe(&report, signer)
        report.blocks = blocks(signer, policyParts)
        report.reasons =
            reached.filter { !$0.isPassed }.flatMap(\.reasons)
            + stamps.filter { !$0.isPassed }.flatMap(\.conclusion.reasons) + facts.remarks
        return report
    }

    private func describe(_ report: inout SignatureReport, _ signer: SignerVerdict?) {
        report.signer = facts.signer
        report.signingTime = facts.signingTime
        report.bestSignatureTime = proven
        report.claimedRoles = facts.claimedRoles
        report.policyIdentifier = facts.policyIdentifier
        report.changes = facts.changes
        report.references = facts.references
        report.algorithm = facts.algorithm
        (report.value, report.toBeSigned) = (facts.value, facts.toBeSigned)
        (report.qualification, report.qualificationReason) = qualification(signer)
        let qualified = provingStamps.compactMap(\.isQualified)
        report.isTimestampQualified = qualified.isEmpty ? nil : qualified.contains(true)
        report.certificate = signer?.certificate
        report.past = signer?.past
        report.timestamps = stamps + documentStamps
        report.missing = missing(signer)
        report.signerMaterial = signer?.material ?? ValidationMaterial()
        report.timestampMaterial = report.timestamps.reduce(into: ValidationMaterial()) {
            $0.formUnion($1.material)
        }
    }

    /// TS 119 615, 4.4 and 4.6; the certificate at its issuance and at the time that counts.
    private func qualification(
        _ signer: SignerVerdict?
    ) -> (SignatureReport.Qualification, String) {
        guard let signer, signer.conclusion.isPassed, facts.integrity?.isPassed == true,
            !facts.hasBrokenPart, !facts.isModifiedAfterSigning,
            let chain = signer.past?.chain ?? signer.certificate.chain
        else { return (.unknown, "What is not established has no legal grade.") }
        let found = context.trustedLists.qualification(
            of: chain, usedAt: proven ?? context.now, now: context.now)
        guard found.isQualified else { return (.advanced, found.reason) }
        guard found.isForSignatures else {
            return (.advanced, "The certificate is a qualified one, and not for signatures.")
        }
        return (found.hasDevice ? .qualified : .advancedOnQualifiedCertificate, found.reason)
    }

    private func missing(_ signer: SignerVerdict?) -> MissingMaterial {
        var missing = MissingMaterial()
        if let signer, !signer.conclusion.isPassed {
            missing.formUnion(signer.certificate.missing)
        }
        for stamp in stamps where !stamp.isPassed {
            if let authority = stamp.authority { missing.formUnion(authority.missing) }
        }
        return missing
    }

    private func blocks(_ signer: SignerVerdict?, _ policy: [Conclusion]) -> [BuildingBlock] {
        [
            BuildingBlock(name: .formatChecking, conclusion: format ?? .passed),
            BuildingBlock(
                name: .identificationOfTheSigningCertificate,
                conclusion: format == nil ? identification ?? .passed : nil),
            BuildingBlock(name: .validationContextInitialization, conclusion: .passed),
            BuildingBlock(
                name: .x509CertificateValidation, conclusion: signer?.certificate.conclusion),
            BuildingBlock(name: .cryptographicVerification, conclusion: facts.integrity),
            BuildingBlock(
                name: .signatureAcceptanceValidation,
                conclusion: format == nil ? Self.worst(policy) : nil),
            BuildingBlock(
                name: .pastCertificateValidation, conclusion: signer?.past?.conclusion),
            BuildingBlock(
                name: .pastSignatureValidation,
                conclusion: signer?.past == nil ? nil : signer?.conclusion),
        ]
    }

    // MARK: Building blocks

    var format: Conclusion? {
        facts.formatFault.map { .refused(.formatFailure, $0) }
    }

    /// EN 319 102-1, 5.2.3.
    private var identification: Conclusion? {
        guard facts.formatFault == nil else { return nil }
        guard facts.signer != nil else {
            return .refused(
                .noSigningCertificateFound, "The signing certificate is not in the signature.")
        }
        guard case .mismatched = facts.signerNaming else { return nil }
        return .refused(
            .noSigningCertificateFound,
            "The signature names, by its digest, another certificate than the one at hand.")
    }

    /// Baseline signatures name their certificate in what is signed (EN 319 132-1, 6.3; EN 319
    /// 142-1, 6.3).
    private var naming: Conclusion? {
        guard case .absent = facts.signerNaming, facts.signer != nil else { return nil }
        return .refused(
            .sigConstraintsFailure,
            "The signature does not name the certificate it was made with in what is signed.")
    }

    struct SignerVerdict {
        let certificate: CertificateConclusion
        let past: PastCertificateConclusion?
        let conclusion: Conclusion

        var material: ValidationMaterial {
            conclusion.isPassed && !certificate.isPassed
                ? past?.material ?? certificate.material : certificate.material
        }
    }

    /// At the time that is proven; with proofs of existence also in the past (5.6.3.4).
    private func judgeSigner(_ certificate: Certificate) -> SignerVerdict {
        let purpose: CertificatePurpose =
            context.policy == .nationalDeposit ? .contentCommitment : .signing
        let found = context.trust.judge(
            certificate, for: purpose, at: proven ?? context.now, reference: proven,
            proofs: proofs, with: material)
        let past =
            found.conclusion.mayHoldInThePast && proven != nil
            ? context.trust.judgePast(certificate, for: purpose, proofs: proofs, with: material)
            : nil
        let held = found.conclusion.heldInThePast(past, proven ?? context.now)
        return SignerVerdict(
            certificate: found, past: past, conclusion: afterContentStamp(found, held))
    }

    /// A time-stamp over the content alone shows that the signature was made after it (5.3, 4).
    private func afterContentStamp(
        _ found: CertificateConclusion, _ conclusion: Conclusion
    ) -> Conclusion {
        let content = stamps.filter { $0.kind == .content && $0.isPassed }
        guard let after = content.compactMap({ $0.token?.genTime }).max() else {
            return conclusion
        }
        if conclusion.subIndication == .outOfBoundsNoPOE, after > found.certificate.notAfter {
            return .refused(.expired, "The signature was made after its certificate had expired.")
        }
        if conclusion.subIndication == .revokedNoPOE,
            case .revoked(let date, _) = found.revocation.first?.outcome, after >= date
        {
            return .refused(.revoked, "The signature was made after its certificate was revoked.")
        }
        return conclusion
    }

    /// Signature acceptance: algorithms, times, policy (5.2.8).
    private var acceptance: [Conclusion] {
        guard facts.formatFault == nil else { return [] }
        var parts = [naming, crypto, times, order].compactMap { $0 }
        if let fault = facts.policyFault { parts.append(.refused(.policyProcessingError, fault)) }
        return parts
    }

    private var crypto: Conclusion? {
        if let unknown = facts.unknownAlgorithms.first {
            return .refused(
                .cryptoConstraintsFailureNoPOE,
                "The signature relies on \(unknown), which the policy does not name.")
        }
        guard let policy = context.trust.crypto, let algorithm = facts.algorithm,
            let key = facts.signer?.publicKey
        else { return nil }
        let moment = proven ?? context.now
        let weak = facts.digests.lazy.compactMap { policy.refusal(of: $0, at: moment) }.first
        return (policy.refusal(of: algorithm, key: key, at: moment) ?? weak).map {
            .refused(
                .cryptoConstraintsFailureNoPOE,
                "The signature relies on \($0), no longer allowed.")
        }
    }

    /// SigningTime against the time-stamps (AS-03).
    private var times: Conclusion? {
        guard let claimed = facts.signingTime else { return nil }
        guard
            let first = covering.filter({ $0.kind != .content }).compactMap({ $0.token?.genTime })
                .min()
        else {
            let isAhead = claimed > context.now.addingTimeInterval(context.signingTimeTolerance)
            return isAhead
                ? .refused(.sigConstraintsFailure, "The signing time lies in the future.") : nil
        }
        if claimed > first.addingTimeInterval(context.signingTimeTolerance) {
            return .refused(
                .sigConstraintsFailure, "The signing time is later than the time-stamp.")
        }
        if let delay = context.timestampDelay, first.timeIntervalSince(claimed) > delay {
            return .refused(
                .sigConstraintsFailure, "The time-stamp was made too long after the signing time.")
        }
        return nil
    }

    /// Content, signature, validation data, archive: none before the one it covers (5.5.4, 5).
    private var order: Conclusion? {
        let times = TimestampReport.Kind.inOrder.map { kinds in
            good.filter { kinds.contains($0.kind) }.compactMap { $0.token?.genTime }
        }.filter { !$0.isEmpty }
        for (earlier, later) in zip(times, times.dropFirst()) {
            if let last = earlier.min(), let first = later.min(), first < last {
                return .refused(
                    .timestampOrderFailure, "The time-stamps are dated in the wrong order.")
            }
        }
        return nil
    }

    /// The signature's own time-stamps; where it has none, those over the whole document.
    private var provingStamps: [TimestampReport] {
        let own = stamps.filter { $0.kind == .signature }
        return own.isEmpty ? documentStamps : own
    }

    private var good: [TimestampReport] { (stamps + documentStamps).filter(\.isPassed) }

    /// The time-stamps that hold and cover the signature itself: others prove nothing about it.
    var covering: [TimestampReport] {
        let own = zip(facts.timestamps, stamps).filter { $0.0.covered.ownSignature }.map(\.1)
        return (own + documentStamps).filter(\.isPassed)
    }

    private func national(_ level: SignatureReport.Level) -> [Conclusion] {
        guard facts.formatFault == nil else { return [] }
        var list = facts.nationalFaults.map { Conclusion(.failed, .formatFailure, reasons: [$0]) }
        if facts.isModifiedAfterSigning {
            list.append(.refused(.formatFailure, "The document was changed after it was signed."))
        }
        if facts.coverage == .partial {
            list.append(
                .refused(.formatFailure, "The signature does not cover the whole document."))
        }
        if facts.signingTime == nil {
            list.append(.refused(.sigConstraintsFailure, "The signature states no signing time."))
        }
        list += (stamps + documentStamps).filter { !$0.isPassed }.map(\.conclusion)
        if context.requiresQualifiedTimestamp,
            !covering.contains(where: { $0.isQualified == true })
        {
            let reason = provingStamps.first?.qualification?.reason ?? "There is none."
            list.append(
                .refused(
                    .sigConstraintsFailure,
                    "No time-stamp of the signature is a qualified one: \(reason)"))
        }
        if level < context.requiredLevel {
            list.append(
                .refused(
                    .sigConstraintsFailure,
                    "The signature has level \(level.rawValue) and needs \(context.requiredLevel.rawValue)."
                ))
        }
        return list
    }

    /// The worst; of equally bad ones the first.
    static func worst(_ conclusions: [Conclusion]) -> Conclusion {
        conclusions.reduce(.passed) { $0.isPassed ? $1 : $0.worse(than: $1) }
    }
}

extension TimestampReport.Kind {
    fileprivate static let inOrder: [[TimestampReport.Kind]] = [
        [.content], [.signature], [.validationData], [.archive, .document],
    ]
}
