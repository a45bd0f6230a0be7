// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Notices that an old copy of the store was put back, and has everything in it that is not settled
/// asked about before anything of it is sent (RE-14).
package struct Reconciliation: Sendable {
    private let store: any RecordStore
    private let now: @Sendable () -> Date

    package init(_ store: any RecordStore, now: @escaping @Sendable () -> Date) {
        (self.store, self.now) = (store, now)
    }

    /// What marks a copy that was restored on purpose.
    package static let marker = "restored"

    /// - Parameter published: The newest root of the audit that was written outside the store.
    /// - Returns: How many forms will be asked about; `nil` when the store is no old copy.
    package func run(published: AuditRoot?) async throws -> Int? {
        let isMarked = try await store.document(Self.marker) != nil
        let isOld = try await isOlder(than: published)
        guard isMarked || isOld else { return nil }
        let count = try await store.askFirst(
            audit: AuditFact(
                moment: now(), actor: "connector", action: "reconcile", objectType: "store",
                objectID: "", outcome: isMarked ? "restored" : "older than published",
                origin: "pipeline"))
        try await store.delete(Self.marker, audit: nil)
        return count
    }

    private func isOlder(than published: AuditRoot?) async throws -> Bool {
        guard let published else { return false }
        let kept = try await store.auditRoot(endingAt: published.last)
        return kept?.statement != published.statement
    }
}
