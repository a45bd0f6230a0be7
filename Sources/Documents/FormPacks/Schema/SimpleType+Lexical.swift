// SPDX-License-Identifier: Apache-2.0
internal import Coverage

extension SimpleType {
    /// White space as XML Schema collapses it for every type but strings.
    static func collapsed(_ text: String) -> String {
        let needsWork = text.utf8.contains { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        guard needsWork else { return text }
        return text.split { " \t\n\r".contains($0) || $0 == "\r\n" }.joined(separator: " ")
    }

    static func withoutWhitespace(_ text: String) -> String {
        let bytes = text.utf8.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Line ends as XML reads them: a form written as JSON and one written as XML end up the same.
    static func withLineFeeds(_ text: String) -> String {
        guard text.utf8.contains(0x0D) else { return text }
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            if scalar == "\r" {
                result.append("\n")
            } else if scalar != "\n" || previous != "\r" {
                result.append(scalar)
            }
            previous = scalar
        }
        return String(result)
    }

    /// Whether XML 1.0 can carry every character (production 2).
    static func isXMLText(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
            default: false
            }
        }
    }

    /// `HH:MM:SS` with an optional fraction and zone (XML Schema part 2, 3.2.8).
    static func isTime(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 8, bytes[2] == UInt8(ascii: ":"), bytes[5] == UInt8(ascii: ":"),
            let hour = CalendarDate.number(bytes[0..<2]),
            let minute = CalendarDate.number(bytes[3..<5]),
            let second = CalendarDate.number(bytes[6..<8])
        else { return false }
        let isTime = hour < 24 && minute < 60 && second < 60
        let isEndOfDay = hour == 24 && minute == 0 && second == 0 && bytes.count == 8
        return (isTime || isEndOfDay) && isFractionAndZone(bytes[8...])
    }

    static func isDateTime(_ text: String) -> Bool {
        let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        return CalendarDate(String(parts[0])) != nil && isTime(String(parts[1]))
    }

    private static func isFractionAndZone(_ rest: ArraySlice<UInt8>) -> Bool {
        var rest = rest
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return false }
            rest = rest.dropFirst(1 + digits.count)
        }
        if rest.isEmpty || rest.elementsEqual("Z".utf8) { return true }
        let zone = Array(rest)
        guard zone.count == 6, zone[0] == UInt8(ascii: "+") || zone[0] == UInt8(ascii: "-"),
            zone[3] == UInt8(ascii: ":"), let hours = CalendarDate.number(zone[1...2]),
            let minutes = CalendarDate.number(zone[4...5])
        else { return false }
        return hours < 14 && minutes < 60 || hours == 14 && minutes == 0
    }

    /// Base64 of RFC 4648 with padding and nothing else; the unused bits must be zero.
    static func isBase64(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count.isMultiple(of: 4) else { return false }
        let padding = bytes.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2 else { return false }
        let body = bytes.dropLast(padding)
        guard body.allSatisfy({ base64Value($0) != nil }) else { return false }
        guard padding > 0, let last = body.last.flatMap(base64Value) else { return true }
        return last & (padding == 2 ? 0x0F : 0x03) == 0
    }

    private static func base64Value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
