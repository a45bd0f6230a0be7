// SPDX-License-Identifier: Apache-2.0
import Crypto

/// Why a font file cannot be used.
package enum FontError: Error, Hashable {
    /// Larger than ``Limits`` allows.
    case tooLarge(size: Int)
    /// A table is missing; fonts without `glyf` outlines (CFF) are not supported.
    case missingTable(String)
    /// A table is cut short or contradicts another.
    case malformed(table: String)
    /// The font's licence bits (`OS/2` fsType) forbid embedding.
    case embeddingForbidden
}

/// A TrueType font with `glyf` outlines, checked when it is opened (ISO/IEC 14496-22).
package struct TrueTypeFont: Sendable {
    /// Lower-case hexadecimal SHA-256 of the file, for the caller to compare with its pin.
    package let sha256: String
    /// The PostScript name (`name` table, id 6).
    package let postScriptName: String
    package let unitsPerEm: Int
    package let glyphCount: Int
    /// In units of the em, up positive.
    package let ascent, descent, capHeight: Int
    let boundingBox: [Int]
    let italicAngle: Double
    let data: FontData
    let hasLongOffsets: Bool
    private let advances: [UInt16]
    private let basicGlyphs: [UInt16]
    private let supplementaryGlyphs: [UInt32: UInt16]

    package init(_ bytes: [UInt8]) throws(FontError) {
        guard bytes.count <= Limits.fontFileSize else { throw .tooLarge(size: bytes.count) }
        data = try FontData(bytes)
        sha256 = SHA256.hash(data: bytes).hexadecimal

        let head = try data.table("head", atLeast: 54)
        unitsPerEm = Int(try data.u16("head", head.lowerBound + 18))
        guard (16...16_384).contains(unitsPerEm) else { throw .malformed(table: "head") }
        var box: [Int] = []
        for index in 0..<4 {
            box.append(Int(try data.i16("head", head.lowerBound + 36 + 2 * index)))
        }
        boundingBox = box
        hasLongOffsets = try data.u16("head", head.lowerBound + 50) != 0

        let maxp = try data.table("maxp", atLeast: 32)
        glyphCount = Int(try data.u16("maxp", maxp.lowerBound + 4))
        guard glyphCount > 0 else { throw .malformed(table: "maxp") }
        let loca = try data.table("loca", atLeast: (glyphCount + 1) * (hasLongOffsets ? 4 : 2))
        guard !loca.isEmpty else { throw .missingTable("loca") }
        _ = try data.table("glyf", atLeast: 1)

        let hhea = try data.table("hhea", atLeast: 36)
        ascent = Int(try data.i16("hhea", hhea.lowerBound + 4))
        descent = Int(try data.i16("hhea", hhea.lowerBound + 6))
        advances = try Self.advances(of: data, hhea: hhea, glyphCount: glyphCount)

        let os2 = try data.table("OS/2", atLeast: 68)
        let embedding = try data.u16("OS/2", os2.lowerBound + 8) & 0x000F
        guard embedding != 0x0002 else { throw .embeddingForbidden }
        let hasCapHeight = os2.count >= 90
        capHeight = hasCapHeight ? Int(try data.i16("OS/2", os2.lowerBound + 88)) : ascent

        let post = try data.table("post", atLeast: 32)
        italicAngle = Double(Int32(bitPattern: try data.u32("post", post.lowerBound + 4))) / 65_536
        postScriptName = try Self.postScriptName(of: data)
        (basicGlyphs, supplementaryGlyphs) = try CharacterMap.read(data, glyphCount: glyphCount)
    }

    /// The glyph of a scalar; `nil` when the font has none.
    package func glyph(for scalar: Unicode.Scalar) -> UInt16? {
        let glyph =
            scalar.value < 0x10000
            ? basicGlyphs[Int(scalar.value)] : supplementaryGlyphs[scalar.value] ?? 0
        return glyph == 0 ? nil : glyph
    }

    /// The advance width in units of the em.
    package func advance(of glyph: UInt16) -> Int {
        advances[min(Int(glyph), advances.count - 1)].asInt
    }

    func leftSideBearing(of glyph: UInt16) throws(FontError) -> UInt16 {
        let hmtx = try data.table("hmtx", atLeast: 4)
        let index = Int(glyph)
        guard index >= advances.count else {
            return try data.u16("hmtx", hmtx.lowerBound + 4 * index + 2)
        }
        let offset = 4 * advances.count + 2 * (index - advances.count)
        return try data.u16("hmtx", hmtx.lowerBound + offset)
    }

    /// The place of a glyph's outline in the file; empty for a glyph without one.
    func outline(of glyph: UInt16) throws(FontError) -> Range<Int> {
        guard Int(glyph) < glyphCount else { throw .malformed(table: "glyf") }
        let loca = try data.table("loca", atLeast: 1)
        let glyf = try data.table("glyf", atLeast: 1)
        let start, end: Int
        if hasLongOffsets {
            start = Int(try data.u32("loca", loca.lowerBound + 4 * Int(glyph)))
            end = Int(try data.u32("loca", loca.lowerBound + 4 * Int(glyph) + 4))
        } else {
            start = 2 * Int(try data.u16("loca", loca.lowerBound + 2 * Int(glyph)))
            end = 2 * Int(try data.u16("loca", loca.lowerBound + 2 * Int(glyph) + 2))
        }
        guard start <= end, end <= glyf.count else { throw .malformed(table: "loca") }
        return glyf.lowerBound + start..<glyf.lowerBound + end
    }

    private static func advances(
        of data: FontData, hhea: Range<Int>, glyphCount: Int
    ) throws(FontError) -> [UInt16] {
        let count = Int(try data.u16("hhea", hhea.lowerBound + 34))
        guard count > 0, count <= glyphCount else { throw .malformed(table: "hhea") }
        let hmtx = try data.table("hmtx", atLeast: 4 * count + 2 * (glyphCount - count))
        var advances: [UInt16] = []
        advances.reserveCapacity(count)
        for index in 0..<count {
            advances.append(try data.u16("hmtx", hmtx.lowerBound + 4 * index))
        }
        return advances
    }

    private static func postScriptName(of data: FontData) throws(FontError) -> String {
        let table = try data.table("name", atLeast: 6)
        let count = Int(try data.u16("name", table.lowerBound + 2))
        let strings = table.lowerBound + Int(try data.u16("name", table.lowerBound + 4))
        for index in 0..<count {
            let record = table.lowerBound + 6 + 12 * index
            let platform = try data.u16("name", record)
            guard try data.u16("name", record + 6) == 6, platform == 1 || platform == 3 else {
                continue
            }
            let length = Int(try data.u16("name", record + 8))
            let start = strings + Int(try data.u16("name", record + 10))
            guard length <= 128, start + length <= table.upperBound else {
                throw .malformed(table: "name")
            }
            // Both encodings are ASCII here; the zero bytes of UTF-16 drop out with what a name may
            // not hold.
            let name = data.bytes[start..<start + length].filter {
                (0x21..<0x7F).contains($0) && Syntax.isRegular($0)
            }
            if !name.isEmpty { return String(decoding: name, as: UTF8.self) }
        }
        throw .malformed(table: "name")
    }
}

extension UInt16 {
    fileprivate var asInt: Int { Int(self) }
}

extension Digest {
    /// Lower-case hexadecimal.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
