// SPDX-License-Identifier: Apache-2.0

/// What a path of a manifest's `coverage` leads to; the raw values are the names used there.
///
/// Paths of a line's parts start at the line, the others at the form's root. Nothing is priced by
/// `patientShare`, `endDate` and `newPregnancy`: packs name them for readers of forms.
package enum BillingRole: String, Sendable, Hashable, CaseIterable {
    case matricule, birthDate, accident
    case line, lineNumber, actCode, prefix, suffix, quantity, amount, patientShare
    case date, time, endDate, place, hospitalClass, tooth
    case executant, prescriber
    /// Identifier of an authorisation or a quotation.
    case document
    case polytrauma, newPregnancy
}

/// Why a form cannot be read as a bill.
package enum BillingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The pack's manifest has no `coverage`.
    case noBill(pack: String)
    /// Neither a birth date nor a matricule that begins with one.
    case birthDateUnknown(pack: String)
    /// A value of a line that is not what its role needs; the pointer is the caller's.
    case value(BillingRole, pointer: String)

    package var description: String {
        switch self {
        case .noBill(let pack): "a form of the pack \(pack) bills no acts"
        case .birthDateUnknown(let pack):
            "the form of the pack \(pack) gives no birth date; add one, or a matricule"
        case .value(let role, let pointer):
            "\(pointer): the \(role.rawValue) cannot be read; correct it"
        }
    }
}

extension FormPack {
    /// Whether forms of this pack bill acts.
    package var billsActs: Bool { manifest.coverage[BillingRole.line.rawValue] != nil }

    /// Where that part of a bill stands.
    package func path(_ role: BillingRole) -> FormPath? { manifest.coverage[role.rawValue] }
}
