// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import GRDB
import Trust

extension Row {
    static func fetchTransmission(_ uuid: String, in database: Database) throws -> Transmission? {
        try fetchTransmissions(database, where: "uuid = ?", [uuid]).first
    }

    static func fetchTransmissions(
        _ database: Database, where condition: String, _ arguments: StatementArguments
    ) throws -> [Transmission] {
        try fetchAll(
            database, sql: "SELECT * FROM transmission WHERE \(condition)", arguments: arguments
        ).map { try Transmission($0) }
    }
}

extension Transmission {
    fileprivate init(_ row: Row) throws {
        let uuid: String = row["uuid"]
        let digest: Data = row["sha256"]
        guard let state = TransmissionState(rawValue: row["state"]) else {
            throw StoreError.damagedRow(uuid: uuid)
        }
        self.init(
            uuid: uuid, digest: Digest(.sha256, [UInt8](digest)),
            pack: PackReference(id: row["pack"], version: row["pack_version"]), state: state,
            problem: TransmissionProblem(row), attempts: row["attempts"], failures: row["failures"],
            acceptedAt: Date(timeIntervalSince1970: row["accepted_at"]),
            changedAt: Date(timeIntervalSince1970: row["changed_at"]),
            dueAt: Date(timeIntervalSince1970: row["due_at"]))
    }

    private var columns: [(String, any DatabaseValueConvertible & Sendable)] {
        [
            ("state", state.rawValue), ("settled", state.isSettled),
            ("attempts", attempts), ("failures", failures),
            ("changed_at", changedAt.timeIntervalSince1970),
            ("due_at", dueAt.timeIntervalSince1970),
        ]
    }

    private var problemValues: StatementArguments {
        [problem?.code, problem?.detail, problem?.actor.rawValue]
    }

    func insert(into database: Database) throws {
        let names = columns.map(\.0)
        let values = columns.map { $0.1 as any DatabaseValueConvertible }
        try database.execute(
            sql: """
                INSERT INTO transmission (uuid, sha256, pack, pack_version, accepted_at,
                  problem_code, problem_detail, problem_actor, \(names.joined(separator: ", ")))
                VALUES (\(databaseQuestionMarks(count: 8 + names.count)))
                """,
            arguments: [
                uuid, Data(digest.bytes), pack.id, pack.version, acceptedAt.timeIntervalSince1970,
            ] + problemValues + StatementArguments(values))
    }

    /// False when the form no longer stands at `previous`.
    func update(in database: Database, from previous: TransmissionState) throws -> Bool {
        let settings = columns.map { "\($0.0) = ?" }.joined(separator: ", ")
        let values = columns.map { $0.1 as any DatabaseValueConvertible }
        try database.execute(
            sql: """
                UPDATE transmission SET problem_code = ?, problem_detail = ?, problem_actor = ?,
                  \(settings) WHERE uuid = ? AND state = ?
                """,
            arguments: problemValues + StatementArguments(values) + [uuid, previous.rawValue])
        return database.changesCount == 1
    }
}

extension TransmissionProblem {
    init?(_ row: Row) {
        guard let code: String = row["problem_code"],
            let actor = Actor(rawValue: row["problem_actor"] ?? "")
        else { return nil }
        self.init(code: code, detail: row["problem_detail"] ?? "", actor: actor)
    }
}

extension Transition {
    /// Outputs are immutable: one that is there already stays as it is.
    func writeOutputs(to database: Database) throws {
        for (kind, bytes) in outputs {
            try database.execute(
                sql: "INSERT OR IGNORE INTO output (uuid, kind, sha256, bytes) VALUES (?, ?, ?, ?)",
                arguments: [
                    transmission.uuid, kind.rawValue,
                    Data(DigestAlgorithm.sha256.digest(bytes).bytes), Data(bytes),
                ])
        }
    }
}
