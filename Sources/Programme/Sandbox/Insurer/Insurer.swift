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
/// paid once, however many messages come at the same time. A message that took effect gets the
/// same answer for ever; a refused one leaves no trace.
package actor Insurer {
    nonisolated let register: Register
    nonisolated let packs: PackLibrary
    nonisolated let tariffs: Tariffs
    nonisolated let profile: NationalProfile
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
                receivedAt: exchange.receivedAt, sha256: exchange.digest)
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

    /// When a message arrived that took effect, and its answer; for its sender only.
    func answer(
        to uuid: String, for sender: String
    ) -> (receivedAt: Date, answer: Element)? {
        guard let exchange = book[uuid], exchange.sender == sender else { return nil }
        return (exchange.receivedAt, exchange.answer)
    }

    /// Forgets everything.
    package func reset() {
        book = InsurerBook()
        try? journal?.clear()
    }

    // MARK: What its messages have in common

    /// The answer that a UUID already has, or the refusal of a second use of it.
    func earlier(_ request: InsurerRequest, uuid: String) -> EarlierUse {
        guard let known = book[uuid] else { return .none }
        return known.digest == request.digest && known.model == request.model
            ? .same(known.answer) : .other
    }

    enum EarlierUse {
        case none
        case same(Element)
        case other

        static let refusal = NationalAnomaly.error(
            "OEC-DUP-001", "L'UUID a déjà servi pour un autre contenu.")
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
