// SPDX-License-Identifier: Apache-2.0

/// One line of a text: the glyphs shown, with the spaces at its end, and the width without them.
struct Line: Sendable {
    let glyphs: Range<Int>
    /// In parts of the em.
    let width: Double
}

/// Breaks text into lines: at line ends, after spaces and after hyphens between letters.
///
/// The space at a break stays on its line, so that text read back keeps its words apart. A word
/// wider than the line is broken between two letters as a last resort; a number never is.
struct LineBreaker {
    private let glyphs: [Glyph]
    private let limit: Double
    private var lines: [Line] = []
    private var start = 0
    private var index = 0
    /// Width of the line so far, and without the spaces at its end.
    private var width = 0.0
    private var visibleWidth = 0.0
    /// Where the line may end, and its width then.
    private var chance: (index: Int, width: Double)?

    /// The lines within `width` ems; `nil` when a word fits on no line.
    static func lines(of glyphs: [Glyph], width: Double) -> [Line]? {
        var breaker = LineBreaker(glyphs: glyphs, limit: width + 0.001)
        return breaker.run()
    }

    private init(glyphs: [Glyph], limit: Double) { (self.glyphs, self.limit) = (glyphs, limit) }

    private mutating func run() -> [Line]? {
        while index < glyphs.count {
            let glyph = glyphs[index]
            switch glyph.kind {
            case .newline: endLine(at: index + 1, width: visibleWidth)
            case .space:
                width += glyph.advance
                index += 1
                chance = (index, visibleWidth)
            default:
                guard width + glyph.advance > limit else {
                    advance(over: glyph)
                    continue
                }
                guard let place = chance ?? lastResort() else { return nil }
                endLine(at: place.index, width: place.width)
            }
        }
        endLine(at: glyphs.count, width: visibleWidth)
        return lines
    }

    private mutating func advance(over glyph: Glyph) {
        width += glyph.advance
        visibleWidth = width
        index += 1
        guard glyph.kind == .hyphen, index - 1 > start, glyphs[index - 2].kind == .letter,
            index < glyphs.count, glyphs[index].kind == .letter
        else { return }
        chance = (index, visibleWidth)
    }

    private mutating func endLine(at end: Int, width: Double) {
        lines.append(Line(glyphs: start..<end, width: width))
        (start, index, chance) = (end, end, nil)
        (self.width, visibleWidth) = (0, 0)
    }

    /// The last place before `index` between two letters.
    private func lastResort() -> (index: Int, width: Double)? {
        var width = self.width
        var place = index
        while place > start {
            if glyphs[place].kind == .letter, glyphs[place - 1].kind == .letter {
                return (place, width)
            }
            place -= 1
            width -= glyphs[place].advance
        }
        return nil
    }
}
