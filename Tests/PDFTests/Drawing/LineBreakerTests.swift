// SPDX-License-Identifier: Apache-2.0
@testable import PDF
import Testing

@Suite("Line breaking")
struct LineBreakerTests {
    /// Lines of a text in which every character is one em wide.
    private func lines(_ text: String, width: Double) -> [String]? {
        let scalars = Array(text.unicodeScalars)
        let glyphs = scalars.map { scalar -> Glyph in
            let kind: Glyph.Kind =
                switch scalar {
                case " ": .space
                case "\n": .newline
                case "-": .hyphen
                default: scalar.properties.isAlphabetic ? .letter : .other
                }
            return Glyph(font: 0, code: 1, advance: 1, kind: kind)
        }
        return LineBreaker.lines(of: glyphs, width: width)?.map {
            String(String.UnicodeScalarView(scalars[$0.glyphs]))
        }
    }

    @Test("keeps the space at the end of the line")
    func keepsSpace() {
        #expect(lines("un deux trois", width: 7) == ["un deux ", "trois"])
    }

    @Test("ends a line where the text does")
    func endsLines() {
        #expect(lines("un\n\ndeux", width: 7) == ["un\n", "\n", "deux"])
        #expect(lines("", width: 7) == [""])
    }

    @Test("breaks after a hyphen between letters only")
    func breaksAtHyphen() {
        #expect(lines("Jean-Pierre", width: 7) == ["Jean-", "Pierre"])
        #expect(lines("123456-78", width: 7) == nil)
    }

    @Test("breaks a long word between letters, never a number")
    func breaksWords() {
        #expect(lines("abcdefghij", width: 4) == ["abcd", "efgh", "ij"])
        #expect(lines("ab 12345", width: 4) == nil)
        #expect(lines("abcd12", width: 4) == ["abc", "d12"])
    }

    @Test("lets several spaces hang")
    func hangsSpaces() {
        #expect(lines("un    deux", width: 4) == ["un    ", "deux"])
    }
}
