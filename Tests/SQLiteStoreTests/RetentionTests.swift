// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import Keys
import SQLiteStore
import StoreSupport
import Testing
import Trust

@Suite("Retention: what is erased is gone, and what is left is a tombstone (DP-05, DP-06)")
struct RetentionTests {
    private let path = NSTemporaryDirectory() + UUID().uuidString + ".sqlite"
    private let canary = Array("CANARY-of-a-form".utf8)

    private func store() async throws -> SealedStore {
        SealedStore(
            try await SQLiteTransmissionStore(path: path),
            seal: try RecordSeal(key: SecretBytes(copying: [UInt8](repeating: 1, count: 32))),
            random: { count in (0..<count).map { _ in UInt8.random(in: 0...255) } })
    }

    private func retention(_ store: SealedStore, after days: Double) -> Retention {
        Retention(store, rules: RetentionRules()) {
            StoreConformance.moment.addingTimeInterval(days * 86_400)
        }
    }

    private func filled() async throws -> SealedStore {
        let store = try await store()
        for (uuid, state) in [("a", TransmissionState.final), ("b", .accepted)] {
            let outputs: [(OutputKind, [UInt8])] = [(.composed, canary), (.completeXML, [2])]
            _ = try await store.accept(
                Transition(StoreConformance.form(uuid, state: state), outputs: outputs))
        }
        return store
    }

    @Test("after 30 days messages go and signed files stay; what is not settled loses nothing")
    func messages() async throws {
        let store = try await filled()
        #expect(try await retention(store, after: 29).apply() == 0)
        #expect(try await retention(store, after: 31).apply() == 1)
        #expect(try await store.outputs([.composed, .completeXML], of: "a") == [.completeXML: [2]])
        #expect(try await store.output(.composed, of: "b") == canary)
        #expect(try await retention(store, after: 31).apply() == 0)
    }

    @Test("after ten years the key goes too; identifier, digest and dates stay, the audit holds")
    func everything() async throws {
        let store = try await filled()
        #expect(try await retention(store, after: 3_660).apply() == 1)
        #expect(try await store.outputs([.completeXML, .recordKey], of: "a").isEmpty)
        #expect(try await store.transmission("a")?.digest == StoreConformance.form("a").digest)
        #expect(try await store.lastEvent() > 0)
        #expect(try await store.events(after: 0, limit: 9).isEmpty)
        #expect(try await AuditVerification(store).report().faults.isEmpty)
    }

    @Test("the wrapped key of an erased form is in no file any more")
    func keyIsGone() async throws {
        let base = try await SQLiteTransmissionStore(path: path)
        let store = try await filled()
        let wrapped = try #require(await base.output(.recordKey, of: "a"))
        _ = try await retention(store, after: 3_660).apply()
        for suffix in ["", "-wal"] {
            let file = (try? Data(contentsOf: URL(fileURLWithPath: path + suffix))) ?? Data()
            #expect(file.firstRange(of: wrapped) == nil)
        }
    }
}
