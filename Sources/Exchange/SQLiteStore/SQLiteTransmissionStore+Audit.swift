// SPDX-License-Identifier: Apache-2.0
package import Connector
import Foundation
import GRDB

extension SQLiteTransmissionStore {
    package func auditEntries(from sequence: Int, limit: Int) async throws -> [AuditEntry] {
        try await pool.read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM audit WHERE sequence >= ? ORDER BY sequence LIMIT ?",
                arguments: [sequence, limit]
            ).map(AuditEntry.init)
        }
    }

    package func lastAuditEntry() async throws -> AuditEntry? {
        try await pool.read { database in
            try Row.fetchOne(
                database, sql: "SELECT * FROM audit ORDER BY sequence DESC LIMIT 1"
            ).map(AuditEntry.init)
        }
    }

    package func auditRoots() async throws -> [AuditRoot] {
        try await pool.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM audit_root ORDER BY last")
                .map(AuditRoot.init)
        }
    }

    package func lastAuditRoot(isStamped: Bool) async throws -> AuditRoot? {
        try await pool.read { database in
            let condition = isStamped ? "WHERE token IS NOT NULL" : ""
            return try Row.fetchOne(
                database, sql: "SELECT * FROM audit_root \(condition) ORDER BY last DESC LIMIT 1"
            ).map(AuditRoot.init)
        }
    }

    package func auditRoot(endingAt last: Int) async throws -> AuditRoot? {
        try await pool.read { database in
            try Row.fetchOne(
                database, sql: "SELECT * FROM audit_root WHERE last = ?", arguments: [last]
            ).map(AuditRoot.init)
        }
    }

    package func append(_ root: AuditRoot) async throws {
        try await committer.write { database in
            try database.execute(
                sql: """
                    INSERT INTO audit_root
                      (last, first, root, statement, signature, certificate, token)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    root.last, root.first, Data(root.root), Data(root.statement),
                    Data(root.signature), Data(root.certificate), root.token.map { Data($0) },
                ])
        }
    }
}

extension AuditEntry {
    fileprivate init(_ row: Row) {
        let bytes: Data = row["entry"]
        let hash: Data = row["hash"]
        self.init(sequence: row["sequence"], bytes: [UInt8](bytes), hash: [UInt8](hash))
    }
}

extension AuditRoot {
    fileprivate init(_ row: Row) {
        func bytes(_ column: String) -> [UInt8] {
            let data: Data = row[column]
            return [UInt8](data)
        }
        let token: Data? = row["token"]
        self.init(
            first: row["first"], last: row["last"], root: bytes("root"),
            statement: bytes("statement"), signature: bytes("signature"),
            certificate: bytes("certificate"), token: token.map { [UInt8]($0) })
    }
}
