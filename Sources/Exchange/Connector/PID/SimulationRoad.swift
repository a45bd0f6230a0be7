// SPDX-License-Identifier: Apache-2.0
import Coverage
import NationalAPI
import XML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The road of one simulation, one durable step at a time (pid-and-reimbursement, section 3).
///
/// A message is durable before its first byte leaves and is repeated byte for byte under its UUID;
/// what happened to one whose answer did not come is asked before it is sent again (RE-05).
struct SimulationRoad: Sendable {
    let environment: SimulationEnvironment
    let store: any SimulationStore
    private let client: ExchangeClient

    init(_ environment: SimulationEnvironment, store: any SimulationStore) {
        (self.environment, self.store) = (environment, store)
        client = ExchangeClient(environment.pipeline)
    }

    private var profile: NationalProfile { environment.profile }
    private var gates: ServiceGates { environment.pipeline.gates }

    /// What is due by itself: asking again, repeating, expiring, looking for the payment.
    ///
    /// - Throws: The store's error.
    func advance(_ simulation: Simulation) async throws {
        switch simulation.state {
        case .draft:
            if isOfAnotherDay(simulation) { return try await expire(simulation) }
            guard let begun = try await begin(.simulation, of: simulation) else { return }
            try await send(begun)
        case .simulationSent, .validationSent, .contestationSent, .unknown:
            try await resolve(simulation)
        case .simulated:
            try await expire(simulation)
        case .validated, .paymentOrdered, .paymentDeferred:
            try await lookForPayment(simulation)
        case .paid, .contested, .expired, .abandoned:
            return
        }
    }

    // MARK: Sending

    /// Makes it durable that a message is on its way.
    ///
    /// - Returns: `nil` when somebody else moved the simulation.
    func begin(
        _ step: SimulationStep, of simulation: Simulation,
        parts: [(SimulationPart, [UInt8])] = []
    ) async throws -> Simulation? {
        var begun = simulation
        begun.attempts = simulation.step == step ? simulation.attempts + 1 : 1
        (begun.state, begun.step) = (step.sent, step)
        begun.changedAt = environment.now
        // Taken up again by itself only if this process does not come back to it.
        begun.dueAt = environment.now.addingTimeInterval(Limits.messageLease)
        return try await record(begun, from: simulation.state, parts) ? begun : nil
    }

    /// Sends the message that was begun; a simulation is tried twice, as it has no effect (6).
    func send(_ begun: Simulation) async throws {
        guard let step = begun.step else { return }
        do {
            return try await apply(try await call(step, begun), to: begun)
        } catch let failure as StageFailure {
            guard step == .simulation, begun.attempts == 1, failure.consequence != .attention,
                let again = try await begin(step, of: begun)
            else { return try await settle(failure, of: begun) }
            do {
                try await apply(try await call(step, again), to: again)
            } catch let second as StageFailure {
                // What the first try may have done stays open.
                let isOpen = failure.consequence == .unknown
                try await settle(second, of: again, mayHaveArrived: isOpen)
            }
        }
    }

    /// - Throws: ``StageFailure``, also when the insurer says no more than that it is closed.
    private func call(_ step: SimulationStep, _ simulation: Simulation) async throws -> PIDAnswer {
        let question = try await question(step, simulation)
        environment.passing(.beforeEffect)
        let answer = try await gates.call(.insurer) { try await client.call(question) }
        environment.passing(.afterEffect)
        // It answered: that it takes nothing is no fault of the line or of the service.
        guard let closed = answer.closure else { return answer }
        throw StageFailure(
            .platformUnreachable, "The insurer takes nothing now: \(closed).", actor: .cns, .retry)
    }

    // MARK: Unknown outcome

    /// Asks what became of a message when the profile can, else sends it again.
    private func resolve(_ simulation: Simulation) async throws {
        guard let step = simulation.step else { return }
        if step == .simulation, isOfAnotherDay(simulation) {
            return try await expire(simulation)
        }
        do {
            if let query = profile.status {
                let question = try await question(step, simulation)
                let known = try await gates.call(.insurer) {
                    try await client.answer(to: question, asking: query)
                }
                if let known { return try await apply(known, to: simulation) }
            }
            guard let begun = try await begin(step, of: simulation) else { return }
            do {
                try await apply(try await call(step, begun), to: begun)
            } catch let failure as StageFailure {
                try await settle(failure, of: begun, mayHaveArrived: true)
            }
        } catch let failure as StageFailure {
            try await settle(failure, of: simulation, mayHaveArrived: true)
        }
    }

