// SPDX-License-Identifier: Apache-2.0
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Dates as PDF writes them: `D:YYYYMMDDHHmmSS` and a zone (ISO 32000-1, 7.9.4).
enum PDFDate {
    /// In UTC, to the second.
    static func text(_ date: Date) -> String { "D:" + ASN1Time.generalizedTimeText(date) }

    /// Reads a date with its zone; what is left out of it is the least possible. `nil` when
    /// malformed.
    static func date(_ text: String) -> Date? {
        var rest = Substring(text)
        if rest.hasPrefix("D:") { rest = rest.dropFirst(2) }
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard digits.count >= 4, digits.count <= 14, digits.count.isMultiple(of: 2) else {
            return nil
        }
        let defaults = "00000101000000"
        let full = digits + defaults.dropFirst(digits.count)
        guard let date = ASN1Time.generalizedTime(Array((full + "Z").utf8)) else { return nil }
        return zone(rest.dropFirst(digits.count)).map { date.addingTimeInterval(-Double($0)) }
    }

    /// Seconds east of Greenwich; no zone counts as UTC.
    private static func zone(_ text: Substring) -> Int? {
        guard let sign = text.first else { return 0 }
        if sign == "Z" { return 0 }
        guard sign == "+" || sign == "-" else { return nil }
        let parts = text.dropFirst().split(separator: "'")
        guard let hours = parts.first.flatMap({ Int($0) }), (0...23).contains(hours) else {
            return nil
        }
        let minutes = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        guard (0...59).contains(minutes) else { return nil }
        return (sign == "-" ? -1 : 1) * (hours * 3_600 + minutes * 60)
    }
}
