// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import Keys
import SQLiteStore

extension Installation {
    /// The database of a state folder, opened with the folder's own key; both are made at first
    /// start.
    ///
    /// - Throws: The key of an existing database is missing: without it nothing can be read.
    static func store(_ folder: String) async throws -> SealedStore {
        let database = "\(folder)/transmissions.sqlite"
        let seal = try RecordSeal(key: sealKey(folder, isFirstStart: !exists(database)))
        return SealedStore(
            try await SQLiteTransmissionStore(path: database), seal: seal,
            random: { random($0) })
    }

    private static func sealKey(_ folder: String, isFirstStart: Bool) throws -> SecretBytes {
        let file = "\(folder)/seal.key"
        if var bytes = try DurableFile.read(file, limit: 64, isSecret: true) {
            return SecretBytes(wiping: &bytes)
        }
        guard isFirstStart else {
            throw CommandFailure(
                .unavailable,
                "\(file) is missing: what the database holds cannot be read without it; restore it from a backup"
            )
        }
        var key = random(RecordSeal.keyInBytes)
        try DurableFile.write(key, to: file)
        return SecretBytes(wiping: &key)
    }

    private static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
    }
}
