// SPDX-License-Identifier: Apache-2.0
import Connector
import Coverage
import FormPacks
import Foundation
import InProcess
import JSON
import NationalAPI
import SQLiteStore
import Sandbox
import Testing

@Suite("PID: what the practice decides, and when it cannot", .timeLimit(.minutes(5)))
struct SimulationDecisionTests {
    @Test("many callers validate at once: one message, one payment, the same answer for all")
    func atOnce() async throws {
        let world = try await DeskWorld()
        let simulated = try await world.simulate(world.message())
        let desk = world.desk
        let states = try await withThrowingTaskGroup(of: SimulationState.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await desk.validate(simulated.uuid, within: DeskWorld.wait).0.state
                }
            }
            return try await group.reduce(into: Set<SimulationState>()) { $0.insert($1) }
        }
        #expect(states == [.paymentOrdered])
        #expect(world.line.messages("validation").count == 1)
        #expect(await world.side.insurer.payments.count == 1)
    }

    @Test("contested: the fee statement is ready for the intake, the notice is drawn")
    func contested() async throws {
        let world = try await DeskWorld()
        let simulated = try await world.simulate(world.message(isFull: true))
        let contested = try await world.desk.contest(
            simulated.uuid, Contestation(reason: .patientChoice, text: "Il règle lui-même."),
            within: DeskWorld.wait
        ).0
        #expect(contested.state == .contested)
        guard case .ready(let xml) = try await world.desk.feeStatement(of: contested.uuid) else {
            Issue.record("the statement is not ready")
            return
        }
        guard
            case .accepted = try await world.side.intake(world.store).submit(
                ReceivedForm(.xml(xml)))
        else {
            Issue.record("the intake refuses the statement")
            return
        }
        let page = try await world.desk.printedFeeStatement(of: contested.uuid)
        #expect(page.starts(with: Array("%PDF".utf8)))
        #expect(try await world.desk.notice(of: contested.uuid).starts(with: Array("%PDF".utf8)))
        #expect(await world.side.insurer.payments.isEmpty)
    }

    @Test("a statement that was handed in comes back as it was, under its own UUID")
    func fromStatement() async throws {
        let world = try await DeskWorld()
        let form = try world.side.form()
        let simulation = try await world.simulate(form)
        let checked = try world.side.packs.check(
            .json(form), today: #require(CalendarDate("2026-11-18")))
        #expect(simulation.uuid != checked.document?.uuid)
        #expect(try await world.simulate(form).uuid == simulation.uuid)
        guard case .ready(let xml) = try await world.desk.feeStatement(of: simulation.uuid) else {
            Issue.record("the statement is not ready")
            return
        }
        #expect(xml == checked.document?.xml)
    }

    @Test("a bare message lacks what the statement needs; the anomalies name it")
    func incomplete() async throws {
        let world = try await DeskWorld()
        let simulated = try await world.simulate(world.message())
        // While the insurer offers to pay, no second bill goes out.
        await #expect(throws: SimulationRefusal.self) {
            try await world.desk.feeStatement(of: simulated.uuid)
        }
        _ = try await world.desk.abandon(simulated.uuid)
        guard
            case .incomplete(let form, let anomalies) = try await world.desk.feeStatement(
                of: simulated.uuid)
        else {
            Issue.record("a statement without names was ready")
            return
        }
        let places = anomalies.map(\.pointer)
        #expect(places.contains("/memoireHonoraire/entete"))
        #expect(form["memoireHonoraire"]?["paiement"]?["aPayer"] != nil)
        await #expect(throws: SimulationRefusal.self) {
            try await world.desk.printedFeeStatement(of: simulated.uuid)
        }
    }

    @Test("the paper exists once the insurer pays, and only then")
    func paper() async throws {
        let world = try await DeskWorld()
        let simulated = try await world.simulate(world.message(isFull: true))
        await #expect(
            throws: SimulationRefusal.notNow(
                .simulated, reason: "The insurer has not confirmed that it pays.")
        ) { try await world.desk.paper(of: simulated.uuid) }
        _ = try await world.desk.validate(simulated.uuid, within: DeskWorld.wait)
        let paper = try await world.desk.paper(of: simulated.uuid)
        #expect(paper.starts(with: Array("%PDF".utf8)))
        #expect(try await world.desk.paper(of: simulated.uuid) == paper)
        await #expect(throws: SimulationRefusal.self) {
            try await world.desk.notice(of: simulated.uuid)
        }
    }

    @Test("what is decided is final")
    func final() async throws {
        let world = try await DeskWorld()
        let paid = try await world.simulate(world.message())
        _ = try await world.desk.validate(paid.uuid, within: DeskWorld.wait)
        await #expect(throws: SimulationRefusal.self) {
            try await world.desk.contest(
                paid.uuid, Contestation(reason: .other), within: DeskWorld.wait)
        }
        await #expect(throws: SimulationRefusal.self) { try await world.desk.abandon(paid.uuid) }
        #expect(
            try await world.desk.validate(paid.uuid, within: DeskWorld.wait).isReplay)
    }

    @Test("a simulation given up can neither be validated nor contested")
    func abandoned() async throws {
        let world = try await DeskWorld()
        let simulated = try await world.simulate(world.message())
        #expect(try await world.desk.abandon(simulated.uuid).state == .abandoned)
        #expect(try await world.desk.abandon(simulated.uuid).state == .abandoned)
        await #expect(throws: SimulationRefusal.self) {
            try await world.desk.validate(simulated.uuid, within: DeskWorld.wait)
        }
        #expect(world.line.messages("validation").isEmpty)
    }

    @Test("when its validity is over a simulation expires by itself")
    func expiry() async throws {
        let world = try await DeskWorld()
        let simulated = try await world.simulate(world.message())
        let end = try #require(simulated.validUntil)
        world.side.clock.set(to: end)
        await #expect(
            throws: SimulationRefusal.notNow(
                .expired, reason: "The simulation is not valid any more.")
        ) { try await world.desk.validate(simulated.uuid, within: DeskWorld.wait) }
        #expect(try await world.goOn(simulated).state == .expired)
    }

    @Test("the insurer says that it is over: expired here too")
    func expiredThere() async throws {
        let world = try await DeskWorld()
        var simulated = try await world.simulate(world.message(matricule: "1972040521329"))
        // Its clock and ours differ.
        simulated.validUntil = world.side.clock.now.addingTimeInterval(600)
        _ = try await world.store.record(SimulationChange(simulated), from: .simulated)
        let refused = try await world.desk.validate(simulated.uuid, within: DeskWorld.wait).0
        #expect(refused.state == .expired && refused.problem?.code == "ECN-2206")
    }

    @Test("what the insurer could not simulate goes the ordinary way")
    func failed() async throws {
        let world = try await DeskWorld()
        let refused = try await world.simulate(world.message(matricule: "1972040520337"))
        #expect(refused.state == .simulated && refused.result == .refused)
        #expect(refused.nationalID == nil && refused.problem?.code == "ECN-2206")
        await #expect(throws: SimulationRefusal.self) {
            try await world.desk.validate(refused.uuid, within: DeskWorld.wait)
        }
    }

    @Test("a closed insurer is no refusal: the simulation waits as a draft")
    func closed() async throws {
        let world = try await DeskWorld()
        let draft = try await world.simulate(world.message(matricule: "1972040520414"))
        #expect(draft.state == .draft && draft.problem?.actor == .cns)
    }

    @Test(
        "a reason past its length, or of lines that do not exist, is refused before it is sent",
        arguments: [
            Contestation(reason: .other, text: String(repeating: "x", count: 501)),
            Contestation(reason: .other, lines: [2]),
        ])
    func reason(_ contestation: Contestation) async throws {
        let world = try await DeskWorld()
        let simulated = try await world.simulate(world.message())
        await #expect(throws: SimulationRefusal.self) {
            try await world.desk.contest(simulated.uuid, contestation, within: DeskWorld.wait)
        }
        #expect(world.line.messages("contestation").isEmpty)
    }

    @Test("a contestation that never left takes the words of the next try")
    func otherWords() async throws {
        let world = try await DeskWorld()
        let simulated = try await world.simulate(world.message())
        world.line.plan(.notSent)
        let open = try await world.desk.contest(
            simulated.uuid, Contestation(reason: .other, text: "Erreur"), within: DeskWorld.wait
        ).0
        #expect(open.state == .simulated && open.problem?.code == "ECN-2201")
        let contested = try await world.desk.contest(
            simulated.uuid, Contestation(reason: .rights, text: "Droits"), within: DeskWorld.wait
        ).0
        #expect(contested.state == .contested)
        let sent = try #require(world.line.messages("contestation").last)
        #expect(sent.contains("DROITS") && sent.contains("Droits") && !sent.contains("Erreur"))
        let kept = try #require(try await world.parts(contested, .contestation))
        #expect(String(decoding: kept, as: UTF8.self).contains("Droits"))
        await #expect(
            throws: SimulationRefusal.notNow(
                .contested,
                reason: "It was contested before; the ordinary fee statement takes over.")
        ) { try await world.desk.validate(simulated.uuid, within: DeskWorld.wait) }
    }

    @Test("the same contestation again is a repetition; other words are refused")
    func repeated() async throws {
        let world = try await DeskWorld()
        let simulated = try await world.simulate(world.message())
        let first = Contestation(reason: .rate, text: "Taux")
        _ = try await world.desk.contest(simulated.uuid, first, within: DeskWorld.wait)
        let again = try await world.desk.contest(simulated.uuid, first, within: DeskWorld.wait)
        #expect(again.1)
        await #expect(
            throws: SimulationRefusal.notNow(
                .contested, reason: "It was contested before, with other words.")
        ) {
            try await world.desk.contest(
                simulated.uuid, Contestation(reason: .other, text: "Autre"),
                within: DeskWorld.wait)
        }
    }

    @Test("a contestation that the insurer refused is kept as it was")
    func refusedWords() async throws {
        let world = try await DeskWorld()
        let simulated = try await world.simulate(world.message())
        let refused = try await world.desk.contest(
            simulated.uuid, Contestation(reason: .other), within: DeskWorld.wait
        ).0
        #expect(refused.state == .simulated && refused.problem?.code == "ECN-2206")
        await #expect(throws: SimulationRefusal.self) {
            try await world.desk.contest(
                simulated.uuid, Contestation(reason: .rights), within: DeskWorld.wait)
        }
        #expect(world.line.messages("contestation").count == 1)
    }

    @Test("a draft of yesterday is over")
    func yesterday() async throws {
        let world = try await DeskWorld()
        world.line.plan(.notSent, .notSent)
        let draft = try await world.simulate(world.message())
        world.side.clock.set(to: world.side.clock.now.addingTimeInterval(86_400))
        #expect(try await world.goOn(draft).state == .expired)
    }
}
