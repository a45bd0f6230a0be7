// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import SQLiteStore
import Testing
import Trust

@Suite("SQLite store: simulations")
struct SimulationStoreTests {
    private let path = NSTemporaryDirectory() + UUID().uuidString + ".sqlite"
    private let moment = Date(timeIntervalSince1970: 1_795_000_000)

    private func simulation(
        _ uuid: String, digest: UInt8 = 1, state: SimulationState = .simulationSent,
        due: Double = 0
    ) -> Simulation {
        Simulation(
            uuid: uuid, digest: Digest(.sha256, [digest]),
            pack: PackReference(id: "p", version: "1"), state: state, step: .simulation,
            attempts: 1, acceptedAt: moment, changedAt: moment,
            dueAt: moment.addingTimeInterval(due))
    }

    @Test("accepts once, replays the same digest, refuses another")
    func accept() async throws {
        let store = try await SQLiteTransmissionStore(path: path)
        let first = simulation("a")
        let change = SimulationChange(first, parts: [(.simulation, [7])])
        #expect(try await store.accept(change) == .accepted)
        #expect(try await store.accept(SimulationChange(first)) == .replayed(first))
        let other = SimulationChange(simulation("a", digest: 2))
        #expect(try await store.accept(other) == .uuidReused)
        #expect(try await store.part(.simulation, of: "a") == [7])
    }

    @Test("everything a simulation knows survives reopening")
    func survives() async throws {
        var full = simulation("a", state: .unknown)
        (full.step, full.result, full.nationalID) = (.validation, .partial, "S1")
        full.validUntil = moment.addingTimeInterval(3_600)
        full.problem = TransmissionProblem(code: "ECN-2202", detail: "d", actor: .mysecu)
        (full.attempts, full.failures) = (2, 3)
        do {
            let store = try await SQLiteTransmissionStore(path: path)
            _ = try await store.accept(SimulationChange(full))
        }
        let store = try await SQLiteTransmissionStore(path: path)
        #expect(try await store.simulation("a") == full)
        #expect(try await store.simulation("b") == nil)
    }

    @Test("a step from another state than the simulation's writes nothing (RE-04)")
    func fencing() async throws {
        let store = try await SQLiteTransmissionStore(path: path)
        _ = try await store.accept(SimulationChange(simulation("a", state: .simulated)))
        let validated = SimulationChange(
            simulation("a", state: .validationSent), parts: [(.validation, [1])])
        let contested = SimulationChange(
            simulation("a", state: .contestationSent), parts: [(.contestation, [2])])
        #expect(try await store.record(validated, from: .simulated))
        #expect(try await store.record(contested, from: .simulated) == false)
        #expect(try await store.part(.validation, of: "a") == [1])
        #expect(try await store.part(.contestation, of: "a") == nil)
    }

    @Test("a part is immutable: a repeated message keeps its bytes")
    func parts() async throws {
        let store = try await SQLiteTransmissionStore(path: path)
        _ = try await store.accept(
            SimulationChange(simulation("a"), parts: [(.simulation, [1])]))
        _ = try await store.record(
            SimulationChange(simulation("a"), parts: [(.simulation, [2])]), from: .simulationSent)
        #expect(try await store.part(.simulation, of: "a") == [1])
    }

    @Test("due simulations come longest due first, settled ones never")
    func due() async throws {
        let store = try await SQLiteTransmissionStore(path: path)
        for (uuid, due) in [("a", 5.0), ("b", 1), ("c", 99)] {
            _ = try await store.accept(SimulationChange(simulation(uuid, due: due)))
        }
        for (uuid, state) in [("d", SimulationState.paid), ("e", .contested), ("f", .expired)] {
            _ = try await store.accept(SimulationChange(simulation(uuid, state: state)))
        }
        let due = try await store.dueSimulations(at: moment.addingTimeInterval(10), limit: 9)
        #expect(due.map(\.uuid) == ["b", "a"])
        #expect(try await store.nextSimulationDue() == moment.addingTimeInterval(1))
        #expect(try await store.simulations(in: [.paid], limit: 9).map(\.uuid) == ["d"])
    }

    @Test("many deciders at once: exactly one moves a simulation")
    func concurrency() async throws {
        let store = try await SQLiteTransmissionStore(path: path)
        _ = try await store.accept(SimulationChange(simulation("a", state: .simulated)))
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<100 {
                let change = SimulationChange(
                    simulation("a", state: .validationSent),
                    parts: [(.validation, [UInt8(index)])])
                group.addTask { try await store.record(change, from: .simulated) }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
    }
}
