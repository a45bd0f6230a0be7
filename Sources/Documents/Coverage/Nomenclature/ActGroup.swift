// SPDX-License-Identifier: Apache-2.0

/// The sets of acts that the engine itself speaks of; which codes are in them stands in `groups.json`.
enum ActGroup: String, CaseIterable, Sendable {
    case consultation, normalConsultation, majoratedConsultation, visit, extraHospitalVisit
    case hospitalVisit, preAnaesthetic, telephone, kilometre, hospitalForfait, report
    case medecinReferent, technical, deviceCost, materialCost, ffua, radiodiagnostic
    case deliveryForfait, deliveryComplication, convenance, materialEightPercent
    case outsideArticle9, fullTariffBeside, anaesthesia, dentalCare, dentalProsthesis
    case totalProsthesis, maxilloFacialProsthesis, orthodontics, imagingUltrasound, imagingCT
    case imagingMRI, imagingNuclear, dayCentre, tumourBoard
}

/// Membership of an act in the groups, a bit each.
struct GroupSet: OptionSet, Sendable, Hashable {
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }
    init(_ group: ActGroup) { rawValue = 1 << UInt64(Self.place(group)) }

    private static let places = Dictionary(
        uniqueKeysWithValues: ActGroup.allCases.enumerated().map { ($1, $0) })
    private static func place(_ group: ActGroup) -> Int { places[group] ?? 0 }

    static let consultation = GroupSet(.consultation)
    static let visit = GroupSet(.visit)
    static let extraHospitalVisit = GroupSet(.extraHospitalVisit)
    static let telephone = GroupSet(.telephone)
    static let kilometre = GroupSet(.kilometre)
    static let hospitalForfait = GroupSet(.hospitalForfait)
    static let report = GroupSet(.report)
    static let medecinReferent = GroupSet(.medecinReferent)
    static let technical = GroupSet(.technical)
    static let deviceCost = GroupSet(.deviceCost)
    static let materialCost = GroupSet(.materialCost)
    static let ffua = GroupSet(.ffua)
    static let radiodiagnostic = GroupSet(.radiodiagnostic)
    static let deliveryForfait = GroupSet(.deliveryForfait)
    static let deliveryComplication = GroupSet(.deliveryComplication)
    static let convenance = GroupSet(.convenance)
    static let materialEightPercent = GroupSet(.materialEightPercent)
    static let outsideArticle9 = GroupSet(.outsideArticle9)
    static let fullTariffBeside = GroupSet(.fullTariffBeside)
    static let dentalProsthesis = GroupSet(.dentalProsthesis)
    static let orthodontics = GroupSet(.orthodontics)
    static let dentalCare = GroupSet(.dentalCare)
    static let imaging: GroupSet = [
        GroupSet(.radiodiagnostic), GroupSet(.imagingUltrasound), GroupSet(.imagingCT),
        GroupSet(.imagingMRI), GroupSet(.imagingNuclear),
    ]
    /// Costs beside an act: no rank, no majoration, no act of art. 9 or 10.
    static let costs: GroupSet = [.deviceCost, .materialCost, .ffua]

    func overlaps(_ other: GroupSet) -> Bool { rawValue & other.rawValue != 0 }
}
