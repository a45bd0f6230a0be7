// SPDX-License-Identifier: Apache-2.0
import Keys

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

// Simulations, renewed files and documents, sealed like forms.
extension SealedStore {
    // MARK: Simulations

    package func accept(_ change: SimulationChange) async throws -> SimulationAcceptance {
        let (key, wrapped) = try newKey(at: .simulationKey(of: change.simulation.uuid))
        var sealed = try self.sealed(change, with: key)
        sealed.parts.append((.recordKey, wrapped))
        return try await base.accept(sealed)
    }

    package func record(
        _ change: SimulationChange, from state: SimulationState
    ) async throws -> Bool {
        guard !change.parts.isEmpty else { return try await base.record(change, from: state) }
        let key = try await simulationKey(of: change.simulation.uuid)
        return try await base.record(sealed(change, with: key), from: state)
    }

    package func part(_ part: SimulationPart, of uuid: String) async throws -> [UInt8]? {
        guard let sealed = try await base.part(part, of: uuid) else { return nil }
        return try await simulationKey(of: uuid).open(sealed, at: .part(part, of: uuid))
    }

    private func sealed(
        _ change: SimulationChange, with key: RecordKey
    ) throws -> SimulationChange {
        var sealed = change
        sealed.parts = try change.parts.map { part, bytes in
            let place = SealedPlace.part(part, of: change.simulation.uuid)
            return (part, try key.seal(bytes, at: place, nonce: nonce))
        }
        return sealed
    }

    private func simulationKey(of uuid: String) async throws -> RecordKey {
        let wrapped = try await base.part(.recordKey, of: uuid)
        return try seal.key(unwrapping: wrapped ?? [], of: .simulationKey(of: uuid))
    }

    package func simulation(_ uuid: String) async throws -> Simulation? {
        try await base.simulation(uuid)
    }

    package func dueSimulations(at moment: Date, limit: Int) async throws -> [Simulation] {
        try await base.dueSimulations(at: moment, limit: limit)
    }

    package func nextSimulationDue() async throws -> Date? { try await base.nextSimulationDue() }

    package func simulations(
        in states: [SimulationState], limit: Int
    ) async throws -> [Simulation] {
        try await base.simulations(in: states, limit: limit)
    }

    // MARK: Renewed files

    package func archivedFiles() async throws -> [ArchivedFile] {
        try await base.archivedFiles()
    }

    package func bytes(of file: ArchivedFile) async throws -> [UInt8]? {
        guard file.renewals > 0 else { return try await output(file.kind, of: file.uuid) }
        guard let sealed = try await base.bytes(of: file) else { return nil }
        return try await renewalKey(of: file).open(sealed, at: .renewal(of: file))
    }

    package func addRenewal(
        _ bytes: [UInt8], of file: ArchivedFile, at moment: Date
    ) async throws -> Bool {
        var renewed = file
        renewed.renewals += 1
        let sealed = try await renewalKey(of: file).seal(
            bytes, at: .renewal(of: renewed), nonce: nonce)
        return try await base.addRenewal(sealed, of: file, at: moment)
    }

    private func renewalKey(of file: ArchivedFile) async throws -> RecordKey {
        try key(of: file.uuid, await base.output(.recordKey, of: file.uuid))
    }

    // MARK: Documents

    /// The key of a document stands in front of it.
    package func put(_ bytes: [UInt8], as name: String, audit: AuditFact?) async throws {
        let (key, wrapped) = try newKey(at: .documentKey(name))
        let sealed = try key.seal(bytes, at: .document(name), nonce: nonce)
        try await base.put(wrapped + sealed, as: name, audit: audit)
    }

    package func document(_ name: String) async throws -> [UInt8]? {
        try await base.document(name).map { try opened($0, name) }
    }

    package func documents(prefix: String) async throws -> [(name: String, bytes: [UInt8])] {
        try await base.documents(prefix: prefix).map { ($0.name, try opened($0.bytes, $0.name)) }
    }

    package func delete(_ name: String, audit: AuditFact?) async throws {
        try await base.delete(name, audit: audit)
    }

    private func opened(_ bytes: [UInt8], _ name: String) throws -> [UInt8] {
        let wrappedLength = RecordSeal.wrappedKeyInBytes
        let key = try seal.key(
            unwrapping: Array(bytes.prefix(wrappedLength)), of: .documentKey(name))
        return try key.open(Array(bytes.dropFirst(wrappedLength)), at: .document(name))
    }
}

extension SealedPlace {
    fileprivate static func simulationKey(of uuid: String) -> SealedPlace {
        SealedPlace(table: "simulation_part", record: uuid, part: "record_key")
    }

    fileprivate static func part(_ part: SimulationPart, of uuid: String) -> SealedPlace {
        SealedPlace(table: "simulation_part", record: uuid, part: part.rawValue)
    }

    fileprivate static func renewal(of file: ArchivedFile) -> SealedPlace {
        SealedPlace(
            table: "renewal", record: file.uuid, part: "\(file.kind.rawValue)/\(file.renewals)")
    }

    fileprivate static func documentKey(_ name: String) -> SealedPlace {
        SealedPlace(table: "document", record: name, part: "record_key")
    }

    fileprivate static func document(_ name: String) -> SealedPlace {
        SealedPlace(table: "document", record: name, part: "bytes")
    }
}

// Audit and retention concern what is in the clear, and keys that go.
extension SealedStore {
    package func auditEntries(from sequence: Int, limit: Int) async throws -> [AuditEntry] {
        try await base.auditEntries(from: sequence, limit: limit)
    }

    package func lastAuditEntry() async throws -> AuditEntry? { try await base.lastAuditEntry() }

    package func auditRoots() async throws -> [AuditRoot] { try await base.auditRoots() }

    package func lastAuditRoot(isStamped: Bool) async throws -> AuditRoot? {
        try await base.lastAuditRoot(isStamped: isStamped)
    }

    package func auditRoot(endingAt last: Int) async throws -> AuditRoot? {
        try await base.auditRoot(endingAt: last)
    }

    package func append(_ root: AuditRoot) async throws { try await base.append(root) }

    package func erasable(
        _ extent: Erasure, before moment: Date, limit: Int
    ) async throws -> [Transmission] {
        try await base.erasable(extent, before: moment, limit: limit)
    }

    package func erase(
        _ extent: Erasure, of uuids: [String], keeping kinds: Set<OutputKind>, audit: [AuditFact]
    ) async throws {
        try await base.erase(extent, of: uuids, keeping: kinds, audit: audit)
    }

    package func eraseSimulations(before moment: Date, limit: Int) async throws -> Int {
        try await base.eraseSimulations(before: moment, limit: limit)
    }

    package func dropEvents(before moment: Date) async throws {
        try await base.dropEvents(before: moment)
    }

    package func compact() async throws { try await base.compact() }
}
