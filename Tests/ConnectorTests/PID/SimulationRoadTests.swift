// SPDX-License-Identifier: Apache-2.0
import Connector
import Coverage
import FormPacks
import Foundation
import InProcess
import NationalAPI
import SQLiteStore
import Sandbox
import Testing

@Suite("PID: the road of a simulation", .timeLimit(.minutes(5)))
struct SimulationRoadTests {
    @Test("simulated, validated, paid: one payment, and the advice that says so")
    func paid() async throws {
        let world = try await DeskWorld()
        let simulated = try await world.simulate(world.message())
        #expect(simulated.state == .simulated && simulated.result == .accepted)
        #expect(simulated.nationalID != nil && simulated.validUntil != nil)
        let answer = try #require(await world.desk.answer(of: simulated))
        #expect(answer.lines.map(\.number) == [1])
        let (validated, isReplay) = try await world.desk.validate(
            simulated.uuid, within: DeskWorld.wait)
        #expect(validated.state == .paymentOrdered && !isReplay)
        let paid = try await world.goOn(validated)
        #expect(paid.state == .paid)
        #expect(await world.side.insurer.payments.map(\.amount) == [answer.totals?.statutory])
        #expect(try await world.parts(paid, .paymentAdvice) != nil)
    }

    @Test("an ordinary transfer is deferred, and paid when it is credited")
    func deferred() async throws {
        let world = try await DeskWorld()
        let simulated = try await world.simulate(world.message(matricule: "1972040521245"))
        let validated = try await world.desk.validate(simulated.uuid, within: DeskWorld.wait).0
        #expect(validated.state == .paymentDeferred)
        #expect(try await world.goOn(validated).state == .paymentDeferred)
        world.side.clock.set(to: world.side.clock.now.addingTimeInterval(86_400))
        #expect(try await world.goOn(validated).state == .paid)
    }

    @Test("an answer of another environment is not believed")
    func environment() async throws {
        let world = try await DeskWorld(in: .production)
        let open = try await world.simulate(world.message())
        #expect(open.state == .unknown)
        #expect(open.problem?.code == "ECN-2203")
        #expect(open.nationalID == nil)
    }

    @Test("the same bytes are answered as before, other bytes under the UUID refused")
    func idempotent() async throws {
        let world = try await DeskWorld()
        let message = try world.message()
        let first = try await world.simulate(message)
        guard
            case .replayed(let again) = try await world.desk.submit(
                ReceivedForm(.json(message)), within: DeskWorld.wait)
        else {
            Issue.record("not replayed")
            return
        }
        #expect(again == first)
        #expect(world.line.messages("simulation").count == 1)
        let other = try world.message(uuid: first.uuid, act: "C4")
        guard
            case .uuidReused = try await world.desk.submit(
                ReceivedForm(.json(other)), within: DeskWorld.wait)
        else {
            Issue.record("not refused")
            return
        }
    }

    @Test("a lost answer to a simulation is asked for again at once, with the same bytes")
    func lostSimulation() async throws {
        let world = try await DeskWorld()
        world.line.plan(.answerLost)
        let simulated = try await world.simulate(world.message())
        #expect(simulated.state == .simulated)
        let sent = world.line.messages("simulation")
        #expect(sent.count == 2 && sent[0] == sent[1])
    }

    @Test("PID down: nothing left, the simulation stays a draft and goes on when it is back")
    func down() async throws {
        let world = try await DeskWorld()
        world.line.plan(.notSent, .notSent)
        let draft = try await world.simulate(world.message(isFull: true))
        #expect(draft.state == .draft && draft.problem?.code == "ECN-2201")
        guard case .incomplete(_, let anomalies) = try await world.desk.feeStatement(of: draft.uuid)
        else {
            Issue.record("a statement without amounts was ready")
            return
        }
        #expect(!anomalies.isEmpty)
        #expect(try await world.goOn(draft).state == .simulated)
    }

    @Test("a lost answer to a validation: asked by its UUID, never sent under another one")
    func lostValidation() async throws {
        let world = try await DeskWorld()
        let simulated = try await world.simulate(world.message())
        world.line.plan(.answerLost)
        let unknown = try await world.desk.validate(simulated.uuid, within: DeskWorld.wait).0
        #expect(unknown.state == .unknown && unknown.step == .validation)
        await #expect(throws: SimulationRefusal.self) {
            try await world.desk.feeStatement(of: simulated.uuid)
        }
        #expect(try await world.goOn(unknown).state == .paymentOrdered)
        #expect(world.line.messages("validation").count == 1)
        #expect(await world.side.insurer.payments.count == 1)
    }

    @Test("where nobody can be asked the validation is repeated byte for byte, and paid once")
    func repeated() async throws {
        let world = try await DeskWorld(hasStatusQuery: false)
        let simulated = try await world.simulate(world.message())
        world.line.plan(.answerLost)
        let unknown = try await world.desk.validate(simulated.uuid, within: DeskWorld.wait).0
        #expect(try await world.goOn(unknown).state == .paymentOrdered)
        let sent = world.line.messages("validation")
        #expect(sent.count == 2 && sent[0] == sent[1])
        #expect(await world.side.insurer.payments.count == 1)
    }

    @Test("a validation that never left lets the practice decide anew, with the same message")
    func neverLeft() async throws {
        let world = try await DeskWorld()
        let simulated = try await world.simulate(world.message())
        world.line.plan(.notSent)
        let back = try await world.desk.validate(simulated.uuid, within: DeskWorld.wait).0
        #expect(back.state == .simulated && back.problem?.code == "ECN-2201")
        let request = try await world.parts(back, .validation)
        let done = try await world.desk.validate(simulated.uuid, within: DeskWorld.wait).0
        #expect(done.state == .paymentOrdered && done.problem == nil)
        #expect(try await world.parts(done, .validation) == request)
    }

    @Test("a restart asks what became of a message that was on its way")
    func restart() async throws {
        let world = try await DeskWorld()
        let simulated = try await world.simulate(world.message())
        world.line.plan(.answerLost)
        var cut = try await world.desk.validate(simulated.uuid, within: DeskWorld.wait).0
        // As a process that is killed between sending and answer leaves it.
        let unknown = cut
        (cut.state, cut.dueAt) = (.validationSent, world.side.clock.now.addingTimeInterval(90))
        #expect(try await world.store.record(SimulationChange(cut), from: unknown.state))
        let desk = world.restarted()
        await desk.takeUp()
        await desk.wait(for: cut.uuid, within: DeskWorld.wait)
        #expect(try await desk.simulation(cut.uuid).state == .paymentOrdered)
        #expect(await world.side.insurer.payments.count == 1)
    }
}
