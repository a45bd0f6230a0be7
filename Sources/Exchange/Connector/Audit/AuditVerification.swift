// SPDX-License-Identifier: Apache-2.0

/// What is wrong with an audit (DP-09).
package enum AuditFault: Sendable, Hashable, CustomStringConvertible {
    /// The entry's bytes are not those of its hash.
    case changed(Int)
    /// An entry that the next one, or a root, names is not there.
    case missing(Int)
    /// The entry does not follow the one before it: inserted, removed or out of order.
    case broken(Int)
    /// A signed root says something else of these entries.
    case rootMismatch(first: Int, last: Int)
    /// A root that was published is not there any more, or entries it covered are not.
    case truncated(last: Int)

    package var description: String {
        switch self {
        case .changed(let number): "entry \(number) was changed"
        case .missing(let number): "entry \(number) is missing"
        case .broken(let number): "entry \(number) does not follow the one before it"
        case .rootMismatch(let first, let last):
            "the signed root over entries \(first) to \(last) says something else"
        case .truncated(let last): "entries up to \(last) were there once and are not any more"
        }
    }
}

/// What a verification looked at and found.
package struct AuditReport: Sendable, Hashable {
    package var entries = 0
    package var roots = 0
    package var stampedRoots = 0
    /// Entries behind the last root: nobody has signed them yet.
    package var unsigned = 0
    package var faults: [AuditFault] = []
    package init() {}
}

/// Verifies the whole audit: the chain, every root, and what was published outside the store.
package struct AuditVerification: Sendable {
    private let store: any AuditStore

    package init(_ store: any AuditStore) { self.store = store }

    /// - Parameters:
    ///   - published: The last root as it was written outside the store, if there is one.
    ///   - progress: Is told how many entries have been looked at.
    package func report(
        published: AuditRoot? = nil, progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> AuditReport {
        var report = AuditReport()
        let roots = try await store.auditRoots().sorted { $0.last < $1.last }
        var pending = roots[...]
        var stretch: [AuditEntry] = []
        var previous = AuditEntry.start
        while true {
            let batch = try await store.auditEntries(
                from: report.entries + 1, limit: Limits.auditBatch)
            guard !batch.isEmpty else { break }
            for entry in batch {
                report.check(entry, after: previous)
                (previous, report.entries) = (entry.hash, max(report.entries + 1, entry.sequence))
                stretch.append(entry)
                if let root = pending.first, root.last <= entry.sequence {
                    report.check(root, over: stretch)
                    pending.removeFirst()
                    stretch = []
                }
            }
            progress(report.entries)
            if report.faults.count >= Limits.auditFaults { break }
        }
        report.unsigned = stretch.count
        report.faults += pending.map { .truncated(last: $0.last) }
        report.check(published: published, roots)
        return report
    }
}

extension AuditReport {
    fileprivate mutating func check(_ entry: AuditEntry, after previous: [UInt8]) {
        if entry.sequence != entries + 1 { faults.append(.missing(entries + 1)) }
        if AuditEntry.hash(of: entry.bytes) != entry.hash {
            faults.append(.changed(entry.sequence))
        } else if entry.previous != previous || entry.number != entry.sequence {
            faults.append(.broken(entry.sequence))
        }
    }

    fileprivate mutating func check(_ root: AuditRoot, over stretch: [AuditEntry]) {
        roots += 1
        if root.token != nil { stampedRoots += 1 }
        if !root.holds(over: stretch) {
            faults.append(.rootMismatch(first: root.first, last: root.last))
        }
    }

    fileprivate mutating func check(published: AuditRoot?, _ known: [AuditRoot]) {
        guard let published else { return }
        guard let same = known.first(where: { $0.last == published.last }) else {
            faults.append(.truncated(last: published.last))
            return
        }
        if same.statement != published.statement {
            faults.append(.rootMismatch(first: published.first, last: published.last))
        }
    }
}
