// SPDX-License-Identifier: Apache-2.0
package import Coverage

/// What pricing needs and no form says.
package struct BillingContext: Sendable, Hashable {
    /// The doctor's speciality: id, name or abbreviation.
    package var speciality: String
    package var devices: [DeclaredDevice]
    /// Earlier acts of the person; `nil` when nobody looked them up.
    package var history: [PastAct]?
    /// Of the base amount of dental care, what was used before, by calendar year.
    package var baseAmountConsumed: [Int: Amount]
    package var facts: [String: Bool]
    package var parameters: ParameterValues

    package init(
        speciality: String, devices: [DeclaredDevice] = [], history: [PastAct]? = nil,
        baseAmountConsumed: [Int: Amount] = [:], facts: [String: Bool] = [:],
        parameters: ParameterValues = ParameterValues()
    ) {
        (self.speciality, self.devices, self.history) = (speciality, devices, history)
        (self.baseAmountConsumed, self.facts) = (baseAmountConsumed, facts)
        self.parameters = parameters
    }
}

extension FormPack {
    /// Reads a checked form as a request to price its acts, by the paths of the manifest.
    ///
    /// A document number on a line may name an authorisation or a quotation: it counts as both.
    /// What the form does not say stays unknown.
    ///
    /// - Parameter form: The root of a form of this pack.
    package func bill(
        of form: FormElement, _ context: BillingContext
    ) throws(BillingError) -> PricingRequest {
        guard let linePath = path(.line) else { throw .noBill(pack: id) }
        let reader = BillReader(pack: self, form: form)
        var lines: [RequestedLine] = []
        for (index, element) in form.all(linePath).enumerated() {
            lines.append(try reader.line(element, position: index + 1))
        }
        // The schema makes the form's date mandatory.
        guard let date = form.first(manifest.paths.date).flatMap({ CalendarDate($0.text) }) else {
            throw .value(.date, pointer: form.step)
        }
        var request = PricingRequest(
            date: date, speciality: context.speciality, birthDate: try reader.birthDate(),
            lines: lines)
        request.hospitalClass = form.all(linePath).lazy
            .compactMap { reader.text(.hospitalClass, in: $0) }.first
            .flatMap(HospitalClass.init)
        (request.devices, request.history) = (context.devices, context.history)
        request.baseAmountConsumed = context.baseAmountConsumed
        request.parameters = context.parameters
        request.facts = context.facts
        if let polytrauma = reader.text(.polytrauma, in: form) {
            request.facts[BillingRole.polytrauma.rawValue] = polytrauma == "true"
        }
        return request
    }
}

extension FormPack {
    /// The lines of a bill with the amounts that it names; `nil` where a line leaves its open.
    package func billedAmounts(of form: FormElement) -> [(line: Int, amount: Amount?)] {
        guard let line = path(.line) else { return [] }
        return form.all(line).enumerated().map { index, element in
            let number = path(.lineNumber).flatMap { element.first($0) }.flatMap { Int($0.text) }
            let amount = path(.amount).flatMap { element.first($0) }.flatMap { Amount($0.text) }
            return (number ?? index + 1, amount)
        }
    }
}

/// Reads the parts of one bill.
struct BillReader {
    let pack: FormPack
    let form: FormElement

    func text(_ role: BillingRole, in element: FormElement) -> String? {
        pack.path(role).flatMap { element.first($0)?.text }
    }

    /// As the form gives it, or the first eight digits of the matricule (identifiers-and-codes, 1).
    func birthDate() throws(BillingError) -> CalendarDate {
        if let date = text(.birthDate, in: form).flatMap(CalendarDate.init) { return date }
        guard let date = text(.matricule, in: form).flatMap(Matricule.init)?.birthDate else {
            throw .birthDateUnknown(pack: pack.id)
        }
        return date
    }

    func line(_ element: FormElement, position: Int) throws(BillingError) -> RequestedLine {
        let code = (text(.prefix, in: element) ?? "") + (text(.actCode, in: element) ?? "")
        var line = RequestedLine(
            number: try lineNumber(element, position: position), code: code,
            quantity: try number(.quantity, in: element) ?? 1)
        line.suffixes = pack.path(.suffix).map { element.all($0).map(\.text) } ?? []
        line.date = text(.date, in: element).flatMap(CalendarDate.init)
        line.time = text(.time, in: element).flatMap { ClockTime(String($0.prefix(5))) }
        line.place = text(.place, in: element).map(CarePlace.init)
        line.tooth = text(.tooth, in: element)
        if let amount = text(.amount, in: element) {
            guard let billed = Amount(amount) else { throw unreadable(.amount, in: element) }
            line.billed = billed
        }
        if text(.document, in: element) != nil {
            line.authorised = true
            line.facts["quotation"] = true
        }
        if text(.prescriber, in: element) != nil { line.facts["prescription"] = true }
        return line
    }

    /// As the form has it, or the line's place.
    func lineNumber(_ element: FormElement, position: Int) throws(BillingError) -> Int {
        try number(.lineNumber, in: element) ?? position
    }

    private func number(_ role: BillingRole, in element: FormElement) throws(BillingError) -> Int? {
        guard let text = text(role, in: element) else { return nil }
        guard let number = Int(text) else { throw unreadable(role, in: element) }
        return number
    }

    private func unreadable(_ role: BillingRole, in element: FormElement) -> BillingError {
        .value(role, pointer: "\(form.step)\(element.step)")
    }
}
