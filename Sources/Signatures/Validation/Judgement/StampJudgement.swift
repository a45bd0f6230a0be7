// SPDX-License-Identifier: Apache-2.0
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Judges time-stamps from the newest to the oldest: each one that is believed proves the existence
/// of what it covers, older time-stamps included (EN 319 102-1, 5.6.3.3).
struct StampJudgement {
    let context: ValidationContext
    let material: ValidationMaterial
    private(set) var proofs: ProofsOfExistence
    /// The place of the signature whose properties the stamps are; nil for those of a document.
    private let owner: Int?

    init(
        context: ValidationContext, material: ValidationMaterial, proofs: ProofsOfExistence,
        owner: Int? = nil
    ) {
        (self.context, self.material, self.proofs) = (context, material, proofs)
        self.owner = owner
    }

    /// The verdicts in the order of the stamps, which is oldest first.
    mutating func reports(on stamps: [StampFacts]) -> [TimestampReport] {
        var reports: [TimestampReport] = []
        for stamp in stamps.reversed() {
            let report = report(on: stamp)
            if report.isPassed, let token = report.token { prove(stamp.covered, at: token.genTime) }
            reports.append(report)
        }
        return reports.reversed()
    }

    private func report(on stamp: StampFacts) -> TimestampReport {
        guard let token = stamp.token else {
            return TimestampReport(
                kind: stamp.kind, token: nil,
                conclusion: .refused(.formatFailure, stamp.fault ?? "A time-stamp is missing."),
                authority: nil, past: nil, integrity: .failed)
        }
        let found = context.trust.judge(token, over: stamp.digest, proofs: proofs, with: material)
        var conclusion = found.conclusion
        if stamp.digest == nil, conclusion.isPassed {
            conclusion = .refused(
                .signedDataNotFound,
                stamp.fault ?? "What a time-stamp was made over cannot be computed.")
        }
        var report = TimestampReport(
            kind: stamp.kind, token: token, conclusion: conclusion, authority: found.authority,
            past: found.past, integrity: integrity(found))
        qualify(&report, token)
        return report
    }

    /// What trusted lists say of the authority, and what of EN 319 422 the token does not follow.
    private func qualify(_ report: inout TimestampReport, _ token: TimestampToken) {
        let chain = report.past?.chain ?? report.authority?.chain
        let found = context.trustedLists.qualification(
            of: token, chain: chain, isValid: report.isPassed, now: context.now)
        let profile = token.profile(authority: report.authority?.certificate)
        report.qualification = found
        report.profile = profile
        report.remarks = [found.reason]
        if !profile.isMet {
            let faults = profile.faults.map(\.rawValue).joined(separator: ", ")
            report.remarks.append("It does not follow EN 319 422: \(faults).")
        }
        if profile.claimsQualified {
            report.remarks.append("The token claims to be qualified, which decides nothing.")
        }
    }

    private func integrity(_ found: TimestampConclusion) -> SignatureReport.Check {
        switch (found.isBindingGood, found.check) {
        case (false, _): .failed
        case (_, nil), (nil, .valid): .indeterminate
        case (_, .some(let check)): .init(check.conclusion)
        }
    }

    private mutating func prove(_ covered: StampFacts.Covered, at time: Date) {
        proofs.add(covered.material, at: time)
        if covered.ownSignature, let owner { proofs.add(.signature(owner), at: time) }
        for signature in covered.signatures { proofs.add(.signature(signature), at: time) }
        for token in covered.timestamps {
            proofs.add(.timestamp(token), at: time)
            proofs.add(ValidationMaterial(certificates: token.certificates), at: time)
        }
    }
}
