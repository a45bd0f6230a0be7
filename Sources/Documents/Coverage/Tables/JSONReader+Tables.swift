// SPDX-License-Identifier: Apache-2.0
import JSON

extension LocalizedText {
    init(reading file: JSONReader) throws(JSONReadingError) {
        self.init(
            fr: try file.member("fr").string(), de: try file.member("de").string(),
            en: try file.member("en").string())
    }
}

extension JSONReader {
    /// The strings of an array; empty when the member is absent or null.
    func strings(_ name: String) throws(JSONReadingError) -> [String] {
        guard let list = try optional(name) else { return [] }
        var strings: [String] = []
        for element in try list.elements() { strings.append(try element.string()) }
        return strings
    }

    /// A day; absent or null is `nil`.
    func date(_ name: String) throws(JSONReadingError) -> CalendarDate? {
        guard let member = try optional(name) else { return nil }
        return try member.date()
    }

    func date() throws(JSONReadingError) -> CalendarDate {
        guard let date = CalendarDate(try string()) else {
            throw unexpected("a day as YYYY-MM-DD")
        }
        return date
    }

    func time() throws(JSONReadingError) -> ClockTime {
        guard let time = ClockTime(try string()) else {
            throw unexpected("a time as HH:MM")
        }
        return time
    }

    func amount() throws(JSONReadingError) -> Amount {
        let text = value.number?.text ?? value.string
        guard let text, let amount = Amount(text) else {
            throw unexpected("an amount with two decimals, for example \"48.40\"")
        }
        return amount
    }
}
