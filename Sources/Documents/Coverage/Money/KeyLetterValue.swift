// SPDX-License-Identifier: Apache-2.0

/// Lettre-clé: what a coefficient of 1 is worth, in ten-thousandths of a euro.
package struct KeyLetterValue: Sendable, Hashable, CustomStringConvertible {
    package var tenThousandths: Int

    package init(tenThousandths: Int) { self.tenThousandths = tenThousandths }

    package init?(_ text: String) {
        guard let value = DecimalDigits.scaled(text, places: 4, wholeDigits: 4) else { return nil }
        tenThousandths = value
    }

    package var description: String {
        String(tenThousandths / 10_000) + "."
            + CalendarDate.padded(tenThousandths % 10_000, to: 4)
    }

    /// Coefficient times key letter, rounded to 0.10 half up (nomenclature, art. 4).
    func times(_ coefficient: Coefficient) -> Amount {
        Amount(cents: (coefficient.hundredths * tenThousandths + 50_000) / 100_000 * 10)
    }
}
