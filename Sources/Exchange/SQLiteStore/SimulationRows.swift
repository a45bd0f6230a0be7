// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import GRDB
import Trust

extension Row {
    static func fetchSimulation(_ uuid: String, in database: Database) throws -> Simulation? {
        try fetchSimulations(database, where: "uuid = ?", [uuid]).first
    }

    static func fetchSimulations(
        _ database: Database, where condition: String, _ arguments: StatementArguments
    ) throws -> [Simulation] {
        try fetchAll(
            database, sql: "SELECT * FROM simulation WHERE \(condition)", arguments: arguments
        ).map { try Simulation($0) }
    }
}

extension Simulation {
    fileprivate init(_ row: Row) throws {
        let uuid: String = row["uuid"]
        let digest: Data = row["sha256"]
        let (step, result): (String?, String?) = (row["step"], row["result"])
        guard let state = SimulationState(rawValue: row["state"]),
            step == nil || SimulationStep(rawValue: step ?? "") != nil,
            result == nil || SimulationResult(rawValue: result ?? "") != nil
        else { throw StoreError.damagedRow(uuid: uuid) }
        let validUntil: Double? = row["valid_until"]
        self.init(
            uuid: uuid, digest: Digest(.sha256, [UInt8](digest)),
            pack: PackReference(id: row["pack"], version: row["pack_version"]), state: state,
            step: step.flatMap(SimulationStep.init), result: result.flatMap(SimulationResult.init),
            nationalID: row["national_id"],
            validUntil: validUntil.map(Date.init(timeIntervalSince1970:)),
            problem: TransmissionProblem(row), attempts: row["attempts"],
            failures: row["failures"],
            acceptedAt: Date(timeIntervalSince1970: row["accepted_at"]),
            changedAt: Date(timeIntervalSince1970: row["changed_at"]),
            dueAt: Date(timeIntervalSince1970: row["due_at"]))
    }

    /// What changes on the road, in the order of ``changingValues``.
    private static let changingColumns = [
        "state", "settled", "step", "result", "national_id", "valid_until", "problem_code",
        "problem_detail", "problem_actor", "attempts", "failures", "changed_at", "due_at",
    ]

    private var changingValues: StatementArguments {
        [
            state.rawValue, state.isSettled, step?.rawValue, result?.rawValue, nationalID,
            validUntil?.timeIntervalSince1970, problem?.code, problem?.detail,
            problem?.actor.rawValue, attempts, failures, changedAt.timeIntervalSince1970,
            dueAt.timeIntervalSince1970,
        ]
    }

    func insert(into database: Database) throws {
        let names = Self.changingColumns
        try database.execute(
            sql: """
                INSERT INTO simulation (uuid, sha256, pack, pack_version, accepted_at,
                  \(names.joined(separator: ", ")))
                VALUES (\(databaseQuestionMarks(count: 5 + names.count)))
                """,
            arguments: [
                uuid, Data(digest.bytes), pack.id, pack.version, acceptedAt.timeIntervalSince1970,
            ] + changingValues)
    }

    /// False when the simulation no longer stands at `previous`.
    func update(in database: Database, from previous: SimulationState) throws -> Bool {
        let settings = Self.changingColumns.map { "\($0) = ?" }.joined(separator: ", ")
        try database.execute(
            sql: "UPDATE simulation SET \(settings) WHERE uuid = ? AND state = ?",
            arguments: changingValues + [uuid, previous.rawValue])
        return database.changesCount == 1
    }
}

extension SimulationChange {
    /// Parts are immutable: one that is there already stays as it is. Only a contestation that
    /// nobody has answered takes new words.
    func writeParts(to database: Database) throws {
        for (part, bytes) in parts {
            try database.execute(
                sql: """
                    INSERT INTO simulation_part (uuid, kind, sha256, bytes)
                    VALUES (?, ?, ?, ?)
                    ON CONFLICT (uuid, kind) DO UPDATE
                    SET sha256 = excluded.sha256, bytes = excluded.bytes
                    WHERE kind = ? AND NOT EXISTS
                      (SELECT 1 FROM simulation_part AS answer
                       WHERE answer.uuid = excluded.uuid AND answer.kind = ?)
                    """,
                arguments: [
                    simulation.uuid, part.rawValue,
                    Data(DigestAlgorithm.sha256.digest(bytes).bytes), Data(bytes),
                    SimulationPart.contestation.rawValue,
                    SimulationPart.contestationAnswer.rawValue,
                ])
        }
    }
}
