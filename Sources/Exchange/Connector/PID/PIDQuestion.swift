// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import NationalAPI

/// A message of PID as it is sent, and what an answer must say to be believed as the answer to it.
struct PIDQuestion: Sendable {
    let step: SimulationStep
    /// The message's own, to which the answer refers.
    let uuid: String
    /// The durable bytes of the message.
    let business: [UInt8]
    private let environment: MessageHeader.Environment
    /// UUID of the simulation.
    private let thread: String
    /// What a validation accepts.
    private var accepted: PIDTotals?
    /// What a simulation bills.
    private var billed: [(line: Int, amount: Amount?)]?

    /// - Throws: ``StageFailure``: what was kept is no such message.
    init(
        _ step: SimulationStep, _ business: [UInt8], of simulation: Simulation,
        _ environment: SimulationEnvironment
    ) throws {
        (self.step, self.business, thread) = (step, business, simulation.uuid)
        self.environment = environment.environment
        do {
            switch step {
            case .simulation:
                uuid = simulation.uuid
                billed = try Self.billed(business, of: simulation, environment)
            case .validation:
                let validation = try ValidationRequest(
                    parsing: business, profile: environment.profile)
                (uuid, accepted) = (validation.header.uuid, validation.totals)
            case .contestation:
                uuid = try ContestationRequest(parsing: business, profile: environment.profile)
                    .header.uuid
            }
        } catch let error as MessageError {
            throw StageFailure(.internalFault, "\(error)", actor: .connector, .attention)
        }
    }

    private static func billed(
        _ business: [UInt8], of simulation: Simulation, _ environment: SimulationEnvironment
    ) throws -> [(line: Int, amount: Amount?)] {
        // As on the day it was kept: a rule about time must not refuse it later.
        let day = CalendarDate(inLuxembourg: simulation.acceptedAt)
        let checked = try environment.maker.check(
            .xml(business), pack: environment.forms.message.pack, today: day)
        guard let document = checked.document else {
            throw StageFailure(
                .internalFault, "The message that was kept breaks its pack.", actor: .connector,
                .attention)
        }
        return document.pack.billedAmounts(of: document.root)
    }

    /// - Throws: The answer is of another environment or thread, or of other lines or amounts: it
    ///   is not believed, so the outcome is unknown.
    func check(_ answer: PIDAnswer) throws(MessageError) {
        switch answer {
        case .simulation(let answer):
            try answer.header.requireAnswer(in: environment, thread: thread)
            if let billed { try answer.requirePrice(of: billed) }
        case .validation(let answer):
            try answer.header.requireAnswer(in: environment, thread: thread)
            if let accepted { try answer.requirePayment(of: accepted) }
        case .contestation(let answer):
            try answer.header.requireAnswer(in: environment, thread: thread)
        }
    }
}
