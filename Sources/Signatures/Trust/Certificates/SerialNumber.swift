// SPDX-License-Identifier: Apache-2.0

/// A certificate's or time-stamp's serial number: an INTEGER of any length.
package struct SerialNumber: Sendable, Hashable {
    /// The contents of the INTEGER, two's complement and minimal.
    package let octets: [UInt8]

    init(_ element: DERElement, in structure: String) throws(DERError) {
        octets = try element.integerOctets(in: structure)
        guard octets.count <= Limits.serialNumberSizeInBytes else {
            throw .invalidValue(in: structure)
        }
    }

    /// Reads the contents of an INTEGER.
    init(contents: ArraySlice<UInt8>, in structure: String) throws(DERError) {
        let octets = Array(contents)
        let isPadded =
            octets.count > 1
            && (octets[0] == 0x00 && octets[1] < 0x80 || octets[0] == 0xFF && octets[1] >= 0x80)
        guard !octets.isEmpty, !isPadded, octets.count <= Limits.serialNumberSizeInBytes else {
            throw .invalidValue(in: structure)
        }
        self.octets = octets
    }

    /// A positive number from its big-endian magnitude.
    package init(magnitude: [UInt8]) {
        let trimmed = Array(magnitude.drop { $0 == 0 })
        let needsZero = trimmed.first.map { $0 >= 0x80 } ?? true
        octets = (needsZero ? [0] : []) + trimmed
    }

    /// A positive number from its decimal digits, as XML-DSig's X509SerialNumber gives it.
    package init?(decimal: String) {
        guard !decimal.isEmpty, decimal.utf8.count <= 160 else { return nil }
        var magnitude: [UInt8] = [0]
        for digit in decimal.utf8 {
            guard (0x30...0x39).contains(digit) else { return nil }
            var carry = Int(digit) - 0x30
            for index in magnitude.indices.reversed() {
                carry += Int(magnitude[index]) * 10
                magnitude[index] = UInt8(carry & 0xFF)
                carry >>= 8
            }
            if carry > 0 { magnitude.insert(UInt8(carry), at: 0) }
        }
        self.init(magnitude: magnitude)
    }

    var der: DERValue { .integer(octets: octets) }

    /// Decimal digits, with a sign if the number is negative.
    package var decimal: String {
        let isNegative = octets[0] >= 0x80
        var rest = isNegative ? Self.negated(octets) : octets
        var digits: [UInt8] = []
        repeat {
            var remainder = 0
            for index in rest.indices {
                let value = remainder << 8 | Int(rest[index])
                rest[index] = UInt8(value / 10)
                remainder = value % 10
            }
            digits.append(UInt8(remainder) + 0x30)
        } while rest.contains { $0 != 0 }
        return (isNegative ? "-" : "") + String(decoding: digits.reversed(), as: UTF8.self)
    }

    private static func negated(_ octets: [UInt8]) -> [UInt8] {
        var carry = 1
        var result = octets
        for index in octets.indices.reversed() {
            let value = Int(~octets[index]) + carry
            result[index] = UInt8(value & 0xFF)
            carry = value >> 8
        }
        return result
    }
}

extension SerialNumber {
    /// Whether a number is smaller, both not negative, as the numbers of lists are.
    static func < (left: SerialNumber, right: SerialNumber) -> Bool {
        (left.octets.count, left.octets.hexText) < (right.octets.count, right.octets.hexText)
    }

    static func >= (left: SerialNumber, right: SerialNumber) -> Bool { !(left < right) }
}

extension SerialNumber: CustomStringConvertible {
    /// Hexadecimal digits of the contents.
    package var description: String { octets.hexText }
}