    /// Where a simulation goes when a message got no answer.
    ///
    /// - Parameter mayHaveArrived: Whether an earlier try of the same message may have.
    private func settle(
        _ failure: StageFailure, of simulation: Simulation, mayHaveArrived: Bool = false
    ) async throws {
        var stopped = simulation
        stopped.problem = failure.problem
        stopped.failures += 1
        stopped.changedAt = environment.now
        let delay = failure.retryAfter.map(Double.init) ?? backOff(stopped.failures)
        stopped.dueAt = environment.now.addingTimeInterval(delay)
        if mayHaveArrived || failure.consequence == .unknown {
            stopped.state = .unknown
        } else if simulation.step == .simulation {
            (stopped.state, stopped.step, stopped.attempts) = (.draft, nil, 0)
        } else {
            // Nothing left this machine: the practice decides anew.
            (stopped.state, stopped.step, stopped.attempts) = (.simulated, nil, 0)
            stopped.dueAt = stopped.validUntil ?? stopped.dueAt
        }
        _ = try await record(stopped, from: simulation.state)
    }

    // MARK: Answers

    private func apply(_ answer: PIDAnswer, to simulation: Simulation) async throws {
        var moved = simulation
        (moved.problem, moved.failures, moved.step, moved.attempts) = (nil, 0, nil, 0)
        moved.changedAt = environment.now
        let part: SimulationPart
        switch answer {
        case .simulation(let answer):
            part = .simulationAnswer
            moved.take(answer, profile.pid, now: environment.now)
        case .validation(let answer):
            part = .validationAnswer
            moved.take(answer, profile.pid, now: environment.now)
        case .contestation(let answer):
            part = .contestationAnswer
            moved.take(answer, profile.pid, now: environment.now)
        }
        _ = try await record(moved, from: simulation.state, [(part, answer.bytes(profile))])
    }

    /// Whether the money was credited; asked again with growing pauses until it was.
    private func lookForPayment(_ simulation: Simulation) async throws {
        var moved = simulation
        moved.changedAt = environment.now
        moved.failures += 1
        moved.dueAt = environment.now.addingTimeInterval(backOff(moved.failures))
        var parts: [(SimulationPart, [UInt8])] = []
        if let query = profile.paymentAdvice {
            do {
                if let advice = try await paymentAdvice(of: simulation, asking: query) {
                    moved.state = .paid
                    parts = [(.paymentAdvice, Writer.bytes(of: advice.element))]
                }
            } catch is StageFailure {
                // Nothing hangs on it: the payment was ordered.
            }
        } else {
            moved.dueAt = .distantFuture
        }
        _ = try await record(moved, from: simulation.state, parts)
    }

    private func paymentAdvice(
        of simulation: Simulation, asking query: NationalProfile.PaymentAdviceQuery
    ) async throws -> PaymentAdvice? {
        let request = try await part(.validation, of: simulation)
        let answer = try await part(.validationAnswer, of: simulation)
        do {
            let validation = try ValidationRequest(parsing: request, profile: profile)
            let confirmation = try ValidationAnswer(
                parsing: answer, to: validation.header.uuid, profile: profile)
            guard let payment = confirmation.payment else { return nil }
            let advice = try await gates.call(.insurer) {
                try await client.paymentAdvice(
                    uuid: environment.makeUUID(), providerCode: validation.providerCode,
                    reference: payment.reference, asking: query)
            }
            let isCredited = advice.entries.contains {
                $0.reference == payment.reference && $0.amount == payment.amount
            }
            return isCredited ? advice : nil
        } catch let error as MessageError {
            throw StageFailure(.internalFault, "\(error)", actor: .connector, .attention)
        }
    }

    // MARK: Small steps

    private func expire(_ simulation: Simulation) async throws {
        if let end = simulation.validUntil, environment.now < end { return }
        var expired = simulation
        (expired.state, expired.step) = (.expired, nil)
        expired.changedAt = environment.now
        _ = try await record(expired, from: simulation.state)
    }

    /// A simulation counts on its day only (6); one that never got an answer ends with it.
    private func isOfAnotherDay(_ simulation: Simulation) -> Bool {
        profile.pid.endsWithTheDay
            && CalendarDate(inLuxembourg: simulation.acceptedAt) != environment.today
    }

    private func part(_ part: SimulationPart, of simulation: Simulation) async throws -> [UInt8] {
        guard let bytes = try await store.part(part, of: simulation.uuid) else {
            throw StageFailure(
                .storeUnusable, "The part \(part.rawValue) is missing from the store.",
                actor: .connector, .attention)
        }
        return bytes
    }

    private func question(
        _ step: SimulationStep, _ simulation: Simulation
    ) async throws -> PIDQuestion {
        try PIDQuestion(
            step, try await part(step.request, of: simulation), of: simulation, environment)
    }

    private func record(
        _ simulation: Simulation, from state: SimulationState,
        _ parts: [(SimulationPart, [UInt8])] = []
    ) async throws -> Bool {
        environment.passing(.beforeCommit)
        let isWritten = try await store.record(
            SimulationChange(simulation, parts: parts), from: state)
        environment.passing(.afterCommit)
        return isWritten
    }

    /// Full jitter: base 1 s, factor 2, cap 5 min, then every 15 min (RE-07).
    private func backOff(_ failures: Int) -> Double {
        BackOff.delay(failures: failures, jitter: environment.jitter())
    }
}
