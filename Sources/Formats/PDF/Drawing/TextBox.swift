// SPDX-License-Identifier: Apache-2.0

/// Text set into lines of a given width, ready to be placed.
struct TextBox: Sendable {
    let glyphs: [Glyph]
    let lines: [Line]
    let size: Double
    let leading: Double
    let color: PageDescription.Color
    let align: PageDescription.Alignment
    let width: Double
    /// From the top of a line to its base line.
    let baseline: Double

    var height: Double { Double(lines.count) * leading }
}

extension Typesetter {
    /// What a text box needs to know beside its text.
    struct Room {
        var field: String
        var width: Double
        var height: Double?
        var overflow: PageDescription.Overflow = .error
    }

    /// Sets text, lowering its size by quarters of a point down to the floor if it may shrink.
    ///
    /// - Throws: The text has an unsupported character, or does not fit; the error names the field.
    mutating func box(
        _ text: String, _ style: PageDescription.Style, in room: Room
    ) throws(DrawingError) -> TextBox {
        let glyphs = try glyphs(of: text, face: style.face, field: room.field)
        var size = style.size
        while true {
            let leading = (style.leading ?? 1.2 * style.size) * size / style.size
            if let lines = LineBreaker.lines(of: glyphs, width: room.width / size),
                room.height.map({ Double(lines.count) * leading <= $0 + 0.01 }) ?? true
            {
                return TextBox(
                    glyphs: glyphs, lines: lines, size: size, leading: leading, color: style.color,
                    align: style.align, width: room.width,
                    baseline: baseline(of: style.face, size: size, leading: leading))
            }
            guard case .shrink(let floor) = room.overflow, size > floor else {
                throw .overflow(field: room.field)
            }
            size = max(floor, size - 0.25)
        }
    }

    /// Ascent and descent stand in the middle of the line.
    private func baseline(of face: PageDescription.Face, size: Double, leading: Double) -> Double {
        let font = fonts[face == .regular ? 0 : 1].font
        let ascent = Double(font.ascent) * size / Double(font.unitsPerEm)
        let descent = Double(-font.descent) * size / Double(font.unitsPerEm)
        return (leading - ascent - descent) / 2 + ascent
    }
}
