// SPDX-License-Identifier: Apache-2.0
import FormPacks
import Foundation
import InProcess
import NationalAPI
import SQLiteStore
import Sandbox
import StoreSupport
import Testing

@testable import Connector

@Suite("An old copy that was put back is asked about, not resent (RE-14)", .timeLimit(.minutes(5)))
struct ReconciliationTests {
    private static let fact = AuditFact(
        moment: Date(timeIntervalSince1970: 1_795_000_000), actor: "connector",
        action: "reconcile", objectType: "store", objectID: "", outcome: "restored",
        origin: "pipeline")

    private func root(_ text: String) -> AuditRoot {
        AuditRoot(
            first: 1, last: 1, root: [1], statement: Array(text.utf8), signature: [1],
            certificate: [1])
    }

    @Test("a marked copy is asked about once; a copy that is older than its root is found out")
    func detection() async throws {
        let side = try await NationalSide()
        let store = try await side.store()
        _ = try await side.accept(store)
        _ = try await side.accept(store)
        let reconciliation = Reconciliation(store, now: { side.clock.now })
        #expect(try await reconciliation.run(published: nil) == nil)
        try await store.put([], as: Reconciliation.marker, audit: nil)
        #expect(try await reconciliation.run(published: nil) == 2)
        #expect(try await reconciliation.run(published: nil) == nil)
        #expect(try await store.transmissions(.init(limit: 9)).map(\.asksFirst) == [true, true])

        try await store.append(root("a"))
        #expect(try await reconciliation.run(published: root("a")) == nil)
        #expect(try await reconciliation.run(published: root("b")) == 2)
    }

    /// A world whose store was lost, and the old copy of it, where the form still stands at its
    /// beginning.
    private func restored(
        hasArrived: Bool, hasStatusQuery: Bool = true
    ) async throws -> (world: RoadWorld, old: MemoryStore, uuid: String) {
        let world = try await RoadWorld(hasStatusQuery: hasStatusQuery)
        let uuid = UUID().uuidString.lowercased()
        if hasArrived {
            _ = try await world.accept(uuid)
            try await world.settle()
        }
        let old = MemoryStore()
        _ = try await world.side.intake(old).submit(
            ReceivedForm(.json(world.side.form(uuid: uuid))))
        #expect(try await old.askFirst(audit: Self.fact) == 1)
        return (world, old, uuid)
    }

    private func drive(_ world: RoadWorld, _ old: MemoryStore) async throws {
        let clock = world.side.clock
        try await Dispatcher(
            Pipeline(world.environment, store: old), store: old,
            DispatcherEnvironment(
                worker: "tests", now: { clock.now }, jitter: { 0.5 }, pause: { _ in })
        ).drain()
    }

    @Test("what the platform has ends with its receipt, and is not sent again")
    func known() async throws {
        let (world, old, uuid) = try await restored(hasArrived: true)
        try await drive(world, old)
        let form = try #require(await old.transmission(uuid))
        #expect(form.state == .final && !form.asksFirst && form.nationalUUID != nil)
        #expect(world.wire.models.count { $0 == RoadWorld.deposit } == 1)
        #expect(await world.ledger.entries.map(\.effects) == [1])
    }

    @Test("what the platform never heard of goes on where it stood")
    func unknown() async throws {
        let (world, old, uuid) = try await restored(hasArrived: false)
        try await drive(world, old)
        #expect(await old.transmission(uuid)?.state == .final)
        let query = try #require(world.side.profile.status?.operation.model)
        #expect(world.wire.models == [query, RoadWorld.deposit])
    }

    @Test("where nobody can be asked a person must")
    func nobody() async throws {
        let (world, old, uuid) = try await restored(hasArrived: true, hasStatusQuery: false)
        try await drive(world, old)
        let form = try #require(await old.transmission(uuid))
        #expect(form.state == .attention && form.problem?.code == "ECN-2202")
        #expect(form.problem?.actor == .you)
    }

    @Test("while the platform is out nothing of the copy moves")
    func out() async throws {
        let (world, old, uuid) = try await restored(hasArrived: true)
        world.side.faults[.status] = .unavailable
        try await drive(world, old)
        let held = try #require(await old.transmission(uuid))
        #expect(held.asksFirst && held.problem != nil && !held.state.isSettled)
        world.side.faults.clear()
        world.side.clock.set(to: held.dueAt)
        try await drive(world, old)
        #expect(await old.transmission(uuid)?.state == .final)
        #expect(world.wire.models.count { $0 == RoadWorld.deposit } == 1)
    }
}
