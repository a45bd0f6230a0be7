// SPDX-License-Identifier: Apache-2.0

/// Check digits of decimal numbers written as ASCII digits, the check digit last.
enum CheckDigits {
    /// Luhn (ISO/IEC 7812-1, annex B).
    static func isLuhn(_ text: String) -> Bool {
        guard let digits = digits(of: text) else { return false }
        let sum = digits.reversed().enumerated().reduce(0) { sum, item in
            let value = item.offset.isMultiple(of: 2) ? item.element : item.element * 2
            return sum + (value > 9 ? value - 9 : value)
        }
        return sum.isMultiple(of: 10)
    }

    /// Verhoeff (Mathematical Centre Tracts 29, 1969).
    static func isVerhoeff(_ text: String) -> Bool {
        guard let digits = digits(of: text) else { return false }
        return digits.reversed().enumerated().reduce(0) { check, item in
            product[check][permutation[item.offset % 8][item.element]]
        } == 0
    }

    private static func digits(of text: String) -> [Int]? {
        guard text.utf8.count >= 2, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return text.utf8.map { Int($0 - 0x30) }
    }

    /// Products of the dihedral group D5.
    private static let product = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
        [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
        [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
        [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
        [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ]

    /// Powers of Verhoeff's permutation.
    private static let permutation = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
        [5, 8, 0, 3, 7, 9, 6, 1, 4, 2], [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
        [9, 4, 5, 3, 1, 2, 6, 8, 7, 0], [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
        [2, 7, 9, 3, 8, 0, 6, 4, 1, 5], [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
    ]
}
