// SPDX-License-Identifier: Apache-2.0

/// A decimal number as text, of any length: compared and written without rounding.
struct DecimalText: Sendable, Hashable, Comparable {
    let isNegative: Bool
    /// Without leading zeros; empty for zero.
    let integer: String
    /// Without trailing zeros.
    let fraction: String

    /// Reads the lexical form of xs:decimal (XML Schema part 2, 3.2.3); `nil` for anything else.
    init?(_ text: String) {
        var bytes = Array(text.utf8)[...]
        var isNegative = false
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            bytes.removeFirst()
        }
        let parts = bytes.split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, bytes.contains(where: { $0 != UInt8(ascii: ".") }),
            parts.joined().allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        let zero = UInt8(ascii: "0")
        integer = String(decoding: whole.drop { $0 == zero }, as: UTF8.self)
        var rest = parts.count > 1 ? parts[1] : []
        while rest.last == zero { rest.removeLast() }
        fraction = String(decoding: rest, as: UTF8.self)
        self.isNegative = isNegative && !(integer.isEmpty && fraction.isEmpty)
    }

    /// Digits that count for the totalDigits facet.
    var totalDigits: Int { integer.utf8.count + fraction.utf8.count }

    /// The number with at least `fractionDigits` digits after the point; no point when there are none.
    func written(fractionDigits: Int = 0) -> String {
        let padding = String(repeating: "0", count: max(0, fractionDigits - fraction.utf8.count))
        let decimals = fraction + padding
        return (isNegative ? "-" : "") + (integer.isEmpty ? "0" : integer)
            + (decimals.isEmpty ? "" : "." + decimals)
    }

    /// The number times a hundred; `nil` when it has more than two decimals or does not fit.
    var cents: Int? {
        guard fraction.utf8.count <= 2, integer.utf8.count <= 15 else { return nil }
        let digits = integer + fraction + String(repeating: "0", count: 2 - fraction.utf8.count)
        return Int(digits).map { isNegative ? -$0 : $0 }
    }

    static func < (left: DecimalText, right: DecimalText) -> Bool {
        guard left.isNegative == right.isNegative else { return left.isNegative }
        return left.isNegative
            ? right.precedesInMagnitude(left) : left.precedesInMagnitude(right)
    }

    private func precedesInMagnitude(_ other: DecimalText) -> Bool {
        let (count, otherCount) = (integer.utf8.count, other.integer.utf8.count)
        guard count == otherCount else { return count < otherCount }
        guard integer == other.integer else {
            return integer.utf8.lexicographicallyPrecedes(other.integer.utf8)
        }
        return fraction.utf8.lexicographicallyPrecedes(other.fraction.utf8)
    }
}
