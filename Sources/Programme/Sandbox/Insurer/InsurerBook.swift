// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import NationalAPI
import XML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Everything the insurer remembers: messages it took, simulations, acts that count, payments.
struct InsurerBook: Sendable {
    /// One message that took effect, and the answer that its sender gets whenever he repeats it.
    struct Exchange: Sendable {
        var uuid: String
        var model: String
        /// eHealth ID of the doctor who sent it.
        var sender: String
        /// SHA-256 of the business bytes, lower-case hexadecimal.
        var digest: String
        var receivedAt: Date
        var answer: Element
        /// What the person of its simulation forces.
        var effect: MagicEffect?
    }

    struct Simulation: Sendable {
        enum State: Sendable, Hashable { case open, validated, contested }

        var id: String
        var uuid: String
        var providerCode: String
        /// Codes of everybody who may decide on it: who bills, and who did the acts.
        var performers: Set<String>
        var matricule: Matricule
        var statementNumber: StatementNumber?
        var totals: PIDTotals
        /// What counts for the person's next statements once this one is validated.
        var counts: CountedPast
        /// How many of the person's statements counted when it was priced.
        var statementsBefore: Int
        /// To price it again when that number grew; gone after a restart.
        var bill: SimulatedBill?
        /// Digest of who, whom and which acts: the same business under any UUID.
        var content: String
        var validUntil: Date
        var effect: MagicEffect?
        var state: State
    }

    private(set) var exchanges: [Exchange] = []
    private(set) var payments: [PaymentOrder] = []
    private(set) var reimbursements: [Reimbursement] = []
    private var exchangeByUUID: [String: Int] = [:]
    private var exchangeByDigest: [String: Int] = [:]
    private var simulations: [String: Simulation] = [:]
    /// By matricule; only what was validated counts.
    private var simulationsThatCount: [Matricule: [String]] = [:]
    /// What was paid: the practice's numbers of the statements, by content.
    private var paidNumbers: [String: [StatementNumber?]] = [:]
    private var paidStatements: Set<PaidStatement> = []
    private var serials: [String: Int] = [:]

    /// A practice's own number of a fee statement, for one person.
    fileprivate struct PaidStatement: Hashable {
        var providerCode: String
        var matricule: Matricule
        var number: StatementNumber
    }

    subscript(uuid: String) -> Exchange? { exchangeByUUID[uuid].map { exchanges[$0] } }

    /// The message of these bytes that took effect.
    func exchange(digest: String) -> Exchange? { exchangeByDigest[digest].map { exchanges[$0] } }

    func simulation(_ id: String) -> Simulation? { simulations[id] }

    /// An identifier of at most 35 characters: a letter, the day, a number.
    mutating func identifier(_ letter: String, on day: CalendarDate) -> String {
        let prefix = letter + day.description.replacing("-", with: "")
        serials[prefix, default: 0] += 1
        return prefix + CalendarDate.padded(serials[prefix] ?? 1, to: Self.serialDigits)
    }

    private static let serialDigits = 8

    // MARK: What a person had before

    /// Everything that counts for frequency, intervals and the dental base amount.
    func past(of matricule: Matricule) -> CountedPast {
        (simulationsThatCount[matricule] ?? []).reduce(into: CountedPast()) { past, id in
            if let simulation = simulations[id] { past.add(simulation.counts) }
        }
    }

    /// How many of the person's statements count.
    func countedStatements(of matricule: Matricule) -> Int {
        simulationsThatCount[matricule]?.count ?? 0
    }

    /// Whether the same business was paid before, under another UUID.
    func wasPaid(_ content: String) -> Bool { paidNumbers[content] != nil }

    /// Whether the statement was paid before: its number, or the same business where nothing but
    /// two numbers of the practice can tell two statements apart.
    func isPaid(_ simulation: Simulation) -> Bool {
        if let statement = simulation.paidStatement, paidStatements.contains(statement) {
            return true
        }
        guard let numbers = paidNumbers[simulation.content] else { return false }
        return simulation.statementNumber == nil || numbers.contains(nil)
    }

    // MARK: What happened

    mutating func apply(_ event: InsurerEvent) {
        var exchange = event.exchange
        switch event.effect {
        case .simulated(let simulation):
            simulations[simulation.id] = simulation
            exchange?.effect = simulation.effect
            note(simulation.id)
        case .validated(let payment):
            exchange?.effect = simulations[payment.simulationID]?.effect
            pay(payment)
        case .contested(let simulationID, let contestationID):
            exchange?.effect = simulations[simulationID]?.effect
            simulations[simulationID]?.state = .contested
            simulations[simulationID]?.bill = nil
            note(contestationID)
        case .reimbursed(let payment):
            reimbursements.append(payment)
            note(payment.reference)
        }
        if let exchange { remember(exchange) }
    }

    /// A statement of which nothing is opposable is validated too, but nothing is ordered for it
    /// and nothing of it counts.
    private mutating func pay(_ payment: PaymentOrder) {
        note(payment.reference)
        note(payment.statementID)
        let id = payment.simulationID
        simulations[id]?.state = .validated
        simulations[id]?.bill = nil
        simulations[id]?.statementNumber = StatementNumber(payment.statementNumber)
        guard let simulation = simulations[id], simulation.totals.opposable > 0 else { return }
        payments.append(payment)
        simulationsThatCount[simulation.matricule, default: []].append(id)
        paidNumbers[simulation.content, default: []].append(simulation.statementNumber)
        if let statement = simulation.paidStatement { paidStatements.insert(statement) }
    }

    /// An identifier that is taken is never given again, also after a restart.
    private mutating func note(_ identifier: String) {
        guard let number = Int(identifier.suffix(Self.serialDigits)) else { return }
        let prefix = String(identifier.dropLast(Self.serialDigits))
        serials[prefix] = max(serials[prefix] ?? 0, number)
    }

    private mutating func remember(_ exchange: Exchange) {
        exchangeByUUID[exchange.uuid] = exchanges.count
        exchangeByDigest[exchange.digest] = exchanges.count
        exchanges.append(exchange)
    }
}

extension InsurerBook.Simulation {
    fileprivate var paidStatement: InsurerBook.PaidStatement? {
        statementNumber.map {
            InsurerBook.PaidStatement(
                providerCode: providerCode, matricule: matricule, number: $0)
        }
    }
}

extension InsurerBook.Simulation: CustomStringConvertible {
    /// Without the patient and the acts.
    var description: String { "Simulation(\(id), \(state))" }
}

extension InsurerBook.Exchange: CustomStringConvertible {
    /// Without its answer, which names acts.
    var description: String { "Exchange(\(uuid), \(model))" }
}
