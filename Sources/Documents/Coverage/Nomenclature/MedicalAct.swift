// SPDX-License-Identifier: Apache-2.0

/// Acte: one code of the legal tariff lists, with its values over time and everything that speaks of it.
package final class MedicalAct: Sendable {
    package let code: String
    package let label: String
    /// Part, chapter, section: `P2 C1 S8 Dermatologie`.
    package let section: String
    package let profession: Profession
    package let marks: Marks
    /// Newest first.
    package let versions: [ActVersion]
    /// Sent with a request, not in the lists.
    package let isDeclared: Bool
    let uses: ActUses

    var groups: GroupSet { uses.groups }

    /// A technical act itself, not a cost beside one.
    var isTechnical: Bool { groups.overlaps(.technical) && !groups.overlaps(.costs) }

    /// Article 9 ranks it; what it pays in full does not rank.
    var ranks: Bool {
        isTechnical && !marks.contains(.cat)
            && !groups.overlaps([.outsideArticle9, .fullTariffBeside])
    }

    init(_ row: ActRow, uses: ActUses, isDeclared: Bool = false) {
        (code, label, section) = (row.code, row.label, row.section)
        (profession, marks, versions) = (row.profession, row.marks, row.versions)
        (self.uses, self.isDeclared) = (uses, isDeclared)
    }

    /// Remarks printed with the act.
    package struct Marks: OptionSet, Sendable, Hashable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }

        /// Cumul autorisé avec consultation.
        package static let cac = Marks(rawValue: 1 << 0)
        /// Cumul à tarif plein.
        package static let cat = Marks(rawValue: 1 << 1)
        package static let deviceCost = Marks(rawValue: 1 << 2)
        package static let materialCost = Marks(rawValue: 1 << 3)
        package static let ffua = Marks(rawValue: 1 << 4)
        package static let isolated = Marks(rawValue: 1 << 5)
        /// Autorisation préalable du Contrôle médical.
        package static let apcm = Marks(rawValue: 1 << 6)
        /// Accord du Contrôle médical.
        package static let acm = Marks(rawValue: 1 << 7)
        /// Dépassement sur devis.
        package static let dsd = Marks(rawValue: 1 << 8)

        static let names: [(String, Marks)] = [
            ("CAC", .cac), ("CAT", .cat), ("X", .deviceCost), ("M", .materialCost),
            ("FFUA", .ffua), ("ACTE_ISOLE", .isolated), ("APCM", .apcm), ("ACM", .acm),
            ("DSD", .dsd),
        ]

        /// Reads the remark column; a mark with a condition in brackets is a rule of its own.
        init(remarks: some StringProtocol) {
            self = []
            for part in remarks.split(separator: ";") {
                if let mark = Self.names.first(where: { $0.0 == part }) { insert(mark.1) }
            }
        }

        package var words: [String] { Self.names.filter { contains($0.1) }.map(\.0) }
    }
}

package enum Profession: String, Sendable, Hashable, CaseIterable {
    case doctors, dentists
}

/// Coefficient and tariff of an act in a range of days, as one source gives them.
package struct ActVersion: Sendable, Hashable {
    package let from: CalendarDate?
    /// Last day.
    package let to: CalendarDate?
    package let coefficient: Coefficient?
    package let tariff: Amount?
    /// Key of `sources.csv`.
    package let source: String

    package func isValid(on date: CalendarDate) -> Bool {
        from.map { $0 <= date } ?? false && to.map { date <= $0 } ?? true
    }
}

/// The rows of one code in a list.
struct ActRow {
    var code: String
    var label: String
    var section: String
    var profession: Profession
    var marks: MedicalAct.Marks
    /// Newest first.
    var versions: [ActVersion]
}

/// Where an act stands in the decision tables, by index, so that pricing never searches.
struct ActUses: Sendable {
    var groups: GroupSet = []
    /// Rules in whose `codes` and `others` the act stands.
    var rules: [Int] = []
    var otherRules: [Int] = []
    /// Rules that this act lifts in its session.
    var liftedRules: [Int] = []
    /// Rows of the table of art. 10, a bit each.
    var generalRows: UInt32 = 0
    var technicalRows: UInt32 = 0
    /// Rates that can apply, the strongest first.
    var rates: [Int] = []
    var bands: [Int] = []
    var suffixes: [Int] = []
    /// The act is general in the sense of art. 10.
    var isGeneral = false
}
