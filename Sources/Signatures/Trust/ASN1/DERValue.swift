// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A DER element being written: structures are built as expressions in the order of their ASN.1.
///
/// An absent OPTIONAL element is nil and leaves nothing behind.
package struct DERValue: Sendable, Hashable {
    /// The element with its tag and length.
    package let encoded: [UInt8]

    private init(encoded: [UInt8]) { self.encoded = encoded }

    /// An element with this tag octet and these contents.
    package static func element(_ tag: UInt8, _ content: some Collection<UInt8>) -> DERValue {
        var bytes = [tag]
        bytes.reserveCapacity(content.count + 6)
        if content.count < 0x80 {
            bytes.append(UInt8(content.count))
        } else {
            let octets = bigEndian(content.count)
            bytes.append(0x80 | UInt8(octets.count))
            bytes += octets
        }
        bytes += content
        return DERValue(encoded: bytes)
    }

    private static func bigEndian(_ value: Int) -> ArraySlice<UInt8> {
        withUnsafeBytes(of: UInt64(value).bigEndian) { Array($0).drop { $0 == 0 } }
    }

    /// An element that is already encoded, carried verbatim.
    package static func encoded(_ bytes: [UInt8]) -> DERValue { DERValue(encoded: bytes) }

    package static func sequence(_ elements: DERValue?...) -> DERValue { sequence(elements) }

    package static func sequence(_ elements: [DERValue?]) -> DERValue {
        element(0x30, elements.flatMap { $0?.encoded ?? [] })
    }

    /// A SET OF: elements in ascending order of their encodings (X.690, 11.6).
    package static func setOf(_ elements: [DERValue], tag: UInt8 = 0x31) -> DERValue {
        let sorted = elements.map(\.encoded).sorted { $0.lexicographicallyPrecedes($1) }
        return element(tag, Array(sorted.joined()))
    }

    /// A SET OF one, or elements whose order is already settled.
    package static func set(_ elements: DERValue...) -> DERValue { setOf(elements) }

    /// `[number] EXPLICIT`.
    package static func explicit(_ number: UInt8, _ value: DERValue) -> DERValue {
        element(0xA0 | number, value.encoded)
    }

    /// `[number] IMPLICIT` over a constructed or primitive value.
    package static func implicit(_ number: UInt8, _ value: DERValue) -> DERValue {
        let constructed = (value.encoded.first ?? 0) & 0x20
        return DERValue(encoded: [0x80 | constructed | number] + value.encoded.dropFirst())
    }

    package static func oid(_ oid: OID) -> DERValue { element(0x06, oid.content) }

    package static var null: DERValue { element(0x05, []) }

    package static func boolean(_ value: Bool) -> DERValue { element(0x01, [value ? 0xFF : 0x00]) }

    package static func integer(_ value: Int) -> DERValue {
        var octets = withUnsafeBytes(of: value.bigEndian) { Array($0)[...] }
        while octets.count > 1, let first = octets.first,
            let second = octets.dropFirst().first,
            first == 0x00 && second < 0x80 || first == 0xFF && second >= 0x80
        {
            octets.removeFirst()
        }
        return element(0x02, octets)
    }

    /// An INTEGER from its own octets, which must be minimal.
    package static func integer(octets: [UInt8]) -> DERValue { element(0x02, octets) }

    package static func enumerated(_ value: UInt8) -> DERValue { element(0x0A, [value]) }

    package static func octetString(_ bytes: [UInt8]) -> DERValue { element(0x04, bytes) }

    /// A BIT STRING of whole octets.
    package static func bitString(_ bytes: [UInt8]) -> DERValue { element(0x03, [0] + bytes) }

    /// A BIT STRING with named bits, without trailing zero bits (X.690, 11.2.2).
    package static func namedBits(_ bits: UInt32) -> DERValue {
        guard bits != 0 else { return element(0x03, [0]) }
        let highest = 31 - bits.leadingZeroBitCount
        var octets = [UInt8](repeating: 0, count: highest / 8 + 1)
        for bit in 0...highest where bits & (1 << UInt32(bit)) != 0 {
            octets[bit / 8] |= 0x80 >> UInt8(bit % 8)
        }
        return element(0x03, [UInt8(7 - highest % 8)] + octets)
    }

    package static func utf8String(_ text: String) -> DERValue { element(0x0C, Array(text.utf8)) }

    package static func printableString(_ text: String) -> DERValue {
        element(0x13, Array(text.utf8))
    }

    package static func ia5String(_ text: String) -> DERValue { element(0x16, Array(text.utf8)) }

    package static func generalizedTime(_ date: Date, milliseconds: Bool = false) -> DERValue {
        element(0x18, Array(ASN1Time.generalizedTimeText(date, milliseconds: milliseconds).utf8))
    }

    /// UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280, 4.1.2.5).
    package static func time(_ date: Date) -> DERValue {
        guard let text = ASN1Time.utcTimeText(date) else { return generalizedTime(date) }
        return element(0x17, Array(text.utf8))
    }
}
