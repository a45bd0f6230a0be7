// SPDX-License-Identifier: Apache-2.0
package import Connector
package import Foundation
import GRDB

/// Who has what in hand (RE-04, RE-09).
extension SQLiteTransmissionStore {
    package func claim(_ request: ClaimRequest) async throws -> [Claim] {
        try await committer.write { database in
            let found = try request.candidates(in: database)
            let statement = try database.cachedStatement(
                sql: """
                    UPDATE transmission SET lease_until = ?, worker = ?, fence = fence + 1,
                      crashes = crashes + 1 WHERE uuid = ?
                    """)
            let lease = request.moment.addingTimeInterval(request.lease)
            for claim in found {
                try statement.execute(
                    arguments: [
                        lease.timeIntervalSince1970, request.worker, claim.transmission.uuid,
                    ])
            }
            return found
        }
    }

    package func record(
        _ transition: Transition, of claim: Claim, then: ClaimContinuation
    ) async throws -> Bool {
        let outputs = OutputRows(transition)
        do {
            return try await committer.write { database in
                let before = try transition.moved.map {
                    try Row.fetchTransmission($0.uuid, in: database)
                }
                guard try transition.transmission.update(in: database, of: claim, then: then)
                else { return false }
                for companion in transition.companions {
                    let isMoved = try companion.transmission.update(
                        in: database, from: companion.from,
                        at: transition.transmission.changedAt)
                    // Leaves the savepoint, and with it what was written above.
                    guard isMoved else { throw CompanionMoved() }
                }
                try outputs.insert(into: database)
                for (moved, previous) in zip(transition.moved, before) {
                    try moved.writeLog(after: previous, to: database)
                }
                return true
            }
        } catch is CompanionMoved {
            return false
        }
    }

    package func release(worker: String, isOrderly: Bool) async throws {
        try await committer.write { database in
            try database.execute(
                sql: """
                    UPDATE transmission SET lease_until = NULL, worker = NULL,
                      crashes = CASE WHEN ? THEN 0 ELSE crashes END WHERE worker = ?
                    """, arguments: [isOrderly, worker])
        }
    }

    package func askFirst(audit: AuditFact) async throws -> Int {
        try await committer.write { database in
            try database.execute(
                sql: """
                    UPDATE transmission SET asks_first = 1, lease_until = NULL, worker = NULL,
                      crashes = 0 WHERE settled = 0
                    """)
            let count = database.changesCount
            try database.append(audit)
            return count
        }
    }

    package func makeDue(
        heldBy service: ServiceName, at moment: Date, limit: Int
    ) async throws {
        try await committer.write { database in
            try database.execute(
                sql: """
                    UPDATE transmission SET due_at = ?1 WHERE uuid IN
                      (SELECT uuid FROM transmission
                       WHERE settled = 0 AND held_by = ?2 AND due_at > ?1
                       ORDER BY due_at LIMIT ?3)
                    """, arguments: [moment.timeIntervalSince1970, service.rawValue, limit])
        }
    }

    package func makeDue(changedAfter late: Date, at moment: Date) async throws {
        try await committer.write { database in
            try database.execute(
                sql: "UPDATE transmission SET due_at = ? WHERE settled = 0 AND changed_at > ?",
                arguments: [moment.timeIntervalSince1970, late.timeIntervalSince1970])
        }
    }

    package func makeDue(_ uuids: [String], at moment: Date) async throws {
        guard !uuids.isEmpty else { return }
        try await committer.write { database in
            for uuid in uuids {
                try database.execute(
                    sql: """
                        UPDATE transmission SET due_at = ?1
                        WHERE uuid = ?2 AND settled = 0 AND due_at > ?1
                        """, arguments: [moment.timeIntervalSince1970, uuid])
            }
        }
    }

    package func nextDue(excluding services: Set<ServiceName>) async throws -> Date? {
        try await pool.read { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT due_at FROM transmission
                    WHERE settled = 0 AND held_by = ? AND lease_until IS NULL
                    ORDER BY due_at LIMIT 1
                    """)
            return try ClaimRequest.holders(excluding: services).compactMap {
                try Double.fetchOne(statement, arguments: [$0])
            }.min().map(Date.init(timeIntervalSince1970:))
        }
    }
}

/// A companion of a step is not where the step believed it to be.
private struct CompanionMoved: Error {}

extension ClaimRequest {
    /// The values of `held_by` that may be looked at; empty text for nobody.
    static func holders(excluding services: Set<ServiceName>) -> [String] {
        [""] + ServiceName.allCases.filter { !services.contains($0) }.map(\.rawValue)
    }

    /// One walk along the index for each holder, so that a long queue costs no more than a short one.
    fileprivate func candidates(in database: Database) throws -> [Claim] {
        let moment = moment.timeIntervalSince1970
        let free = "(lease_until IS NULL OR lease_until <= ?)"
        var found: [Claim] = []
        switch selection {
        case .sound:
            for holder in Self.holders(excluding: excluded) {
                found += try claims(
                    database,
                    "settled = 0 AND held_by = ? AND due_at <= ? AND crashes = 0 AND \(free)"
                        + " ORDER BY due_at LIMIT ?", [holder, moment, moment, limit])
            }
        case .suspect:
            found = try claims(
                database,
                "settled = 0 AND crashes > 0 AND due_at <= ? AND \(free)"
                    + " ORDER BY due_at LIMIT ?", [moment, moment, limit])
        case .overdue(let accepted):
            found = try claims(
                database,
                "settled = 0 AND due_at <= ? AND accepted_at <= ? AND \(free)"
                    + " ORDER BY due_at LIMIT ?",
                [moment, accepted.timeIntervalSince1970, moment, limit])
        }
        found.sort { $0.transmission.dueAt < $1.transmission.dueAt }
        return Array(found.prefix(limit))
    }

    private func claims(
        _ database: Database, _ condition: String, _ arguments: StatementArguments
    ) throws -> [Claim] {
        let statement = try database.cachedStatement(
            sql: "SELECT * FROM transmission WHERE \(condition)")
        return try Row.fetchAll(statement, arguments: arguments).map { row in
            let fence: Int = row["fence"]
            return Claim(try Transmission(row), fence: fence + 1, crashes: row["crashes"])
        }
    }
}
