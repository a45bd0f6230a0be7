// SPDX-License-Identifier: Apache-2.0
package import JSON

/// Everything the platform accepted: what tests and officers believe, never our own database.
package struct Ledger: Sendable {
    /// What has to be made durable before it is answered.
    package enum Change: Sendable {
        /// These entries are new or other than before.
        case entries([Entry])
        case cleared
    }

    private(set) package var entries: [Entry] = []
    private var byUUID: [String: Int] = [:]
    private var byNationalUUID: [String: Int] = [:]
    /// UUIDs that take the place of a cancelled document, and that document's.
    private var cancelledByReplacement: [String: String] = [:]

    package init() {}

    /// The document or cancellation of a provider's UUID.
    package subscript(uuid: String) -> Entry? { byUUID[uuid].map { entries[$0] } }

    /// The document that has a UUID of the platform's.
    package func document(nationalUUID: String) -> Entry? {
        byNationalUUID[nationalUUID].map { entries[$0] }.flatMap { $0.isDocument ? $0 : nil }
    }

    /// A person's documents, in the order of their arrival.
    package func documents(of person: String) -> [Entry] {
        entries.filter { $0.isDocument && $0.person == person }
    }

    /// Notes an entry, in the place of the earlier one with its UUID.
    package mutating func note(_ entry: Entry) {
        let place = byUUID[entry.uuid] ?? entries.count
        if place == entries.count { entries.append(entry) } else { entries[place] = entry }
        byUUID[entry.uuid] = place
        byNationalUUID[entry.nationalUUID] = place
        if let replacement = entry.replacedBy { cancelledByReplacement[replacement] = entry.uuid }
    }

    /// The cancelled document whose place a UUID takes.
    func document(replacedBy uuid: String) -> String? { cancelledByReplacement[uuid] }

    /// An entry that takes effect now: once more, if it did before.
    func takingEffect(_ entry: Entry) -> Entry {
        guard let earlier = self[entry.uuid] else { return entry }
        var again = earlier
        again.effects += 1
        return again
    }

    package var json: JSONValue { JSONValue(.array(entries.map(\.json))) }
}
