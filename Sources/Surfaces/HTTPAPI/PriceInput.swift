// SPDX-License-Identifier: Apache-2.0
package import Coverage
package import FormPacks
import JSON

/// Why what was handed in to be priced is no request.
package enum PriceInputError: Error, Sendable, CustomStringConvertible {
    /// A statement does not say which speciality its doctor has.
    case specialityMissing
    /// The statement has errors of its own.
    case refused([Coverage.Anomaly])

    package var description: String {
        switch self {
        case .specialityMissing:
            "a statement does not name the doctor's speciality; give it beside the statement"
        case .refused(let anomalies):
            "the statement has errors: \(anomalies.map(\.code).joined(separator: ", "))"
        }
    }
}

/// Reads what is to be priced: the REQUEST of docs/design.md section 6, or any form whose pack says
/// where its acts are.
package struct PriceInput {
    private let packs: () throws -> PackLibrary
    private let today: CalendarDate

    /// - Parameter packs: Asked for only when a form was handed in.
    package init(packs: @autoclosure @escaping () throws -> PackLibrary, today: CalendarDate) {
        (self.packs, self.today) = (packs, today)
    }

    /// - Parameters:
    ///   - speciality: Of the doctor; for a REQUEST it takes the place of the one named there.
    ///   - devices: Declared beside the statement.
    /// - Throws: ``JSONError``, `JSONReadingError`, ``FormCheckError``, ``BillingError`` or
    ///   ``PriceInputError``.
    package func request(
        _ input: FormInput, speciality: String? = nil, devices: [DeclaredDevice] = []
    ) throws -> PricingRequest {
        if case .json(let bytes) = input {
            let value = try JSONValue(parsing: bytes)
            if !Self.isForm(value) {
                var request = try PricingRequest(reading: JSONReader(value))
                if let speciality { request.speciality = speciality }
                request.devices += devices
                return request
            }
        }
        let result = try packs().check(
            input, today: today, uuid: "00000000-0000-4000-8000-000000000000",
            kinds: [.form, .message])
        guard let document = result.document else {
            throw PriceInputError.refused(result.anomalies)
        }
        guard let speciality else { throw PriceInputError.specialityMissing }
        return try document.pack.bill(
            of: document.root, BillingContext(speciality: speciality, devices: devices))
    }

    /// A form is one element with its content; anything else is meant as a REQUEST.
    private static func isForm(_ value: JSONValue) -> Bool {
        guard let members = value.object, members.count == 1 else { return false }
        return members[0].value.object != nil
    }
}
