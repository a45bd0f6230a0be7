// SPDX-License-Identifier: Apache-2.0

/// A font file with only the outlines a document shows, as /FontFile2 wants it (ISO 32000-1, 9.9).
///
/// Glyphs are renumbered in the order given, after `.notdef`; parts of composite glyphs follow.
/// Hints are left out, and with them `cvt`, `fpgm` and `prep`.
struct TrueTypeSubset {
    private let font: TrueTypeFont
    /// The font's own glyph behind each new one.
    private var sources: [UInt16]
    private var newGlyphs: [UInt16: UInt16] = [:]
    private var outlines: [UInt8] = []
    private var offsets: [Int] = [0]

    /// The file; glyph `n` of `glyphs` becomes `n + 1`. The same glyph may be given more than once.
    static func file(of font: TrueTypeFont, glyphs: [UInt16]) throws(FontError) -> [UInt8] {
        var subset = TrueTypeSubset(font: font, sources: [0] + glyphs)
        for (index, glyph) in subset.sources.enumerated() where subset.newGlyphs[glyph] == nil {
            subset.newGlyphs[glyph] = UInt16(index)
        }
        var index = 0
        while index < subset.sources.count {
            try subset.appendOutline(of: subset.sources[index])
            index += 1
        }
        return try subset.assemble()
    }

    private init(font: TrueTypeFont, sources: [UInt16]) {
        (self.font, self.sources) = (font, sources)
    }

    private mutating func appendOutline(of glyph: UInt16) throws(FontError) {
        let range = try font.outline(of: glyph)
        if !range.isEmpty {
            guard range.count >= 10 else { throw .malformed(table: "glyf") }
            if try font.data.i16("glyf", range.lowerBound) >= 0 {
                try appendSimple(range)
            } else {
                try appendComposite(range)
            }
        }
        while outlines.count % 4 != 0 { outlines.append(0) }
        offsets.append(outlines.count)
    }

    private mutating func appendSimple(_ range: Range<Int>) throws(FontError) {
        let contours = Int(try font.data.u16("glyf", range.lowerBound))
        let instructions = range.lowerBound + 10 + 2 * contours
        guard instructions + 2 <= range.upperBound else { throw .malformed(table: "glyf") }
        let points = instructions + 2 + Int(try font.data.u16("glyf", instructions))
        guard points <= range.upperBound else { throw .malformed(table: "glyf") }
        outlines.append(contentsOf: font.data.bytes[range.lowerBound..<instructions])
        outlines.append(contentsOf: [0, 0])
        outlines.append(contentsOf: font.data.bytes[points..<range.upperBound])
    }

    private mutating func appendComposite(_ range: Range<Int>) throws(FontError) {
        try checkNesting(of: range, depth: 0)
        outlines.append(contentsOf: font.data.bytes[range.lowerBound..<range.lowerBound + 10])
        for component in try components(of: range) {
            let target = newGlyph(for: component.glyph)
            append16(component.flags & ~Component.hasInstructions)
            append16(target)
            outlines.append(contentsOf: font.data.bytes[component.arguments])
        }
    }

    private mutating func newGlyph(for glyph: UInt16) -> UInt16 {
        if let known = newGlyphs[glyph] { return known }
        let new = UInt16(sources.count)
        sources.append(glyph)
        newGlyphs[glyph] = new
        return new
    }

    private struct Component {
        static let hasWords: UInt16 = 0x0001
        static let hasScale: UInt16 = 0x0008
        static let hasMore: UInt16 = 0x0020
        static let hasTwoScales: UInt16 = 0x0040
        static let hasMatrix: UInt16 = 0x0080
        static let hasInstructions: UInt16 = 0x0100

        var flags: UInt16
        var glyph: UInt16
        var arguments: Range<Int>

        var size: Int {
            var size = flags & Self.hasWords != 0 ? 4 : 2
            if flags & Self.hasScale != 0 { size += 2 }
            if flags & Self.hasTwoScales != 0 { size += 4 }
            if flags & Self.hasMatrix != 0 { size += 8 }
            return size
        }
    }

