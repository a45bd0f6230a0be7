// SPDX-License-Identifier: Apache-2.0
import NationalAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The key sets of issuers, each kept for ten minutes; a name that is not among them is looked for
/// at most once in five minutes (JW-01).
actor IssuerKeys {
    private struct Entry {
        var keys: JSONWebKeys
        var fetchedAt: Date
        /// When somebody last asked for a name that was not there.
        var searchedAt: Date?
    }

    private var entries: [String: Entry] = [:]

    /// The keys of an issuer, among them the wanted one if he has it.
    ///
    /// - Throws: What `fetch` throws.
    func keys(
        of issuer: String, holding id: String, now: @Sendable () -> Date,
        fetch: @Sendable () async throws -> JSONWebKeys
    ) async throws -> JSONWebKeys {
        let asked = now()
        var searchedAt: Date?
        if let entry = entries[issuer], isCurrent(entry, asked) {
            if entry.keys[id] != nil { return entry.keys }
            if let last = entry.searchedAt, asked.timeIntervalSince(last) < Limits.keySearchPause {
                return entry.keys
            }
            searchedAt = asked
            entries[issuer]?.searchedAt = asked
        }
        let keys = try await fetch()
        entries[issuer] = Entry(keys: keys, fetchedAt: asked, searchedAt: searchedAt)
        return keys
    }

    private func isCurrent(_ entry: Entry, _ now: Date) -> Bool {
        (0..<Limits.keyAgeInSeconds).contains(now.timeIntervalSince(entry.fetchedAt))
    }
}
