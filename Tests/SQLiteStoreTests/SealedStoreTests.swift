// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import Keys
import SQLiteStore
import StoreSupport
import Testing
import Trust

@Suite("Sealed store: the same contract, and nothing to read on the disk (DP-01)")
struct SealedStoreTests {
    private let path = NSTemporaryDirectory() + UUID().uuidString + ".sqlite"

    private static func random(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255) }
    }

    private static func sealed(_ path: String, key: UInt8 = 7) async throws -> SealedStore {
        SealedStore(
            try await SQLiteTransmissionStore(path: path),
            seal: try RecordSeal(key: SecretBytes(copying: [UInt8](repeating: key, count: 32))),
            random: { random($0) })
    }

    @Test("conforms", arguments: StoreConformance.rules)
    func conforms(_ rule: StoreConformance.Rule) async throws {
        let path = path
        try await StoreConformance.check(rule) { try await Self.sealed(path) }
    }

    @Test("no byte of a form, a document or a simulation stands in the files")
    func nothingToRead() async throws {
        let canary = Array("CANARY-1985061512345".utf8)
        let store = try await Self.sealed(path)
        let form = StoreConformance.form("a")
        _ = try await store.accept(Transition(form, outputs: [(.composed, canary)]))
        let claim = try #require(
            await store.claim(
                ClaimRequest(worker: "w", moment: form.dueAt, lease: 9, limit: 1)
            ).first)
        let step = Transition(
            StoreConformance.form("a", state: .rendered), outputs: [(.answer, canary)])
        #expect(try await store.record(step, of: claim, then: .release))
        try await store.put(canary, as: "mandate/1", audit: nil)
        #expect(
            try await store.outputs([.composed, .answer], of: "a").values.map(\.self)
                == [canary, canary])
        for suffix in ["", "-wal"] {
            let file = try Data(contentsOf: URL(fileURLWithPath: path + suffix))
            #expect(file.firstRange(of: canary) == nil)
        }
    }

    @Test("another key opens nothing")
    func foreignKey() async throws {
        let form = StoreConformance.form("a")
        _ = try await Self.sealed(path).accept(Transition(form, outputs: [(.composed, [1])]))
        let other = try await Self.sealed(path, key: 8)
        await #expect(throws: SealError.notOurs) { try await other.output(.composed, of: "a") }
    }

    @Test("a part moved to another record or place is not opened")
    func moved() throws {
        let key = RecordKey([UInt8](repeating: 1, count: 32))
        let place = SealedPlace(table: "output", record: "a", part: "composed")
        let sealed = try key.seal([1, 2], at: place, nonce: [UInt8](repeating: 0, count: 12))
        #expect(try key.open(sealed, at: place) == [1, 2])
        for other in [
            SealedPlace(table: "output", record: "b", part: "composed"),
            SealedPlace(table: "output", record: "a", part: "answer"),
        ] {
            #expect(throws: SealError.notOurs) { try key.open(sealed, at: other) }
        }
    }

    @Test("equal values have equal lookups under one key, others under another")
    func lookups() throws {
        let seals = try [7, 7, 8].map { byte in
            try RecordSeal(key: SecretBytes(copying: [UInt8](repeating: byte, count: 32)))
        }
        let found = seals.map { $0.lookup("1985061512345") }
        #expect(found[0] == found[1] && found[0] != found[2])
    }
}
