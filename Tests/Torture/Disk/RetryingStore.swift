// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import Synchronization

/// What callers of a store were told when it failed.
final class Failures: Sendable {
    private let list = Mutex<[String]>([])
    var all: [String] { list.withLock { $0 } }

    /// Runs again what failed as a store may fail; anything else it throws is a violation.
    func retrying<Value>(_ body: () async throws -> Value) async throws -> Value {
        for _ in 0..<3 {
            do {
                return try await body()
            } catch let failure as any StoreFailure {
                list.withLock { $0.append(failure.code.rawValue) }
            }
        }
        return try await body()
    }
}

/// A store whose callers try again.
struct RetryingStore: TransmissionStore, DocumentStore {
    let base: any TransmissionStore & DocumentStore
    let failures: Failures

    private func again<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await failures.retrying(body)
    }

    func accept(_ transitions: [Transition]) async throws -> Acceptance {
        try await again { try await base.accept(transitions) }
    }

    func transmission(_ uuid: String) async throws -> Transmission? {
        try await again { try await base.transmission(uuid) }
    }

    func outputs(_ kinds: [OutputKind], of uuid: String) async throws -> [OutputKind: [UInt8]] {
        try await again { try await base.outputs(kinds, of: uuid) }
    }

    func claim(_ request: ClaimRequest) async throws -> [Claim] {
        try await again { try await base.claim(request) }
    }

    func record(
        _ transition: Transition, of claim: Claim, then: ClaimContinuation
    ) async throws -> Bool {
        try await again { try await base.record(transition, of: claim, then: then) }
    }

    func release(worker: String, isOrderly: Bool) async throws {
        try await again { try await base.release(worker: worker, isOrderly: isOrderly) }
    }

    func askFirst(audit: AuditFact) async throws -> Int {
        try await again { try await base.askFirst(audit: audit) }
    }

    func makeDue(heldBy service: ServiceName, at moment: Date, limit: Int) async throws {
        try await again { try await base.makeDue(heldBy: service, at: moment, limit: limit) }
    }

    func makeDue(changedAfter late: Date, at moment: Date) async throws {
        try await again { try await base.makeDue(changedAfter: late, at: moment) }
    }

    func makeDue(_ uuids: [String], at moment: Date) async throws {
        try await again { try await base.makeDue(uuids, at: moment) }
    }

    func nextDue(excluding: Set<ServiceName>) async throws -> Date? {
        try await again { try await base.nextDue(excluding: excluding) }
    }

    func transmissions(_ query: TransmissionQuery) async throws -> [Transmission] {
        try await again { try await base.transmissions(query) }
    }

    func counts() async throws -> [TransmissionState: StateCount] {
        try await again { try await base.counts() }
    }

    func events(after sequence: Int, limit: Int) async throws -> [ConnectorEvent] {
        try await again { try await base.events(after: sequence, limit: limit) }
    }

    func lastEvent() async throws -> Int { try await again { try await base.lastEvent() } }

    func document(_ name: String) async throws -> [UInt8]? {
        try await again { try await base.document(name) }
    }

    func documents(prefix: String) async throws -> [(name: String, bytes: [UInt8])] {
        try await again { try await base.documents(prefix: prefix) }
    }

    func put(_ bytes: [UInt8], as name: String, audit: AuditFact?) async throws {
        try await again { try await base.put(bytes, as: name, audit: audit) }
    }

    func delete(_ name: String, audit: AuditFact?) async throws {
        try await again { try await base.delete(name, audit: audit) }
    }
}
