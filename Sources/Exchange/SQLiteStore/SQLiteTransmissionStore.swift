// SPDX-License-Identifier: Apache-2.0
package import Connector
import Foundation
import GRDB
import Trust

/// Why the database cannot be used.
package enum StoreError: StoreFailure, Hashable {
    /// The file system does not do what durability needs (RE-02).
    case notDurable(setting: String)
    /// No room left: nothing was accepted.
    case diskFull
    case unusable(reason: String)
    /// A row that this program did not write.
    case damagedRow(uuid: String)

    package var code: ProblemCode { self == .diskFull ? .diskFull : .storeUnusable }

    package var description: String {
        switch self {
        case .notDurable(let setting): "SQLite does not keep \(setting) as durability needs it"
        case .diskFull: "the disk of the state directory is full"
        case .unusable(let reason): "the database cannot be used: \(reason)"
        case .damagedRow(let uuid): "the row of \(uuid) was not written by this program"
        }
    }
}

/// Transmissions in one SQLite file: WAL, synchronous=FULL, one writer with group commit.
package struct SQLiteTransmissionStore: RecordStore {
    let pool: DatabasePool
    let committer: GroupCommitter

    /// Opens or creates the database and reads back that writes will be durable.
    package init(path: String) async throws {
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.foreignKeysEnabled = true
            pool = try DatabasePool(path: path, configuration: configuration)
            // GRDB sets NORMAL when it switches to WAL, so FULL is set afterwards and read back.
            try await pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                // What is erased is overwritten (DP-06).
                try database.execute(sql: "PRAGMA secure_delete = ON")
                // What a savepoint would put back does not go through a file.
                try database.execute(sql: "PRAGMA temp_store = MEMORY")
                #if os(macOS)
                    try database.execute(sql: "PRAGMA fullfsync = 1")
                    try database.execute(sql: "PRAGMA checkpoint_fullfsync = 1")
                #endif
                try Self.requireDurable(database)
            }
            try Schema.migrator.migrate(pool)
        } catch let error as DatabaseError {
            throw Self.classified(error)
        }
        committer = GroupCommitter(pool)
    }

    private static func requireDurable(_ database: Database) throws {
        let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous")
        let journal = try String.fetchOne(database, sql: "PRAGMA journal_mode")
        guard synchronous == 2 else { throw StoreError.notDurable(setting: "synchronous") }
        guard journal == "wal" else { throw StoreError.notDurable(setting: "journal_mode") }
    }

    static func classified(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        return switch error.resultCode {
        case .SQLITE_FULL: StoreError.diskFull
        default: StoreError.unusable(reason: "SQLite \(error.extendedResultCode.rawValue)")
        }
    }

    package func accept(_ transitions: [Transition]) async throws -> Acceptance {
        let outputs = transitions.map(OutputRows.init)
        return try await committer.write { database in
            for (index, transition) in transitions.enumerated() {
                let new = transition.transmission
                guard let known = try Row.fetchTransmission(new.uuid, in: database) else {
                    continue
                }
                let isSame = index == 0 && known.digest == new.digest
                return isSame ? .replayed(known) : .uuidReused
            }
            for (transition, outputs) in zip(transitions, outputs) {
                try transition.transmission.insert(into: database)
                try outputs.insert(into: database)
                try transition.transmission.writeLog(after: nil, to: database)
            }
            return .accepted
        }
    }

    package func transmission(_ uuid: String) async throws -> Transmission? {
        try await pool.read { try Row.fetchTransmission(uuid, in: $0) }
    }

    package func outputs(
        _ kinds: [OutputKind], of uuid: String
    ) async throws -> [OutputKind: [UInt8]] {
        try await pool.read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT bytes FROM output WHERE uuid = ? AND kind = ?")
            var found: [OutputKind: [UInt8]] = [:]
            for kind in kinds {
                let bytes = try Data.fetchOne(statement, arguments: [uuid, kind.rawValue])
                found[kind] = bytes.map { [UInt8]($0) }
            }
            return found
        }
    }
}
