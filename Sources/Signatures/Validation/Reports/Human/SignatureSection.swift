// SPDX-License-Identifier: Apache-2.0
import Trust

/// One signature's answers to what a person asks.
struct SignatureSection {
    private let report: SignatureReport
    private let texts: ReportTexts

    init(_ report: SignatureReport, _ texts: ReportTexts) {
        (self.report, self.texts) = (report, texts)
    }

    func section(number: Int, isInside: Bool) -> HumanReport.Section {
        let values = ["number": String(number), "name": signerName]
        let heading =
            report.format == .timestamp
            ? texts(.timestampAlone, values) : texts(isInside ? .inside : .signature, values)
        return HumanReport.Section(heading: heading, rows: rows)
    }

    private var rows: [HumanReport.Row] {
        var rows = [
            row(.isGood, texts(verdict)), row(.why, why), row(.toDo, toDo), row(.signer, signer),
        ]
        if !report.claimedRoles.isEmpty {
            let roles = report.claimedRoles.joined(separator: ", ").printable
            rows.append(row(.role, texts(.roleClaimed, ["role": roles])))
        }
        rows += [
            row(.when, time), row(.what, texts(report.coverage == .entire ? .entire : .partial)),
            row(.changed, changes), row(.grade, texts(grade)), row(.stamp, stamp),
            row(.technical, technical),
        ]
        return rows
    }

    private func row(_ label: ReportTexts.Label, _ value: String) -> HumanReport.Row {
        HumanReport.Row(label: texts(label), value: value)
    }

    // MARK: Whether it is good

    /// Good is what passed, whole and unchanged.
    private var verdict: ReportTexts.Sentence {
        if report.isModifiedAfterSigning { return .bad }
        switch report.conclusion.indication.block {
        case .failed: return .bad
        case .passed: return report.coverage == .entire ? .good : .unsure
        default: return .unsure
        }
    }

    /// A change after signing counts as one of what was signed.
    private var word: SubIndication? {
        report.isModifiedAfterSigning ? .hashFailure : report.conclusion.subIndication
    }

    private var why: String {
        guard verdict != .good else { return texts(.allGood) }
        if let word { return texts.reason(word).why }
        return texts(.partial)
    }

    private var toDo: String {
        guard verdict != .good else { return texts(.allGoodToDo) }
        return texts.reason(word ?? .sigConstraintsFailure).toDo
    }

    private var changes: String {
        report.isModifiedAfterSigning
            ? texts(.changedWhere, ["count": String(max(1, report.changes.count))])
            : texts(.unchanged)
    }

    // MARK: Who and when

    private var signerName: String {
        guard let subject = report.signer?.subject else { return texts(.unknownSigner) }
        let full = [subject[.givenName], subject[.surname]].compactMap { $0 }
            .joined(separator: " ")
        let name = subject[.commonName] ?? (full.isEmpty ? "\(subject)" : full)
        return name.printable
    }

    private var signer: String {
        guard let certificate = report.signer else { return texts(.unknownSigner) }
        var name = signerName
        if let organisation = certificate.subject[.organizationName] {
            name = texts(
                .organisation, ["name": name, "organisation": organisation.printable])
        }
        let issuer =
            certificate.issuer[.commonName] ?? certificate.issuer[.organizationName]
            ?? "\(certificate.issuer)"
        return name + "\n" + texts(.issuedBy, ["issuer": issuer.printable])
    }

    private var time: String {
        if let proven = report.bestSignatureTime {
            return texts(.provenTime, ["moment": texts.moment(proven)])
        }
        guard let claimed = report.signingTime else { return texts(.noTime) }
        return texts(.claimedTime, ["moment": texts.moment(claimed)])
    }

    // MARK: What it is worth

    private var grade: ReportTexts.Sentence {
        switch report.qualification {
        case .qualified: .gradeQES
        case .advancedOnQualifiedCertificate: .gradeAdESQC
        case .advanced: .gradeAdES
        case .unknown: .gradeUnknown
        }
    }

    /// The best time-stamp of the signature.
    private var stamp: String {
        let good = report.timestamps.filter(\.isPassed)
        let best = good.first { $0.isQualified == true } ?? good.first
        guard let best, let token = best.token, let found = best.qualification else {
            return texts(report.timestamps.isEmpty ? .noStamp : .stampBad)
        }
        let moment = texts.moment(token.genTime)
        switch found.outcome {
        case .qualified: return texts(.stampQualified, ["moment": moment])
        case .noList: return texts(.stampUnknown, ["moment": moment])
        default:
            return texts(
                .stampNotQualified,
                ["moment": moment, "reason": texts.reason(found.outcome)])
        }
    }

    /// The words of the standard, and the first changes by object, for whoever must look closer.
    private var technical: String {
        let words =
            "\(report.conclusion.words); \(report.format.rawValue) \(report.level.rawValue)"
        let changes = report.changes.prefix(Limits.shownChanges).map(\.printable)
        return ([words] + changes).joined(separator: "\n")
    }
}
