// SPDX-License-Identifier: Apache-2.0
import Coverage
import JSON

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The mandates that this installation knows: given, withdrawn and asked for when somebody acts for
/// a provider (GW-07).
package struct MandateBook: Sendable {
    private let store: any DocumentStore
    private let now: @Sendable () -> Date
    private let makeUUID: @Sendable () -> String

    package init(
        store: any DocumentStore, now: @escaping @Sendable () -> Date,
        makeUUID: @escaping @Sendable () -> String
    ) {
        (self.store, self.now, self.makeUUID) = (store, now, makeUUID)
    }

    private static let prefix = "mandate/"

    package func all() async throws -> [Mandate] {
        try await store.documents(prefix: Self.prefix).compactMap { document in
            guard let value = try? JSONValue(parsing: document.bytes) else { return nil }
            return try? Mandate(JSONReader(value))
        }
    }

    /// Keeps a mandate under a fresh identifier.
    package func give(_ mandate: Mandate) async throws -> Mandate {
        var given = mandate
        given.id = makeUUID()
        try await store.put(
            given.json.serialized(), as: Self.prefix + given.id, audit: fact("give", given))
        return given
    }

    /// - Returns: False when there is none of this identifier.
    package func withdraw(_ id: String) async throws -> Bool {
        guard let mandate = try await all().first(where: { $0.id == id }) else { return false }
        try await store.delete(Self.prefix + id, audit: fact("withdraw", mandate))
        return true
    }

    /// The mandate under which somebody may act for a provider today.
    func mandate(
        grantor: String, delegate: String, pack: String
    ) async throws -> Mandate? {
        let today = CalendarDate(inLuxembourg: now())
        return try await all().first {
            $0.covers(grantor: grantor, delegate: delegate, pack: pack, on: today)
        }
    }

    private func fact(_ action: String, _ mandate: Mandate) -> AuditFact {
        AuditFact(
            moment: now(), actor: mandate.delegate, onBehalfOf: mandate.grantor, action: action,
            objectType: "mandate", objectID: mandate.id, outcome: "done", origin: "http")
    }
}
