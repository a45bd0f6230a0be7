// SPDX-License-Identifier: Apache-2.0
package import Coverage
import FormPacks
package import JSON
package import NationalAPI

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What the caisse pays back to an insured person for one deposited document.
package struct Reimbursement: Sendable, Hashable {
    /// EndToEndId of the transfer.
    package var reference: String
    /// UUID of the document.
    package var document: String
    /// Matricule of whom it is paid to.
    package var person: String
    /// In cents.
    package var amount: Int
    /// An ordinary transfer: the next banking day.
    package var bookedOn: CalendarDate

    init(reference: String, document: String, person: String, amount: Int, bookedOn: CalendarDate) {
        (self.reference, self.document, self.person) = (reference, document, person)
        (self.amount, self.bookedOn) = (amount, bookedOn)
    }

    /// As officers and tests see it; persons of the sandbox are fictitious.
    ///
    /// - Parameter effects: How many payments there are for the document.
    func json(effects: Int) -> JSONValue {
        [
            "reference": .string(reference), "uuid": .string(document),
            "person": .string(person), "amount": .string("\(Amount(cents: amount))"),
            "transfer": .string(ValidationAnswer.Transfer.ordinary.rawValue),
            "bookedOn": .string(bookedOn.description), "effects": .int(effects),
        ]
    }

    init(_ item: JSONReader) throws(JSONReadingError) {
        reference = try item.member("reference").string()
        document = try item.member("uuid").string()
        person = try item.member("person").string()
        let money = try item.member("amount")
        guard let amount = Amount(try money.string()) else { throw money.unexpected("an amount") }
        self.amount = amount.cents
        bookedOn = try item.member("bookedOn").calendarDate()
    }

    var entry: PaymentAdvice.Entry {
        PaymentAdvice.Entry(
            reference: reference, amount: amount, bookedOn: bookedOn, transfer: .ordinary,
            remittance: "REMB \(document)")
    }
}

extension Reimbursement: CustomStringConvertible {
    /// Without the person.
    package var description: String { "Reimbursement(\(reference))" }
}

extension Insurer {
    /// What the insurer takes on of a deposited bill, in cents, as things stand now; `nil` of a
    /// document that bills nothing it can price.
    func reimbursable(_ document: CheckedDocument) -> Int? {
        guard let bill = try? SimulatedBill(document),
            let pricing = try? price(
                bill, register.person(matricule: bill.matricule.digits)?.effect)
        else { return nil }
        return pricing.totals.statutory
    }

    /// Pays a document back, once.
    ///
    /// - Throws: It cannot be written down, so it did not happen.
    func reimburse(
        document: String, to person: String, amount: Int, now: Date
    ) throws -> Reimbursement {
        if let earlier = book.reimbursements.first(where: { $0.document == document }) {
            return earlier
        }
        let payment = Reimbursement(
            reference: identifier("R", now: now), document: document, person: person,
            amount: amount, bookedOn: bankingDay(after: CalendarDate(inLuxembourg: now)))
        try commit(InsurerEvent(effect: .reimbursed(payment), exchange: nil))
        return payment
    }

    /// What was credited to a person until `now`: an account under the matricule.
    package func advice(toPerson person: String, id: String, now: Date) -> PaymentAdvice {
        let today = CalendarDate(inLuxembourg: now)
        let entries = book.reimbursements.filter {
            $0.person == person && $0.bookedOn <= today && $0.amount > 0
        }
        return PaymentAdvice(
            id: id, createdAt: now, providerCode: person, entries: entries.map(\.entry))
    }

    /// Every payment: to providers first, then to persons.
    package var paymentsAsJSON: [JSONValue] {
        func counts(_ subjects: [String]) -> [String: Int] {
            subjects.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        let ordered = counts(book.payments.map(\.simulationID))
        let reimbursed = counts(book.reimbursements.map(\.document))
        return book.payments.map { $0.json(effects: ordered[$0.simulationID] ?? 0) }
            + book.reimbursements.map { $0.json(effects: reimbursed[$0.document] ?? 0) }
    }
}
