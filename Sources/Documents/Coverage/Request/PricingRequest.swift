// SPDX-License-Identifier: Apache-2.0

/// What is to be priced: the acts of one person by one doctor, and what is known of the past.
///
/// What a request does not say is unknown, never false: a rule that needs a fact which nobody
/// stated answers with a warning, one whose fact is denied with an error.
package struct PricingRequest: Sendable, Hashable {
    /// Day of the acts; a line may have its own.
    package var date: CalendarDate
    package var time: ClockTime?
    package var place: CarePlace
    /// Class of the stay, when the act was in hospital.
    package var hospitalClass: HospitalClass?
    /// The doctor's: id, name or abbreviation of `specialities.json`, or his consultation code.
    package var speciality: String
    package var birthDate: CalendarDate
    package var devices: [DeclaredDevice]
    /// Earlier acts of this person; `nil` when nobody looked them up.
    package var history: [PastAct]?
    /// Of the base amount of dental care, what was used before this statement, by calendar year.
    package var baseAmountConsumed: [Int: Amount]
    package var facts: [String: Bool]
    package var parameters: ParameterValues
    package var lines: [RequestedLine]

    package init(
        date: CalendarDate, place: CarePlace = .practice, speciality: String,
        birthDate: CalendarDate, lines: [RequestedLine]
    ) {
        (self.date, self.place, self.speciality) = (date, place, speciality)
        (self.birthDate, self.lines) = (birthDate, lines)
        (time, hospitalClass, history, baseAmountConsumed) = (nil, nil, nil, [:])
        (devices, facts, parameters) = ([], [:], ParameterValues())
    }
}

/// One line as the doctor sends it.
package struct RequestedLine: Sendable, Hashable {
    /// Its number; unique in the request.
    package var number: Int
    /// The act with or without suffix letters written to it (`GDE14R`, `2L71M`).
    package var code: String
    /// Factor letters that stand beside the code.
    package var suffixes: [String]
    package var quantity: Int
    package var date: CalendarDate?
    package var time: ClockTime?
    /// When the patient asked, where a label says "demandée et faite".
    package var requestedTime: ClockTime?
    package var place: CarePlace?
    /// What the doctor bills for the whole line; `nil` is the tariff.
    package var billed: Amount?
    package var tooth: String?
    /// APCM, ACM: the agreement of the Contrôle médical is there.
    package var authorised: Bool
    package var facts: [String: Bool]

    package init(number: Int, code: String, suffixes: [String] = [], quantity: Int = 1) {
        (self.number, self.code) = (number, code)
        (self.suffixes, self.quantity) = (suffixes, quantity)
        (date, time, requestedTime, place, billed, tooth) = (nil, nil, nil, nil, nil, nil)
        (authorised, facts) = (false, [:])
    }
}

/// An act of the past, as the insurer or the practice knows it.
package struct PastAct: Sendable, Hashable {
    package var date: CalendarDate
    package var time: ClockTime?
    package var code: String
    package var quantity: Int
    /// By the doctor who asks now, or his association (nomenclature, art. 1).
    package var isOwn: Bool

    package init(
        date: CalendarDate, time: ClockTime? = nil, code: String, quantity: Int = 1,
        isOwn: Bool = true
    ) {
        (self.date, self.time, self.code) = (date, time, code)
        (self.quantity, self.isOwn) = (quantity, isOwn)
    }
}

/// A device declared to the CNS, whose lump sum comes with its acts (FFUA, art. 15bis-15quinquies).
package struct DeclaredDevice: Sendable, Hashable {
    /// Code of its lump sum, full or reduced.
    package var code: String
    /// The reduced amount applies, says who declares it.
    package var reduced: Bool
    /// Day of its first covered act, from which its age counts.
    package var firstUse: CalendarDate?
    /// Acts with it in the calendar year before this statement.
    package var usesThisYear: Int?
    /// Its yearly activity stayed below the threshold, so that it counts as new for longer.
    package var hadLowActivity: Bool

    package init(
        code: String, reduced: Bool = false, firstUse: CalendarDate? = nil,
        usesThisYear: Int? = nil, hadLowActivity: Bool = false
    ) {
        (self.code, self.reduced, self.firstUse) = (code, reduced, firstUse)
        (self.usesThisYear, self.hadLowActivity) = (usesThisYear, hadLowActivity)
    }
}

/// Lieu de prestation (identifiers-and-codes, section 5; the official list is not public).
package enum CarePlace: Sendable, Hashable {
    case practice, home, hospitalAmbulatory, hospitalStationary, medicalHouse, integratedCentre
    case teleconsultation, other
    /// A code that the list does not have.
    case unknown(String)

    package init(_ code: String) {
        self =
            Self.codes[code.uppercased()] ?? Self.words[SpecialityTable.key(code)]
            ?? .unknown(code)
    }

    package var code: String {
        if case .unknown(let code) = self { return code }
        return Self.codes.first { $0.value == self }?.key ?? ""
    }

    package var isHospital: Bool { self == .hospitalAmbulatory || self == .hospitalStationary }

    private static let codes: [String: CarePlace] = [
        "CA": .practice, "DO": .home, "HA": .hospitalAmbulatory, "HS": .hospitalStationary,
        "MM": .medicalHouse, "CI": .integratedCentre, "TE": .teleconsultation, "AU": .other,
    ]

    /// By the letters of a word in one of our languages, without accents.
    private static let words: [String: CarePlace] = [
        "": .practice, "practice": .practice, "inpractice": .practice, "cabinet": .practice,
        "praxis": .practice, "outsidehospital": .practice, "horshopital": .practice,
        "extrahospital": .practice, "home": .home, "athome": .home, "domicile": .home,
        "adomicile": .home, "zuhause": .home, "hospitalambulatory": .hospitalAmbulatory,
        "ambulatory": .hospitalAmbulatory, "hospital": .hospitalAmbulatory,
        "hospitaloutpatient": .hospitalAmbulatory, "outpatient": .hospitalAmbulatory,
        "policlinique": .hospitalAmbulatory, "hopital": .hospitalAmbulatory,
        "krankenhaus": .hospitalAmbulatory, "hospitalstationary": .hospitalStationary,
        "stationary": .hospitalStationary, "stationnaire": .hospitalStationary,
        "stationar": .hospitalStationary, "inpatient": .hospitalStationary,
        "medicalhouse": .medicalHouse, "maisonmedicale": .medicalHouse,
        "teleconsultation": .teleconsultation, "other": .other, "autre": .other,
    ]
}

/// codeH of the statement.
package enum HospitalClass: String, Sendable, Hashable, CaseIterable {
    case first = "1"
    case second = "2"
    case ambulatory = "A"
}
