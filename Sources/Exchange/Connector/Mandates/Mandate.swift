// SPDX-License-Identifier: Apache-2.0
package import Coverage
package import JSON

/// What a provider lets somebody else do in his name (délégué autorisé; identity-trust, section 5).
package struct Mandate: Sendable, Hashable {
    package var id: String
    /// Provider code of whoever gives it.
    package var grantor: String
    /// eHealth ID of the delegate: the serial number of his certificate's subject.
    package var delegate: String
    /// For people.
    package var delegateName: String
    /// Packs of the forms it covers.
    package var packs: [String]
    package var from: CalendarDate
    /// The last day; `nil` until it is withdrawn.
    package var until: CalendarDate?

    package init(
        id: String, grantor: String, delegate: String, delegateName: String, packs: [String],
        from: CalendarDate, until: CalendarDate?
    ) {
        (self.id, self.grantor, self.delegate) = (id, grantor, delegate)
        (self.delegateName, self.packs) = (delegateName, packs)
        (self.from, self.until) = (from, until)
    }

    func covers(grantor: String, delegate: String, pack: String, on day: CalendarDate) -> Bool {
        self.grantor == grantor && self.delegate == delegate && packs.contains(pack)
            && from <= day && until.map { day <= $0 } ?? true
    }

    package var json: JSONValue {
        var members: [JSONMember] = [
            .init("id", .string(id)), .init("grantor", .string(grantor)),
            .init("delegate", .string(delegate)), .init("delegateName", .string(delegateName)),
            .init("packs", .array(packs.map { .string($0) })),
            .init("from", .string(from.description)),
        ]
        if let until { members.append(.init("until", .string(until.description))) }
        return .object(members)
    }

    /// - Throws: A member is missing, or a date is none.
    package init(_ file: JSONReader) throws(JSONReadingError) {
        self.init(
            id: try file.member("id").string(), grantor: try file.member("grantor").string(),
            delegate: try file.member("delegate").string(),
            delegateName: try file.member("delegateName").string(),
            packs: try Self.packs(file.member("packs")), from: try Self.day(file.member("from")),
            until: try file.optional("until").map { day throws(JSONReadingError) in
                try Self.day(day)
            })
    }

    private static func packs(_ list: JSONReader) throws(JSONReadingError) -> [String] {
        var packs: [String] = []
        for element in try list.elements().prefix(Limits.packsOfMandate) {
            packs.append(try element.string())
        }
        return packs
    }

    private static func day(_ value: JSONReader) throws(JSONReadingError) -> CalendarDate {
        guard let day = CalendarDate(try value.string()) else {
            throw value.unexpected("a date as in 2026-12-31")
        }
        return day
    }
}
