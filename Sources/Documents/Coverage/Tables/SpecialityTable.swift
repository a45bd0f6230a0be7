// SPDX-License-Identifier: Apache-2.0
import JSON

/// Spécialité: a discipline with the consultation codes that are its own.
package struct Speciality: Sendable, Hashable {
    /// French name in lower case, without accents, words joined by hyphens.
    package let id: String
    package let names: LocalizedText
    package let profession: Profession
    package let consultations: [String]
    package let majorated: [String]
    let index: Int
}

/// All specialities, found by id, name, abbreviation or consultation code.
package struct SpecialityTable: Sendable {
    package let all: [Speciality]
    private let byKey: [String: Int]
    private let byCode: [String: Int]

    init(_ file: JSONReader) throws(JSONReadingError) {
        var all: [Speciality] = []
        var byKey: [String: Int] = [:]
        var byCode: [String: Int] = [:]
        for row in try file.member("specialities").elements() {
            let names = try LocalizedText(reading: row.member("names"))
            let speciality = Speciality(
                id: try row.member("id").string(), names: names,
                profession: try row.member("group").choice(Profession.self),
                consultations: try row.strings("consultation"),
                majorated: try row.strings("majorated"), index: all.count)
            let keys =
                [speciality.id, names.fr, names.de, names.en] + (try row.strings("aliases"))
            for key in keys.map(Self.key) where byKey[key] == nil { byKey[key] = all.count }
            for code in speciality.consultations + speciality.majorated
            where byCode[code] == nil { byCode[code] = all.count }
            all.append(speciality)
        }
        guard all.count <= 64 else { throw file.unexpected("at most 64 specialities") }
        (self.all, self.byKey, self.byCode) = (all, byKey, byCode)
    }

    /// - Parameter text: Id, name in any of our languages, abbreviation, or consultation code.
    package func speciality(_ text: String) -> Speciality? {
        if let index = byKey[Self.key(text)] ?? byCode[text.uppercased()] { return all[index] }
        // "ENT specialist (speciality of C17)"
        let words = text.uppercased().split { !$0.isLetter && !$0.isNumber }
        if let index = words.lazy.compactMap({ self.byCode[String($0)] }).first {
            return all[index]
        }
        return longestName(in: Self.key(text)).map { all[$0] }
    }

    /// "médecin spécialiste en cardiologie": the longest name that stands in the text.
    private func longestName(in key: String) -> Int? {
        byKey.filter { $0.key.count >= Self.shortestPart && key.contains($0.key) }
            .max { ($0.key.count, $1.value) < ($1.key.count, $0.value) }?.value
    }

    private static let shortestPart = 6

    func set(_ list: JSONReader) throws(JSONReadingError) -> SpecialitySet {
        var set: SpecialitySet = []
        for element in try list.elements() {
            guard let index = byKey[Self.key(try element.string())] else {
                throw element.unexpected("the id of a speciality")
            }
            set.insert(SpecialitySet(index: index))
        }
        return set
    }

    /// Letters only, lower case, without accents: `Oto-Rhino` and `oto rhino` are one.
    static func key(_ text: String) -> String {
        String(text.folded.filter { ("a"..."z").contains($0) })
    }
}
