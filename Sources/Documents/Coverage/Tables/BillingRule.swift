// SPDX-License-Identifier: Apache-2.0
import JSON

/// One rule of the nomenclature about single codes (`rules.json`).
package final class BillingRule: Sendable {
    /// `R041`, `ART7`, `AGE-C6`; the `source` of the anomalies it raises.
    package let id: String
    package let text: LocalizedText
    package let source: String
    /// Part of the nomenclature or article.
    package let article: String
    package let from: CalendarDate?
    package let to: CalendarDate?
    let kind: Kind
    let anomaly: String
    let severity: Anomaly.Severity
    /// Facts that lift the rule.
    let unless: [String]
    /// Facts without which the rule does not let the act pass.
    let facts: [String]
    /// `codes` is against `others`, which name something; otherwise any act.
    let hasOthers: Bool
    /// Each code is counted for itself, not all of them together.
    let countsEachCode: Bool
    /// Doctors whom the rule does not bind.
    let notSpecialities: SpecialitySet

    init(
        id: String, text: LocalizedText, source: String, article: String, from: CalendarDate?,
        to: CalendarDate?, kind: Kind, anomaly: String, severity: Anomaly.Severity,
        unless: [String], facts: [String], hasOthers: Bool, countsEachCode: Bool,
        notSpecialities: SpecialitySet
    ) {
        (self.id, self.text, self.source, self.article) = (id, text, source, article)
        (self.from, self.to, self.kind) = (from, to, kind)
        (self.anomaly, self.severity) = (anomaly, severity)
        (self.unless, self.facts, self.hasOthers) = (unless, facts, hasOthers)
        (self.countsEachCode, self.notSpecialities) = (countsEachCode, notSpecialities)
    }

    enum Kind: Sendable, Hashable {
        case maxPerDay(Int)
        case maxPerSession(Int, perEye: Bool)
        case maxPerYear(Int, window: YearWindow, perDay: Int?)
        case maxLifetime(Int)
        case maxPerPeriod(Int, months: Int)
        case minInterval(Interval)
        /// Payable only within that time after one of `others`.
        case maxInterval(Interval)
        /// Not payable within so many days after one of `others`: included there.
        case includedAfter(days: Int)
        case requiresPrior
        case onlyWith
        case onlyCombinableWith
        case mutuallyExclusive
        case notCumulable
        /// `codes` stand for `others`, which are not paid beside them.
        case insteadOf
        /// Material cost as a share of the act's coefficient, by a letter behind its code.
        case materialPercent(letter: Character, percent: Int)
        /// No material cost of 8 % beside it.
        case noMaterial
        /// Lump sum of a device: in full while the device is young and its uses in the year few.
        case lumpSum(usesPerYear: Int, ageYears: Int, lowActivityYears: Int)
        case isolated
        case speciality(SpecialitySet)
        case excludedSpeciality(SpecialitySet)
        case place([CarePlace])
        /// Not in these places, and not where one of the facts is stated.
        case forbiddenPlace([CarePlace])
        case age(AgeRange)
        case authorisation(Authorisation)
        case noMajoration([Character])
        case conditionalCAC(days: Int?, SpecialitySet?)
        case needsFact
        case excludedContext(String)
        /// Read by people or worked out by the engine itself.
        case explained
    }

    enum YearWindow: String, Sendable, Hashable, CaseIterable {
        case calendar = "calendar-year"
        case rolling = "12-months"
        case parameter
    }

    enum Interval: Sendable, Hashable { case days(Int), months(Int) }

    /// Completed months of life, or days where the label counts them; both ends included.
    struct AgeRange: Sendable, Hashable {
        var fromMonths: Int?
        var toMonths: Int?
        var fromDays: Int?
        var toDays: Int?

        func contains(_ date: CalendarDate, birth: CalendarDate) -> Bool {
            if fromDays != nil || toDays != nil {
                let days = date.days(since: birth)
                return fromDays.map { $0 <= days } ?? true && toDays.map { days <= $0 } ?? true
            }
            let months = birth.completedMonths(on: date)
            return fromMonths.map { $0 <= months } ?? true
                && toMonths.map { months <= $0 } ?? true
        }
    }

    /// APCM: when the prior agreement of the Contrôle médical is needed.
    enum Authorisation: Sendable, Hashable {
        case always
        case above(Int, window: YearWindow)
        case withinMonths(Int)
        case fromAge(Int)
    }

    func isInForce(on date: CalendarDate) -> Bool {
        from.map { $0 <= date } ?? true && to.map { date <= $0 } ?? true
    }

    var anomalyValue: PricingAnomaly { anomaly(severity) }

    func anomaly(_ severity: Anomaly.Severity) -> PricingAnomaly {
        PricingAnomaly(code: anomaly, severity: severity, text: text, source: id)
    }
}

