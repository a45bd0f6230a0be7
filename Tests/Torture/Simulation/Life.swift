// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import HTTPTypes
import StoreSupport
import Synchronization
import Transport

/// One life of the connector's process: from a start to the crash that ends it. What a dead process
/// does has no effect any more.
final class Life: Sendable {
    /// The process has ended; whoever still runs in it unwinds.
    struct Ended: Error {}

    private let remaining: Mutex<Int?>
    private let ending: @Sendable () -> Void

    /// - Parameters:
    ///   - steps: Places passed until it ends; for ever when nil.
    ///   - ending: Called once, when it ends.
    init(steps: Int?, ending: @escaping @Sendable () -> Void) {
        remaining = Mutex(steps)
        self.ending = ending
    }

    var isOver: Bool { remaining.withLock { $0 == 0 } }

    /// A place at which the process may end.
    func pass() throws {
        let (isOver, isNew) = remaining.withLock { remaining -> (Bool, Bool) in
            guard let left = remaining else { return (false, false) }
            guard left > 0 else { return (true, false) }
            remaining = left - 1
            return (left == 1, left == 1)
        }
        if isNew { ending() }
        if isOver { throw Ended() }
    }
}

/// The store as one life sees it: each operation may be the last, before or after its effect.
struct MortalStore: TransmissionStore {
    let base: MemoryStore
    let life: Life

    private func living<Value: Sendable>(
        _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try life.pass()
        let value = try await body()
        try life.pass()
        return value
    }

    func accept(_ transitions: [Transition]) async throws -> Acceptance {
        try await living { try await base.accept(transitions) }
    }

    func transmission(_ uuid: String) async throws -> Transmission? {
        try await living { await base.transmission(uuid) }
    }

    func outputs(_ kinds: [OutputKind], of uuid: String) async throws -> [OutputKind: [UInt8]] {
        try await living { await base.outputs(kinds, of: uuid) }
    }

    func claim(_ request: ClaimRequest) async throws -> [Claim] {
        try await living { try await base.claim(request) }
    }

    func record(
        _ transition: Transition, of claim: Claim, then: ClaimContinuation
    ) async throws -> Bool {
        try await living { try await base.record(transition, of: claim, then: then) }
    }

    func release(worker: String, isOrderly: Bool) async throws {
        try await living { try await base.release(worker: worker, isOrderly: isOrderly) }
    }

    func askFirst(audit: AuditFact) async throws -> Int {
        try await living { try await base.askFirst(audit: audit) }
    }

    func makeDue(heldBy service: ServiceName, at moment: Date, limit: Int) async throws {
        try await living { try await base.makeDue(heldBy: service, at: moment, limit: limit) }
    }

    func makeDue(changedAfter late: Date, at moment: Date) async throws {
        try await living { try await base.makeDue(changedAfter: late, at: moment) }
    }

    func makeDue(_ uuids: [String], at moment: Date) async throws {
        try await living { try await base.makeDue(uuids, at: moment) }
    }

    func nextDue(excluding: Set<ServiceName>) async throws -> Date? {
        try await living { await base.nextDue(excluding: excluding) }
    }

    func transmissions(_ query: TransmissionQuery) async throws -> [Transmission] {
        try await living { await base.transmissions(query) }
    }

    func counts() async throws -> [TransmissionState: StateCount] {
        try await living { await base.counts() }
    }

    func events(after sequence: Int, limit: Int) async throws -> [ConnectorEvent] {
        try await living { await base.events(after: sequence, limit: limit) }
    }

    func lastEvent() async throws -> Int { try await living { await base.lastEvent() } }
}
