// SPDX-License-Identifier: Apache-2.0
package import Connector
package import Foundation
import Trust

/// What every ``TransmissionStore`` must do, whatever it is made of: each function is one rule.
///
/// A test target of a store runs them all: `arguments: StoreConformance.rules`.
package struct StoreConformance: Sendable {
    package typealias MakeStore =
        @Sendable () async throws -> any TransmissionStore & DocumentStore

    package struct Rule: Sendable, CustomStringConvertible {
        package var description: String
        let check: @Sendable (any TransmissionStore & DocumentStore) async throws -> Void
    }

    package static func check(_ rule: Rule, with make: MakeStore) async throws {
        try await rule.check(try await make())
    }

    package static let moment = Date(timeIntervalSince1970: 1_795_000_000)

    package static func form(
        _ uuid: String, digest: UInt8 = 1, state: TransmissionState = .accepted, due: Double = 0,
        accepted: Double = 0
    ) -> Transmission {
        Transmission(
            uuid: uuid, digest: Digest(.sha256, [digest]),
            pack: PackReference(id: "p", version: "1"),
            parties: Parties(provider: "90000001", actor: "1000000001"), state: state,
            acceptedAt: moment.addingTimeInterval(accepted), changedAt: moment,
            dueAt: moment.addingTimeInterval(due))
    }

    private static func request(
        _ worker: String = "w", at seconds: Double = 0, lease: Double = 60, limit: Int = 9,
        selection: ClaimRequest.Selection = .sound, excluded: Set<ServiceName> = []
    ) -> ClaimRequest {
        ClaimRequest(
            worker: worker, moment: moment.addingTimeInterval(seconds), lease: lease,
            limit: limit, selection: selection, excluded: excluded)
    }

    package static let rules: [Rule] = acceptance + claims + crashes + lists

    // MARK: Acceptance (RE-01, RE-02)

    private static let acceptance: [Rule] = [
        Rule(description: "accepts once, replays the same digest, refuses another (RE-01)") {
            let form = form("a")
            let first = Transition(form, outputs: [(.composed, [7])])
            try expect(await $0.accept(first) == .accepted)
            try expect(await $0.accept(Transition(form)) == .replayed(form))
            try expect(await $0.accept(Transition(Self.form("a", digest: 2))) == .uuidReused)
            try expect(await $0.output(.composed, of: "a") == [7])
        },
        Rule(description: "of several that belong together all are accepted or none") {
            _ = try await $0.accept(Transition(form("b")))
            let both = [Transition(form("a")), Transition(form("b"))]
            try expect(await $0.accept(both) == .uuidReused)
            try expect(await $0.transmission("a") == nil)
            try expect(await $0.accept([both[0], Transition(form("c"))]) == .accepted)
            try expect(await $0.transmission("c") != nil)
        },
        Rule(description: "every field comes back as it was written") {
            var form = form("a", state: .unknown)
            form.kind = .cancellation
            form.parties.mandate = "m"
            form.links = Links(subject: "s", replacement: "r", predecessor: "p")
            form.problem = TransmissionProblem(code: "ECN-1", detail: "d", actor: .mysecu)
            (form.heldBy, form.nationalUUID, form.asksFirst) = (.platform, "n", true)
            (form.attempts, form.failures) = (3, 2)
            _ = try await $0.accept(Transition(form))
            try expect(await $0.transmission("a") == form)
        },
        Rule(description: "an output is immutable") {
            _ = try await $0.accept(Transition(form("a"), outputs: [(.composed, [1])]))
            let claim = try required(await $0.claim(request()).first)
            let again = Transition(form("a"), outputs: [(.composed, [2]), (.answer, [3])])
            try expect(await $0.record(again, of: claim, then: .release))
            try expect(
                await $0.outputs([.composed, .answer], of: "a")
                    == [.composed: [1], .answer: [3]])
        },
    ]

    // MARK: Claims (RE-04)

    private static let claims: [Rule] = [
        Rule(description: "due work is claimed longest due first, by one worker only (RE-04)") {
            for (uuid, due) in [("a", 5.0), ("b", 1), ("c", 99)] {
                _ = try await $0.accept(Transition(form(uuid, due: due)))
            }
            _ = try await $0.accept(Transition(form("d", state: .final)))
            try expect(await $0.nextDue(excluding: []) == moment.addingTimeInterval(1))
            let taken = try await $0.claim(request(at: 10))
            try expect(taken.map(\.transmission.uuid) == ["b", "a"])
            try expect(await $0.claim(request("other", at: 10)).isEmpty)
            try expect(await $0.nextDue(excluding: []) == moment.addingTimeInterval(99))
        },
        Rule(description: "after the lease another worker has it, and the first writes nothing") {
            _ = try await $0.accept(Transition(form("a")))
            let late = try required(await $0.claim(request(lease: 60)).first)
            let fresh = try required(
                await $0.claim(request("other", at: 61, selection: .suspect)).first)
            let step = Transition(form("a", state: .rendered), outputs: [(.answer, [1])])
            try expect(await $0.record(step, of: late, then: .release) == false)
            try expect(await $0.output(.answer, of: "a") == nil)
            try expect(await $0.record(step, of: fresh, then: .release))
            try expect(await $0.record(step, of: fresh, then: .release) == false)
        },
        Rule(description: "a kept claim goes on; a released one is free for all") {
            _ = try await $0.accept(Transition(form("a")))
            let claim = try required(await $0.claim(request()).first)
            let until = moment.addingTimeInterval(60)
            let step = Transition(form("a", state: .rendered))
            try expect(await $0.record(step, of: claim, then: .keep(until: until)))
            try expect(await $0.claim(request("other", at: 1)).isEmpty)
            try expect(await $0.record(step, of: claim, then: .release))
            try expect(await $0.claim(request("other", at: 1)).count == 1)
        },
        Rule(description: "what a service holds stays while it is out, and is due when it is back")
        {
            var held = form("a", due: 300)
            held.heldBy = .timestamps
            _ = try await $0.accept(Transition(held))
            try expect(await $0.claim(request(at: 301, excluded: [.timestamps])).isEmpty)
            try expect(await $0.nextDue(excluding: [.timestamps]) == nil)
            try await $0.makeDue(heldBy: .platform, at: moment, limit: 9)
            try expect(await $0.claim(request(at: 1)).isEmpty)
            try await $0.makeDue(heldBy: .timestamps, at: moment, limit: 1)
            try expect(await $0.claim(request(at: 1)).count == 1)
        },
        Rule(description: "what a wrong clock put off is due when the clock is right (RE-10)") {
            var late = form("a", due: 7_200)
            late.changedAt = moment.addingTimeInterval(7_000)
            _ = try await $0.accept(Transition(late))
            _ = try await $0.accept(Transition(form("b", due: 7_200)))
            try await $0.makeDue(changedAfter: moment.addingTimeInterval(60), at: moment)
            try expect(await $0.claim(request()).map(\.transmission.uuid) == ["a"])
        },
        Rule(description: "what waits too long is found whoever holds it") {
            var held = form("a")
            held.heldBy = .platform
            _ = try await $0.accept(Transition(held))
            _ = try await $0.accept(Transition(form("b", accepted: 50)))
            let overdue = request(at: 60, selection: .overdue(moment), excluded: [.platform])
            try expect(await $0.claim(overdue).map(\.transmission.uuid) == ["a"])
        },
        Rule(description: "a companion moves with its step, or neither moves") {
            _ = try await $0.accept(Transition(form("a")))
            _ = try await $0.accept(Transition(form("b", state: .final)))
            let claim = try required(await $0.claim(request()).first)
            var step = Transition(form("a", state: .sent), outputs: [(.answer, [1])])
            step.companions = [.init(form("b", state: .cancelled), from: .attention)]
            try expect(await $0.record(step, of: claim, then: .release) == false)
            try expect(await $0.transmission("a")?.state == .accepted)
            try expect(await $0.output(.answer, of: "a") == nil)
            step.companions = [.init(form("b", state: .cancelled), from: .final)]
            try expect(await $0.record(step, of: claim, then: .release))
            try expect(await $0.transmission("b")?.state == .cancelled)
        },
        Rule(description: "a companion that somebody has in hand does not move") {
            _ = try await $0.accept(Transition(form("a")))
            _ = try await $0.accept(Transition(form("b", due: 1)))
            let claim = try required(await $0.claim(request()).first)
            _ = try await $0.claim(request("other", at: 1, limit: 1))
            var step = Transition(form("a", state: .sent))
            step.companions = [.init(form("b", state: .cancelled), from: .accepted)]
            try expect(await $0.record(step, of: claim, then: .release) == false)
        },
    ]

    // MARK: Crashes (RE-09)

    private static let crashes: [Rule] = [
        Rule(description: "whoever dies with work in hand makes it suspect (RE-09)") {
            _ = try await $0.accept(Transition(form("a")))
            try expect(await $0.claim(request()).map(\.crashes) == [0])
            try await $0.release(worker: "other", isOrderly: false)
            try expect(await $0.claim(request(selection: .suspect)).isEmpty)
            try await $0.release(worker: "w", isOrderly: false)
            try expect(await $0.claim(request()).isEmpty)
            try expect(await $0.claim(request(selection: .suspect)).map(\.crashes) == [1])
            try await $0.release(worker: "w", isOrderly: false)
            try expect(await $0.claim(request(selection: .suspect)).map(\.crashes) == [2])
        },
        Rule(description: "after a restored copy what is open is asked about first (RE-14)") {
            _ = try await $0.accept(Transition(form("a")))
            _ = try await $0.accept(Transition(form("b", state: .final)))
            _ = try await $0.claim(request())
            let fact = AuditFact(
                moment: moment, actor: "a", action: "reconcile", objectType: "store", objectID: "",
                outcome: "restored", origin: "tests")
            try expect(await $0.askFirst(audit: fact) == 1)
            try expect(await $0.claim(request()).map(\.transmission.asksFirst) == [true])
            try expect(await $0.transmission("b")?.asksFirst == false)
        },
        Rule(description: "a step that is written, or an orderly end, clears the suspicion") {
            _ = try await $0.accept(Transition(form("a")))
            _ = try await $0.claim(request())
            try await $0.release(worker: "w", isOrderly: true)
            try expect(await $0.claim(request()).map(\.crashes) == [0])
            try await $0.release(worker: "w", isOrderly: false)
            let claim = try required(await $0.claim(request(selection: .suspect)).first)
            let until = moment.addingTimeInterval(60)
            let step = Transition(form("a", state: .rendered))
            try expect(await $0.record(step, of: claim, then: .keep(until: until)))
            try await $0.release(worker: "w", isOrderly: false)
            try expect(await $0.claim(request(selection: .suspect)).map(\.crashes) == [1])
        },
    ]

    // MARK: Lists, events, documents, audit

    private static let lists: [Rule] = [
        Rule(description: "lists are newest first, by state, in pages") {
            for (uuid, accepted) in [("a", 1.0), ("b", 3), ("c", 2), ("d", 2)] {
                let state: TransmissionState = uuid == "a" ? .final : .attention
                _ = try await $0.accept(Transition(form(uuid, state: state, accepted: accepted)))
            }
            var query = TransmissionQuery(limit: 3)
            try expect(await $0.transmissions(query).map(\.uuid) == ["b", "d", "c"])
            query.after = .init(acceptedAt: moment.addingTimeInterval(2), uuid: "d")
            try expect(await $0.transmissions(query).map(\.uuid) == ["c", "a"])
            query = TransmissionQuery(states: [.attention, .final], limit: 9)
            try expect(await $0.transmissions(query).map(\.uuid) == ["b", "d", "c", "a"])
            query.kinds = [.signing]
            try expect(await $0.transmissions(query).isEmpty)
            try expect(await $0.counts()[.attention]?.count == 3)
            try expect(await $0.counts()[.final] == StateCount(count: 1, oldest: nil))
        },
        Rule(description: "forms are found by what they are linked to and by their lookups") {
            var cancellation = form("c")
            cancellation.links = Links(subject: "a", replacement: "b")
            var found = Transition(cancellation)
            found.lookups = [[9, 9]]
            _ = try await $0.accept(found)
            for uuid in ["a", "b"] {
                let query = TransmissionQuery(linkedTo: uuid, limit: 9)
                try expect(await $0.transmissions(query).map(\.uuid) == ["c"])
            }
            let query = TransmissionQuery(lookup: [9, 9], limit: 9)
            try expect(await $0.transmissions(query).map(\.uuid) == ["c"])
            try expect(await $0.transmissions(.init(lookup: [9], limit: 9)).isEmpty)
        },
        Rule(description: "events have positions in the order of what happened") {
            try expect(await $0.lastEvent() == 0)
            _ = try await $0.accept(Transition(form("a")))
            let claim = try required(await $0.claim(request()).first)
            let step = Transition(form("a", state: .final))
            _ = try await $0.record(step, of: claim, then: .release)
            let events = try await $0.events(after: 0, limit: 9)
            try expect(events.map(\.state) == ["accepted", "final"])
            try expect(events.map(\.sequence) == [1, 2])
            try expect(await $0.events(after: 1, limit: 9).map(\.sequence) == [2])
            try expect(await $0.lastEvent() == 2)
        },
        Rule(description: "documents are put, replaced, listed by prefix and deleted") {
            try await $0.put([1], as: "mandate/b", audit: nil)
            try await $0.put([2], as: "mandate/a", audit: nil)
            try await $0.put([3], as: "other", audit: nil)
            try await $0.put([4], as: "mandate/a", audit: nil)
            let found = try await $0.documents(prefix: "mandate/")
            try expect(found.map(\.name) == ["mandate/a", "mandate/b"])
            try expect(found.map(\.bytes) == [[4], [1]])
            try await $0.delete("mandate/a", audit: nil)
            try expect(await $0.document("mandate/a") == nil)
            try expect(await $0.document("other") == [3])
        },
    ]

    // MARK: How a rule says that it is broken

    /// Which line of a rule a store breaks.
    package struct Broken: Error, CustomStringConvertible {
        package var line: UInt
        package var description: String { "StoreConformance.swift:\(line) does not hold" }
    }

    private static func expect(_ holds: Bool, line: UInt = #line) throws {
        guard holds else { throw Broken(line: line) }
    }

    private static func required<Value>(_ value: Value?, line: UInt = #line) throws -> Value {
        guard let value else { throw Broken(line: line) }
        return value
    }
}