/// Specialities by index, a bit each.
struct SpecialitySet: OptionSet, Sendable, Hashable {
    let rawValue: UInt64
    init(rawValue: UInt64) { self.rawValue = rawValue }
    init(index: Int) { rawValue = 1 << UInt64(index) }
}

/// A rule as the file has it, its codes not yet resolved.
struct RawRule {
    let rule: BillingRule
    let codes: [String]
    let others: [String]
    /// Acts that lift the rule when they stand in the same session.
    let notWith: [String]

    init(
        _ file: JSONReader, specialities: SpecialityTable
    ) throws(JSONReadingError) {
        codes = try file.strings("codes")
        others = try file.strings("others")
        notWith = try file.strings("notWith")
        let kind = try BillingRule.Kind(file, specialities)
        let scope = try file.optional("limit")?.optional("scope")?.string()
        rule = BillingRule(
            id: try file.member("id").string(),
            text: try LocalizedText(reading: file.member("text")),
            source: try file.member("source").string(),
            article: try file.optional("article")?.string() ?? "",
            from: try file.date("from"), to: try file.date("to"),
            kind: kind,
            anomaly: try file.optional("anomaly")?.string() ?? "",
            severity: try file.optional("level")?.choice(Anomaly.Severity.self) ?? .error,
            unless: try file.strings("unless"), facts: try file.strings("facts"),
            hasOthers: !others.isEmpty,
            countsEachCode: scope.map { $0 == "code" } ?? kind.countsEachCode,
            notSpecialities: try file.optional("notSpecialities").map {
                (list) throws(JSONReadingError) in try specialities.set(list)
            } ?? [])
    }
}

extension BillingRule.Kind {
    /// "Once per child" is said of each examination, "six a year" of all codes of the remark.
    fileprivate var countsEachCode: Bool {
        switch self {
        case .maxPerSession, .maxLifetime: true
        default: false
        }
    }

    /// Types that a person reads, or that the engine works out by itself.
    private static let explainedTypes: Set<String> = [
        "note", "rank", "general_and_technical", "speciality_of_consultation",
    ]

