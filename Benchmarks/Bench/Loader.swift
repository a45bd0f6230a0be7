// SPDX-License-Identifier: Apache-2.0
import Connector
import FormPacks
import Foundation
import GRDB
import Keys
import SQLiteStore
import Trust

/// Fills the state folder of an installation that does not run: what takes days in a practice
/// should not take days in a benchmark.
struct Loader {
    let world: World
    let inputs: Inputs
    let state: String

    private static let callers = 64
    /// Forms of one transaction of the history.
    private static let batch = 5_000
    /// States of a form's road as the audit has them.
    private static let road: [TransmissionState] = [
        .accepted, .rendered, .signedPDF, .signedPDF, .signedXML, .timestamped, .completeLT,
        .sending, .sent, .final,
    ]
    private static let dayInSeconds = 86_400.0
    /// How long ago the last form of the history was settled: past what retention keeps.
    private static let yearsInDays = 4_000.0

    private var database: String { "\(state)/transmissions.sqlite" }

    // MARK: A queue

    /// Accepts forms as the intake does, documents, seals and all; nobody drives them.
    func queue(_ count: Int) async throws {
        let store = try await store()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<Self.callers {
                group.addTask {
                    for _ in stride(from: caller, to: count, by: Self.callers) {
                        guard try await store.accept(inputs.acceptance(world.pack)) == .accepted
                        else { throw BenchError.wrong("the acceptance") }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// The installation's own store and key; made as the program makes them when there are none.
    private func store() async throws -> SealedStore {
        let file = "\(state)/seal.key"
        var key = try DurableFile.read(file, limit: 64, isSecret: true) ?? []
        if key.isEmpty {
            key = World.random(RecordSeal.keyInBytes)
            try DurableFile.write(key, to: file)
        }
        return SealedStore(
            try await SQLiteTransmissionStore(path: database),
            seal: try RecordSeal(key: SecretBytes(wiping: &key)), random: World.random)
    }

    // MARK: A history

    /// Writes settled forms without bodies: their rows, events, and a true chain of the audit.
    ///
    /// This knows the columns of the store, which no other program does.
    func history(_ count: Int) async throws {
        _ = try await store()
        let queue = try DatabaseQueue(path: database)
        try await queue.writeWithoutTransaction { database in
            // The loader may lose everything; the program that reads it opens it durably again.
            try database.execute(sql: "PRAGMA synchronous = OFF")
        }
        for start in stride(from: 0, to: count, by: Self.batch) {
            let size = min(Self.batch, count - start)
            try await queue.write { database in
                var audit = try Chain(in: database, key: world.authentication)
                for number in start..<start + size {
                    try write(number, of: count, audit: &audit, to: database)
                }
                try audit.sign(in: database)
            }
        }
        try await queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    private func write(
        _ number: Int, of count: Int, audit: inout Chain, to database: Database
    ) throws {
        let age = Self.yearsInDays * Self.dayInSeconds * (1 - Double(number) / Double(count) / 2)
        let moment = Date().addingTimeInterval(-age)
        var form = inputs.acceptance(world.pack).transmission
        (form.acceptedAt, form.changedAt, form.dueAt) = (moment, moment, moment)
        var previous: Transmission?
        for state in Self.road {
            form.state = state
            try audit.append(form.fact(after: previous?.state), to: database)
            if let event = form.event(after: previous) { try append(event, to: database) }
            previous = form
        }
        try insert(form, into: database)
    }

    private func insert(_ form: Transmission, into database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO transmission (uuid, kind, sha256, pack, pack_version, provider, actor,
                  state, settled, held_by, attempts, failures, accepted_at, changed_at, due_at,
                  erased)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, '', 1, 0, ?, ?, ?, 2)
                """
        ).execute(
            arguments: [
                form.uuid, form.kind.rawValue, Data(form.digest.bytes), form.pack.id,
                form.pack.version, form.parties.provider, form.parties.actor, form.state.rawValue,
                form.acceptedAt.timeIntervalSince1970, form.changedAt.timeIntervalSince1970,
                form.dueAt.timeIntervalSince1970,
            ])
    }

    private func append(_ event: ConnectorEvent, to database: Database) throws {
        try database.cachedStatement(
            sql: "INSERT INTO event (moment, uuid, kind, state, code) VALUES (?, ?, ?, ?, ?)"
        ).execute(
            arguments: [
                event.moment.timeIntervalSince1970, event.uuid, event.kind, event.state,
                event.code,
            ])
    }
}

/// The chain of the audit, with a root for every thousand entries.
private struct Chain {
    private let key: SoftwareKey
    private var sequence: Int
    private var hash: [UInt8]
    private var open: [AuditEntry] = []

    private static let entriesOfRoot = 1_000

    init(in database: Database, key: SoftwareKey) throws {
        self.key = key
        let last = try Row.fetchOne(
            database, sql: "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1")
        let hash: Data? = last?["hash"]
        sequence = last?["sequence"] ?? 0
        self.hash = hash.map { [UInt8]($0) } ?? AuditEntry.start
    }

    mutating func append(_ fact: AuditFact, to database: Database) throws {
        sequence += 1
        let entry = AuditEntry(fact, sequence: sequence, previous: hash)
        hash = entry.hash
        try database.cachedStatement(
            sql: "INSERT INTO audit (sequence, entry, hash) VALUES (?, ?, ?)"
        ).execute(arguments: [sequence, Data(entry.bytes), Data(hash)])
        open.append(entry)
        if open.count == Self.entriesOfRoot { try sign(in: database) }
    }

    /// Signs what no root covers yet.
    mutating func sign(in database: Database) throws {
        guard let first = open.first?.sequence else { return }
        let statement = AuditRoot.statement(of: open, instance: "bench", moment: Date())
        try database.cachedStatement(
            sql: """
                INSERT INTO audit_root (last, first, root, statement, signature, certificate)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                sequence, first, Data(MerkleTree.root(of: open.map(\.hash))), Data(statement),
                Data(try key.signature(over: statement)), Data(key.certificateChain[0].der),
            ])
        open = []
    }
}

extension Inputs {
    /// What the intake accepts of one form: everything but check and page, which were made before.
    func acceptance(_ pack: FormPack) -> Transition {
        let now = Date()
        let uuid = UUID().uuidString.lowercased()
        return Transition(
            Transmission(
                uuid: uuid,
                digest: DigestAlgorithm.sha256.digest(form),
                pack: PackReference(id: pack.id, version: pack.version),
                parties: Parties(provider: "91234560", actor: "2000000001"), state: .accepted,
                acceptedAt: now, changedAt: now, dueAt: now),
            outputs: [(.composed, composed(uuid: uuid)), (.renderedPDF, page)])
    }
}
