// SPDX-License-Identifier: Apache-2.0
import JSON

/// The tariff lists and every rule about them, loaded and compiled: the rules engine's whole memory.
///
/// Immutable and shared by all threads. `price(_:)` is in `Engine/`, look-ups are in `Lookup/`.
package final class Tariffs: Sendable {
    /// Day of the coordinated lists.
    package let asOf: CalendarDate
    package let specialities: SpecialityTable
    package let rules: [BillingRule]
    package let parameters: [Parameter]
    package let rates: [CoverageRate]
    package let amounts: [DatedAmount]
    package let suffixes: [SuffixRule]
    package let bands: [LabelBand]
    package let cumulation: [CumulationRow]
    /// Ids of facts that a request may state.
    package let facts: [String: LocalizedText]
    /// Key of a source to its full text.
    package let sources: [String: String]

    let acts: [MedicalAct]
    package let holidays: Set<CalendarDate>
    let keyLetters: [Profession: [(from: CalendarDate, to: CalendarDate?, value: KeyLetterValue)]]
    let anomalies: [String: (severity: Anomaly.Severity, text: LocalizedText)]
    let ruleByID: [String: Int]
    let ownTexts: [OwnRule: LocalizedText]
    /// `M` behind a code of the 8 % list, and the percent.
    let material: (letter: Character, percent: Int)
    /// The rule is between two acts of a session.
    let isPairRule: [Bool]
    /// The rule limits units of a session, a day, a year, a period or a life.
    let isLimitRule: [Bool]
    /// The rule asks for another act in the session.
    let isCompanionRule: [Bool]
    /// That other act is a technical one.
    let isComplementRule: [Bool]
    /// With every default.
    let questions: OpenQuestions
    let parameterByName: [String: Int]
    /// Where each group of `groups.json` stands in the tables: for acts that a request declares.
    let groupUses: [String: ActUses]
    /// Rules that name codes which the lists, being extracts, do not have.
    let unlistedUses: [String: ActUses]
    /// CP1 to CP8, which have no tariff.
    let convenienceCodes: Set<String>
    /// Consultation codes that belong to specialities, and to which.
    let consultationOwners: [String: SpecialitySet]
    private let byCode: [Profession: [String: MedicalAct]]

    /// - Parameter files: The files of `Data/coverage` by name.
    /// - Throws: A file is missing or is not what its column names and members promise.
    package init(files: [String: [UInt8]]) throws(TariffError) {
        let loader = TableLoader(files: files)
        let about = try loader.json("about.json")
        asOf = try loader.reading("about.json") { () throws(JSONReadingError) in
            guard let date = try about.date("dataAsOf") else {
                throw about.unexpected("a member dataAsOf")
            }
            return date
        }
        let table = try loader.specialities()
        specialities = table
        sources = try loader.sources()
        holidays = try loader.holidays()
        keyLetters = try loader.keyLetters()
        anomalies = try loader.anomalies()
        suffixes = try loader.rows("suffixes.json", "suffixes") { row throws(JSONReadingError) in
            try SuffixRule(row, specialities: table)
        }
        bands = try loader.rows("bands.json", "bands") { row throws(JSONReadingError) in
            try LabelBand(row)
        }
        rates = try loader.rows("rates.json", "rates") { row throws(JSONReadingError) in
            try CoverageRate(row)
        }
        amounts = try loader.rows("rates.json", "amounts") { row throws(JSONReadingError) in
            try DatedAmount(row)
        }
        parameters = try loader.rows("parameters.json", "parameters") {
            row throws(JSONReadingError) in try Parameter(row)
        }
        let raw = try loader.rows("rules.json", "rules") { row throws(JSONReadingError) in
            try RawRule(row, specialities: table)
        }
        rules = raw.map(\.rule)
        ownTexts = try Self.ownTexts(rules, rates)
        material = try Self.material(rules)
        isCompanionRule = rules.map { if case .onlyWith = $0.kind { true } else { false } }
        isLimitRule = rules.map(\.kind.isLimit)
        isPairRule = rules.map(\.kind.isBetweenActs)
        cumulation = try loader.cumulation(table)
        facts = try loader.facts()
        questions = try OpenQuestions(parameters, [:], table)
        ruleByID = Dictionary(
            rules.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        parameterByName = Dictionary(
            parameters.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        let list = try loader.acts()
        let resolver = try SelectorResolver(acts: list, groups: loader.groups())
        var uses = list.map { ActUses(isGeneral: $0.section.hasPrefix("P1")) }
        uses += resolver.groupPlaces.map { _ in ActUses() }
        try loader.bind(raw, to: &uses, resolver, rates: rates)
        unlistedUses = try loader.unlisted(raw, resolver)
        groupUses = resolver.groupPlaces.mapValues { uses[$0] }
        consultationOwners = table.all.reduce(into: [:]) { owners, speciality in
            for code in speciality.consultations + speciality.majorated {
                owners[code, default: []].insert(SpecialitySet(index: speciality.index))
            }
        }
        convenienceCodes = try loader.convenienceCodes()
        acts = zip(list, uses).map { MedicalAct($0, uses: $1) }
        isComplementRule = Self.complements(isCompanionRule, acts)
        byCode = Self.index(acts)
    }

    private static func material(
        _ rules: [BillingRule]
    ) throws(TariffError) -> (letter: Character, percent: Int) {
        for rule in rules {
            if case .materialPercent(let letter, let percent) = rule.kind {
                return (letter, percent)
            }
        }
        throw .data(file: "rules.json", "no rule has the type material_percent")
    }

    private static func complements(_ isCompanion: [Bool], _ acts: [MedicalAct]) -> [Bool] {
        var isComplement = isCompanion
        for act in acts where !act.groups.overlaps(.technical) {
            for rule in act.uses.otherRules { isComplement[rule] = false }
        }
        return isComplement
    }

    private static func index(_ acts: [MedicalAct]) -> [Profession: [String: MedicalAct]] {
        acts.reduce(into: [:]) { index, act in index[act.profession, default: [:]][act.code] = act }
    }

    /// The act of that code: of the profession's own list, or of the other's.
    func act(_ code: String, for profession: Profession) -> MedicalAct? {
        byCode[profession]?[code]
            ?? byCode[profession == .doctors ? .dentists : .doctors]?[code]
    }

    func keyLetter(of profession: Profession, on date: CalendarDate) -> KeyLetterValue? {
        keyLetters[profession]?.first { letter in
            letter.from <= date && letter.to.map { date <= $0 } ?? true
        }?.value
    }

    /// An anomaly with the general sentence of its code, unless another is given.
    package func anomaly(
        _ code: String, source: String, severity: Anomaly.Severity? = nil,
        text: LocalizedText? = nil
    ) -> PricingAnomaly {
        let entry = anomalies[code]
        return PricingAnomaly(
            code: code, severity: severity ?? entry?.severity ?? .error,
            text: text ?? entry?.text ?? LocalizedText(fr: code, de: code, en: code),
            source: source)
    }
}
