// SPDX-License-Identifier: Apache-2.0
package import Connector
package import JSON

/// What a problem code means to a caller: status, whether to retry, who must act, in three languages.
package struct ProblemCatalogue: Sendable {
    struct Entry: Sendable {
        let status: Int
        let retry: String
        let actor: String
        let titles: [String: String]
        let advice: [String: String]
    }

    private let entries: [ProblemCode: Entry]

    /// Reads `Data/problems.json`.
    ///
    /// - Throws: A code is missing, unknown or incomplete.
    package init(_ file: JSONReader) throws(JSONReadingError) {
        var entries: [ProblemCode: Entry] = [:]
        for item in try file.member("problems").elements() {
            let code = try item.member("code").choice(ProblemCode.self)
            entries[code] = Entry(
                status: try item.member("status").int(in: 400...599),
                retry: try item.member("retry").string(), actor: try item.member("actor").string(),
                titles: try Self.sentences(item.member("title")),
                advice: try Self.sentences(item.member("do")))
        }
        for code in ProblemCode.allCases where entries[code] == nil {
            throw file.unexpected("an entry for \(code.rawValue)")
        }
        self.entries = entries
    }

    private static func sentences(
        _ item: JSONReader
    ) throws(JSONReadingError) -> [String: String] {
        var sentences: [String: String] = [:]
        for language in languages {
            let sentence = try item.member(language)
            guard try !sentence.string().isEmpty else { throw sentence.unexpected("a sentence") }
            sentences[language] = try sentence.string()
        }
        return sentences
    }

    package static let languages = ["fr", "de", "en"]

    func entry(_ code: ProblemCode) -> Entry {
        // The initialiser refuses a file without an entry for every code.
        entries[code]!
    }

    package func title(_ code: ProblemCode, language: String) -> String {
        entry(code).titles[language] ?? ""
    }

    /// What to do about it.
    package func advice(_ code: ProblemCode, language: String) -> String {
        entry(code).advice[language] ?? ""
    }
}
