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

/// Decimal text as whole numbers: no floating point ever touches money.
enum DecimalDigits {
    /// `text` times 10^`places`, or `nil` when it is not written with at most that many decimals.
    static func scaled(_ text: String, places: Int, wholeDigits: Int) -> Int? {
        scaled(text.utf8, places: places, wholeDigits: wholeDigits)
    }

    static func scaled(
        _ text: some Collection<UInt8>, places: Int, wholeDigits: Int
    ) -> Int? {
        var (value, whole, decimals, inFraction) = (0, 0, 0, false)
        for byte in text {
            if byte == UInt8(ascii: "."), !inFraction {
                inFraction = true
                continue
            }
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
            if inFraction { decimals += 1 } else { whole += 1 }
            guard decimals <= places, whole <= wholeDigits else { return nil }
        }
        guard whole > 0, !inFraction || decimals > 0 else { return nil }
        for _ in decimals..<places { value *= 10 }
        return value
    }
}
