// SPDX-License-Identifier: Apache-2.0
package import Connector
package import Foundation
import GRDB
import Trust

/// Renewed files stand in a table of their own, numbered from 1.
extension SQLiteTransmissionStore {
    package func archivedFiles() async throws -> [ArchivedFile] {
        let kinds = [OutputKind.completeXML, .standalonePDF]
        return try await pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT output.uuid, output.kind,
                      (SELECT count(*) FROM renewal
                        WHERE renewal.uuid = output.uuid AND renewal.kind = output.kind) AS renewals
                    FROM output JOIN transmission USING (uuid)
                    WHERE transmission.state = ? AND output.kind IN (?, ?)
                    ORDER BY transmission.accepted_at, output.uuid, output.kind LIMIT ?
                    """,
                arguments: [
                    TransmissionState.final.rawValue, kinds[0].rawValue, kinds[1].rawValue,
                    Connector.Limits.archivedForms * kinds.count,
                ]
            ).compactMap { row in
                OutputKind(rawValue: row["kind"]).map {
                    ArchivedFile(uuid: row["uuid"], kind: $0, renewals: row["renewals"])
                }
            }
        }
    }

    package func bytes(of file: ArchivedFile) async throws -> [UInt8]? {
        guard file.renewals > 0 else { return try await output(file.kind, of: file.uuid) }
        return try await pool.read { database in
            try Data.fetchOne(
                database,
                sql: "SELECT bytes FROM renewal WHERE uuid = ? AND kind = ? AND number = ?",
                arguments: [file.uuid, file.kind.rawValue, file.renewals]
            ).map { [UInt8]($0) }
        }
    }

    package func addRenewal(
        _ bytes: [UInt8], of file: ArchivedFile, at moment: Date
    ) async throws -> Bool {
        try await committer.write { database in
            try database.execute(
                sql: """
                    INSERT OR IGNORE INTO renewal (uuid, kind, number, renewed_at, sha256, bytes)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    file.uuid, file.kind.rawValue, file.renewals + 1, moment.timeIntervalSince1970,
                    Data(DigestAlgorithm.sha256.digest(bytes).bytes), Data(bytes),
                ])
            return database.changesCount == 1
        }
    }
}
