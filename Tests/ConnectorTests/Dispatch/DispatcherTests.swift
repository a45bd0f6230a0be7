// SPDX-License-Identifier: Apache-2.0
import Foundation
import InProcess
import NationalAPI
import Sandbox
import StoreSupport
import Synchronization
import Testing

@testable import Connector

@Suite("Dispatcher: claims, retries, crashes, order, end", .timeLimit(.minutes(5)))
struct DispatcherTests {
    /// A claim by a worker of another name, who never comes back.
    private func takeAway(_ world: RoadWorld, lease: Double) async throws -> Claim {
        let request = ClaimRequest(
            worker: "other", moment: world.side.clock.now, lease: lease, limit: 1)
        return try #require(await world.store.claim(request).first)
    }

    @Test("what another worker has in hand is left alone until its lease ends (RE-04)")
    func leases() async throws {
        let world = try await RoadWorld()
        let form = try await world.accept()
        let claim = try await takeAway(world, lease: 60)
        try await world.drain()
        #expect(try await world.stand(form.uuid).state == .accepted)
        world.side.clock.set(to: world.side.clock.now.addingTimeInterval(60))
        try await world.run { try await world.stand(form.uuid).state == .final }
        // The late worker's result does not count any more.
        var late = form
        late.state = .rendered
        #expect(try await !world.store.record(Transition(late), of: claim, then: .release))
        #expect(try await world.stand(form.uuid).state == .final)
    }

    // MARK: RE-07

