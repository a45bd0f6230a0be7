// SPDX-License-Identifier: Apache-2.0

/// A day of the Gregorian calendar, as forms write it: `YYYY-MM-DD`, without zone.
package struct CalendarDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let year, month, day: Int

    /// `nil` when there is no such day (years 1 to 9999).
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month),
            day >= 1, day <= Self.daysInMonth(month, of: year)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package static func daysInMonth(_ month: Int, of year: Int) -> Int {
        switch month {
        case 2:
            year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
                ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The same day `months` later, or the last day of a month that is too short; `nil` past year 9999.
    package func adding(months: Int) -> CalendarDate? {
        let count = year * 12 + month - 1 + months
        guard count >= 12 else { return nil }
        let (year, month) = (count / 12, count % 12 + 1)
        return CalendarDate(
            year: year, month: month, day: min(day, Self.daysInMonth(month, of: year)))
    }

    /// The value of ASCII digits, `nil` when another byte stands among them.
    package static func number(_ digits: some Collection<UInt8>) -> Int? {
        digits.reduce(Optional(0)) { value, byte in
            guard let value, (0x30...0x39).contains(byte), value < 100_000_000 else { return nil }
            return value * 10 + Int(byte - 0x30)
        }
    }

    package var description: String {
        Self.padded(year, to: 4) + "-" + Self.padded(month, to: 2) + "-" + Self.padded(day, to: 2)
    }

    package static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    package static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}
