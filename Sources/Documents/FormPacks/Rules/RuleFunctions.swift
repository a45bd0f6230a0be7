// SPDX-License-Identifier: Apache-2.0
internal import Coverage
internal import XML

/// The functions that rules may call beside those of XPath 1.0.
///
/// `luhn(digits)`, `verhoeff(digits)`: the last digit is the check digit of the others.
/// `mod97(digits)`: the last two digits are the rest of the others by 97.
/// `matches(text, pattern)`: the whole text has the form of an XML Schema pattern (``Pattern``).
/// `is-partial-date(YYYYMMDD)`: a date in which month or day may be 00.
/// `add-months(date, count)`: the date so many months later, in a short month its last day.
/// `amount(cents)`: the amount with two decimals.
enum RuleFunctions {
    static let namespace = "urn:open-econnector:lu:functions"

    static let table: [String: XPathFunction] = [
        "luhn": { .boolean($0.count == 1 && CheckDigits.isLuhn($0[0])) },
        "verhoeff": { .boolean($0.count == 1 && CheckDigits.isVerhoeff($0[0])) },
        "mod97": { .boolean($0.count == 1 && isMod97($0[0])) },
        "matches": { .boolean($0.count == 2 && Pattern($0[1])?.matches($0[0]) == true) },
        "is-partial-date": { .boolean($0.count == 1 && isPartialDate($0[0])) },
        "add-months": { .string(adding(months: $0)) },
        "amount": { .string(amount($0.first ?? "")) },
    ]

    private static func isMod97(_ text: String) -> Bool {
        guard (3...18).contains(text.utf8.count), let number = Int(text), number >= 0 else {
            return false
        }
        return number / 100 % 97 == number % 100
    }

    private static func isPartialDate(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 8, let year = CalendarDate.number(bytes[0..<4]),
            let month = CalendarDate.number(bytes[4..<6]),
            let day = CalendarDate.number(bytes[6..<8]), (0...12).contains(month)
        else { return false }
        let days = month == 0 ? 31 : CalendarDate.daysInMonth(month, of: year)
        return year > 0 && (0...days).contains(day)
    }

    private static func adding(months arguments: [String]) -> String {
        guard arguments.count == 2, let date = CalendarDate(arguments[0]),
            let months = Int(arguments[1]), abs(months) < 12_000,
            let sum = date.adding(months: months)
        else { return "" }
        return sum.description
    }

    private static func amount(_ cents: String) -> String {
        guard let cents = Int(cents) else { return cents }
        let sign = cents < 0 ? "-" : ""
        let (whole, rest) = (cents.magnitude / 100, cents.magnitude % 100)
        return "\(sign)\(whole).\(CalendarDate.padded(Int(rest), to: 2))"
    }
}
