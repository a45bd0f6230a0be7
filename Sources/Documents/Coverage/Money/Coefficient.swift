// SPDX-License-Identifier: Apache-2.0

/// A coefficient of the nomenclature in hundredths: `9.24` is 924.
package struct Coefficient: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var hundredths: Int

    package init(hundredths: Int) { self.hundredths = hundredths }

    package init?(_ text: String) {
        guard let value = DecimalDigits.scaled(text, places: 2, wholeDigits: 5) else { return nil }
        hundredths = value
    }

    package var description: String { Amount(cents: hundredths).description }

    package static func < (left: Coefficient, right: Coefficient) -> Bool {
        left.hundredths < right.hundredths
    }

    /// `8 %` of this coefficient to one decimal, half up (nomenclature, art. 15).
    func percent(_ percent: Int) -> Coefficient {
        Coefficient(hundredths: (hundredths * percent + 500) / 1000 * 10)
    }
}
