// SPDX-License-Identifier: Apache-2.0
package import Connector
import Foundation
import GRDB

extension SQLiteTransmissionStore {
    package func document(_ name: String) async throws -> [UInt8]? {
        try await pool.read { database in
            try Data.fetchOne(
                database, sql: "SELECT bytes FROM document WHERE name = ?", arguments: [name]
            ).map { [UInt8]($0) }
        }
    }

    package func documents(prefix: String) async throws -> [(name: String, bytes: [UInt8])] {
        try await pool.read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM document WHERE substr(name, 1, ?) = ? ORDER BY name",
                arguments: [prefix.count, prefix]
            ).map { row in
                let bytes: Data = row["bytes"]
                return (name: row["name"], bytes: [UInt8](bytes))
            }
        }
    }

    package func put(_ bytes: [UInt8], as name: String, audit: AuditFact?) async throws {
        try await committer.write { database in
            try database.execute(
                sql: """
                    INSERT INTO document (name, bytes) VALUES (?, ?)
                    ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes
                    """, arguments: [name, Data(bytes)])
            if let audit { try database.append(audit) }
        }
    }

    package func delete(_ name: String, audit: AuditFact?) async throws {
        try await committer.write { database in
            try database.execute(sql: "DELETE FROM document WHERE name = ?", arguments: [name])
            if let audit { try database.append(audit) }
        }
    }
}
