// SPDX-License-Identifier: Apache-2.0
import JSON

/// Hours and days that a label prints for an act ("demandée et faite entre 22 et 7 heures").
package final class LabelBand: Sendable {
    package let id: String
    package let text: LocalizedText
    package let source: String
    let time: TimeBand?
    let days: Days
    /// Days on which the hours do not matter.
    let orDays: [Days]
    /// Both the request and the act must lie in the band.
    let isRequested: Bool
    /// A fact that must be stated, for example that the patient asked for it as urgent.
    let fact: String?
    /// Facts one of which must be stated beside it.
    let oneOf: [String]

    enum Days: String, Sendable, Hashable, CaseIterable {
        case any
        case sundayOrHoliday = "sunday-or-holiday"
        case saturday
    }

    init(_ row: JSONReader) throws(JSONReadingError) {
        id = try row.member("id").string()
        text = try LocalizedText(reading: row.member("text"))
        source = try row.member("source").string()
        if row.has("from"), row.has("to") {
            time = TimeBand(
                from: try row.member("from").time(),
                to: try row.member("to").string() == "24:00"
                    ? ClockTime(hour: 0, minute: 0)! : row.member("to").time())
        } else {
            time = nil
        }
        days = try Self.days(row, "days").first ?? .any
        orDays = try Self.days(row, "orDays")
        isRequested = try row.optional("requested")?.boolean() ?? false
        fact = try row.optional("needs")?.string()
        oneOf = try row.strings("needsOneOf")
    }

    private static func days(
        _ row: JSONReader, _ name: String
    ) throws(JSONReadingError) -> [Days] {
        guard let list = try row.optional(name) else { return [] }
        var days: [Days] = []
        for element in try list.elements() { days.append(try element.choice(Days.self)) }
        return days
    }
}
