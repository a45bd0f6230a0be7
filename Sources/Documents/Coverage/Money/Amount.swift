// SPDX-License-Identifier: Apache-2.0

/// An amount of money in whole cents.
package struct Amount: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var cents: Int

    package static let zero = Amount(cents: 0)

    package init(cents: Int) { self.cents = cents }

    /// Reads `48.40`, `48.4` or `48`; nothing negative, at most 9 999 999.99.
    package init?(_ text: String) {
        guard let value = DecimalDigits.scaled(text, places: 2, wholeDigits: 7) else { return nil }
        cents = value
    }

    package var description: String {
        let value = abs(cents)
        return (cents < 0 ? "-" : "") + String(value / 100) + "."
            + CalendarDate.padded(value % 100, to: 2)
    }

    package static func < (left: Amount, right: Amount) -> Bool { left.cents < right.cents }
    package static func + (left: Amount, right: Amount) -> Amount {
        Amount(cents: left.cents + right.cents)
    }
    package static func - (left: Amount, right: Amount) -> Amount {
        Amount(cents: left.cents - right.cents)
    }
    package static func * (left: Amount, right: Int) -> Amount {
        Amount(cents: left.cents * right)
    }
    package static func += (left: inout Amount, right: Amount) { left.cents += right.cents }

    /// This amount times `numerator / denominator`, rounded to 0.10 (nomenclature, art. 4): 0.05
    /// and more goes up, below goes down.
    func tenths(times numerator: Int, over denominator: Int) -> Amount {
        let whole = cents * numerator
        return Amount(cents: (whole + 5 * denominator) / (10 * denominator) * 10)
    }
}
