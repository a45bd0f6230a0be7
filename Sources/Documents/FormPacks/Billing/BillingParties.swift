// SPDX-License-Identifier: Apache-2.0

/// Whom a bill is about and who stands on its lines, beside the acts themselves.
package struct BillingParties: Sendable, Hashable {
    /// Who did an act, who prescribed it, and the document on which it stands.
    package struct Line: Sendable, Hashable {
        package let number: Int
        package let executant: String?
        package let prescriber: String?
        /// Identifier of an authorisation or a quotation.
        package let document: String?
    }

    /// `nil` when the form has none, or none of 13 digits.
    package let matricule: Matricule?
    /// The form says that the acts follow an accident.
    package let isAccident: Bool
    package let lines: [Line]
}

extension BillingParties: CustomStringConvertible {
    /// Without the patient and the acts.
    package var description: String { "BillingParties(\(lines.count) lines)" }
}

extension FormPack {
    /// Reads who stands in a bill, by the paths of the manifest.
    ///
    /// - Parameter form: The root of a form of this pack.
    package func parties(of form: FormElement) throws(BillingError) -> BillingParties {
        guard let linePath = path(.line) else { throw .noBill(pack: id) }
        let reader = BillReader(pack: self, form: form)
        var lines: [BillingParties.Line] = []
        for (index, element) in form.all(linePath).enumerated() {
            lines.append(
                BillingParties.Line(
                    number: try reader.lineNumber(element, position: index + 1),
                    executant: reader.text(.executant, in: element),
                    prescriber: reader.text(.prescriber, in: element),
                    document: reader.text(.document, in: element)))
        }
        return BillingParties(
            matricule: reader.text(.matricule, in: form).flatMap(Matricule.init),
            isAccident: path(.accident).flatMap { form.first($0) } != nil, lines: lines)
    }
}
