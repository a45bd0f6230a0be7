// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import SQLiteStore
import StoreSupport
import Testing
import Trust

@Suite("SQLite store: the contract of every store, and what survives")
struct SQLiteTransmissionStoreTests {
    private let path = NSTemporaryDirectory() + UUID().uuidString + ".sqlite"

    @Test("conforms", arguments: StoreConformance.rules)
    func conforms(_ rule: StoreConformance.Rule) async throws {
        let path = path
        try await StoreConformance.check(rule) { try await SQLiteTransmissionStore(path: path) }
    }

    @Test("what was written is there after reopening")
    func reopening() async throws {
        do {
            let store = try await SQLiteTransmissionStore(path: path)
            _ = try await store.accept(
                Transition(StoreConformance.form("a"), outputs: [(.composed, [1])]))
        }
        let store = try await SQLiteTransmissionStore(path: path)
        #expect(try await store.transmission("a") == StoreConformance.form("a"))
        #expect(try await store.output(.composed, of: "a") == [1])
        #expect(try await store.lastEvent() == 1)
    }

    @Test("many callers at once are all answered, each with its own outcome")
    func concurrency() async throws {
        let store = try await SQLiteTransmissionStore(path: path)
        let outcomes = try await withThrowingTaskGroup(of: Acceptance.self) { group in
            for index in 0..<200 {
                group.addTask {
                    let form = StoreConformance.form(
                        "u\(index % 100)", digest: UInt8(index / 100))
                    return try await store.accept(Transition(form))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == .accepted } == 100)
        #expect(outcomes.count { $0 == .uuidReused } == 100)
    }
}

@Suite("Memory store of the tests: the same contract")
struct MemoryStoreTests {
    @Test("conforms", arguments: StoreConformance.rules)
    func conforms(_ rule: StoreConformance.Rule) async throws {
        try await StoreConformance.check(rule) { MemoryStore() }
    }
}
