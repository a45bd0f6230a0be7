// SPDX-License-Identifier: Apache-2.0
package import Connector
import Foundation
import GRDB

/// Lists, counts and the log of events.
extension SQLiteTransmissionStore {
    package func transmissions(_ query: TransmissionQuery) async throws -> [Transmission] {
        try await pool.read { database in
            // One walk along an index for each state, merged here: never a sort of everything.
            let states: [TransmissionState?] = query.states.isEmpty ? [nil] : query.states
            var found: [Transmission] = []
            for state in states {
                let (condition, arguments) = query.condition(state)
                // A few rows found by other means are sorted by themselves.
                let plus = query.lookup == nil && query.linkedTo == nil ? "" : "+"
                found += try Row.fetchTransmissions(
                    database,
                    where: condition
                        + " ORDER BY \(plus)accepted_at DESC, \(plus)uuid DESC LIMIT ?",
                    arguments + [query.limit])
            }
            found.sort { ($0.acceptedAt, $0.uuid) > ($1.acceptedAt, $1.uuid) }
            return Array(found.prefix(query.limit))
        }
    }

    package func counts() async throws -> [TransmissionState: StateCount] {
        try await pool.read { database in
            var counts: [TransmissionState: StateCount] = [:]
            let rows = try Row.fetchAll(
                database, sql: "SELECT state, forms FROM state_count WHERE forms > 0")
            for row in rows {
                guard let state = TransmissionState(rawValue: row["state"]) else { continue }
                let oldest =
                    state.isSettled
                    ? nil
                    : try Double.fetchOne(
                        database,
                        sql: """
                            SELECT changed_at FROM transmission WHERE settled = 0 AND state = ?
                            ORDER BY changed_at LIMIT 1
                            """, arguments: [state.rawValue])
                counts[state] = StateCount(
                    count: row["forms"], oldest: oldest.map(Date.init(timeIntervalSince1970:)))
            }
            return counts
        }
    }

    package func events(after sequence: Int, limit: Int) async throws -> [ConnectorEvent] {
        try await pool.read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [sequence, limit]
            ).map { row in
                ConnectorEvent(
                    sequence: row["sequence"], moment: Date(timeIntervalSince1970: row["moment"]),
                    uuid: row["uuid"], kind: row["kind"], state: row["state"], code: row["code"])
            }
        }
    }

    package func lastEvent() async throws -> Int {
        try await pool.read { database in
            try Int.fetchOne(database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'event'")
                ?? 0
        }
    }
}

extension TransmissionQuery {
    fileprivate func condition(_ state: TransmissionState?) -> (String, StatementArguments) {
        var parts = ["1 = 1"]
        var arguments: StatementArguments = []
        if let state {
            parts.append("state = ?")
            arguments += [state.rawValue]
        }
        if !kinds.isEmpty {
            parts.append("kind IN (\(databaseQuestionMarks(count: kinds.count)))")
            arguments += StatementArguments(kinds.map(\.rawValue))
        }
        if let after {
            let moment = after.acceptedAt.timeIntervalSince1970
            parts.append("(accepted_at < ? OR (accepted_at = ? AND uuid < ?))")
            arguments += [moment, moment, after.uuid]
        }
        if let lookup {
            parts.append("uuid IN (SELECT uuid FROM lookup WHERE value = ?)")
            arguments += [Data(lookup)]
        }
        if let linkedTo {
            let columns = ["subject", "replacement", "predecessor"]
            let found = columns.map { "SELECT uuid FROM transmission WHERE \($0) = ?" }
            parts.append("uuid IN (\(found.joined(separator: " UNION ")))")
            arguments += [linkedTo, linkedTo, linkedTo]
        }
        return (parts.joined(separator: " AND "), arguments)
    }
}
