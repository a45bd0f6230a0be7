// SPDX-License-Identifier: Apache-2.0
import Connector
import FormPacks
import Foundation
import GRDB
import Keys
import SQLiteStore
import Trust

/// Accepting a form durably, for one caller and for 64 at once: sealed, with row, outputs, audit and
/// event, against a bare commit of the same bytes by the same database.
struct StoreJobs {
    let world: World
    let inputs: Inputs
    /// On the disk that is measured.
    let folder: String

    private static let callers = 64
    /// Forms of each caller in one measured run, and how often that is run.
    private static let forms = 10
    private static let runs = 7

    func figures() async throws -> [Figure] {
        var key = World.random(RecordSeal.keyInBytes)
        let store = SealedStore(
            try await SQLiteTransmissionStore(path: try fresh("bench.sqlite")),
            seal: try RecordSeal(key: SecretBytes(wiping: &key)), random: World.random)
        let bare = try BareCommits(path: try fresh("bare.sqlite"))
        let body = Data(inputs.checked.xml + inputs.page)
        // In turn, so that both see the same disk.
        var times: [[Duration]] = [[], [], [], []]
        for _ in 0..<Self.runs {
            times[0].append(try await median(of: 20, warmUp: 2) { try await accept(in: store) })
            times[1].append(try await median(of: 20, warmUp: 2) { try bare.commit([body]) })
            times[2].append(try await many(in: store))
            let group = Array(repeating: body, count: Self.callers)
            times[3].append(
                try await median(of: Self.forms, warmUp: 1) { try bare.commit(group) }
                    / Self.callers)
        }
        let middle = times.map { $0.sorted()[Self.runs / 2] }
        let rate = middle[3] / middle[2]
        let bytes = "\(body.count) bytes a form"
        return [
            Figure(.acceptOne, Figure.ours, middle[0], note: "sealed, audited, \(bytes)"),
            Figure(.acceptOne, Figure.floor, middle[1], note: "one row, one commit"),
            Figure(
                .acceptMany, Figure.ours, middle[2],
                note: "a form, 64 callers; \((rate * 100).rounded() / 100) of the bare rate"),
            Figure(.acceptMany, Figure.floor, middle[3], note: "64 rows, one commit"),
        ]
    }

    /// - Returns: The time for one form when 64 callers hand in as fast as they can.
    private func many(in store: SealedStore) async throws -> Duration {
        let clock = ContinuousClock()
        let start = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<Self.callers {
                group.addTask {
                    for _ in 0..<Self.forms { try await accept(in: store) }
                }
            }
            try await group.waitForAll()
        }
        return (clock.now - start) / (Self.callers * Self.forms)
    }

    private func accept(in store: SealedStore) async throws {
        guard try await store.accept(inputs.acceptance(world.pack)) == .accepted else {
            throw BenchError.wrong("the acceptance")
        }
    }

    private func fresh(_ name: String) throws -> String {
        let path = "\(folder)/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for file in [path, path + "-wal", path + "-shm"]
        where FileManager.default.fileExists(atPath: file) {
            try FileManager.default.removeItem(atPath: file)
        }
        return path
    }
}

/// The durable commit that no store on this database can avoid: bytes under a key, WAL, one flush.
struct BareCommits {
    private let queue: DatabasePool

    init(path: String) throws {
        queue = try DatabasePool(path: path)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "CREATE TABLE bare (uuid TEXT PRIMARY KEY, bytes BLOB)")
        }
    }

    func commit(_ bodies: [Data]) throws {
        try queue.write { database in
            let statement = try database.cachedStatement(sql: "INSERT INTO bare VALUES (?, ?)")
            for body in bodies {
                try statement.execute(arguments: [UUID().uuidString, body])
            }
        }
    }
}
