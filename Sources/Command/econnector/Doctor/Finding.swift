// SPDX-License-Identifier: Apache-2.0
import Coverage
import JSON

/// One thing that a check-up found, by the identifier of its sentences in `Data/doctor.json`.
struct Finding: Hashable {
    enum Level: String { case good, warning, bad }

    var id: String
    var level: Level
    /// What stands for `{0}`, `{1}`… in the sentences: places, numbers, dates; nothing of forms.
    var arguments: [String]

    init(_ id: String, _ level: Level, _ arguments: String...) {
        (self.id, self.level, self.arguments) = (id, level, arguments)
    }
}

/// The sentences of findings in three languages.
struct FindingTexts {
    private struct Sentences {
        var text: [String: String]
        /// What to do about it.
        var advice: [String: String]
    }

    private let findings: [String: Sentences]
    private let services: [String: [String: String]]

    /// Reads `Data/doctor.json`.
    init(_ file: JSONReader) throws(JSONReadingError) {
        var findings: [String: Sentences] = [:]
        for (id, finding) in try file.member("findings").members() {
            findings[id] = Sentences(
                text: try Self.languages(finding.member("text")),
                advice: try finding.optional("do").map(Self.languages) ?? [:])
        }
        var services: [String: [String: String]] = [:]
        for (id, name) in try file.member("services").members() {
            services[id] = try Self.languages(name)
        }
        (self.findings, self.services) = (findings, services)
    }

    private static func languages(_ text: JSONReader) throws(JSONReadingError) -> [String: String] {
        var texts: [String: String] = [:]
        for language in Language.allCases {
            texts[language.rawValue] = try text.member(language.rawValue).string()
        }
        return texts
    }

    /// What a service is called, with its number when there are several.
    func service(_ id: String, _ language: Language) -> String {
        let parts = id.split(separator: "-")
        let name = services[String(parts.first ?? "")]?[language.rawValue] ?? id
        return parts.count > 1 ? "\(name) \(parts[1])" : name
    }

    func text(of finding: Finding, _ language: Language) -> String {
        filled(findings[finding.id]?.text[language.rawValue] ?? finding.id, finding)
    }

    /// What to do; empty when there is nothing to do.
    func advice(on finding: Finding, _ language: Language) -> String {
        filled(findings[finding.id]?.advice[language.rawValue] ?? "", finding)
    }

    private func filled(_ text: String, _ finding: Finding) -> String {
        finding.arguments.enumerated().reduce(text) {
            $0.replacing("{\($1.offset)}", with: $1.element)
        }
    }
}