    private func components(of range: Range<Int>) throws(FontError) -> [Component] {
        var components: [Component] = []
        var place = range.lowerBound + 10
        while components.count < Limits.glyphComponents {
            var component = Component(
                flags: try font.data.u16("glyf", place),
                glyph: try font.data.u16("glyf", place + 2),
                arguments: place + 4..<place + 4)
            let end = place + 4 + component.size
            guard end <= range.upperBound else { throw .malformed(table: "glyf") }
            component.arguments = place + 4..<end
            components.append(component)
            guard component.flags & Component.hasMore != 0 else { return components }
            place = end
        }
        throw .malformed(table: "glyf")
    }

    private func checkNesting(of range: Range<Int>, depth: Int) throws(FontError) {
        guard depth < Limits.glyphNesting else { throw .malformed(table: "glyf") }
        for component in try components(of: range) {
            let part = try font.outline(of: component.glyph)
            guard part.count >= 10, try font.data.i16("glyf", part.lowerBound) < 0 else { continue }
            try checkNesting(of: part, depth: depth + 1)
        }
    }

    private mutating func append16(_ value: UInt16) {
        outlines.append(UInt8(value >> 8))
        outlines.append(UInt8(value & 0xFF))
    }
}

// MARK: - The tables of the new file

extension TrueTypeSubset {
    private func assemble() throws(FontError) -> [UInt8] {
        let isLong = outlines.count > 0x1FFFE
        var head = try copy("head", count: 54)
        head.replaceSubrange(8..<12, with: [0, 0, 0, 0])
        head.replaceSubrange(50..<52, with: [0, isLong ? 1 : 0])
        var hhea = try copy("hhea", count: 36)
        hhea.replaceSubrange(34..<36, with: big(UInt16(sources.count)))
        var maxp = try copy("maxp", count: 32)
        maxp.replaceSubrange(4..<6, with: big(UInt16(sources.count)))
        // Without hints there are no twilight points, storage, functions or stack.
        maxp.replaceSubrange(14..<28, with: [0, 1] + [UInt8](repeating: 0, count: 12))

        var hmtx: [UInt8] = []
        for glyph in sources {
            hmtx += big(UInt16(font.advance(of: glyph)))
            hmtx += big(try font.leftSideBearing(of: glyph))
        }
        let loca = offsets.flatMap { isLong ? big(UInt32($0)) : big(UInt16($0 / 2)) }
        return file(of: [
            ("glyf", outlines), ("head", head), ("hhea", hhea), ("hmtx", hmtx), ("loca", loca),
            ("maxp", maxp),
        ])
    }

    private func copy(_ tag: String, count: Int) throws(FontError) -> [UInt8] {
        let range = try font.data.table(tag, atLeast: count)
        return Array(font.data.bytes[range.lowerBound..<range.lowerBound + count])
    }

    private func file(of tables: [(tag: String, data: [UInt8])]) -> [UInt8] {
        var file: [UInt8] = [0, 1, 0, 0]
        // searchRange, entrySelector and rangeShift for six tables.
        file += big(UInt16(tables.count)) + big(UInt16(64)) + big(UInt16(2)) + big(UInt16(32))
        var offset = 12 + 16 * tables.count
        var headOffset = 0
        for table in tables {
            if table.tag == "head" { headOffset = offset }
            file += Array(table.tag.utf8) + big(Self.checksum(table.data))
            file += big(UInt32(offset)) + big(UInt32(table.data.count))
            offset += (table.data.count + 3) & ~3
        }
        for table in tables {
            file += table.data
            while file.count % 4 != 0 { file.append(0) }
        }
        let adjustment = 0xB1B0_AFBA &- Self.checksum(file)
        file.replaceSubrange(headOffset + 8..<headOffset + 12, with: big(adjustment))
        return file
    }

    private static func checksum(_ data: [UInt8]) -> UInt32 {
        var sum: UInt32 = 0
        for (index, byte) in data.enumerated() {
            sum &+= UInt32(byte) << (24 - 8 * UInt32(index % 4))
        }
        return sum
    }

    private func big(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

    private func big(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
