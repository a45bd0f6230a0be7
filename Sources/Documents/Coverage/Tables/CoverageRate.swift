// SPDX-License-Identifier: Apache-2.0
import JSON

/// Taux de prise en charge: which share the statutes take on, for whom, where and when.
package final class CoverageRate: Sendable {
    package let id: String
    /// Statutory share in percent.
    package let rate: Int
    package let text: LocalizedText
    package let source: String
    /// `nil`: of both.
    let profession: Profession?
    /// Strongest first.
    let priority: Int
    /// What the share is taken of, where it is not the opposable amount.
    let base: Base?
    /// A first-class room may cost so many percent more, at the patient's expense.
    let excessPercent: Int?
    /// Id of the amount that caps the participation of a session.
    let cap: String?
    let age: BillingRule.AgeRange?
    let places: [CarePlace]
    let facts: [String]
    let from: CalendarDate?
    let to: CalendarDate?

    enum Base: Sendable, Hashable {
        /// What is left of the opposable amount after the yearly base amount of that id.
        case above(amount: String)
        /// The tariff of this act, by the parameter `visitParticipationBase`.
        case act(String)
        /// Worked out with the visits before.
        case visitWindow
    }

    init(_ row: JSONReader) throws(JSONReadingError) {
        id = try row.member("id").string()
        base = try row.optional("base").map { (base) throws(JSONReadingError) in
            if let amount = try base.optional("above") {
                return .above(amount: try amount.string())
            }
            if let act = try base.optional("act") { return .act(try act.string()) }
            return .visitWindow
        }
        excessPercent = try row.optional("excessPercent")?.int(in: 0...1000)
        cap = try row.optional("cap")?.string()
        rate = try row.member("rate").int(in: 0...100)
        text = try LocalizedText(reading: row.member("text"))
        source = try row.member("source").string()
        profession = try row.optional("group").flatMap { (group) throws(JSONReadingError) in
            Profession(rawValue: try group.string())
        }
        priority = try row.member("priority").int()
        age = try row.optional("age").map { (limit) throws(JSONReadingError) in
            try BillingRule.AgeRange(limit)
        }
        places = try row.strings("places").map { CarePlace($0) }
        facts = try row.strings("facts")
        from = try row.date("from")
        to = try row.date("to")
    }

    func isInForce(on date: CalendarDate) -> Bool {
        from.map { $0 <= date } ?? true && to.map { date <= $0 } ?? true
    }
}

/// An amount of the statutes with its days: the yearly base of dental care, a cap.
package struct DatedAmount: Sendable, Hashable {
    package let id: String
    package let value: Amount
    package let from: CalendarDate?
    package let to: CalendarDate?
    package let source: String

    init(_ row: JSONReader) throws(JSONReadingError) {
        id = try row.member("id").string()
        value = try row.member("value").amount()
        from = try row.date("from")
        to = try row.date("to")
        source = try row.optional("source")?.string() ?? ""
    }

    func isInForce(on date: CalendarDate) -> Bool {
        from.map { $0 <= date } ?? true && to.map { date <= $0 } ?? true
    }
}
