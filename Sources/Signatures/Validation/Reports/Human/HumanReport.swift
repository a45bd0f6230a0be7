// SPDX-License-Identifier: Apache-2.0
package import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The verdict on a file as a person needs it: what was signed, by whom, when, whether it is good,
/// and what to do.
package struct HumanReport: Sendable {
    enum Mood: Sendable { case good, bad, unsure }

    struct Row: Sendable, Hashable {
        let label: String
        let value: String
    }

    struct Section: Sendable {
        let heading: String
        let rows: [Row]
    }

    let title: String
    let mood: Mood
    let headline: String
    /// About the file itself.
    let facts: [Row]
    let sections: [Section]
    /// Said when there are more signatures than are shown.
    let remainder: String?
    let texts: ReportTexts
    let made: Date

    /// - Parameters:
    ///   - name: Of the file, as people know it.
    ///   - digest: SHA-256 of the file.
    package init(
        _ report: FileReport, fileNamed name: String, digest: Digest, texts: ReportTexts
    ) {
        self.texts = texts
        made = report.validationTime
        title = texts(.title)
        mood = Self.mood(report)
        headline = Self.headline(report, texts)
        facts = [
            Row(label: texts(.file), value: name.printable),
            Row(label: texts(.fingerprint), value: digest.bytes.hexText),
            Row(label: texts(.checkedAt), value: texts.moment(report.validationTime)),
        ]
        let all = report.signatures.enumerated().flatMap { index, signature in
            [SignatureSection(signature, texts).section(number: index + 1, isInside: false)]
                + signature.inside.enumerated().map { index, inner in
                    SignatureSection(inner, texts).section(number: index + 1, isInside: true)
                }
        }
        sections =
            all.isEmpty
            ? [Self.withoutSignature(report, texts)] : Array(all.prefix(Limits.shownSignatures))
        remainder =
            all.count > Limits.shownSignatures
            ? texts(.more, ["count": String(all.count - Limits.shownSignatures)]) : nil
    }

    private static func mood(_ report: FileReport) -> Mood {
        if report.signatures.contains(where: \.isModifiedAfterSigning) { return .bad }
        switch report.conclusion.indication.block {
        case .failed: return .bad
        case .passed:
            return report.signatures.allSatisfy { $0.coverage == .entire } ? .good : .unsure
        default: return .unsure
        }
    }

    private static func headline(_ report: FileReport, _ texts: ReportTexts) -> String {
        if report.signatures.contains(where: \.isModifiedAfterSigning) {
            return texts(.headlineChanged)
        }
        if report.signatures.isEmpty {
            return texts(
                report.conclusion.indication.block == .failed ? .unreadable : .headlineNone)
        }
        switch mood(report) {
        case .good where report.signatures.count > 1:
            return texts(.headlineGoodMany, ["count": String(report.signatures.count)])
        case .good: return texts(.headlineGood)
        case .bad: return texts(.headlineBad)
        case .unsure: return texts(.headlineUnsure)
        }
    }

    private static func withoutSignature(
        _ report: FileReport, _ texts: ReportTexts
    ) -> Section {
        let isUnreadable = report.conclusion.indication.block == .failed
        let reason = report.conclusion.subIndication.map(texts.reason)
        return Section(
            heading: texts(isUnreadable ? .unreadable : .headlineNone),
            rows: [
                Row(label: texts(.why), value: reason?.why ?? ""),
                Row(
                    label: texts(.toDo),
                    value: isUnreadable ? texts(.unreadableToDo) : reason?.toDo ?? ""),
                Row(label: texts(.technical), value: report.conclusion.words),
            ])
    }
}

extension Conclusion {
    var words: String {
        [indication.rawValue, subIndication?.rawValue].compactMap { $0 }.joined(separator: " / ")
    }
}

extension String {
    /// One line of bounded length without characters that steer a terminal or the direction of
    /// writing: names come from strangers' certificates.
    var printable: String {
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars.prefix(Limits.shownCharacters) {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: scalars.append(" ")
            case .format, .surrogate, .privateUse, .unassigned: continue
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}
