// SPDX-License-Identifier: Apache-2.0

/// What the sources leave open, as it is decided for one pricing: every value comes from
/// `parameters.json` or from the request.
struct OpenQuestions: Sendable {
    var rounding: ParticipationRounding
    var visitBaseIsOrdinary: Bool
    var visitWindowDays: Int
    var sessionCap: Amount?
    var ffuaIsFull: Bool
    var consultationLimit: Int
    var consultationLimitMonths: Int
    var yearIsRolling: Bool
    var severalCAC: Bool
    var ffuaPerDevice: Int
    var bilateralWarns: Bool
    var bilateralSmallCoefficient: Coefficient
    var reportWithConsultationAndActs: Bool
    var rankBeforeBilateral: Bool
    var radiologyRanksBySum: Bool
    var refusesOldCoefficient: Bool
    var usesUncheckedCoefficient: Bool
    var materialRoundsCoefficient: Bool
    var firstTwoDays: SpecialitySet
    var covid: SpecialitySet
    var deliveryCoverDays: Int
    var refusesUnknownPlace: Bool
    var refusesFixedTariff: Bool
    var refusesMissingACM: Bool
    var dentalConsultationWithActs: Bool

    /// - Parameter values: The request's own, by name; each must be accepted by its parameter.
    /// - Throws: The table lacks a parameter, has one that nothing asks for, or a default that its
    ///   kind does not allow.
    init(
        _ table: [Parameter], _ values: [String: String], _ specialities: SpecialityTable
    ) throws(TariffError) {
        var answers = Answers(table, values, specialities)
        rounding =
            ParticipationRounding(
                rawValue: try answers.take("participationRounding")) ?? .truncate
        visitBaseIsOrdinary = try answers.take("visitParticipationBase") == "ordinaryGpVisit"
        visitWindowDays = try answers.number("visitWindowDays")
        sessionCap = Amount(try answers.take("sessionCap"))
        ffuaIsFull = try answers.take("ffuaRate") == "full"
        consultationLimit = try answers.number("consultationLimit")
        consultationLimitMonths = try answers.number("consultationLimitMonths")
        yearIsRolling = try answers.take("yearWindow") == "rolling"
        severalCAC = try answers.take("consultationWithSeveralCAC") == "true"
        ffuaPerDevice = try answers.number("ffuaPerDeviceAndSession")
        bilateralWarns = try answers.take("bilateralOnSmallActs") == "warn"
        bilateralSmallCoefficient =
            Coefficient(try answers.take("bilateralSmallCoefficient"))
            ?? Coefficient(hundredths: 0)
        reportWithConsultationAndActs =
            try answers.take("reportWithConsultationAndActs") == "true"
        rankBeforeBilateral = try answers.take("rankBeforeBilateral") == "true"
        radiologyRanksBySum = try answers.take("radiologyGroupRank") == "sum"
        refusesOldCoefficient = try answers.take("coefficientBeforeItsList") == "refuse"
        usesUncheckedCoefficient = try answers.take("uncheckedCoefficients") == "warn"
        materialRoundsCoefficient =
            try answers.take("materialPercentRounding") == "coefficient"
        firstTwoDays = try answers.specialities("firstTwoDaysSpecialities")
        covid = try answers.specialities("covidSpecialities")
        deliveryCoverDays = try answers.number("deliveryCoverDays")
        refusesUnknownPlace = try answers.take("unknownPlace") == "refuse"
        refusesFixedTariff = try answers.take("listTariffWithoutCoefficient") == "refuse"
        refusesMissingACM = try answers.take("acmMissing") == "refuse"
        dentalConsultationWithActs = try answers.take("dentalConsultationWithActs") == "allow"
        try answers.requireNoneLeft()
    }
}

/// The answers by name; each is taken once.
private struct Answers {
    private static let file = "parameters.json"
    private let table: SpecialityTable
    private var left: [String: String]

    init(_ parameters: [Parameter], _ values: [String: String], _ table: SpecialityTable) {
        self.table = table
        left = Dictionary(
            parameters.map { ($0.name, values[$0.name] ?? $0.defaultValue) },
            uniquingKeysWith: { first, _ in first })
        for parameter in parameters where !parameter.accepts(left[parameter.name] ?? "", table) {
            left[parameter.name] = nil
        }
    }

    mutating func take(_ name: String) throws(TariffError) -> String {
        guard let value = left.removeValue(forKey: name) else {
            throw .data(
                file: Self.file, "the parameter \(name) is missing or its default is not allowed")
        }
        return value
    }

    mutating func number(_ name: String) throws(TariffError) -> Int {
        guard let number = Int(try take(name)) else {
            throw .data(file: Self.file, "the parameter \(name) is no whole number")
        }
        return number
    }

    mutating func specialities(_ name: String) throws(TariffError) -> SpecialitySet {
        let table = table
        return try take(name).split(separator: ",").reduce(into: []) { set, id in
            if let speciality = table.speciality(String(id)) {
                set.insert(SpecialitySet(index: speciality.index))
            }
        }
    }

    func requireNoneLeft() throws(TariffError) {
        guard let name = left.keys.sorted().first else { return }
        throw .data(file: Self.file, "nothing asks for the parameter \(name)")
    }
}
