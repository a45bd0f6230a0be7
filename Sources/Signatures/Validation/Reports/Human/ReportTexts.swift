// SPDX-License-Identifier: Apache-2.0
package import JSON
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The words of the report for people in one language: `Data/reports/{fr,de,en}.json`.
///
/// No sentence that a person reads stands in the program; the file must have all of them.
package struct ReportTexts: Sendable {
    package static let languages = ["fr", "de", "en"]

    enum Label: String, CaseIterable {
        case title, subject, question, answer, file, fingerprint, checkedAt, signature, inside
        case timestampAlone, unknownSigner, isGood, why, toDo, signer, role, when, what, changed
        case grade, stamp, technical, more, footer, page
    }

    enum Sentence: String, CaseIterable {
        case headlineGood, headlineGoodMany, headlineBad, headlineUnsure, headlineNone
        case headlineChanged, good, bad, unsure, allGood, allGoodToDo, roleClaimed, organisation
        case issuedBy, provenTime, claimedTime, noTime, entire, partial, unchanged, changedWhere
        case gradeQES, gradeAdESQC, gradeAdES, gradeUnknown, stampQualified
        case stampNotQualified, stampUnknown, stampBad, noStamp, unreadable, unreadableToDo
    }

    /// BCP 47, for the page.
    let language: String
    private let labels: [Label: String]
    private let sentences: [Sentence: String]
    private let stamps: [TimestampQualification.Outcome: String]
    private let reasons: [SubIndication: (why: String, toDo: String)]
    private let momentPattern: String

    /// - Throws: A text is missing.
    package init(_ file: JSONReader) throws(JSONReadingError) {
        language = try file.member("language").string()
        momentPattern = try file.member("moment").string()
        labels = try Self.all(of: file.member("labels"))
        sentences = try Self.all(of: file.member("sentences"))
        stamps = try Self.all(of: file.member("timestampReasons"))
        var reasons: [SubIndication: (why: String, toDo: String)] = [:]
        let list = try file.member("subIndications")
        for word in SubIndication.allCases {
            let entry = try list.member(word.rawValue)
            reasons[word] = (
                try entry.member("why").string(), try entry.member("do").string()
            )
        }
        self.reasons = reasons
    }

    private static func all<Key: RawRepresentable<String> & CaseIterable & Hashable>(
        of list: JSONReader
    ) throws(JSONReadingError) -> [Key: String] {
        var texts: [Key: String] = [:]
        for key in Key.allCases { texts[key] = try list.member(key.rawValue).string() }
        return texts
    }

    func callAsFunction(_ label: Label, _ values: [String: String] = [:]) -> String {
        Self.filled(labels[label] ?? "", values)
    }

    func callAsFunction(_ sentence: Sentence, _ values: [String: String] = [:]) -> String {
        Self.filled(sentences[sentence] ?? "", values)
    }

    func reason(_ outcome: TimestampQualification.Outcome) -> String { stamps[outcome] ?? "" }

    func reason(_ word: SubIndication) -> (why: String, toDo: String) {
        // The initialiser refuses a file without an entry for every word.
        reasons[word] ?? ("", "")
    }

    /// A moment by Luxembourg's clock, to the minute.
    func moment(_ date: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: "Europe/Luxembourg") ?? .gmt
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        func padded(_ value: Int?) -> String {
            let digits = String(value ?? 0)
            return digits.count < 2 ? "0" + digits : digits
        }
        return Self.filled(
            momentPattern,
            [
                "year": String(parts.year ?? 0), "month": padded(parts.month),
                "day": padded(parts.day), "hour": padded(parts.hour),
                "minute": padded(parts.minute),
            ])
    }

    /// Replaces `{name}` once, from left to right: what a value holds is never a placeholder.
    private static func filled(_ pattern: String, _ values: [String: String]) -> String {
        var result = ""
        var rest = pattern[...]
        while let open = rest.firstIndex(of: "{"),
            let close = rest[open...].firstIndex(of: "}")
        {
            result += rest[..<open]
            let name = String(rest[rest.index(after: open)..<close])
            result += values[name] ?? String(rest[open...close])
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
