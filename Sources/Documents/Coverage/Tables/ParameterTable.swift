// SPDX-License-Identifier: Apache-2.0
import JSON

/// A question that the sources leave open, with our default answer.
package struct Parameter: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case choice, boolean, integer, amount, specialities
    }

    package let name: String
    package let kind: Kind
    package let choices: [String]
    package let defaultValue: String
    package let text: LocalizedText
    package let source: String

    init(_ row: JSONReader) throws(JSONReadingError) {
        name = try row.member("name").string()
        kind = try row.member("kind").choice(Kind.self)
        choices = try row.strings("choices")
        let value = try row.member("default")
        defaultValue =
            switch value.value.content {
            case .boolean(let flag): flag ? "true" : "false"
            case .number(let number): number.text
            case .array: try row.strings("default").joined(separator: ",")
            default: try value.string()
            }
        text = try LocalizedText(reading: row.member("text"))
        source = try row.member("source").string()
    }

    /// What a value may be, for an error.
    var allowed: String {
        switch kind {
        case .choice: "one of " + choices.joined(separator: ", ")
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .amount: "an amount such as 5.39, or off"
        case .specialities: "a list of specialities, separated by commas"
        }
    }

    func accepts(_ value: String, _ specialities: SpecialityTable) -> Bool {
        switch kind {
        case .choice: choices.contains(value)
        case .boolean: value == "true" || value == "false"
        case .integer: Int(value).map { (0...100_000).contains($0) } ?? false
        case .amount: value == "off" || Amount(value) != nil
        case .specialities:
            value.split(separator: ",").allSatisfy { specialities.speciality(String($0)) != nil }
        }
    }
}

/// The parameters of one pricing, typed.
struct Switches: Sendable {
    var rounding: ParticipationRounding = .truncate
    var visitBaseIsOrdinary = true
    var visitWindowDays = 28
    var sessionCap: Amount?
    var ffuaIsFull = false
    var consultationLimit = 12
    var consultationLimitMonths = 6
    var yearIsRolling = false
    var severalCAC = true
    var ffuaPerDevice = 1
    var bilateralWarns = true
    var bilateralSmallCoefficient = Coefficient(hundredths: 0)
    var reportWithConsultationAndActs = true
    var rankBeforeBilateral = true
    var radiologyRanksBySum = true
    var refusesOldCoefficient = false
    var usesUncheckedCoefficient = false
    var materialRoundsCoefficient = true
    var firstTwoDays: SpecialitySet = []
    var covid: SpecialitySet = []
    var deliveryCoverDays = 5
    var refusesUnknownPlace = false
    var refusesFixedTariff = false
    var refusesMissingACM = true
    var dentalConsultationWithActs = true

    init(_ table: [Parameter], _ given: [String: String], _ specialities: SpecialityTable) {
        for parameter in table {
            set(parameter.name, given[parameter.name] ?? parameter.defaultValue, specialities)
        }
    }

    mutating func set(_ name: String, _ value: String, _ specialities: SpecialityTable) {
        switch name {
        case "participationRounding": rounding = ParticipationRounding(rawValue: value) ?? rounding
        case "visitParticipationBase": visitBaseIsOrdinary = value == "ordinaryGpVisit"
        case "visitWindowDays": visitWindowDays = Int(value) ?? visitWindowDays
        case "sessionCap": sessionCap = Amount(value)
        case "ffuaRate": ffuaIsFull = value == "full"
        case "consultationLimit": consultationLimit = Int(value) ?? consultationLimit
        case "consultationLimitMonths":
            consultationLimitMonths = Int(value) ?? consultationLimitMonths
        case "yearWindow": yearIsRolling = value == "rolling"
        case "consultationWithSeveralCAC": severalCAC = value == "true"
        case "ffuaPerDeviceAndSession": ffuaPerDevice = Int(value) ?? ffuaPerDevice
        case "bilateralOnSmallActs": bilateralWarns = value == "warn"
        case "bilateralSmallCoefficient":
            bilateralSmallCoefficient = Coefficient(value) ?? bilateralSmallCoefficient
        case "reportWithConsultationAndActs": reportWithConsultationAndActs = value == "true"
        case "rankBeforeBilateral": rankBeforeBilateral = value == "true"
        case "radiologyGroupRank": radiologyRanksBySum = value == "sum"
        case "coefficientBeforeItsList": refusesOldCoefficient = value == "refuse"
        case "uncheckedCoefficients": usesUncheckedCoefficient = value == "warn"
        case "materialPercentRounding": materialRoundsCoefficient = value == "coefficient"
        case "firstTwoDaysSpecialities": firstTwoDays = Self.list(value, specialities)
        case "covidSpecialities": covid = Self.list(value, specialities)
        case "deliveryCoverDays": deliveryCoverDays = Int(value) ?? deliveryCoverDays
        case "unknownPlace": refusesUnknownPlace = value == "refuse"
        case "listTariffWithoutCoefficient": refusesFixedTariff = value == "refuse"
        case "acmMissing": refusesMissingACM = value == "refuse"
        case "dentalConsultationWithActs": dentalConsultationWithActs = value == "allow"
        default: break
        }
    }

    private static func list(_ value: String, _ specialities: SpecialityTable) -> SpecialitySet {
        value.split(separator: ",").reduce(into: []) { set, id in
            if let speciality = specialities.speciality(String(id)) {
                set.insert(SpecialitySet(index: speciality.index))
            }
        }
    }
}
