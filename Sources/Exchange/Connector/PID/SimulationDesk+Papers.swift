// SPDX-License-Identifier: Apache-2.0
package import Coverage
import FormPacks
package import JSON
import NationalAPI
import PDF

/// The ordinary fee statement that takes over from a simulation.
package enum FeeStatement: Sendable {
    /// Ready for the intake: national XML.
    case ready([UInt8])
    /// What is known, and what the practice must still add.
    case incomplete(JSONValue, [Coverage.Anomaly])
}

extension SimulationDesk {
    /// The fee statement to deposit or to print when the insurer does not pay by PID: the one that
    /// was handed in, or one made from the message.
    ///
    /// - Throws: ``SimulationRefusal`` while the insurer offers to pay, pays or may be paying: contest
    ///   or give up first, so that the same acts are not billed twice.
    package nonisolated func feeStatement(of uuid: String) async throws -> FeeStatement {
        let simulation = try await current(uuid)
        guard !simulation.mayBePaid else {
            throw SimulationRefusal.notNow(
                simulation.state,
                reason: simulation.state == .simulated
                    ? "The insurer offers to pay these acts; contest or give up first."
                    : "The insurer pays, or may be paying, these acts.")
        }
        if let statement = try await store.part(.statement, of: uuid) { return .ready(statement) }
        let sources = try await sources(simulation)
        guard let message = sources["message"] else { throw SimulationRefusal.unknown }
        var values = try await sums(simulation, message)
        values["uuid"] = UUIDText.derived("statement", of: uuid)
        values["today"] = environment.today.description
        let maker = environment.maker
        let made = try maker.form(
            maker.forms.statement, from: sources, values: values, today: environment.today)
        guard let document = made.result.document else {
            return .incomplete(made.json, made.result.anomalies)
        }
        return .ready(document.xml)
    }

    /// The same as an unsigned page, to print and hand over.
    ///
    /// - Throws: ``SimulationRefusal`` also while it lacks something.
    package nonisolated func printedFeeStatement(of uuid: String) async throws -> [UInt8] {
        let simulation = try await current(uuid)
        guard case .ready(let xml) = try await feeStatement(of: uuid),
            let document = try environment.pipeline.packs.check(
                .xml(xml), today: environment.today
            ).document
        else {
            throw SimulationRefusal.notNow(
                simulation.state, reason: "The fee statement lacks what its JSON names.")
        }
        return try page(of: document)
    }

    /// The patient's paper: the acts, and what each side pays.
    ///
    /// - Throws: ``SimulationRefusal`` before the insurer confirmed that it pays.
    package nonisolated func paper(of uuid: String) async throws -> [UInt8] {
        let simulation = try await current(uuid)
        guard simulation.state.isFinalForDoctor else {
            throw SimulationRefusal.notNow(
                simulation.state, reason: "The insurer has not confirmed that it pays.")
        }
        return try await page(environment.forms.paper, simulation)
    }

    /// What the patient is told of a contestation: that he asks for reimbursement himself.
    ///
    /// - Throws: ``SimulationRefusal`` unless it was contested.
    package nonisolated func notice(of uuid: String) async throws -> [UInt8] {
        let simulation = try await current(uuid)
        guard simulation.state == .contested else {
            throw SimulationRefusal.notNow(simulation.state, reason: "It was not contested.")
        }
        return try await page(environment.forms.notice, simulation)
    }

    private nonisolated func page(
        _ recipe: PIDForms.Recipe, _ simulation: Simulation
    ) async throws -> [UInt8] {
        let today = CalendarDate(inLuxembourg: simulation.changedAt)
        let sources = try await sources(simulation)
        var values = try await sums(simulation, sources["message"])
        values["uuid"] = UUIDText.derived(recipe.pack, of: simulation.uuid)
        values["today"] = today.description
        let made = try environment.maker.form(
            recipe, from: sources, values: values, today: today)
        guard let document = made.result.document else {
            let codes = made.result.anomalies.map { "\($0.code) at \($0.pointer)" }
            throw StageFailure(
                .cannotRender,
                "The form \(recipe.pack) cannot be made: \(codes.joined(separator: ", ")).",
                actor: .connector, .attention)
        }
        return try page(of: document)
    }

    private nonisolated func page(of document: CheckedDocument) throws -> [UInt8] {
        do {
            return try draw(document.pageDescription, fonts: environment.fonts)
        } catch {
            throw StageFailure(.cannotRender, "\(error)", actor: .you, .attention)
        }
    }

    // MARK: What papers are made from

    /// The message, and what the insurer answered so far, by the names that recipes use.
    private nonisolated func sources(
        _ simulation: Simulation
    ) async throws -> [String: FormElement] {
        var sources: [String: FormElement] = [:]
        let packs = environment.forms
        let parts: [(String, SimulationPart, String)] = [
            ("message", .simulation, packs.message.pack),
            ("answer", .simulationAnswer, packs.answerPack),
            ("confirmation", .validationAnswer, packs.confirmationPack),
            ("contestation", .contestation, packs.contestationPack),
            ("contestationAnswer", .contestationAnswer, packs.contestationAnswerPack),
        ]
        // As on the day it was kept: a rule about time must not refuse it later.
        let day = CalendarDate(inLuxembourg: simulation.acceptedAt)
        for (name, part, pack) in parts {
            guard let bytes = try await store.part(part, of: simulation.uuid) else { continue }
            sources[name] = try environment.maker.tree(of: bytes, pack: pack, today: day)
        }
        return sources
    }

    nonisolated func message(of simulation: Simulation) async throws -> CheckedDocument? {
        guard let bytes = try await store.part(.simulation, of: simulation.uuid) else { return nil }
        return try environment.maker.check(
            .xml(bytes), pack: environment.forms.message.pack,
            today: CalendarDate(inLuxembourg: simulation.acceptedAt)
        ).document
    }

    /// Sums that no source holds: what is billed, at the tariff where a line leaves it open, and
    /// what the patient pays.
    private nonisolated func sums(
        _ simulation: Simulation, _ message: FormElement?
    ) async throws -> [String: String] {
        let answer = try await answer(of: simulation)
        var sums: [String: String] = [:]
        sums["patientShare"] = answer?.totals.map { "\(Amount(cents: $0.patientShare))" }
        guard let pack = environment.pipeline.packs.pack(id: environment.forms.message.pack),
            let message
        else { return sums }
        let tariffs = (answer?.lines ?? []).reduce(into: [Int: Int]()) { tariffs, line in
            if let number = line.number { tariffs[number] = line.tariff }
        }
        let amounts = pack.billedAmounts(of: message).map { line, amount in
            amount?.cents ?? tariffs[line]
        }
        guard !amounts.contains(nil) else { return sums }
        sums["total"] = "\(Amount(cents: amounts.reduce(0) { $0 + ($1 ?? 0) }))"
        return sums
    }
}
