// SPDX-License-Identifier: Apache-2.0
import JSON

/// Suffixe: a letter that changes what an act is worth (nomenclature, art. 5, 8, 9, 11-13).
package final class SuffixRule: Sendable {
    package let id: String
    package let letter: Character
    /// Percent: `L` is 115.
    package let factor: Int
    package let text: LocalizedText
    package let source: String
    let time: TimeBand?
    let needsSunday: Bool
    let needsHoliday: Bool
    let age: AgeCondition?
    /// Letters that cannot stand beside it.
    let excludes: [Character]
    /// Letters one of which must stand beside it.
    let needs: [Character]
    /// Facts that must be stated, for example that the act was urgent.
    let facts: [String]
    /// Doctors who alone may use it; empty: all.
    let specialities: SpecialitySet
    /// What the engine itself does with the letter, beside its factor.
    let role: Role?
    /// Rule that explains the letter (`ART11`); its own id when there is none.
    let rule: String
    /// What a session's acts with the letter are worth together at least.
    let minimumCoefficient: Coefficient?
    /// Letters that the minimum takes too.
    let minimumTakes: [Character]

    enum Role: String, Sendable, Hashable, CaseIterable {
        case rank, assistance, anaesthesia, bilateral
    }

    enum AgeCondition: Sendable, Hashable {
        case below(Int)
        case above(Int, orBelow: Int)

        func holds(years: Int) -> Bool {
            switch self {
            case .below(let limit): years < limit
            case .above(let limit, let lower): years > limit || years < lower
            }
        }
    }

    init(_ row: JSONReader, specialities table: SpecialityTable) throws(JSONReadingError) {
        id = try row.member("id").string()
        guard let first = try row.member("letter").string().first else {
            throw row.unexpected("a letter")
        }
        letter = first
        factor = try row.member("factor").int(in: 1...1000)
        text = try LocalizedText(reading: row.member("text"))
        source = try row.member("source").string()
        time = try row.optional("time").map { (band) throws(JSONReadingError) in
            try TimeBand(from: band.member("from").time(), to: band.member("to").time())
        }
        let day = try row.optional("day")?.string()
        needsSunday = day == "sunday"
        needsHoliday = day == "holiday"
        if let limits = try row.optional("age") {
            let below = try limits.optional("below")?.int()
            let lower = try limits.optional("orBelow")?.int() ?? 0
            age =
                if let below { .below(below) } else {
                    .above(try limits.member("above").int(), orBelow: lower)
                }
        } else {
            age = nil
        }
        excludes = try row.strings("excludes").compactMap(\.first)
        needs = try row.strings("needs").compactMap(\.first)
        facts = try row.strings("facts")
        specialities =
            try row.optional("specialities").map { (list) throws(JSONReadingError) in
                try table.set(list)
            } ?? []
        role = try row.optional("role")?.choice(Role.self)
        rule = try row.optional("rule")?.string() ?? id
        if let minimum = try row.optional("minimumCoefficient") {
            guard let coefficient = Coefficient(try minimum.string()) else {
                throw minimum.unexpected("a coefficient with two decimals")
            }
            minimumCoefficient = coefficient
        } else {
            minimumCoefficient = nil
        }
        minimumTakes = try row.strings("minimumTakes").compactMap(\.first)
    }
}
