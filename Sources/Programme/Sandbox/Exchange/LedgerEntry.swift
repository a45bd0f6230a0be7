// SPDX-License-Identifier: Apache-2.0
package import Coverage
package import JSON

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension Ledger {
    /// States that eAdmin shows (mysecu-wire, section 5). The sandbox decides on a cancellation at
    /// once, so that nothing of its own stays in ``cancelAsked``.
    package enum State: String, Sendable, CaseIterable {
        case received = "RECEIVED"
        /// It stands in the insured person's space.
        case sent = "SENT"
        case reimbursementAsked = "REIMBURSEMENT_ASKED"
        case reimbursementSent = "REIMBURSEMENT_SENT"
        case cancelAsked = "CANCEL_ASKED"
        case canceled = "CANCELED"
        case cancelReplaced = "CANCEL_REPLACED"

        var isReimbursement: Bool { self == .reimbursementAsked || self == .reimbursementSent }

        var isCancellation: Bool {
            self == .cancelAsked || self == .canceled || self == .cancelReplaced
        }
    }

    /// What the caisse pays the person for a document.
    package struct Payment: Sendable, Hashable {
        package var reference: String
        package var bookedOn: CalendarDate
    }

    /// One document that was deposited, or one cancellation of such a document.
    package struct Entry: Sendable {
        package var uuid: String
        package var nationalUUID: String
        package var model: String
        package var state: State
        /// How often the platform itself worked on it: 1, whatever was repeated, unless the
        /// platform failed to recognise a repetition.
        package var effects: Int
        package var receivedAt: Date
        /// SHA-256 of what was handed over, lower-case hexadecimal.
        package var sha256: String
        /// eHealth ID of who handed it over; `nil` in ledgers that did not note it.
        package var sender: String?
        /// Code of the provider whose document it is.
        package var provider: String?
        /// Identifier of the form's pack.
        package var form: String?
        /// Matricule of the person in whose space the document shows up.
        package var person: String?
        /// What the insurer takes on, in cents, priced when the document arrived.
        package var amount: Int?
        /// Of a cancellation: the document's UUID.
        package var cancels: String?
        /// Of a document: the cancellation's UUID, and the document's that takes its place.
        package var cancelledBy: String?
        package var replacedBy: String?
        /// UUID of the cancelled document whose place this one takes.
        package var replaces: String?
        package var payment: Payment?

        package init(
            uuid: String, nationalUUID: String, model: String, receivedAt: Date, sha256: String,
            sender: String?
        ) {
            (self.uuid, self.nationalUUID, self.model) = (uuid, nationalUUID, model)
            (self.state, self.effects) = (.received, 1)
            (self.receivedAt, self.sha256, self.sender) = (receivedAt, sha256, sender)
        }

        var isDocument: Bool { cancels == nil }

        /// As it stands on a day: what was ordered is sent on the day that it is booked.
        func shown(on today: CalendarDate) -> Entry {
            guard state == .reimbursementAsked, let payment, payment.bookedOn <= today else {
                return self
            }
            var entry = self
            entry.state = .reimbursementSent
            return entry
        }
    }
}

extension Ledger.Entry {
    /// As officers and tests see it: without the person.
    package var json: JSONValue { .object(members) }

    /// As it is kept.
    package var stored: JSONValue {
        .object(
            members
                + [JSONMember(optional: "person", person), JSONMember(optional: "amount", amount)]
                .compactMap { $0 })
    }

    private var members: [JSONMember] {
        [
            JSONMember("uuid", .string(uuid)), JSONMember("nationalUUID", .string(nationalUUID)),
            JSONMember("model", .string(model)), JSONMember("state", .string(state.rawValue)),
            JSONMember("effects", .int(effects)),
            JSONMember("receivedAt", .string(receivedAt.formatted(.iso8601))),
            JSONMember("sha256", .string(sha256)),
            JSONMember("sender", sender.map(JSONValue.string) ?? nil),
        ]
            + [
                JSONMember(optional: "provider", provider), JSONMember(optional: "form", form),
                JSONMember(optional: "cancels", cancels),
                JSONMember(optional: "cancelledBy", cancelledBy),
                JSONMember(optional: "replacedBy", replacedBy),
                JSONMember(optional: "replaces", replaces),
                JSONMember(optional: "reference", payment?.reference),
                JSONMember(optional: "bookedOn", payment?.bookedOn.description),
            ].compactMap { $0 }
    }

    package init(_ reader: JSONReader) throws(JSONReadingError) {
        let time = try reader.member("receivedAt")
        guard let date = try? Date(time.string(), strategy: .iso8601) else {
            throw time.unexpected("a time")
        }
        self.init(
            uuid: try reader.member("uuid").string(),
            nationalUUID: try reader.member("nationalUUID").string(),
            model: try reader.member("model").string(), receivedAt: date,
            sha256: try reader.member("sha256").string(),
            sender: try reader.optional("sender")?.string())
        state = try reader.member("state").choice(Ledger.State.self)
        effects = try reader.member("effects").int()
        provider = try reader.optional("provider")?.string()
        form = try reader.optional("form")?.string()
        person = try reader.optional("person")?.string()
        amount = try reader.optional("amount")?.int()
        cancels = try reader.optional("cancels")?.string()
        cancelledBy = try reader.optional("cancelledBy")?.string()
        replacedBy = try reader.optional("replacedBy")?.string()
        replaces = try reader.optional("replaces")?.string()
        if let reference = try reader.optional("reference")?.string() {
            payment = Ledger.Payment(
                reference: reference, bookedOn: try reader.member("bookedOn").calendarDate())
        }
    }
}

extension Ledger.Entry: CustomStringConvertible {
    /// Without the person.
    package var description: String { "Entry(\(uuid), \(state.rawValue))" }
}

extension JSONMember {
    /// No member for nothing.
    fileprivate init?(optional name: String, _ text: String?) {
        guard let text else { return nil }
        self.init(name, .string(text))
    }

    fileprivate init?(optional name: String, _ number: Int?) {
        guard let number else { return nil }
        self.init(name, .int(number))
    }
}
