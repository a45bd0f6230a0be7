// SPDX-License-Identifier: Apache-2.0
package import Coverage
internal import JSON

/// The labels and sentences of a pack, by key, in every language.
package struct PackTexts: Sendable, Hashable {
    private let texts: [String: LocalizedText]

    package subscript(key: String) -> LocalizedText? { texts[key] }
    package var keys: [String] { texts.keys.sorted() }

    /// - Throws: A file is no flat JSON object of strings, or a language lacks a key of another.
    init(reading files: [Language: [UInt8]]) throws(PackError) {
        var lists: [Language: [String: String]] = [:]
        for language in Language.allCases {
            guard let bytes = files[language] else {
                throw .missingFile(PackFile.texts(language))
            }
            lists[language] = try Self.list(bytes, file: PackFile.texts(language))
        }
        var texts: [String: LocalizedText] = [:]
        for key in Set(lists.values.flatMap(\.keys)).sorted() {
            texts[key] = LocalizedText(
                fr: try Self.text(key, .fr, lists), de: try Self.text(key, .de, lists),
                en: try Self.text(key, .en, lists))
        }
        self.texts = texts
    }

    private static func text(
        _ key: String, _ language: Language, _ lists: [Language: [String: String]]
    ) throws(PackError) -> String {
        guard let text = lists[language]?[key] else {
            throw .text(language: language.rawValue, key: key)
        }
        return text
    }

    private static func list(_ bytes: [UInt8], file: String) throws(PackError) -> [String: String] {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw .json(file: file, error)
        }
        do {
            var list: [String: String] = [:]
            for (key, reader) in try JSONReader(value).members() { list[key] = try reader.string() }
            return list
        } catch {
            throw .reading(file: file, error)
        }
    }
}
