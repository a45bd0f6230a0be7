// SPDX-License-Identifier: Apache-2.0
package import JSON

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Everything the platform accepted: what tests and officers believe, never our own database.
package struct Ledger: Sendable {
    /// States that eAdmin shows (mysecu-wire, section 5).
    package enum State: String, Sendable, CaseIterable { case received = "RECEIVED" }

    package struct Entry: Sendable {
        package var uuid: String
        package var nationalUUID: String
        package var model: String
        package var state: State
        /// How often the deposit took effect: always 1, whatever was repeated.
        package var effects: Int
        package var receivedAt: Date
        /// SHA-256 of the deposited form, lower-case hexadecimal.
        package var sha256: String
        /// eHealth ID of who handed it over; `nil` in ledgers that did not note it.
        package var sender: String?

        package var json: JSONValue {
            [
                "uuid": .init(.string(uuid)), "nationalUUID": .init(.string(nationalUUID)),
                "model": .init(.string(model)), "state": .init(.string(state.rawValue)),
                "effects": .init(integerLiteral: effects),
                "receivedAt": .init(.string(receivedAt.formatted(.iso8601))),
                "sha256": .init(.string(sha256)),
                "sender": sender.map(JSONValue.string) ?? nil,
            ]
        }

        package init(
            uuid: String, nationalUUID: String, model: String, receivedAt: Date, sha256: String,
            sender: String?
        ) {
            (self.uuid, self.nationalUUID, self.model) = (uuid, nationalUUID, model)
            (self.state, self.effects) = (.received, 1)
            (self.receivedAt, self.sha256, self.sender) = (receivedAt, sha256, sender)
        }

        package init(_ reader: JSONReader) throws(JSONReadingError) {
            uuid = try reader.member("uuid").string()
            nationalUUID = try reader.member("nationalUUID").string()
            model = try reader.member("model").string()
            state = try reader.member("state").choice(State.self)
            effects = try reader.member("effects").int()
            sha256 = try reader.member("sha256").string()
            sender = try reader.optional("sender")?.string()
            let time = try reader.member("receivedAt")
            guard let date = try? Date(time.string(), strategy: .iso8601) else {
                throw time.unexpected("a time")
            }
            receivedAt = date
        }
    }

    private(set) package var entries: [Entry] = []
    private var byUUID: [String: Int] = [:]

    package init() {}

    package subscript(uuid: String) -> Entry? { byUUID[uuid].map { entries[$0] } }

    package mutating func append(_ entry: Entry) {
        byUUID[entry.uuid] = entries.count
        entries.append(entry)
    }

    package var json: JSONValue { JSONValue(.array(entries.map(\.json))) }
}
