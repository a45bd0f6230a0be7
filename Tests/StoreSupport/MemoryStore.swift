// SPDX-License-Identifier: Apache-2.0
package import Connector
package import Foundation

/// A store that forgets everything with the process: the contract of ``TransmissionStore`` in its
/// plainest words. Roads are measured on it without a disk, and simulated with disks that fail.
package actor MemoryStore: TransmissionStore, DocumentStore {
    private struct Row {
        var transmission: Transmission
        var outputs: [OutputKind: [UInt8]] = [:]
        var leaseUntil: Date?
        var worker: String?
        var fence = 0
        var crashes = 0
    }

    private var rows: [String: Row] = [:]
    private var lookups: [[UInt8]: Set<String>] = [:]
    private var log: [ConnectorEvent] = []
    private var documents: [String: [UInt8]] = [:]
    /// The audit, for whoever checks the chain.
    package private(set) var audit: [AuditEntry] = []
    /// Asked before every write; throws what the disk would.
    private let willWrite: @Sendable () throws -> Void

    package init(willWrite: @escaping @Sendable () throws -> Void = {}) {
        self.willWrite = willWrite
    }

    /// What was made of one form is not needed after its road.
    package func forget(_ uuid: String) { rows[uuid] = nil }

    // MARK: Accepting and reading

    package func accept(_ transitions: [Transition]) throws -> Acceptance {
        for (index, transition) in transitions.enumerated() {
            let new = transition.transmission
            guard let known = rows[new.uuid]?.transmission else { continue }
            let isSame = index == 0 && known.digest == new.digest
            return isSame ? .replayed(known) : .uuidReused
        }
        try willWrite()
        for transition in transitions {
            rows[transition.transmission.uuid] = Row(transmission: transition.transmission)
            keepOutputs(of: transition)
            append(transition.transmission, after: nil)
        }
        return .accepted
    }

    package func transmission(_ uuid: String) -> Transmission? { rows[uuid]?.transmission }

    package func outputs(_ kinds: [OutputKind], of uuid: String) -> [OutputKind: [UInt8]] {
        rows[uuid]?.outputs.filter { kinds.contains($0.key) } ?? [:]
    }

    // MARK: Claims

    package func claim(_ request: ClaimRequest) throws -> [Claim] {
        let found = rows.values.filter { row in
            let form = row.transmission
            guard !form.state.isSettled, form.dueAt <= request.moment,
                row.leaseUntil.map({ $0 <= request.moment }) ?? true
            else { return false }
            switch request.selection {
            case .sound:
                return row.crashes == 0 && !(form.heldBy.map(request.excluded.contains) ?? false)
            case .suspect: return row.crashes > 0
            case .overdue(let accepted): return form.acceptedAt <= accepted
            }
        }
        .sorted {
            ($0.transmission.dueAt, $0.transmission.uuid)
                < ($1.transmission.dueAt, $1.transmission.uuid)
        }
        .prefix(request.limit)
        if found.isEmpty { return [] }
        try willWrite()
        return found.map { row in
            var taken = row
            taken.leaseUntil = request.moment.addingTimeInterval(request.lease)
            taken.worker = request.worker
            taken.fence += 1
            taken.crashes += 1
            rows[row.transmission.uuid] = taken
            return Claim(row.transmission, fence: taken.fence, crashes: row.crashes)
        }
    }

    package func record(
        _ transition: Transition, of claim: Claim, then: ClaimContinuation
    ) throws -> Bool {
        let moved = transition.transmission
        guard let row = rows[moved.uuid], row.fence == claim.fence, row.worker != nil else {
            return false
        }
        for companion in transition.companions {
            guard let other = rows[companion.transmission.uuid],
                other.transmission.state == companion.from,
                other.leaseUntil.map({ $0 < moved.changedAt }) ?? true
            else { return false }
        }
        try willWrite()
        write(moved, over: row, then)
        for companion in transition.companions {
            guard var other = rows[companion.transmission.uuid] else { continue }
            append(companion.transmission, after: other.transmission)
            other.transmission = companion.transmission
            other.fence += 1
            rows[companion.transmission.uuid] = other
        }
        keepOutputs(of: transition)
        return true
    }

    private func write(_ moved: Transmission, over row: Row, _ then: ClaimContinuation) {
        var written = row
        append(moved, after: row.transmission)
        written.transmission = moved
        switch then {
        case .keep(let until):
            (written.leaseUntil, written.crashes) = (until, 1)
        case .release:
            (written.leaseUntil, written.worker, written.crashes) = (nil, nil, 0)
        }
        rows[moved.uuid] = written
    }

    package func release(worker: String, isOrderly: Bool) throws {
        try willWrite()
        for (uuid, row) in rows where row.worker == worker {
            rows[uuid]?.leaseUntil = nil
            rows[uuid]?.worker = nil
            if isOrderly { rows[uuid]?.crashes = 0 }
        }
    }

    package func askFirst(audit: AuditFact) throws -> Int {
        try willWrite()
        let open = rows.filter { !$0.value.transmission.state.isSettled }.keys
        for uuid in open {
            rows[uuid]?.transmission.asksFirst = true
            rows[uuid]?.leaseUntil = nil
            rows[uuid]?.worker = nil
            rows[uuid]?.crashes = 0
        }
        append(audit)
        return open.count
    }

    package func makeDue(heldBy service: ServiceName, at moment: Date, limit: Int) throws {
        try willWrite()
        let held = rows.values.map(\.transmission).filter {
            $0.heldBy == service && !$0.state.isSettled && $0.dueAt > moment
        }
        for form in held.sorted(by: { ($0.dueAt, $0.uuid) < ($1.dueAt, $1.uuid) }).prefix(limit) {
            rows[form.uuid]?.transmission.dueAt = moment
        }
    }

    package func makeDue(changedAfter late: Date, at moment: Date) throws {
        try willWrite()
        for (uuid, row) in rows
        where !row.transmission.state.isSettled && row.transmission.changedAt > late {
            rows[uuid]?.transmission.dueAt = moment
        }
    }

    package func makeDue(_ uuids: [String], at moment: Date) throws {
        if uuids.isEmpty { return }
        try willWrite()
        for uuid in uuids {
            guard let form = rows[uuid]?.transmission, !form.state.isSettled else { continue }
            rows[uuid]?.transmission.dueAt = min(form.dueAt, moment)
        }
    }

    package func nextDue(excluding services: Set<ServiceName>) -> Date? {
        rows.values.filter {
            !$0.transmission.state.isSettled && $0.leaseUntil == nil
                && !($0.transmission.heldBy.map(services.contains) ?? false)
        }.map(\.transmission.dueAt).min()
    }

    // MARK: Lists

    package func transmissions(_ query: TransmissionQuery) -> [Transmission] {
        let found = rows.values.map(\.transmission).filter { form in
            if !query.states.isEmpty, !query.states.contains(form.state) { return false }
            if !query.kinds.isEmpty, !query.kinds.contains(form.kind) { return false }
            if let after = query.after {
                let isOlder =
                    (form.acceptedAt, form.uuid) < (after.acceptedAt, after.uuid)
                if !isOlder { return false }
            }
            if let lookup = query.lookup, lookups[lookup]?.contains(form.uuid) != true {
                return false
            }
            if let other = query.linkedTo {
                let links = [form.links.subject, form.links.replacement, form.links.predecessor]
                return links.contains(other)
            }
            return true
        }
        return Array(
            found.sorted { ($0.acceptedAt, $0.uuid) > ($1.acceptedAt, $1.uuid) }
                .prefix(query.limit))
    }

    package func counts() -> [TransmissionState: StateCount] {
        Dictionary(grouping: rows.values.map(\.transmission), by: \.state).mapValues { forms in
            StateCount(
                count: forms.count,
                oldest: forms[0].state.isSettled ? nil : forms.map(\.changedAt).min())
        }
    }

    package func events(after sequence: Int, limit: Int) -> [ConnectorEvent] {
        Array(log.dropFirst(sequence).prefix(limit))
    }

    package func lastEvent() -> Int { log.count }

    // MARK: Documents

    package func document(_ name: String) -> [UInt8]? { documents[name] }

    package func documents(prefix: String) -> [(name: String, bytes: [UInt8])] {
        documents.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }
            .map { (name: $0.key, bytes: $0.value) }
    }

    package func put(_ bytes: [UInt8], as name: String, audit: AuditFact?) throws {
        try willWrite()
        documents[name] = bytes
        if let audit { append(audit) }
    }

    package func delete(_ name: String, audit: AuditFact?) throws {
        try willWrite()
        documents[name] = nil
        if let audit { append(audit) }
    }

    // MARK: Small steps

    /// Outputs are immutable: one that is there already stays as it is.
    private func keepOutputs(of transition: Transition) {
        let uuid = transition.transmission.uuid
        for (kind, bytes) in transition.outputs where rows[uuid]?.outputs[kind] == nil {
            rows[uuid]?.outputs[kind] = bytes
        }
        for value in transition.lookups { lookups[value, default: []].insert(uuid) }
    }

    private func append(_ moved: Transmission, after previous: Transmission?) {
        append(moved.fact(after: previous?.state))
        guard var event = moved.event(after: previous) else { return }
        event.sequence = log.count + 1
        log.append(event)
    }

    private func append(_ fact: AuditFact) {
        audit.append(
            AuditEntry(
                fact, sequence: audit.count + 1, previous: audit.last?.hash ?? AuditEntry.start))
    }
}
