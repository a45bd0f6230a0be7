// SPDX-License-Identifier: Apache-2.0
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Turns the facts about a file into its verdict: time-stamps first, then each signature
/// (EN 319 102-1, 5.6).
struct FileJudgement {
    let context: ValidationContext
    let facts: FileFacts
    /// A moment at which the whole file is proven to have existed, from what encloses it.
    var outerProof: Date?

    func report() -> FileReport {
        if let fault = facts.fault { return FileReport(unreadable: fault, at: context.now) }
        var proofs = ProofsOfExistence(now: context.now)
        if let outerProof { prove(everythingAt: outerProof, &proofs) }
        let fileMaterial = context.material.union(facts.material)
        var stamps = StampJudgement(context: context, material: fileMaterial, proofs: proofs)
        let documentStamps = stamps.reports(on: facts.documentStamps)
        var reports = facts.signatures.indices.map { index in
            report(on: index, documentStamps, stamps.proofs)
        }
        if context.policy == .nationalDeposit { demandOneSignature(&reports) }
        if reports.isEmpty { reports = documentStamps.map(SignatureReport.init(alone:)) }
        return FileReport(reports, documentStamps: documentStamps, at: context.now)
    }

    private func report(
        on index: Int, _ documentStamps: [TimestampReport], _ proofs: ProofsOfExistence
    ) -> SignatureReport {
        let signature = facts.signatures[index]
        let covering = zip(facts.documentStamps, documentStamps).filter {
            $0.0.covered.signatures.contains(index)
        }.map(\.1)
        var report = SignatureJudgement(
            context: context, facts: signature, index: index, documentStamps: covering,
            proofs: proofs
        ).report()
        report.inside = inside(signature, outer: report)
        if context.policy == .nationalDeposit { demandInside(&report) }
        return report
    }

    private func prove(everythingAt time: Date, _ proofs: inout ProofsOfExistence) {
        proofs.add(facts.material, at: time)
        for (index, signature) in facts.signatures.enumerated() {
            proofs.add(.signature(index), at: time)
            for stamp in signature.timestamps + facts.documentStamps {
                if let token = stamp.token { proofs.add(.timestamp(token), at: time) }
            }
        }
    }

    /// PDFs inside what a signature covers, judged with its material and, when it is believed
    /// itself, its time.
    private func inside(
        _ signature: SignatureFacts, outer: SignatureReport
    ) -> [SignatureReport] {
        guard context.looksInside, outer.checks.integrity == .passed else { return [] }
        var inner = context
        inner.material.formUnion(outer.signerMaterial)
        inner.material.formUnion(outer.timestampMaterial)
        // Also what serves the inside alone: time-stamps of another authority.
        inner.material.formUnion(facts.material)
        inner.requiredLevel = .basic
        let proof = outer.conclusion.indication == .totalPassed ? outer.bestSignatureTime : nil
        return signature.inside.flatMap { facts in
            var own = inner
            // What has no time-stamp of its own stands on that of what encloses it.
            if !facts.isStamped { own.requiresQualifiedTimestamp = false }
            return FileJudgement(context: own, facts: facts, outerProof: proof).report()
                .signaturesOrFault
        }
    }

    private func demandOneSignature(_ reports: inout [SignatureReport]) {
        guard reports.count > 1 else { return }
        let fault = Conclusion(
            .totalFailed, .formatFailure, reasons: ["The form must have exactly one signature."])
        for index in reports.indices {
            reports[index].conclusion = fault
            reports[index].reasons.insert(contentsOf: fault.reasons, at: 0)
        }
    }

    private func demandInside(_ report: inout SignatureReport) {
        for inner in report.inside where inner.signer != report.signer {
            let other = Conclusion.refused(
                .sigConstraintsFailure, "The PDF inside was signed with another certificate.")
            report.conclusion = report.conclusion.worse(than: other.total)
            report.reasons += other.reasons
        }
        for inner in report.inside where inner.conclusion.indication != .totalPassed {
            report.conclusion = report.conclusion.worse(than: inner.conclusion)
            report.reasons += inner.reasons.map { "The PDF inside: \($0)" }
        }
    }
}

extension FileFacts {
    fileprivate var isStamped: Bool {
        !documentStamps.isEmpty || signatures.contains { !$0.timestamps.isEmpty }
    }
}

extension SignatureReport {
    /// A time-stamp that stands alone is judged as a signature of its own kind.
    fileprivate init(alone stamp: TimestampReport) {
        let integrity = stamp.integrity
        self.init(
            format: .timestamp, level: .none, conclusion: stamp.conclusion.total,
            coverage: integrity == .passed ? .entire : .partial, isModifiedAfterSigning: false,
            checks: Checks(
                integrity: integrity,
                chain: stamp.isPassed || stamp.authority?.isChainGood == true
                    ? .passed : .indeterminate,
                revocation: stamp.isPassed ? .passed : .indeterminate,
                timestamp: Check(stamp.conclusion), policy: .notDone))
        signer = stamp.authority?.certificate
        bestSignatureTime = stamp.isPassed ? stamp.token?.genTime : nil
        isTimestampQualified = stamp.isQualified
        timestamps = [stamp]
        reasons = stamp.conclusion.reasons
        value = stamp.token?.signer.signature ?? []
        missing = stamp.isPassed ? MissingMaterial() : stamp.authority?.missing ?? MissingMaterial()
    }
}

extension FileReport {
    /// The signatures; for a file without any that can be read, its fault as one.
    fileprivate var signaturesOrFault: [SignatureReport] {
        guard signatures.isEmpty else { return signatures }
        var report = SignatureReport(
            format: .pades, level: .none, conclusion: conclusion, coverage: .partial,
            isModifiedAfterSigning: false,
            checks: .init(
                integrity: .failed, chain: .notDone, revocation: .notDone, timestamp: .notDone,
                policy: .notDone))
        report.reasons = conclusion.reasons
        return [report]
    }
}
