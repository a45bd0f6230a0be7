// SPDX-License-Identifier: Apache-2.0
package import Connector
package import Foundation
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
package struct SQLiteTransmissionStore: TransmissionStore {
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
                #if os(macOS)
                    try database.execute(sql: "PRAGMA fullfsync = 1")
                    try database.execute(sql: "PRAGMA checkpoint_fullfsync = 1")
                #endif
                try Self.requireDurable(database)
            }
            try Self.migrator.migrate(pool)
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

    package func accept(_ transition: Transition) async throws -> Acceptance {
        try await committer.write { database in
            let new = transition.transmission
            if let known = try Row.fetchTransmission(new.uuid, in: database) {
                return known.digest == new.digest ? .replayed(known) : .uuidReused
            }
            try new.insert(into: database)
            try transition.writeOutputs(to: database)
            return .accepted
        }
    }

    package func transmission(_ uuid: String) async throws -> Transmission? {
        try await pool.read { try Row.fetchTransmission(uuid, in: $0) }
    }

    package func output(_ kind: OutputKind, of uuid: String) async throws -> [UInt8]? {
        try await pool.read { database in
            try Data.fetchOne(
                database, sql: "SELECT bytes FROM output WHERE uuid = ? AND kind = ?",
                arguments: [uuid, kind.rawValue]
            ).map { [UInt8]($0) }
        }
    }

    package func record(
        _ transition: Transition, from state: TransmissionState
    ) async throws -> Bool {
        try await committer.write { database in
            guard try transition.transmission.update(in: database, from: state) else {
                return false
            }
            try transition.writeOutputs(to: database)
            return true
        }
    }

    package func due(at moment: Date, limit: Int) async throws -> [Transmission] {
        try await pool.read { database in
            try Row.fetchTransmissions(
                database, where: "settled = 0 AND due_at <= ? ORDER BY due_at LIMIT ?",
                [moment.timeIntervalSince1970, limit])
        }
    }

    package func nextDue() async throws -> Date? {
        try await pool.read { database in
            try Double.fetchOne(
                database, sql: "SELECT min(due_at) FROM transmission WHERE settled = 0"
            ).map(Date.init(timeIntervalSince1970:))
        }
    }

    package func transmissions(
        in states: [TransmissionState], limit: Int
    ) async throws -> [Transmission] {
        let names = (states.isEmpty ? TransmissionState.allCases : states).map(\.rawValue)
        return try await pool.read { database in
            try Row.fetchTransmissions(
                database,
                where: "state IN (\(databaseQuestionMarks(count: names.count)))"
                    + " ORDER BY accepted_at DESC LIMIT ?",
                StatementArguments(names) + [limit])
        }
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("transmissions") { database in
            try database.execute(
                sql: """
                    CREATE TABLE transmission (
                      uuid TEXT PRIMARY KEY, sha256 BLOB NOT NULL,
                      pack TEXT NOT NULL, pack_version TEXT NOT NULL,
                      state TEXT NOT NULL, settled INTEGER NOT NULL,
                      problem_code TEXT, problem_detail TEXT, problem_actor TEXT,
                      attempts INTEGER NOT NULL, failures INTEGER NOT NULL,
                      accepted_at REAL NOT NULL, changed_at REAL NOT NULL, due_at REAL NOT NULL
                    ) WITHOUT ROWID;
                    CREATE INDEX transmission_due ON transmission (due_at) WHERE settled = 0;
                    CREATE TABLE output (
                      uuid TEXT NOT NULL REFERENCES transmission (uuid), kind TEXT NOT NULL,
                      sha256 BLOB NOT NULL, bytes BLOB NOT NULL,
                      PRIMARY KEY (uuid, kind)
                    );
                    """)
        }
        migrator.registerMigration("renewals") { database in
            try database.execute(
                sql: """
                    CREATE TABLE renewal (
                      uuid TEXT NOT NULL REFERENCES transmission (uuid), kind TEXT NOT NULL,
                      number INTEGER NOT NULL, renewed_at REAL NOT NULL,
                      sha256 BLOB NOT NULL, bytes BLOB NOT NULL,
                      PRIMARY KEY (uuid, kind, number)
                    );
                    """)
        }
        migrator.registerMigration("simulations") { try makeSimulationTables($0) }
        return migrator
    }
}
