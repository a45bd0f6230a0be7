// SPDX-License-Identifier: Apache-2.0
import JSON

/// A row of the table of art. 10: which general act may stand beside which technical act.
package final class CumulationRow: Sendable {
    package let id: String
    package let text: LocalizedText
    package let source: String
    /// The technical act must carry CAC.
    let needsCAC: Bool
    let notSuffixes: [Character]
    /// Empty: every speciality.
    let specialities: SpecialitySet
    /// The list of specialities is a parameter, because the sources do not give it.
    let parameter: String?
    /// Technical acts are paid in full and do not rank.
    let isFullTariff: Bool
    /// Derogation: takes away what another row allows.
    let isExclusion: Bool

    init(
        _ row: JSONReader, isExclusion: Bool, specialities table: SpecialityTable
    ) throws(JSONReadingError) {
        id = try row.member("id").string()
        text = try LocalizedText(reading: row.member("text"))
        source = try row.member("source").string()
        needsCAC = try row.optional("mark")?.string() == "CAC"
        notSuffixes = try row.strings("notSuffixes").compactMap(\.first)
        specialities =
            try row.optional("specialities").map { (list) throws(JSONReadingError) in
                try table.set(list)
            } ?? []
        parameter = try row.optional("parameter")?.string()
        isFullTariff = try row.optional("fullTariff")?.boolean() ?? false
        self.isExclusion = isExclusion
    }
}
