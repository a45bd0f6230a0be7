// SPDX-License-Identifier: Apache-2.0
package import Coverage
package import FormPacks
package import NationalAPI
import XML

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The health insurer behind the exchange: simulates, validates and takes contestations of direct
/// payments (pid-and-reimbursement, sections 2 to 4).
///
/// Reading and checking a message needs no lock. The steps that do (`settle`) are short and
/// without suspension, so a simulation is priced on one state of the history and a statement is
/// paid once, however many messages come at the same time. The sender of a message that took effect
/// gets the same answer for ever; a refused message leaves no trace.
package actor Insurer {
    nonisolated let register: Register
    nonisolated let packs: PackLibrary
    nonisolated let tariffs: Tariffs
    nonisolated let profile: NationalProfile
    /// Who may act for whom.
    package nonisolated let mandates: Mandates
    private let makeUUID: @Sendable () -> String
    private let journal: InsurerJournal?
    private(set) var book = InsurerBook()

    /// - Parameter journal: Where what took effect is kept and found again; in memory only if nil.
    /// - Throws: The journal cannot be read.
    package init(
        register: Register, packs: PackLibrary, tariffs: Tariffs, profile: NationalProfile,
        makeUUID: @escaping @Sendable () -> String, journal: InsurerJournal
    ) throws {
        self.init(
            register, packs, tariffs, profile, makeUUID, journal,
            try journal.events(register: register))
    }

    /// An insurer that forgets everything at its end.
    package init(
        register: Register, packs: PackLibrary, tariffs: Tariffs, profile: NationalProfile,
        makeUUID: @escaping @Sendable () -> String
    ) {
        self.init(register, packs, tariffs, profile, makeUUID, nil, [])
    }

    private init(
        _ register: Register, _ packs: PackLibrary, _ tariffs: Tariffs,
        _ profile: NationalProfile, _ makeUUID: @escaping @Sendable () -> String,
        _ journal: InsurerJournal?, _ events: [InsurerEvent]
    ) {
        (self.register, self.packs, self.tariffs) = (register, packs, tariffs)
        (self.profile, self.makeUUID, self.journal) = (profile, makeUUID, journal)
        mandates = Mandates(register.mandates)
        for event in events { book.apply(event) }
    }

    // MARK: What is seen of it

    /// Every payment order, in order.
    package var payments: [PaymentOrder] { book.payments }

    /// The messages that took effect, as the ledger shows them.
    package var ledgerEntries: [Ledger.Entry] {
        book.exchanges.map { exchange in
            Ledger.Entry(
                uuid: exchange.uuid, nationalUUID: exchange.uuid, model: exchange.model,
                receivedAt: exchange.receivedAt, sha256: exchange.digest,
                sender: exchange.sender)
        }
    }

    /// What was credited to a provider until `now`.
    package func advice(
        to providerCode: String, reference: String? = nil, id: String, now: Date
    ) -> PaymentAdvice {
        let today = CalendarDate(inLuxembourg: now)
        let entries = book.payments.filter { order in
            order.providerCode == providerCode && order.bookedOn <= today && order.amount > 0
                && (reference == nil || order.reference == reference)
        }
        return PaymentAdvice(
            id: id, createdAt: now, providerCode: providerCode, entries: entries.map(\.entry))
    }

    /// A message that took effect, and its answer; for its sender only.
    func exchange(_ uuid: String, of sender: String) -> InsurerBook.Exchange? {
        book[uuid].flatMap { $0.sender == sender ? $0 : nil }
    }

    /// Forgets everything.
    package func reset() {
        book = InsurerBook()
        try? journal?.clear()
    }

    // MARK: What its messages have in common

    /// The first answer to a message that its sender repeats: whatever became of packs, rights and
    /// switches since, nothing is asked anew.
    func repeated(_ request: InsurerRequest) -> InsurerReply? {
        guard let known = book.exchange(digest: request.digest),
            known.sender == request.eHealthID, known.model == request.model
        else { return nil }
        return InsurerReply(answer: known.answer)
    }

    /// The answer that a UUID already has, or the refusal of a second use of it.
    func earlier(_ request: InsurerRequest, uuid: String) -> EarlierUse {
        if let reply = repeated(request) { return .same(reply) }
        return book[uuid] == nil ? .none : .other
    }

    enum EarlierUse {
        case none
        case same(InsurerReply)
        case other

        static let refusal = NationalAnomaly.error(
            "OEC-DUP-001", "L'UUID a déjà servi pour un autre contenu.")
    }

    nonisolated func entitlement(_ request: InsurerRequest) -> Entitlement {
        Entitlement(
            register: register, mandates: mandates, eHealthID: request.eHealthID,
            today: CalendarDate(inLuxembourg: request.now))
    }

    func header(correlation: String?, now: Date) -> MessageHeader {
        MessageHeader(
            uuid: makeUUID(), correlation: correlation, createdAt: now,
            day: CalendarDate(inLuxembourg: now), environment: .test, software: Self.software)
    }

    private static let software = MessageHeader.Software(
        name: "Sandbox", version: "1", vendor: "Open eConnector")

    func identifier(_ letter: String, now: Date) -> String {
        book.identifier(letter, on: CalendarDate(inLuxembourg: now))
    }

    /// Makes it so: written down first, then believed.
    func commit(_ event: InsurerEvent) throws {
        try journal?.append(event)
        book.apply(event)
    }
}
