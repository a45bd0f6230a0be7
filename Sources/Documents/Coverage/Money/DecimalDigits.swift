// SPDX-License-Identifier: Apache-2.0

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
