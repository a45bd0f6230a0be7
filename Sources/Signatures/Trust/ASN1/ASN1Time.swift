// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The two time types of ASN.1, in UTC only (X.690, 11.7 and 11.8; RFC 5280, 4.1.2.5).
package enum ASN1Time {
    /// Reads `YYMMDDHHMMSSZ`; years below 50 are of this century.
    package static func utcTime(_ text: some Collection<UInt8>) -> Date? {
        guard let digits = digits(of: text, count: 12) else { return nil }
        let year = digits[0] * 10 + digits[1]
        return date(year: year < 50 ? 2000 + year : 1900 + year, digits.dropFirst(2), fraction: 0)
    }

    /// Reads `YYYYMMDDHHMMSS[.f]Z`.
    package static func generalizedTime(_ text: some Collection<UInt8>) -> Date? {
        var whole = Array(text)
        var fraction = 0.0
        if let point = whole.firstIndex(of: UInt8(ascii: ".")) {
            guard whole.last == UInt8(ascii: "Z"), whole.count - point - 2 <= 9,
                let value = decimalFraction(whole[(point + 1)..<(whole.count - 1)])
            else { return nil }
            fraction = value
            whole = whole[..<point] + [UInt8(ascii: "Z")]
        }
        guard let digits = digits(of: whole, count: 14) else { return nil }
        let year = digits.prefix(4).reduce(0) { $0 * 10 + $1 }
        return date(year: year, digits.dropFirst(4), fraction: fraction)
    }

    private static func digits(of text: some Collection<UInt8>, count: Int) -> [Int]? {
        guard text.count == count + 1 else { return nil }
        var digits: [Int] = []
        for byte in text.prefix(count) {
            guard (0x30...0x39).contains(byte) else { return nil }
            digits.append(Int(byte) - 0x30)
        }
        return text.dropFirst(count).first == UInt8(ascii: "Z") ? digits : nil
    }

    private static func decimalFraction(_ digits: ArraySlice<UInt8>) -> Double? {
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        var value = 0.0
        var scale = 1.0
        for digit in digits {
            value = value * 10 + Double(digit - 0x30)
            scale *= 10
        }
        return value / scale
    }

    private static func date(year: Int, _ rest: ArraySlice<Int>, fraction: Double) -> Date? {
        let pairs = Array(rest)
        let fields = stride(from: 0, to: 10, by: 2).map { pairs[$0] * 10 + pairs[$0 + 1] }
        let (month, day, hour, minute, second) = (
            fields[0], fields[1], fields[2], fields[3], fields[4]
        )
        guard (1...12).contains(month), day >= 1, day <= daysIn(month, of: year),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let days = daysSince1970(year, month, day)
        let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
        return Date(timeIntervalSince1970: Double(seconds) + fraction)
    }

    private static func daysIn(_ month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days of the proleptic Gregorian calendar, counted in 400-year eras that begin in March.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    /// Writes `YYYYMMDDHHMMSS[.fff]Z`, with milliseconds only if asked for and not zero.
    package static func generalizedTimeText(_ date: Date, milliseconds: Bool = false) -> String {
        let unit = milliseconds ? 1000.0 : 1.0
        let count = Int((date.timeIntervalSince1970 * unit).rounded(.down))
        let perSecond = Int(unit)
        let (seconds, thousandths) = (floorDivision(count, perSecond), count.modulo(perSecond))
        let text = fields(seconds).map { pad($0.0, $0.1) }.joined()
        return text + (thousandths == 0 ? "" : "." + trimmed(pad(thousandths, 3))) + "Z"
    }

    /// Writes `YYMMDDHHMMSSZ`; nil for a year outside 1950 to 2049.
    package static func utcTimeText(_ date: Date) -> String? {
        let fields = fields(Int(date.timeIntervalSince1970.rounded(.down)))
        guard (1950...2049).contains(fields[0].0) else { return nil }
        return String(fields.map { pad($0.0, $0.1) }.joined().dropFirst(2)) + "Z"
    }

    private static func trimmed(_ text: String) -> String {
        var text = text
        while text.hasSuffix("0") { text.removeLast() }
        return text
    }

    private static func pad(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    private static func floorDivision(_ value: Int, _ divisor: Int) -> Int {
        (value - value.modulo(divisor)) / divisor
    }

    /// Year, month, day, hour, minute and second, each with its width in digits.
    private static func fields(_ seconds: Int) -> [(Int, Int)] {
        let days = floorDivision(seconds, 86_400)
        let second = seconds.modulo(86_400)
        let z = days + 719_468
        let era = floorDivision(z, 146_097)
        let dayOfEra = z - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return [
            (year, 4), (month, 2), (day, 2), (second / 3600, 2), (second / 60 % 60, 2),
            (second % 60, 2),
        ]
    }
}

extension Int {
    /// The remainder that is never negative.
    fileprivate func modulo(_ divisor: Int) -> Int {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}

extension ASN1Time {
    /// Writes `YYYY-MM-DDTHH:MM:SSZ` (RFC 3339), for sentences.
    package static func rfc3339Text(_ date: Date) -> String {
        let digits = Array(generalizedTimeText(date))
        let parts = [0..<4, 4..<6, 6..<8, 8..<10, 10..<12, 12..<14].map { String(digits[$0]) }
        return parts[..<3].joined(separator: "-") + "T" + parts[3...].joined(separator: ":") + "Z"
    }
}
