// SPDX-License-Identifier: Apache-2.0
import Crypto

/// The part of a font that one document shows: character codes given out in order of first use.
///
/// Codes, CIDs and glyphs of the subset are the same numbers. Every scalar has a code of its own,
/// also where two share a glyph (space and no-break space), so that text is read back as it was
/// given.
struct EmbeddedFont {
    let font: TrueTypeFont
    private(set) var scalars: [Unicode.Scalar] = []
    private var glyphs: [UInt16] = []

    init(_ font: TrueTypeFont) { self.font = font }

    var isUsed: Bool { !scalars.isEmpty }

    /// A code for a scalar that has none yet.
    mutating func addCode(for scalar: Unicode.Scalar, glyph: UInt16) -> UInt16 {
        scalars.append(scalar)
        glyphs.append(glyph)
        return UInt16(scalars.count)
    }

    /// Writes the Type 0 font with its descendant, descriptor, file and /ToUnicode.
    func write(into writer: inout DocumentWriter) throws(FontError) -> ObjectReference {
        let file = try TrueTypeSubset.file(of: font, glyphs: glyphs)
        let name = PDFObject.name(Self.tag(of: file, scalars) + "+" + font.postScriptName)
        let fileReference = writer.add(stream: file, ["Length1": .integer(file.count)])
        let descriptor = writer.add(.dictionary(descriptor(name: name, file: fileReference)))
        let descendant = writer.add(
            .dictionary([
                "Type": .name("Font"), "Subtype": .name("CIDFontType2"), "BaseFont": name,
                "CIDSystemInfo": .dictionary([
                    "Registry": .string(Array("Adobe".utf8)),
                    "Ordering": .string(Array("Identity".utf8)), "Supplement": .integer(0),
                ]),
                "FontDescriptor": .reference(descriptor), "CIDToGIDMap": .name("Identity"),
                "DW": .integer(0), "W": .array([.integer(0), .array(widths)]),
            ]))
        let unicode = writer.add(stream: toUnicode)
        return writer.add(
            .dictionary([
                "Type": .name("Font"), "Subtype": .name("Type0"), "BaseFont": name,
                "Encoding": .name("Identity-H"),
                "DescendantFonts": .array([.reference(descendant)]),
                "ToUnicode": .reference(unicode),
            ]))
    }

    private func descriptor(name: PDFObject, file: ObjectReference) -> PDFDictionary {
        let isBold = font.postScriptName.hasSuffix("Bold")
        return [
            "Type": .name("FontDescriptor"), "FontName": name, "Flags": .integer(4),
            "FontBBox": .array(font.boundingBox.map { scaled($0) }),
            "ItalicAngle": .real(font.italicAngle), "Ascent": scaled(font.ascent),
            "Descent": scaled(font.descent), "CapHeight": scaled(font.capHeight),
            "StemV": .integer(isBold ? 140 : 80), "FontFile2": .reference(file),
        ]
    }

    /// Widths of all codes from 0, in thousandths of the em; the same numbers as in `hmtx`.
    private var widths: [PDFObject] { ([0] + glyphs).map { scaled(font.advance(of: $0)) } }

    private func scaled(_ units: Int) -> PDFObject {
        let thousandths = Double(units) * 1_000 / Double(font.unitsPerEm)
        return .real((thousandths * 1_000).rounded() / 1_000)
    }

    /// Six letters that say which subset this is (ISO 32000-1, 9.6.4).
    private static func tag(of file: [UInt8], _ scalars: [Unicode.Scalar]) -> String {
        var hash = SHA256()
        hash.update(data: file)
        hash.update(data: scalars.flatMap { Array(String($0).utf8) })
        let letters = hash.finalize().prefix(6).map { UInt8(ascii: "A") + $0 % 26 }
        return String(decoding: letters, as: UTF8.self)
    }

    /// The /ToUnicode CMap (ISO 32000-1, 9.10.3): one line a code, at most a hundred a section.
    private var toUnicode: [UInt8] {
        var cmap = ObjectWriter(reservingCapacity: 400 + 16 * scalars.count)
        cmap.write(
            """
            /CIDInit /ProcSet findresource begin
            12 dict begin
            begincmap
            /CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
            /CMapName /Adobe-Identity-UCS def
            /CMapType 2 def
            1 begincodespacerange
            <0000> <FFFF>
            endcodespacerange

            """)
        for start in stride(from: 0, to: scalars.count, by: 100) {
            let section = scalars[start..<min(start + 100, scalars.count)]
            cmap.write(integer: section.count)
            cmap.write(" beginbfchar\n")
            for (index, scalar) in zip(section.indices, section) {
                cmap.write("<")
                cmap.write(code: UInt16(index + 1))
                cmap.write("> <")
                for unit in String(scalar).utf16 { cmap.write(code: unit) }
                cmap.write(">\n")
            }
            cmap.write("endbfchar\n")
        }
        cmap.write(
            """
            endcmap
            CMapName currentdict /CMap defineresource pop
            end
            end

            """)
        return cmap.bytes
    }
}

extension ObjectWriter {
    mutating func write(code: UInt16) {
        write(hexadecimal: UInt8(code >> 8))
        write(hexadecimal: UInt8(code & 0xFF))
    }
}
