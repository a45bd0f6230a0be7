// SPDX-License-Identifier: Apache-2.0
import Coverage
import NationalAPI
import XML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Everything the insurer remembers: messages it took, simulations, acts that count, payments.
struct InsurerBook: Sendable {
    /// One message that took effect, and the answer it always gets.
    struct Exchange: Sendable {
        var uuid: String
        var model: String
        /// eHealth ID of the doctor who sent it.
        var sender: String
        /// SHA-256 of the business bytes, lower-case hexadecimal.
        var digest: String
        var receivedAt: Date
        var answer: Element
    }

    struct Simulation: Sendable {
        enum State: Sendable, Hashable { case open, validated, contested }

        var id: String
        var uuid: String
        var providerCode: String
        var matricule: String
        var statementNumber: String?
        var totals: PIDTotals
        var acts: [PastAct]
        /// Dental base amount that the simulation uses, by calendar year.
        var baseAmounts: [Int: Int]
        /// Digest of who, whom and which acts: the same business under any UUID.
        var content: String
        var validUntil: Date
        var effect: MagicEffect?
        var state: State
    }

    private(set) var exchanges: [Exchange] = []
    private(set) var payments: [PaymentOrder] = []
    private var exchangeByUUID: [String: Int] = [:]
    private var simulations: [String: Simulation] = [:]
    /// By matricule; only what was validated counts.
    private var simulationsThatCount: [String: [String]] = [:]
    private var contents: Set<String> = []
    private var paidStatements: Set<PaidStatement> = []
    private var serials: [String: Int] = [:]

    /// A practice's own number of a fee statement, for one person.
    fileprivate struct PaidStatement: Hashable {
        var providerCode: String
        var matricule: String
        var number: String
    }

    subscript(uuid: String) -> Exchange? { exchangeByUUID[uuid].map { exchanges[$0] } }

    func simulation(_ id: String) -> Simulation? { simulations[id] }

    /// An identifier of at most 35 characters: a letter, the day, a number.
    mutating func identifier(_ letter: String, on day: CalendarDate) -> String {
        let prefix = letter + day.description.replacing("-", with: "")
        serials[prefix, default: 0] += 1
        return prefix + CalendarDate.padded(serials[prefix] ?? 1, to: Self.serialDigits)
    }

    private static let serialDigits = 8

    // MARK: What a person had before

    /// The acts that count for frequency and intervals; a provider's own are those he billed.
    func history(of matricule: String, for providerCode: String) -> [PastAct] {
        counting(matricule).flatMap { simulation in
            simulation.acts.map { act in
                var act = act
                act.isOwn = simulation.providerCode == providerCode
                return act
            }
        }
    }

    func baseAmountConsumed(by matricule: String, in year: Int) -> Amount {
        Amount(
            cents: counting(matricule).reduce(0) { $0 + $1.baseAmounts[year, default: 0] })
    }

    private func counting(_ matricule: String) -> [Simulation] {
        (simulationsThatCount[matricule] ?? []).compactMap { simulations[$0] }
    }

    /// Whether the same business was validated before, under another UUID.
    func wasValidated(_ content: String) -> Bool { contents.contains(content) }

    func isPaid(_ simulation: Simulation) -> Bool {
        simulation.paidStatement.map(paidStatements.contains) ?? false
    }

    // MARK: What happened

    mutating func apply(_ event: InsurerEvent) {
        switch event.effect {
        case .simulated(let simulation):
            simulations[simulation.id] = simulation
            note(simulation.id)
        case .validated(let payment): pay(payment)
        case .contested(let simulationID, let contestationID):
            simulations[simulationID]?.state = .contested
            note(contestationID)
        }
        remember(event.exchange)
    }

    private mutating func pay(_ payment: PaymentOrder) {
        payments.append(payment)
        note(payment.reference)
        note(payment.statementID)
        let id = payment.simulationID
        guard let simulation = simulations[id] else { return }
        simulations[id]?.state = .validated
        simulations[id]?.statementNumber = payment.statementNumber
        simulationsThatCount[simulation.matricule, default: []].append(id)
        contents.insert(simulation.content)
        if let statement = simulations[id]?.paidStatement { paidStatements.insert(statement) }
    }

    /// An identifier that is taken is never given again, also after a restart.
    private mutating func note(_ identifier: String) {
        guard let number = Int(identifier.suffix(Self.serialDigits)) else { return }
        let prefix = String(identifier.dropLast(Self.serialDigits))
        serials[prefix] = max(serials[prefix] ?? 0, number)
    }

    private mutating func remember(_ exchange: Exchange) {
        exchangeByUUID[exchange.uuid] = exchanges.count
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
