// SPDX-License-Identifier: Apache-2.0
package import Connector
package import Foundation
import GRDB

/// Erasing: rows go, freed pages are overwritten (`secure_delete`), and the log is emptied.
extension SQLiteTransmissionStore {
    package func erasable(
        _ extent: Erasure, before moment: Date, limit: Int
    ) async throws -> [Transmission] {
        try await pool.read { database in
            var found: [Transmission] = []
            for erased in 0..<extent.rawValue where found.count < limit {
                found += try Row.fetchTransmissions(
                    database,
                    where: "settled = 1 AND erased = ? AND changed_at < ?"
                        + " ORDER BY changed_at LIMIT ?",
                    [erased, moment.timeIntervalSince1970, limit - found.count])
            }
            return found
        }
    }

    package func erase(
        _ extent: Erasure, of uuids: [String], keeping kinds: Set<OutputKind>, audit: [AuditFact]
    ) async throws {
        let kept = kinds.map(\.rawValue)
        try await committer.write { database in
            for uuid in uuids {
                try database.cachedStatement(
                    sql: """
                        DELETE FROM output WHERE uuid = ?
                        AND kind NOT IN (\(databaseQuestionMarks(count: kept.count)))
                        """
                ).execute(arguments: [uuid] + StatementArguments(kept))
                if extent == .everything {
                    try database.execute(
                        sql: "DELETE FROM renewal WHERE uuid = ?", arguments: [uuid])
                    try database.execute(
                        sql: "DELETE FROM lookup WHERE uuid = ?", arguments: [uuid])
                }
                try database.cachedStatement(
                    sql: "UPDATE transmission SET erased = ? WHERE uuid = ?"
                ).execute(arguments: [extent.rawValue, uuid])
            }
            for fact in audit { try database.append(fact) }
        }
    }

    package func eraseSimulations(before moment: Date, limit: Int) async throws -> Int {
        try await committer.write { database in
            let uuids = try String.fetchAll(
                database,
                sql: """
                    SELECT uuid FROM simulation WHERE settled = 1 AND changed_at < ?
                    AND uuid IN (SELECT uuid FROM simulation_part) LIMIT ?
                    """, arguments: [moment.timeIntervalSince1970, limit])
            for uuid in uuids {
                try database.execute(
                    sql: "DELETE FROM simulation_part WHERE uuid = ?", arguments: [uuid])
            }
            return uuids.count
        }
    }

    package func dropEvents(before moment: Date) async throws {
        try await committer.write { database in
            try database.execute(
                sql: "DELETE FROM event WHERE moment < ?",
                arguments: [moment.timeIntervalSince1970])
        }
    }

    package func compact() async throws {
        try await pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }
}
