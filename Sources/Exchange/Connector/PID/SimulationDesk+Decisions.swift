// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
package import NationalAPI
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension SimulationDesk {
    /// Checks a message or a statement that bills acts, keeps it, and asks the insurer.
    ///
    /// - Parameter limit: How long to wait for the insurer's answer.
    /// - Throws: ``FormCheckError`` for bytes that are no form; the store's error when nothing
    ///   could be made durable.
    package nonisolated func submit(
        _ received: ReceivedForm, within limit: Duration
    ) async throws -> SimulationReply {
        let taken: TakenSimulation
        switch try SimulationIntake(environment).take(received) {
        case .taken(let simulation): taken = simulation
        case .refused(let anomalies): return .refused(anomalies)
        }
        let simulation = taken.simulation
        let change = SimulationChange(simulation, parts: taken.parts)
        environment.passing(.beforeCommit)
        let acceptance = try await store.accept(change)
        environment.passing(.afterCommit)
        switch acceptance {
        case .uuidReused: return .uuidReused
        case .replayed:
            await wait(for: simulation.uuid, within: limit)
            return .replayed(try await current(simulation.uuid))
        case .accepted:
            await start(simulation.uuid) { [road] in try await road.send(simulation) }
            await wait(for: simulation.uuid, within: limit)
            return .accepted(try await current(simulation.uuid), warnings: taken.warnings)
        }
    }

    package nonisolated func simulation(_ uuid: String) async throws -> Simulation {
        try await current(uuid)
    }

    nonisolated func current(_ uuid: String) async throws -> Simulation {
        guard let found = try await store.simulation(uuid) else { throw SimulationRefusal.unknown }
        return found
    }

    /// Accepts the insurer's answer and asks for payment.
    ///
    /// - Returns: Where it stands, and whether it had been validated before.
    /// - Throws: ``SimulationRefusal``.
    package nonisolated func validate(
        _ uuid: String, within limit: Duration
    ) async throws -> (Simulation, isReplay: Bool) {
        try await decide(.validation, uuid, within: limit) { simulation in
            try await self.validation(of: simulation)
        }
    }

    /// Does not accept the insurer's answer: the ordinary fee statement takes over.
    ///
    /// - Throws: ``SimulationRefusal``.
    package nonisolated func contest(
        _ uuid: String, _ contestation: Contestation, within limit: Duration
    ) async throws -> (Simulation, isReplay: Bool) {
        guard (contestation.text ?? "").unicodeScalars.count <= Limits.reasonCharacters else {
            throw SimulationRefusal.reason(
                "The text has more than \(Limits.reasonCharacters) characters.")
        }
        let (simulation, isReplay) = try await decide(.contestation, uuid, within: limit) {
            simulation in try await self.message(of: contestation, simulation)
        }
        if isReplay, try await !isSame(contestation, as: uuid) {
            throw SimulationRefusal.notNow(
                simulation.state, reason: "It was contested before, with other words.")
        }
        return (simulation, isReplay)
    }

    /// The contestation that was sent says the same.
    private nonisolated func isSame(
        _ contestation: Contestation, as uuid: String
    ) async throws -> Bool {
        guard let bytes = try await store.part(SimulationStep.contestation.request, of: uuid),
            let sent = try? ContestationRequest(parsing: bytes, profile: environment.profile)
        else { return true }
        return sent.reason == contestation.reason && sent.text == contestation.text
            && Set(sent.lines) == Set(contestation.lines)
    }

    /// Gives a simulation up before anything was decided; the insurer is not told.
    ///
    /// - Throws: ``SimulationRefusal``.
    package nonisolated func abandon(_ uuid: String) async throws -> Simulation {
        while true {
            let simulation = try await current(uuid)
            if simulation.state == .abandoned { return simulation }
            let isOpen = simulation.state == .unknown && simulation.step == .simulation
            guard simulation.state == .draft || simulation.state == .simulated || isOpen else {
                throw SimulationRefusal.notNow(
                    simulation.state, reason: "Only what is not decided can be given up.")
            }
            var abandoned = simulation
            (abandoned.state, abandoned.step, abandoned.problem) = (.abandoned, nil, nil)
            abandoned.changedAt = environment.now
            environment.passing(.beforeCommit)
            let isWritten = try await store.record(
                SimulationChange(abandoned), from: simulation.state)
            environment.passing(.afterCommit)
            if isWritten { return abandoned }
        }
    }

    /// Sends a decision, once: a second caller waits for the first one's.
    private nonisolated func decide(
        _ step: SimulationStep, _ uuid: String, within limit: Duration,
        message: @Sendable (Simulation) async throws -> [UInt8]
    ) async throws -> (Simulation, isReplay: Bool) {
        while true {
            let simulation = try await current(uuid)
            if simulation.isDecided(by: step) {
                await wait(for: uuid, within: limit)
                return (try await current(uuid), true)
            }
            try requireOpen(simulation)
            let kept = try await store.part(step.request, of: uuid)
            if kept != nil, try await store.part(step.answer, of: uuid) != nil {
                throw SimulationRefusal.notNow(
                    simulation.state,
                    reason: "The insurer refused this \(step.rawValue) before; "
                        + "the ordinary fee statement stays open.")
            }
            // Its first try never left this machine: a validation is sent as it was, a
            // contestation may have other words by now.
            let bytes: [UInt8]
            if let kept, step == .validation {
                bytes = kept
            } else {
                bytes = try await message(simulation)
            }
            guard
                let begun = try await road.begin(
                    step, of: simulation, parts: [(step.request, bytes)])
            else { continue }
            await start(uuid) { [road] in try await road.send(begun) }
            await wait(for: uuid, within: limit)
            return (try await current(uuid), false)
        }
    }

    private nonisolated func requireOpen(_ simulation: Simulation) throws(SimulationRefusal) {
        guard simulation.state == .simulated else {
            throw .notNow(simulation.state, reason: simulation.state.whyNotDecided)
        }
        guard simulation.nationalID != nil else {
            throw .notNow(
                simulation.state, reason: "The insurer simulated nothing; correct the message.")
        }
        guard let end = simulation.validUntil, environment.now < end else {
            throw .notNow(.expired, reason: "The simulation is not valid any more.")
        }
    }

    // MARK: Messages

    private nonisolated func validation(of simulation: Simulation) async throws -> [UInt8] {
        let (answer, message) = try await answered(simulation)
        guard let totals = answer.totals else { throw SimulationRefusal.unknown }
        return ValidationRequest(
            header: environment.header(correlation: simulation.uuid),
            providerCode: message.providerCode ?? "", simulationID: simulation.nationalID ?? "",
            simulationUUID: simulation.uuid, totals: totals, statementNumber: message.number
        ).bytes(environment.profile)
    }

    private nonisolated func message(
        of contestation: Contestation, _ simulation: Simulation
    ) async throws -> [UInt8] {
        let (answer, message) = try await answered(simulation)
        let numbers = Set(answer.lines.compactMap(\.number))
        if let stranger = contestation.lines.first(where: { !numbers.contains($0) }) {
            throw SimulationRefusal.reason("The simulation has no line \(stranger).")
        }
        return ContestationRequest(
            header: environment.header(correlation: simulation.uuid),
            providerCode: message.providerCode ?? "", simulationID: simulation.nationalID ?? "",
            simulationUUID: simulation.uuid, reason: contestation.reason, text: contestation.text,
            lines: contestation.lines
        ).bytes(environment.profile)
    }

    /// The insurer's answer and the message it answers.
    nonisolated func answered(
        _ simulation: Simulation
    ) async throws -> (SimulationAnswer, CheckedDocument) {
        guard let answer = try await answer(of: simulation),
            let message = try await message(of: simulation)
        else {
            throw SimulationRefusal.notNow(
                simulation.state, reason: "The insurer has not answered.")
        }
        return (answer, message)
    }

    package nonisolated func answer(of simulation: Simulation) async throws -> SimulationAnswer? {
        try await store.part(.simulationAnswer, of: simulation.uuid).map {
            try SimulationAnswer(parsing: $0, to: simulation.uuid, profile: environment.profile)
        }
    }

    package nonisolated func confirmation(
        of simulation: Simulation
    ) async throws -> ValidationAnswer? {
        guard let request = try await store.part(.validation, of: simulation.uuid),
            let answer = try await store.part(.validationAnswer, of: simulation.uuid)
        else { return nil }
        let profile = environment.profile
        let uuid = try ValidationRequest(parsing: request, profile: profile).header.uuid
        return try ValidationAnswer(parsing: answer, to: uuid, profile: profile)
    }
}

extension Simulation {
    /// Whether this decision was taken, or is being.
    fileprivate func isDecided(by decision: SimulationStep) -> Bool {
        if step == decision { return true }
        return switch decision {
        case .simulation: false
        case .validation: state.isFinalForDoctor
        case .contestation: state == .contested
        }
    }
}

extension SimulationState {
    /// Why nobody can decide on a simulation that stands there.
    fileprivate var whyNotDecided: String {
        switch self {
        case .simulated: "It can be decided upon."
        case .draft, .simulationSent: "The insurer has not answered."
        case .unknown: "What became of the last message is not known yet."
        case .validationSent: "Its validation is on its way."
        case .contestationSent: "Its contestation is on its way."
        case .validated, .paymentOrdered, .paid, .paymentDeferred: "It was validated before."
        case .contested: "It was contested before; the ordinary fee statement takes over."
        case .expired: "The simulation is not valid any more."
        case .abandoned: "It was given up."
        }
    }
}
