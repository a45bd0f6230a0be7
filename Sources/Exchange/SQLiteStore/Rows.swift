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
        let statement = try database.cachedStatement(
            sql: "SELECT * FROM transmission WHERE \(condition)")
        return try fetchAll(statement, arguments: arguments).map { try Transmission($0) }
    }
}

extension Transmission {
    init(_ row: Row) throws {
        let uuid: String = row["uuid"]
        let digest: Data = row["sha256"]
        guard let state = TransmissionState(rawValue: row["state"]),
            let kind = Kind(rawValue: row["kind"])
        else { throw StoreError.damagedRow(uuid: uuid) }
        self.init(
            uuid: uuid, kind: kind, digest: Digest(.sha256, [UInt8](digest)),
            pack: PackReference(id: row["pack"], version: row["pack_version"]),
            parties: Parties(
                provider: row["provider"], actor: row["actor"], mandate: row["mandate"]),
            state: state, problem: TransmissionProblem(row), attempts: row["attempts"],
            failures: row["failures"],
            acceptedAt: Date(timeIntervalSince1970: row["accepted_at"]),
            changedAt: Date(timeIntervalSince1970: row["changed_at"]),
            dueAt: Date(timeIntervalSince1970: row["due_at"]))
        links = Links(
            subject: row["subject"], replacement: row["replacement"],
            predecessor: row["predecessor"])
        heldBy = ServiceName(rawValue: row["held_by"])
        nationalUUID = row["national_uuid"]
        asksFirst = row["asks_first"]
    }

    /// What changes on the road, in the order of ``changingValues``.
    private static let changingColumns = [
        "state", "settled", "held_by", "problem_code", "problem_detail", "problem_actor",
        "national_uuid", "attempts", "failures", "changed_at", "due_at", "asks_first",
    ]

    private var changingValues: StatementArguments {
        [
            state.rawValue, state.isSettled, heldBy?.rawValue ?? "", problem?.code,
            problem?.detail, problem?.actor.rawValue, nationalUUID, attempts, failures,
            changedAt.timeIntervalSince1970, dueAt.timeIntervalSince1970, asksFirst,
        ]
    }

    private static let insertion = """
        INSERT INTO transmission (uuid, kind, sha256, pack, pack_version, provider, actor, mandate,
          subject, replacement, predecessor, accepted_at,
          \(changingColumns.joined(separator: ", ")))
        VALUES (\(databaseQuestionMarks(count: 12 + changingColumns.count)))
        """

    func insert(into database: Database) throws {
        try database.cachedStatement(sql: Self.insertion).execute(
            arguments: [
                uuid, kind.rawValue, Data(digest.bytes), pack.id, pack.version,
                parties.provider, parties.actor, parties.mandate, links.subject,
                links.replacement, links.predecessor, acceptedAt.timeIntervalSince1970,
            ] + changingValues)
    }

    private static let settings = changingColumns.map { "\($0) = ?" }.joined(separator: ", ")

    /// False when the claim's fencing number is not the row's any more.
    func update(
        in database: Database, of claim: Claim, then: ClaimContinuation
    ) throws -> Bool {
        let lease: Double?
        switch then {
        case .keep(let until): lease = until.timeIntervalSince1970
        case .release: lease = nil
        }
        // Whoever goes on begins the next step now: if it dies, it has died with it once.
        let isKept = lease != nil
        try database.cachedStatement(
            sql: """
                UPDATE transmission SET \(Self.settings), lease_until = ?, crashes = ?,
                  worker = CASE WHEN ? THEN worker END
                WHERE uuid = ? AND fence = ? AND worker IS NOT NULL
                """
        ).execute(
            arguments: changingValues + [lease, isKept ? 1 : 0, isKept, uuid, claim.fence])
        return database.changesCount == 1
    }

    /// False when somebody has it in hand or it no longer stands at `previous`.
    func update(
        in database: Database, from previous: TransmissionState, at moment: Date
    ) throws -> Bool {
        try database.cachedStatement(
            sql: """
                UPDATE transmission SET \(Self.settings), fence = fence + 1
                WHERE uuid = ? AND state = ? AND (lease_until IS NULL OR lease_until < ?)
                """
        ).execute(
            arguments: changingValues + [uuid, previous.rawValue, moment.timeIntervalSince1970])
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

/// What a transition leaves beside its row, made ready before the one writer is asked: digests take
/// longer than inserts.
struct OutputRows: Sendable {
    private let uuid: String
    private let outputs: [(kind: String, digest: Data, bytes: Data)]
    private let lookups: [Data]

    init(_ transition: Transition) {
        uuid = transition.transmission.uuid
        outputs = transition.outputs.map { kind, bytes in
            (kind.rawValue, Data(DigestAlgorithm.sha256.digest(bytes).bytes), Data(bytes))
        }
        lookups = transition.lookups.map { Data($0) }
    }

    /// Outputs are immutable: one that is there already stays as it is.
    func insert(into database: Database) throws {
        for (kind, digest, bytes) in outputs {
            try database.cachedStatement(
                sql: "INSERT OR IGNORE INTO output (uuid, kind, sha256, bytes) VALUES (?, ?, ?, ?)"
            ).execute(arguments: [uuid, kind, digest, bytes])
        }
        for value in lookups {
            try database.cachedStatement(
                sql: "INSERT OR IGNORE INTO lookup (value, uuid) VALUES (?, ?)"
            ).execute(arguments: [value, uuid])
        }
    }
}
