// SPDX-License-Identifier: Apache-2.0

/// How a value of the form is printed: the closed list that pages may name after `|`.
///
/// Each filter takes any valid value of its types; what it cannot format it leaves as it is.
package enum PageFilter: String, Sendable, Hashable, CaseIterable {
    /// `31/12/2026`.
    case date
    /// `20261231`.
    case compactDate
    /// `14:05`.
    case time
    /// `1081,70`.
    case money
    /// The amount in whole cents.
    case cents
    /// `1893 12 01 057 32`.
    case matricule
    /// `900001-35`.
    case providerCode
    case upper
    /// Two digits at least: `07`.
    case twoDigits
    /// The first eight characters of something longer, for example of a UUID: `b7c1a0de…`.
    case start
    /// `|` and `%` percent-encoded, for fields of a QR code.
    case percent

    /// The types of values it can print.
    var bases: Set<SimpleType.Base> {
        switch self {
        case .date, .compactDate: [.date]
        case .time: [.time]
        case .money, .cents: [.decimal, .integer]
        case .matricule, .providerCode, .twoDigits, .start: [.string, .integer]
        case .upper, .percent: [.string, .integer, .decimal]
        }
    }

    package func apply(to value: String) -> String {
        switch self {
        case .date: Self.regrouped(value, [8..<10, 5..<7, 0..<4], separator: "/", length: 10)
        case .compactDate: Self.regrouped(value, [0..<4, 5..<7, 8..<10], separator: "", length: 10)
        case .time: value.utf8.count >= 5 ? String(value.prefix(5)) : value
        case .money: DecimalText(value).map(Self.money) ?? value
        case .cents: DecimalText(value)?.cents.map(String.init) ?? value
        case .matricule:
            Self.regrouped(
                value, [0..<4, 4..<6, 6..<8, 8..<11, 11..<13], separator: " ", length: 13)
        case .providerCode: Self.regrouped(value, [0..<6, 6..<8], separator: "-", length: 8)
        case .upper: value.uppercased()
        case .twoDigits: value.utf8.count == 1 ? "0" + value : value
        case .start: value.count > 8 ? value.prefix(8) + "…" : value
        case .percent: value.replacing("%", with: "%25").replacing("|", with: "%7C")
        }
    }

    private static func money(_ number: DecimalText) -> String {
        number.written(fractionDigits: 2).replacing(".", with: ",")
    }

    /// The given parts of a text of `length` ASCII characters, in their order.
    private static func regrouped(
        _ value: String, _ parts: [Range<Int>], separator: String, length: Int
    ) -> String {
        let bytes = Array(value.utf8)
        guard bytes.count == length else { return value }
        return parts.map { String(decoding: bytes[$0], as: UTF8.self) }
            .joined(separator: separator)
    }
}
