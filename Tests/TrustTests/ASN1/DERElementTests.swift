// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Trust

@Suite("DER: the limits of AS-01")
struct DERElementTests {
    private static func nested(_ depth: Int) -> [UInt8] {
        (1..<depth).reduce(DERValue.null) { value, _ in .sequence(value) }.encoded
    }

    @Test("reads 32 levels and refuses 33")
    func depth() throws {
        _ = try DERElement(parsing: Self.nested(32))
        #expect(throws: DERError.tooDeep(limit: 32)) {
            try DERElement(parsing: Self.nested(33))
        }
    }

    @Test("reads a mebibyte and refuses one byte more")
    func size() throws {
        let largest = DERValue.octetString([UInt8](repeating: 0, count: (1 << 20) - 5)).encoded
        #expect(largest.count == 1 << 20)
        _ = try DERElement(parsing: largest)
        let limit = 1 << 20
        #expect(throws: DERError.tooLarge(size: limit + 1, limit: limit)) {
            try DERElement(parsing: largest + [0])
        }
    }

    @Test(
        "refuses what is not DER",
        arguments: [
            [], [0x30], [0x30, 0x80, 0x00, 0x00], [0x02, 0x81, 0x01, 0x05],
            [0x02, 0x01, 0x05, 0x00], [0x30, 0x03, 0x02, 0x05, 0x01],
            [0x04, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
        ] as [[UInt8]])
    func notDER(_ bytes: [UInt8]) {
        #expect(throws: DERError.notDER) { try DERElement(parsing: bytes) }
    }

    @Test(
        "refuses an INTEGER that is not minimal",
        arguments: [[0x00, 0x7F], [0xFF, 0x80], []] as [[UInt8]])
    func minimalIntegers(_ octets: [UInt8]) throws {
        let element = try? DERElement(parsing: DERValue.integer(octets: octets).encoded)
        #expect(throws: DERError.invalidValue(in: "n")) { try element?.integer(in: "n") }
    }

    @Test("integers come back", arguments: [0, 1, 127, 128, 255, 256, -1, -128, -129, .max, .min])
    func integers(_ value: Int) throws {
        #expect(try DERElement(parsing: DERValue.integer(value).encoded).integer(in: "n") == value)
    }

    @Test(
        "named bits come back",
        arguments: [0, 1, 2, 0x61, 1 << 14, 1 << 25, 0x8000_0001] as [UInt32])
    func namedBits(_ bits: UInt32) throws {
        let encoded = DERValue.namedBits(bits).encoded
        #expect(try DERElement(parsing: encoded).namedBits(in: "bits") == bits)
    }

    @Test("a SET OF is written in the order of its encodings")
    func setOrder() {
        let set = DERValue.setOf([.integer(300), .integer(2), .integer(1)])
        #expect(set.encoded == [0x31, 0x0A, 2, 1, 1, 2, 1, 2, 2, 2, 1, 0x2C])
    }
}

@Suite("Object identifiers")
struct OIDTests {
    @Test(
        "dotted text and encoding agree",
        arguments: [
            "1.2.840.113549.1.1.11", "2.5.4.3", "0.9.2342.19200300.100.1.25", "2.999.3",
            "2.25.340282366920938463463374607431768211455", "1.39", "0.0",
        ])
    func comesBack(_ dotted: String) throws {
        let oid = try #require(OID(dotted: dotted))
        #expect(oid.dotted == dotted)
        #expect(OID(content: oid.content) == oid)
    }

    @Test("refuses text that is none", arguments: ["", "1", "1.40", "3.1", "1..2", "a.b", "1.-2"])
    func refusesText(_ dotted: String) { #expect(OID(dotted: dotted) == nil) }

    @Test("reads an arc of 128 bits and refuses 129")
    func arcs() {
        let largest = [0x69, 0x83] + [UInt8](repeating: 0xFF, count: 17) + [0x7F]
        #expect(OID(content: largest)?.arcs.last == .max)
        var larger = largest
        larger.insert(0x81, at: 1)
        #expect(OID(content: larger) == nil)
    }

    @Test(
        "refuses encodings that are padded or cut",
        arguments: [[], [0x80, 0x01], [0x2A, 0x86]] as [[UInt8]])
    func refusesContent(_ content: [UInt8]) { #expect(OID(content: content) == nil) }
}
