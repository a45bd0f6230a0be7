// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A simulation as it will be kept and sent.
struct TakenSimulation: Sendable {
    var simulation: Simulation
    var parts: [(SimulationPart, [UInt8])]
    var warnings: [Coverage.Anomaly]
}

/// Turns what a practice hands in into the message of a simulation.
struct SimulationIntake: Sendable {
    private let environment: SimulationEnvironment

    init(_ environment: SimulationEnvironment) { self.environment = environment }

    enum Outcome: Sendable {
        case taken(TakenSimulation)
        case refused([Coverage.Anomaly])
    }

    /// - Throws: ``FormCheckError`` for bytes that are no form; ``BillingError`` for a form that
    ///   bills nothing.
    func take(_ received: ReceivedForm) throws -> Outcome {
        let (maker, today) = (environment.maker, environment.today)
        let checked = try environment.pipeline.packs.check(
            received.input, today: today, uuid: environment.makeUUID(), kinds: [.form, .message])
        guard let document = checked.document else { return .refused(checked.anomalies) }
        if document.pack.id == maker.forms.message.pack {
            return .taken(kept(document, received, [], checked.anomalies))
        }
        guard document.pack.billsActs else { throw BillingError.noBill(pack: document.pack.id) }
        let derived = try maker.form(
            maker.forms.message, from: ["statement": document.root],
            values: [
                "uuid": UUIDText.derived("simulation", of: document.uuid),
                "now": Self.text(of: environment.now), "today": today.description,
            ], today: today)
        guard let message = derived.result.document else {
            return .refused(derived.result.anomalies)
        }
        return .taken(
            kept(message, received, [(.statement, document.xml)], checked.anomalies))
    }

    private func kept(
        _ message: CheckedDocument, _ received: ReceivedForm,
        _ parts: [(SimulationPart, [UInt8])], _ warnings: [Coverage.Anomaly]
    ) -> TakenSimulation {
        let moment = environment.now
        // It is on its way at once: one durable write before the first byte leaves.
        let simulation = Simulation(
            uuid: message.uuid, digest: received.digest,
            pack: PackReference(id: message.pack.id, version: message.pack.version),
            state: .simulationSent, step: .simulation, attempts: 1, acceptedAt: moment,
            changedAt: moment, dueAt: moment.addingTimeInterval(Limits.messageLease))
        return TakenSimulation(
            simulation: simulation, parts: parts + [(.simulation, message.xml)],
            warnings: warnings)
    }

    /// UTC with milliseconds, as the messages of PID write moments.
    static func text(of moment: Date) -> String {
        moment.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
