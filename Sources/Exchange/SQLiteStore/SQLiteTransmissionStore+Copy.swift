// SPDX-License-Identifier: Apache-2.0
import GRDB

extension SQLiteTransmissionStore {
    /// Writes a consistent copy of the database to a new file, while others go on working.
    package func copy(to path: String) async throws {
        try await pool.writeWithoutTransaction { database in
            try database.execute(sql: "VACUUM INTO ?", arguments: [path])
        }
    }
}