    fileprivate init(
        _ file: JSONReader, _ specialities: SpecialityTable
    ) throws(JSONReadingError) {
        let limit = try file.optional("limit") ?? JSONReader([:])
        func count() throws(JSONReadingError) -> Int {
            try limit.member("count").int(in: 0...10_000)
        }
        func listed() throws(JSONReadingError) -> SpecialitySet {
            try specialities.set(limit.member("specialities"))
        }
        let hasOthers = try !file.strings("others").isEmpty
        switch try file.member("type").string() {
        case "max_per_day": self = .maxPerDay(try count())
        case "max_per_session", "max_per_programme_session":
            self = .maxPerSession(try count(), perEye: limit.has("per"))
        case "max_per_year":
            self = .maxPerYear(
                try count(),
                window: try limit.optional("window")?.choice(BillingRule.YearWindow.self)
                    ?? .parameter,
                perDay: try limit.optional("perDay")?.int())
        case "max_lifetime", "max_after", "max_per_programme": self = .maxLifetime(try count())
        case "max_per_period":
            self = .maxPerPeriod(try count(), months: try limit.member("months").int())
        case "min_interval":
            if let months = try limit.optional("withinMonths") {
                self = .maxInterval(.months(try months.int()))
            } else {
                self = .minInterval(try BillingRule.Interval(limit))
            }
        case "max_interval": self = .maxInterval(try BillingRule.Interval(limit))
        case "included_after": self = .includedAfter(days: try limit.member("days").int())
        case "requires_prior": self = .requiresPrior
        case "only_with": self = .onlyWith
        case "only_combinable_with": self = .onlyCombinableWith
        case "mutually_exclusive": self = .mutuallyExclusive
        case "not_cumulable", "exclusive_in_subsection", "exclusive_in_chapter":
            self = hasOthers ? .notCumulable : .mutuallyExclusive
        case "instead_of": self = .insteadOf
        case "material_percent":
            guard let letter = try limit.member("letter").string().first else {
                throw limit.unexpected("a letter")
            }
            self = .materialPercent(
                letter: letter, percent: try limit.member("percent").int(in: 1...100))
        case "no_material": self = .noMaterial
        case "isolated": self = .isolated
        case "lump_sum":
            self = .lumpSum(
                usesPerYear: try limit.member("perYear").int(),
                ageYears: try limit.member("ageYears").int(),
                lowActivityYears: try limit.member("lowActivityYears").int())
        case "speciality": self = .speciality(try listed())
        case "excluded_speciality": self = .excludedSpeciality(try listed())
        case "place":
            self = .place(
                try limit.strings("places").map { CarePlace($0) })
        case "forbidden_place":
            self = .forbiddenPlace(try limit.strings("places").map { CarePlace($0) })
        case "age": self = .age(try BillingRule.AgeRange(limit))
        case "APCM_if": self = .authorisation(try BillingRule.Authorisation(limit))
        case "no_majoration":
            self = .noMajoration(try limit.strings("suffixes").compactMap(\.first))
        case "conditional_CAC":
            self = .conditionalCAC(
                days: try limit.optional("noConsultationDays")?.int(),
                limit.has("specialities") ? try listed() : nil)
        case "min_size", "not_charged", "needs_fact": self = .needsFact
        case "excluded_context":
            self = .excludedContext(try limit.member("fact").string())
        case let type where Self.explainedTypes.contains(type): self = .explained
        default: throw try file.member("type").unexpected("a type of rule that the engine knows")
        }
    }
}

extension BillingRule.Kind {
    var isLimit: Bool {
        switch self {
        case .maxPerSession, .maxPerDay, .maxPerYear, .maxLifetime, .maxPerPeriod,
            .authorisation(.above):
            true
        default: false
        }
    }

    var isBetweenActs: Bool {
        switch self {
        case .mutuallyExclusive, .notCumulable, .maxPerDay(1), .maxPerSession(1, false),
            .minInterval, .onlyCombinableWith, .isolated, .includedAfter:
            true
        default: false
        }
    }
}

extension BillingRule.Interval {
    fileprivate init(_ limit: JSONReader) throws(JSONReadingError) {
        if let days = try limit.optional("days") {
            self = .days(try days.int())
        } else {
            self = .months(try limit.member("months").int())
        }
    }
}

extension BillingRule.AgeRange {
    init(_ limit: JSONReader) throws(JSONReadingError) {
        fromMonths = try limit.optional("fromMonths")?.int()
        toMonths = try limit.optional("toMonths")?.int()
        fromDays = try limit.optional("fromDays")?.int()
        toDays = try limit.optional("toDays")?.int()
        if let years = try limit.optional("from")?.int() { fromMonths = years * 12 }
        if let years = try limit.optional("to")?.int() { toMonths = years * 12 + 11 }
        if let years = try limit.optional("below")?.int() { toMonths = years * 12 - 1 }
    }
}

extension BillingRule.Authorisation {
    fileprivate init(_ limit: JSONReader) throws(JSONReadingError) {
        if let count = try limit.optional("above") {
            self = .above(
                try count.int(),
                window: try limit.optional("window")?.choice(BillingRule.YearWindow.self)
                    ?? .parameter)
        } else if let months = try limit.optional("withinMonths") {
            self = .withinMonths(try months.int())
        } else if let age = try limit.optional("fromAge") {
            self = .fromAge(try age.int())
        } else {
            self = .always
        }
    }
}
