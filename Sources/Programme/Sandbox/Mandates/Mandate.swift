// SPDX-License-Identifier: Apache-2.0
package import Coverage
package import JSON

/// A provider lets somebody act for him (délégué autorisé, GW-07); the shape is ours.
package struct Mandate: Sendable, Hashable {
    /// eHealth ID of who acts.
    package var delegate: String
    /// Code of the provider on whose behalf.
    package var provider: String
    /// Identifiers of the packs whose forms he may sign, and ``directPayment``.
    package var scopes: Set<String>
    /// Both days included.
    package var from: CalendarDate
    package var to: CalendarDate?

    /// The scope that lets a delegate enter direct payments (art. 24bis, 3).
    package static let directPayment = "pid"

    package init(
        delegate: String, provider: String, scopes: Set<String>, from: CalendarDate,
        to: CalendarDate? = nil
    ) {
        (self.delegate, self.provider, self.scopes) = (delegate, provider, scopes)
        (self.from, self.to) = (from, to)
    }

    package init(_ item: JSONReader) throws(JSONReadingError) {
        delegate = try item.member("delegate").string()
        provider = try item.member("provider").string()
        scopes = []
        for scope in try item.member("scopes").elements() { scopes.insert(try scope.string()) }
        from = try item.member("from").calendarDate()
        to = try item.optional("to")?.calendarDate()
    }

    package var json: JSONValue {
        var members = [
            JSONMember("delegate", .string(delegate)), JSONMember("provider", .string(provider)),
            JSONMember("scopes", .array(scopes.sorted().map(JSONValue.string))),
            JSONMember("from", .string(from.description)),
        ]
        if let to { members.append(JSONMember("to", .string(to.description))) }
        return .object(members)
    }

    func allows(_ scope: String?, on day: CalendarDate) -> Bool {
        scope.map(scopes.contains) ?? true && from <= day && to.map { day <= $0 } ?? true
    }
}
