// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import SQLiteStore
import Testing
import Trust

@Suite("SQLite store: renewals beside the outputs")
struct RenewalTests {
    private let moment = Date(timeIntervalSince1970: 1_795_000_000)

    private func store(_ state: TransmissionState) async throws -> SQLiteTransmissionStore {
        let path = NSTemporaryDirectory() + UUID().uuidString + ".sqlite"
        let store = try await SQLiteTransmissionStore(path: path)
        let form = Transmission(
            uuid: "a", digest: Digest(.sha256, [1]), pack: PackReference(id: "p", version: "1"),
            state: state, acceptedAt: moment, changedAt: moment, dueAt: moment)
        let outputs: [(OutputKind, [UInt8])] = [
            (.composed, [1]), (.completeXML, [2]), (.standalonePDF, [3]),
        ]
        _ = try await store.accept(Transition(form, outputs: outputs))
        return store
    }

    @Test("only the signed files of final forms are archived")
    func lists() async throws {
        let files = try await store(.final).archivedFiles()
        #expect(files.map(\.kind) == [.completeXML, .standalonePDF])
        #expect(files.map(\.renewals) == [0, 0])
        #expect(try await store(.attention).archivedFiles().isEmpty)
    }

    @Test("the newest renewal is the file; the output and older renewals stay")
    func renews() async throws {
        let store = try await store(.final)
        var file = try #require(await store.archivedFiles().first)
        #expect(try await store.bytes(of: file) == [2])
        #expect(try await store.addRenewal([2, 1], of: file, at: moment))
        file = try #require(await store.archivedFiles().first)
        #expect(file.renewals == 1)
        #expect(try await store.bytes(of: file) == [2, 1])
        #expect(try await store.addRenewal([2, 2], of: file, at: moment))
        #expect(try await store.bytes(of: file) == [2, 1])
        #expect(try await store.output(.completeXML, of: "a") == [2])
    }

    @Test("two renewals of one file at the same time: the second writes nothing")
    func race() async throws {
        let store = try await store(.final)
        let file = try #require(await store.archivedFiles().last)
        #expect(try await store.addRenewal([3, 1], of: file, at: moment))
        #expect(try await store.addRenewal([3, 2], of: file, at: moment) == false)
        #expect(try await store.archivedFiles().map(\.renewals) == [0, 1])
    }
}
