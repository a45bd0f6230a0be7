// SPDX-License-Identifier: Apache-2.0
import GRDB

/// Runs the writes of all who wait in one transaction, so that they share one flush to disk.
///
/// Each write has its own savepoint: one that fails is rolled back alone.
actor GroupCommitter {
    private typealias Work = @Sendable (Database) -> @Sendable () -> Void
    private let pool: DatabasePool
    private var waiting: [(run: Work, fail: @Sendable (any Error) -> Void)] = []
    private var isDraining = false

    init(_ pool: DatabasePool) { self.pool = pool }

    /// - Returns: When the write is durable.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            waiting.append(
                (
                    run: { database in
                        let result = Result { try Self.inSavepoint(database, body) }
                        return {
                            continuation.resume(
                                with: result.mapError(SQLiteTransmissionStore.classified))
                        }
                    },
                    fail: { continuation.resume(throwing: $0) }
                ))
            // The drain ends by itself when nobody waits; every waiter awaits its own outcome.
            if !isDraining {
                isDraining = true
                Task { await drain() }
            }
        }
    }

    private func drain() async {
        while !waiting.isEmpty {
            let batch = waiting
            waiting = []
            do {
                let answers = try await pool.write { database in
                    batch.map { $0.run(database) }
                }
                for answer in answers { answer() }
            } catch {
                for one in batch { one.fail(SQLiteTransmissionStore.classified(error)) }
            }
        }
        isDraining = false
    }

    private static func inSavepoint<Value>(
        _ database: Database, _ body: (Database) throws -> Value
    ) throws -> Value {
        var value: Value?
        try database.inSavepoint {
            value = try body(database)
            return .commit
        }
        guard let value else { throw StoreError.unusable(reason: "savepoint without result") }
        return value
    }
}