    @Test("pauses double with full jitter up to 5 min, then come every 15 (RE-07)")
    func delays() async throws {
        #expect(
            (0...11).map { BackOff.delay(failures: $0, jitter: 1) }
                == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 900])
        #expect(BackOff.delay(failures: 4, jitter: 0) == 0)
        let world = try await RoadWorld()
        world.side.faults[.tsa] = .unavailable
        let form = try await world.accept()
        var pauses: [Double] = []
        for _ in 0..<4 {
            try await world.drain()
            let held = try await world.stand(form.uuid)
            #expect(held.state == .signedPDF && held.heldBy == .timestamps)
            pauses.append(held.dueAt.timeIntervalSince(world.side.clock.now))
            world.side.clock.set(to: held.dueAt)
        }
        #expect(pauses == [1, 2, 4, 8])
    }

    @Test("Retry-After is respected (RE-07)")
    func retryAfter() async throws {
        let world = try await RoadWorld()
        var rule = FaultRule(.tsa, .quota)
        rule.period = .minute
        world.side.faults.run([rule])
        let form = try await world.accept()
        try await world.drain()
        let held = try await world.stand(form.uuid)
        #expect(held.dueAt.timeIntervalSince(world.side.clock.now) == 60)
    }

    @Test("a form nobody could move for 72 h goes to a person, and no sooner (RE-07)")
    func end() async throws {
        let world = try await RoadWorld()
        world.side.faults[.tsa] = .unavailable
        let form = try await world.accept()
        while world.side.clock.now.timeIntervalSince(form.acceptedAt) < 72 * 3_600 {
            try await world.drain()
            let held = try await world.stand(form.uuid)
            #expect(held.state == .signedPDF)
            world.side.clock.set(to: max(held.dueAt, world.side.clock.now.addingTimeInterval(900)))
        }
        world.side.clock.set(to: world.side.clock.now.addingTimeInterval(1))
        try await world.drain()
        let over = try await world.stand(form.uuid)
        #expect(over.state == .attention && over.problem?.code == "ECN-2001")
    }

    @Test("the end comes too for a form whose service is known to be out (RE-07)")
    func endWhileOut() async throws {
        let world = try await RoadWorld()
        let form = try await world.accept()
        for _ in 0..<5 { await world.environment.gates.note(.timestamps, isUp: false) }
        try await world.drain()
        #expect(try await world.stand(form.uuid).failures == 1)
        world.side.clock.set(to: form.acceptedAt.addingTimeInterval(72 * 3_600 + 1))
        for _ in 0..<5 { await world.environment.gates.note(.timestamps, isUp: false) }
        try await world.run { try await world.stand(form.uuid).state == .attention }
        #expect(try await world.stand(form.uuid).failures == 2)
    }

    @Test("a machine that was off for days gives a form its tries all the same (RE-07)")
    func wasOff() async throws {
        let world = try await RoadWorld()
        let form = try await world.accept()
        world.side.clock.set(to: form.acceptedAt.addingTimeInterval(100 * 3_600))
        world.side.faults[.tsa] = .unavailable
        try await world.drain()
        #expect(try await world.stand(form.uuid).state == .signedPDF)
        world.side.faults.clear()
        try await world.settle()
        #expect(try await world.stand(form.uuid).state == .final)
    }

    @Test("what waits goes on at once when its service is back (RE-07, RE-08)")
    func recovery() async throws {
        let world = try await RoadWorld()
        world.side.faults[.tsa] = .unavailable
        var forms: [Transmission] = []
        for _ in 0..<6 { forms.append(try await world.accept()) }
        try await world.drain()
        world.side.faults.clear()
        let uuids = forms.map(\.uuid)
        // Long before their own retries, and after the circuit's pause.
        try await world.store.postponeAll(to: world.side.clock.now.addingTimeInterval(86_400))
        world.side.clock.set(to: world.side.clock.now.addingTimeInterval(37))
        try await world.run { try await world.areFinal(uuids) }
        #expect(await world.ledger.entries.map(\.effects) == Array(repeating: 1, count: 6))
    }

    // MARK: RE-09

    /// Lets a worker die with the form in hand.
    private func crash(_ world: RoadWorld, _ form: Transmission) async throws {
        let selections: [ClaimRequest.Selection] = [.sound, .suspect]
        for selection in selections {
            let claims = try await world.store.claim(
                ClaimRequest(
                    worker: "tests", moment: world.side.clock.now, lease: 180, limit: 9,
                    selection: selection))
            for claim in claims where claim.transmission.uuid != form.uuid {
                _ = try await world.store.record(
                    Transition(claim.transmission), of: claim, then: .release)
            }
        }
        try await world.store.release(worker: "tests", isOrderly: false)
    }

    @Test("a form that the program died with twice is quarantined, others go on (RE-09)")
    func quarantine() async throws {
        let world = try await RoadWorld()
        let (bad, good) = (try await world.accept(), try await world.accept())
        for _ in 0..<2 { try await crash(world, bad) }
        try await world.run { try await world.stand(good.uuid).state == .final }
        let held = try await world.stand(bad.uuid)
        #expect(held.state == .attention && held.problem?.code == "ECN-3003")
        #expect(await world.ledger.entries.map(\.uuid) == [good.uuid])
    }

    @Test("a form that the program died with once is tried alone, before all others (RE-09)")
    func suspect() async throws {
        let begun = Mutex<[CrashPoint]>([])
        let world = try await RoadWorld { environment in
            environment.passing = { point in begun.withLock { $0.append(point) } }
        }
        let suspect = try await world.accept()
        try await crash(world, suspect)
        let others = [try await world.accept().uuid, try await world.accept().uuid]
        try await world.run { try await world.areFinal(others) }
        #expect(try await world.stand(suspect.uuid).state == .final)
        // The suspect's whole road comes before anything of the others begins.
        let steps = begun.withLock { $0 }
        let end = try #require(steps.firstIndex(of: CrashPoint(.finalise, .afterCommit)))
        #expect(steps[...end].count { $0 == CrashPoint(.render, .beforeEffect) } == 1)
    }

    @Test("an orderly end counts no crash, and parks what is in hand (RE-09)")
    func orderly() async throws {
        let world = try await RoadWorld()
        world.side.faults[.tsa] = .unavailable
        let form = try await world.accept()
        for failures in 1...3 {
            try await world.run { try await world.stand(form.uuid).failures == failures }
            world.side.clock.set(to: try await world.stand(form.uuid).dueAt)
        }
        #expect(try await world.stand(form.uuid).state == .signedPDF)
        world.side.faults.clear()
        try await world.run { try await world.stand(form.uuid).state == .final }
    }

    @Test("who stops finishes the step in hand and begins no other")
    func stop() async throws {
        let world = try await RoadWorld()
        let form = try await world.accept()
        let dispatcher = world.dispatcher
        await dispatcher.stop()
        try await dispatcher.run()
        #expect(try await world.stand(form.uuid).state == .accepted)
        let claims = try await world.store.claim(
            ClaimRequest(
                worker: "next", moment: world.side.clock.now, lease: 1, limit: 1))
        #expect(claims.map(\.crashes) == [0])
    }

    // MARK: RE-05

    @Test("an unknown outcome is asked first; what did not arrive goes out byte for byte (RE-05)")
    func resent() async throws {
        let world = try await RoadWorld()
        var rule = FaultRule(.deposit, .cutBefore)
        rule.count = 1
        world.side.faults.run([rule])
        let form = try await world.accept()
        try await world.drain()
        #expect(try await world.stand(form.uuid).state == .unknown)
        try await world.settle()
        let query = try #require(world.side.profile.status?.operation.model)
        #expect(world.wire.models == [RoadWorld.deposit, query, RoadWorld.deposit])
        let sent = world.wire.business(RoadWorld.deposit, element: "memoireHonoraire")
        #expect(sent.count == 2 && sent[0] == sent[1])
        let done = try await world.stand(form.uuid)
        #expect(done.state == .final && done.attempts == 2)
    }

    @Test("an unknown outcome that did arrive is not sent again (RE-05)")
    func arrived() async throws {
        let world = try await RoadWorld()
        var rule = FaultRule(.deposit, .cutAfter)
        rule.count = 1
        world.side.faults.run([rule])
        let form = try await world.accept()
        try await world.settle()
        let query = try #require(world.side.profile.status?.operation.model)
        #expect(world.wire.models == [RoadWorld.deposit, query])
        #expect(try await world.stand(form.uuid).state == .final)
    }

    @Test("where nobody can be asked the same bytes go out again (RE-05)")
    func repeated() async throws {
        let world = try await RoadWorld(hasStatusQuery: false)
        var rule = FaultRule(.deposit, .cutAfter)
        rule.count = 1
        world.side.faults.run([rule])
        let form = try await world.accept()
        try await world.settle()
        let sent = world.wire.business(RoadWorld.deposit, element: "memoireHonoraire")
        #expect(sent.count == 2 && sent[0] == sent[1])
        #expect(try await world.stand(form.uuid).state == .final)
        #expect(await world.ledger.entries.map(\.effects) == [1])
    }

    @Test("a form that is signed and handed back is complete, and nothing is deposited (DSR 3.5)")
    func signing() async throws {
        let world = try await RoadWorld()
        let form = try await world.accept(as: .signing)
        try await world.settle()
        let done = try await world.stand(form.uuid)
        #expect(done.state == .final && done.kind == .signing && done.attempts == 0)
        let outputs = await world.store.outputs(
            [.completeXML, .standalonePDF, .receipt], of: form.uuid)
        #expect(Set(outputs.keys) == [.completeXML, .standalonePDF])
        #expect(world.wire.models.isEmpty)
        #expect(await world.ledger.entries.isEmpty)
    }
}

extension MemoryStore {
    /// Moves every next try away, as many failures would.
    func postponeAll(to moment: Date) throws {
        let everything = ClaimRequest(
            worker: "x", moment: .distantFuture, lease: 0, limit: .max)
        for claim in try claim(everything) {
            var later = claim.transmission
            later.dueAt = moment
            _ = try record(Transition(later), of: claim, then: .release)
        }
    }
}
