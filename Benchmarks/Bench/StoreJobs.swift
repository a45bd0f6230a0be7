// SPDX-License-Identifier: Apache-2.0
import Connector
import FormPacks
import Foundation
import SQLiteStore
import Trust

/// Accepting a form durably, for one caller and for 64 at once.
struct StoreJobs {
    let world: World
    let inputs: Inputs
    /// On the disk that is measured.
    let folder: String

    private static let callers = 64

    func figures() async throws -> [Figure] {
        let path = "\(folder)/bench.sqlite"
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
        let store = try await SQLiteTransmissionStore(path: path)
        let one = try await median(of: 100, warmUp: 10) { try await accept(in: store) }
        let many = try await median(of: 20, warmUp: 3) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<Self.callers { group.addTask { try await accept(in: store) } }
                try await group.waitForAll()
            }
        }
        let commit = try await bareCommit()
        return [
            Figure(.acceptOne, Figure.ours, one, note: "SQLite, WAL, synchronous=FULL"),
            Figure(.acceptOne, Figure.floor, commit, note: "append and flush of the form"),
            Figure(.acceptMany, Figure.ours, many / Self.callers, note: "a form, 64 at once"),
            Figure(.acceptMany, Figure.floor, commit / Self.callers, note: "one flush for 64"),
        ]
    }

    private func accept(in store: SQLiteTransmissionStore) async throws {
        let now = Date()
        let transmission = Transmission(
            uuid: UUID().uuidString.lowercased(),
            digest: DigestAlgorithm.sha256.digest(inputs.form),
            pack: PackReference(id: world.pack.id, version: world.pack.version), state: .accepted,
            acceptedAt: now, changedAt: now, dueAt: now)
        let transition = Transition(transmission, outputs: [(.composed, inputs.checked.xml)])
        guard try await store.accept(transition) == .accepted else {
            throw BenchError.wrong("the acceptance")
        }
    }

    /// The bare durable commit that no implementation can avoid.
    private func bareCommit() async throws -> Duration {
        let path = "\(folder)/bench.append"
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw BenchError.missing("a file in \(folder)") }
        let data = Data(inputs.checked.xml)
        let time = try await median(of: 100, warmUp: 10) {
            try file.write(contentsOf: data)
            try file.synchronize()
        }
        try file.close()
        return time
    }
}
