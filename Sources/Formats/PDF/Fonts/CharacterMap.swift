// SPDX-License-Identifier: Apache-2.0

/// Reads the `cmap` table: Unicode subtables of format 4 and 12.
enum CharacterMap {
    /// Glyphs of the basic plane by scalar, 0 for none, and those beyond it.
    static func read(
        _ data: FontData, glyphCount: Int
    ) throws(FontError) -> (basic: [UInt16], supplementary: [UInt32: UInt16]) {
        let table = try data.table("cmap", atLeast: 4)
        var basic = [UInt16](repeating: 0, count: 0x10000)
        var supplementary: [UInt32: UInt16] = [:]
        var isMapped = false
        for index in 0..<Int(try data.u16("cmap", table.lowerBound + 2)) {
            let record = table.lowerBound + 4 + 8 * index
            let platform = try data.u16("cmap", record)
            let encoding = try data.u16("cmap", record + 2)
            guard platform == 0 || (platform == 3 && (encoding == 1 || encoding == 10)) else {
                continue
            }
            let subtable = table.lowerBound + Int(try data.u32("cmap", record + 4))
            switch try data.u16("cmap", subtable) {
            case 4: try readFormat4(data, subtable, into: &basic)
            case 12: try readFormat12(data, subtable, into: &basic, &supplementary)
            default: continue
            }
            isMapped = true
        }
        guard isMapped else { throw .malformed(table: "cmap") }
        guard basic.allSatisfy({ Int($0) < glyphCount }),
            supplementary.values.allSatisfy({ Int($0) < glyphCount })
        else { throw .malformed(table: "cmap") }
        return (basic, supplementary)
    }

    private static func readFormat4(
        _ data: FontData, _ start: Int, into basic: inout [UInt16]
    ) throws(FontError) {
        let doubled = Int(try data.u16("cmap", start + 6))
        let (ends, starts) = (start + 14, start + 16 + doubled)
        let (deltas, ranges) = (starts + doubled, starts + 2 * doubled)
        var previous = -1
        for offset in stride(from: 0, to: doubled, by: 2) {
            let first = Int(try data.u16("cmap", starts + offset))
            let last = Int(try data.u16("cmap", ends + offset))
            guard first <= last, first > previous else { throw .malformed(table: "cmap") }
            previous = last
            let delta = try data.u16("cmap", deltas + offset)
            let range = Int(try data.u16("cmap", ranges + offset))
            for scalar in first...last where scalar != 0xFFFF {
                guard range != 0 else {
                    basic[scalar] = UInt16(truncatingIfNeeded: scalar) &+ delta
                    continue
                }
                let place = ranges + offset + range + 2 * (scalar - first)
                let glyph = try data.u16("cmap", place)
                basic[scalar] = glyph == 0 ? 0 : glyph &+ delta
            }
        }
    }

    private static func readFormat12(
        _ data: FontData, _ start: Int, into basic: inout [UInt16],
        _ supplementary: inout [UInt32: UInt16]
    ) throws(FontError) {
        var previous = -1
        for group in 0..<Int(try data.u32("cmap", start + 12)) {
            let record = start + 16 + 12 * group
            let first = Int(try data.u32("cmap", record))
            let last = Int(try data.u32("cmap", record + 4))
            let glyph = Int(try data.u32("cmap", record + 8))
            guard first > previous, first <= last, last <= 0x10FFFF, glyph + last - first <= 0xFFFF
            else { throw .malformed(table: "cmap") }
            previous = last
            for scalar in first...last {
                let value = UInt16(glyph + scalar - first)
                if scalar < 0x10000 {
                    basic[scalar] = value
                } else {
                    supplementary[UInt32(scalar)] = value
                }
            }
        }
    }
}
