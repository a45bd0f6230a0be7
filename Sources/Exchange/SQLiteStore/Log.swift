// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import GRDB

extension Transmission {
    /// What the audit and the listeners learn of having got here, in the transaction that does it.
    func writeLog(after previous: Transmission?, to database: Database) throws {
        try database.append(fact(after: previous?.state))
        if let event = event(after: previous) { try database.append(event) }
    }
}

extension Simulation {
    func writeLog(after previous: SimulationState?, to database: Database) throws {
        try database.append(fact(after: previous))
        if let event = event(after: previous) { try database.append(event) }
    }
}

extension Database {
    /// Adds one entry to the chain of the audit (DP-07).
    func append(_ fact: AuditFact) throws {
        let last = try Row.fetchOne(
            cachedStatement(sql: "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1"))
        let previous = last.map { row -> Data in row["hash"] }.map { [UInt8]($0) }
        let sequence = (last.map { row -> Int in row["sequence"] } ?? 0) + 1
        let entry = AuditEntry(
            fact, sequence: sequence, previous: previous ?? AuditEntry.start)
        try cachedStatement(sql: "INSERT INTO audit (sequence, entry, hash) VALUES (?, ?, ?)")
            .execute(arguments: [sequence, Data(entry.bytes), Data(entry.hash)])
    }

    func append(_ event: ConnectorEvent) throws {
        try cachedStatement(
            sql: "INSERT INTO event (moment, uuid, kind, state, code) VALUES (?, ?, ?, ?, ?)"
        ).execute(
            arguments: [
                event.moment.timeIntervalSince1970, event.uuid, event.kind, event.state,
                event.code,
            ])
    }
}
