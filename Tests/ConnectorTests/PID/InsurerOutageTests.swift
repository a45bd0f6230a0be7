// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import InProcess
import Sandbox
import Testing

@Suite("PID: an insurer that is out", .timeLimit(.minutes(5)))
struct InsurerOutageTests {
    @Test("is spared, asked again by one simulation, and once it is back all go on (RE-08)")
    func outage() async throws {
        let world = try await DeskWorld()
        world.line.plan(.notSent, .notSent, .notSent, .notSent, .notSent)
        var drafts: [Simulation] = []
        // Each is tried twice: the fifth message is the last that is sent.
        for _ in 0..<4 { drafts.append(try await world.simulate(world.message())) }
        #expect(drafts.map(\.state) == Array(repeating: .draft, count: 4))
        #expect(drafts.allSatisfy { $0.problem?.code == "ECN-2201" })
        #expect(drafts.last?.problem?.actor == .cns)
        #expect(world.line.messages("simulation").count == 5)

        world.side.clock.set(to: world.side.clock.now.addingTimeInterval(31))
        for _ in 0..<2 {
            await world.desk.driveDue()
            for draft in drafts { await world.desk.wait(for: draft.uuid, within: DeskWorld.wait) }
        }
        for draft in drafts {
            #expect(try await world.desk.simulation(draft.uuid).state == .simulated)
        }
        #expect(world.line.messages("simulation").count == 9)
    }

    @Test("one that says it is closed has answered: it is not spared")
    func closed() async throws {
        let world = try await DeskWorld()
        world.side.faults[.simulation] = .closed
        for _ in 0..<3 { _ = try await world.simulate(world.message()) }
        let sent = world.line.messages("simulation").count
        _ = try await world.simulate(world.message())
        #expect(world.line.messages("simulation").count > sent)
    }
}
