// SPDX-License-Identifier: Apache-2.0
package import Keys

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// All that a store of one installation keeps.
package protocol RecordStore: TransmissionStore, SimulationStore, ArchiveStore, DocumentStore,
    AuditStore, RetentionStore
{}

/// A store whose contents nobody reads without the key of this installation (DP-01).
///
/// It stands in front of any store: that one sees sealed bytes only, and beside them the record's
/// own key, wrapped. States, times and identifiers stay in the clear.
package struct SealedStore: RecordStore {
    let base: any RecordStore
    let seal: RecordSeal
    private let random: @Sendable (Int) -> [UInt8]

    package init(
        _ base: any RecordStore, seal: RecordSeal,
        random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        (self.base, self.seal, self.random) = (base, seal, random)
    }

    /// The keyed digest under which a value of a form is found.
    package func lookup(_ value: String) -> [UInt8] { seal.lookup(value) }

    var nonce: [UInt8] { random(RecordSeal.nonceInBytes) }

    /// A fresh key for a record, and as it is kept.
    func newKey(at place: SealedPlace) throws -> (key: RecordKey, wrapped: [UInt8]) {
        let bytes = random(RecordSeal.keyInBytes)
        return (RecordKey(bytes), try seal.wrap(bytes, of: place, nonce: nonce))
    }

    // MARK: Forms

    package func accept(_ transitions: [Transition]) async throws -> Acceptance {
        try await base.accept(try transitions.map(sealedAnew))
    }

    private func sealedAnew(_ transition: Transition) throws -> Transition {
        let uuid = transition.transmission.uuid
        let (key, wrapped) = try newKey(at: .key(of: uuid))
        var sealed = try self.sealed(transition, with: key)
        sealed.outputs.append((.recordKey, wrapped))
        return sealed
    }

    private func sealed(_ transition: Transition, with key: RecordKey) throws -> Transition {
        var sealed = transition
        let uuid = transition.transmission.uuid
        sealed.outputs = try transition.outputs.map { kind, bytes in
            (kind, try key.seal(bytes, at: .output(kind, of: uuid), nonce: nonce))
        }
        return sealed
    }

    package func record(
        _ transition: Transition, of claim: Claim, then: ClaimContinuation
    ) async throws -> Bool {
        guard !transition.outputs.isEmpty else {
            return try await base.record(transition, of: claim, then: then)
        }
        let uuid = transition.transmission.uuid
        let key = try key(of: uuid, try await base.output(.recordKey, of: uuid))
        return try await base.record(sealed(transition, with: key), of: claim, then: then)
    }

    package func outputs(
        _ kinds: [OutputKind], of uuid: String
    ) async throws -> [OutputKind: [UInt8]] {
        var found = try await base.outputs(kinds + [.recordKey], of: uuid)
        let wrapped = found.removeValue(forKey: .recordKey)
        guard !found.isEmpty else { return [:] }
        let key = try key(of: uuid, wrapped)
        var opened: [OutputKind: [UInt8]] = [:]
        for (kind, sealed) in found {
            opened[kind] = try key.open(sealed, at: .output(kind, of: uuid))
        }
        return opened
    }

    func key(of uuid: String, _ wrapped: [UInt8]?) throws -> RecordKey {
        try seal.key(unwrapping: wrapped ?? [], of: .key(of: uuid))
    }

    package func transmission(_ uuid: String) async throws -> Transmission? {
        try await base.transmission(uuid)
    }

    package func claim(_ request: ClaimRequest) async throws -> [Claim] {
        try await base.claim(request)
    }

    package func release(worker: String, isOrderly: Bool) async throws {
        try await base.release(worker: worker, isOrderly: isOrderly)
    }

    package func makeDue(
        heldBy service: ServiceName, at moment: Date, limit: Int
    ) async throws {
        try await base.makeDue(heldBy: service, at: moment, limit: limit)
    }

    package func makeDue(changedAfter late: Date, at moment: Date) async throws {
        try await base.makeDue(changedAfter: late, at: moment)
    }

    package func makeDue(_ uuids: [String], at moment: Date) async throws {
        try await base.makeDue(uuids, at: moment)
    }

    package func askFirst(audit: AuditFact) async throws -> Int {
        try await base.askFirst(audit: audit)
    }

    package func nextDue(excluding services: Set<ServiceName>) async throws -> Date? {
        try await base.nextDue(excluding: services)
    }

    package func transmissions(_ query: TransmissionQuery) async throws -> [Transmission] {
        try await base.transmissions(query)
    }

    package func counts() async throws -> [TransmissionState: StateCount] {
        try await base.counts()
    }

    package func events(after sequence: Int, limit: Int) async throws -> [ConnectorEvent] {
        try await base.events(after: sequence, limit: limit)
    }

    package func lastEvent() async throws -> Int { try await base.lastEvent() }
}

extension SealedPlace {
    static func key(of uuid: String) -> SealedPlace {
        SealedPlace(table: "output", record: uuid, part: "record_key")
    }

    static func output(_ kind: OutputKind, of uuid: String) -> SealedPlace {
        SealedPlace(table: "output", record: uuid, part: kind.rawValue)
    }
}
