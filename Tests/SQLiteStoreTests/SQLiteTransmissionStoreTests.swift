// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import SQLiteStore
import Testing
import Trust

@Suite("SQLite store: durable, idempotent, fenced by state")
struct SQLiteTransmissionStoreTests {
    private let path = NSTemporaryDirectory() + UUID().uuidString + ".sqlite"
    private let moment = Date(timeIntervalSince1970: 1_795_000_000)

    private func transmission(
        _ uuid: String, digest: UInt8 = 1, state: TransmissionState = .accepted, due: Double = 0
    ) -> Transmission {
        Transmission(
            uuid: uuid, digest: Digest(.sha256, [digest]),
            pack: PackReference(id: "p", version: "1"), state: state, acceptedAt: moment,
            changedAt: moment, dueAt: moment.addingTimeInterval(due))
    }

    @Test("accepts once, replays the same digest, refuses another")
    func accept() async throws {
        let store = try await SQLiteTransmissionStore(path: path)
        let form = transmission("a")
        #expect(try await store.accept(Transition(form, outputs: [(.composed, [7])])) == .accepted)
        #expect(try await store.accept(Transition(form)) == .replayed(form))
        #expect(try await store.accept(Transition(transmission("a", digest: 2))) == .uuidReused)
        #expect(try await store.output(.composed, of: "a") == [7])
    }

    @Test("a step from another state than the form's writes nothing (RE-04)")
    func fencing() async throws {
        let store = try await SQLiteTransmissionStore(path: path)
        _ = try await store.accept(Transition(transmission("a")))
        let rendered = Transition(
            transmission("a", state: .rendered), outputs: [(.renderedPDF, [1])])
        #expect(try await store.record(rendered, from: .accepted))
        #expect(try await store.record(rendered, from: .accepted) == false)
        let late = Transition(transmission("a", state: .signedPDF), outputs: [(.signedPDF, [2])])
        #expect(try await store.record(late, from: .accepted) == false)
        #expect(try await store.output(.signedPDF, of: "a") == nil)
    }

    @Test("an output is immutable")
    func outputs() async throws {
        let store = try await SQLiteTransmissionStore(path: path)
        _ = try await store.accept(Transition(transmission("a"), outputs: [(.composed, [1])]))
        _ = try await store.record(
            Transition(transmission("a"), outputs: [(.composed, [2])]), from: .accepted)
        #expect(try await store.output(.composed, of: "a") == [1])
    }

    @Test("due forms come longest due first, settled ones never; all survive reopening")
    func due() async throws {
        do {
            let store = try await SQLiteTransmissionStore(path: path)
            for (uuid, due) in [("a", 5.0), ("b", 1), ("c", 99)] {
                _ = try await store.accept(Transition(transmission(uuid, due: due)))
            }
            _ = try await store.accept(Transition(transmission("d", state: .final)))
        }
        let store = try await SQLiteTransmissionStore(path: path)
        let found = try await store.due(at: moment.addingTimeInterval(10), limit: 9)
        #expect(found.map(\.uuid) == ["b", "a"])
        #expect(try await store.nextDue() == moment.addingTimeInterval(1))
        #expect(try await store.transmissions(in: [.final], limit: 9).map(\.uuid) == ["d"])
    }

    @Test("many callers at once are all answered, each with its own outcome")
    func concurrency() async throws {
        let store = try await SQLiteTransmissionStore(path: path)
        let outcomes = try await withThrowingTaskGroup(of: Acceptance.self) { group in
            for index in 0..<200 {
                group.addTask {
                    try await store.accept(
                        Transition(transmission("u\(index % 100)", digest: UInt8(index / 100))))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == .accepted } == 100)
        #expect(outcomes.count { $0 == .uuidReused } == 100)
    }
}
