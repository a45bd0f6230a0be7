// SPDX-License-Identifier: Apache-2.0
import Foundation
@testable import PDF
import Testing

@Suite("TrueType fonts")
struct TrueTypeTests {
    private static let file = SystemFonts.folder + SystemFonts.files[0]

    private func bytes() throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: Self.file)))
    }

    @Test("are read: names, widths, glyphs")
    func reads() throws {
        let font = SystemFonts.set.regular

        #expect(font.postScriptName == "LiberationSans")
        #expect(font.unitsPerEm == 2_048)
        let glyph = try #require(font.glyph(for: "A"))
        #expect(font.advance(of: glyph) == 1_366)
        #expect(font.glyph(for: "日") == nil)
        #expect(font.sha256.count == 64)
    }

    @Test("are refused when cut short", arguments: [0, 11, 100, 1_000, 100_000])
    func refusesShort(length: Int) throws {
        #expect(throws: FontError.self) { try TrueTypeFont(Array(try bytes().prefix(length))) }
    }

    @Test("are refused when they forbid embedding")
    func refusesRestricted() throws {
        var bytes = try bytes()
        let record = try #require(bytes.positions(of: Array("OS/2".utf8)).first)
        let offset = bytes[record + 8..<record + 12].reduce(0) { $0 << 8 | Int($1) }
        bytes[offset + 9] = 2

        #expect(throws: FontError.embeddingForbidden) { try TrueTypeFont(bytes) }
    }

    @Test("survive any changed byte of their tables without a crash", arguments: 0..<8)
    func survivesDamage(seed: Int) throws {
        let original = try bytes()
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        for _ in 0..<6 {
            var damaged = original
            for _ in 0..<40 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                damaged[Int(state >> 33) % 4_000] = UInt8(truncatingIfNeeded: state >> 24)
            }
            guard let font = try? TrueTypeFont(damaged) else { continue }
            let glyphs = (0..<200).map { UInt16($0 % font.glyphCount) }
            _ = try? TrueTypeSubset.file(of: font, glyphs: glyphs)
        }
    }

    @Test("are cut down to the glyphs shown, with the parts of composed ones")
    func subsets() throws {
        let font = SystemFonts.set.regular
        let glyphs = try "AéA".unicodeScalars.map { try #require(font.glyph(for: $0)) }

        let subset = try TrueTypeSubset.file(of: font, glyphs: glyphs)

        // .notdef, three glyphs, and the letter and accent of é.
        #expect(subset.count < 3_000)
        let maxp = try #require(subset.positions(of: Array("maxp".utf8)).first)
        let offset = subset[maxp + 8..<maxp + 12].reduce(0) { $0 << 8 | Int($1) }
        #expect(Array(subset[offset + 4..<offset + 6]) == [0, 6])
    }

    @Test("give two characters of one glyph two codes and two outlines")
    func separatesSharedGlyphs() throws {
        let font = SystemFonts.set.regular
        let space = try #require(font.glyph(for: " "))
        var embedded = EmbeddedFont(font)

        let codes = [" ", "\u{A0}"].map { embedded.addCode(for: $0, glyph: space) }

        #expect(codes == [1, 2])
        var writer = DocumentWriter(isCompressing: false)
        let reference = try embedded.write(into: &writer)
        let text = String(decoding: writer.finish(root: reference, info: reference), as: UTF8.self)
        #expect(text.contains("2 beginbfchar\n<0001> <0020>\n<0002> <00A0>\nendbfchar"))
        #expect(text.contains("/W [0 [750 277.832 277.832]]"))
    }
}
