// SPDX-License-Identifier: Apache-2.0

import Testing
import Trust

@Suite("Comparison of names (RFC 5280, 7.1)")
struct DistinguishedNameTests {
    /// A name of one attribute, its value given as an encoded string.
    private func name(_ value: DERValue, _ type: OID = .organizationName) throws
        -> DistinguishedName
    {
        let attribute = DERValue.sequence(.oid(type), value)
        return try DistinguishedName(der: DERValue.sequence(.set(attribute)).encoded)
    }

    private static let sameText: [DERValue] = [
        .utf8String("Société  Générale"), .utf8String("SOCIÉTÉ GÉNÉRALE"),
        .utf8String("Socie\u{301}te\u{301} Ge\u{301}ne\u{301}rale "),
        // TeletexString as it is used: ISO 8859-1.
        .element(
            0x14,
            Array("Soci".utf8) + [0xE9, 0x74, 0xE9, 0x20, 0x47, 0xE9, 0x6E, 0xE9]
                + Array("rale".utf8)),
        .element(0x1E, "société générale".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }),
        .element(
            0x1C,
            "société générale".unicodeScalars.flatMap {
                [0, 0, UInt8($0.value >> 8), UInt8($0.value & 0xFF)]
            }),
    ]

    @Test("string type, case, composition and white space do not count", arguments: sameText)
    func same(_ value: DERValue) throws {
        let reference = try name(.utf8String("société générale"))
        #expect(try name(value).matches(reference))
        #expect(reference.matches(try name(value)))
    }

    @Test("other text, another attribute or another order is another name")
    func other() throws {
        let reference = try name(.printableString("Example"))
        #expect(try name(.utf8String("example")).matches(reference))
        #expect(try !name(.utf8String("examples")).matches(reference))
        #expect(try !name(.utf8String("Example"), .commonName).matches(reference))
        #expect(try !name(.integer(1)).matches(reference))
        let (first, second) = (
            DistinguishedName([(.countryName, "LU"), (.commonName, "A")]),
            DistinguishedName([(.commonName, "A"), (.countryName, "LU")])
        )
        #expect(!first.matches(second))
    }
}
