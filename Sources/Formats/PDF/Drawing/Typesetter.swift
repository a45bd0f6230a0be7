// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One character ready to be shown: its font, its code there and its width.
struct Glyph: Sendable {
    enum Kind: Sendable { case space, newline, letter, hyphen, other }

    /// Index in ``Typesetter/fonts``.
    let font: Int
    let code: UInt16
    /// In parts of the em.
    let advance: Double
    let kind: Kind
}

/// Turns text into glyphs of the document's fonts, giving out codes as characters appear.
struct Typesetter {
    /// Regular, bold, and the second choice of each.
    private(set) var fonts: [EmbeddedFont]
    private var known: [[UInt32: Glyph]] = [[:], [:]]

    init(_ set: FontSet) {
        fonts = [set.regular, set.bold, set.fallbackRegular, set.fallbackBold].map {
            EmbeddedFont($0)
        }
    }

    /// - Throws: A character is in neither font of the face; the error names it and the field.
    mutating func glyphs(
        of text: String, face: PageDescription.Face, field: String
    ) throws(DrawingError) -> [Glyph] {
        let face = face == .regular ? 0 : 1
        var glyphs: [Glyph] = []
        glyphs.reserveCapacity(text.utf8.count)
        for scalar in Self.composed(text).unicodeScalars {
            if let glyph = known[face][scalar.value] {
                glyphs.append(glyph)
            } else {
                glyphs.append(try newGlyph(for: scalar, face: face, field: field))
            }
        }
        return glyphs
    }

    private mutating func newGlyph(
        for scalar: Unicode.Scalar, face: Int, field: String
    ) throws(DrawingError) -> Glyph {
        // A line end is shown as a space, so that words do not run together when text is read back.
        let shown: Unicode.Scalar = scalar == "\n" ? " " : scalar
        if scalar == "\n", known[face][shown.value] == nil {
            _ = try newGlyph(for: shown, face: face, field: field)
        }
        let glyph: Glyph
        if scalar == "\n", let space = known[face][shown.value] {
            glyph = Glyph(
                font: space.font, code: space.code, advance: space.advance, kind: .newline)
        } else {
            glyph = try encoded(shown, face: face, field: field)
        }
        known[face][scalar.value] = glyph
        return glyph
    }

    private mutating func encoded(
        _ scalar: Unicode.Scalar, face: Int, field: String
    ) throws(DrawingError) -> Glyph {
        guard Self.isDrawable(scalar) else { throw Self.refusal(of: scalar, field: field) }
        for index in [face, face + 2] {
            let font = fonts[index].font
            guard let glyph = font.glyph(for: scalar) else { continue }
            return Glyph(
                font: index, code: fonts[index].addCode(for: scalar, glyph: glyph),
                advance: Double(font.advance(of: glyph)) / Double(font.unitsPerEm),
                kind: Self.kind(of: scalar))
        }
        throw Self.refusal(of: scalar, field: field)
    }

    private static func kind(of scalar: Unicode.Scalar) -> Glyph.Kind {
        switch scalar {
        case " ": .space
        case "-": .hyphen
        default: scalar.properties.isAlphabetic ? .letter : .other
        }
    }

    /// False for what has no shape of its own, or whose shape depends on neighbours or on the
    /// writing direction.
    private static func isDrawable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            return false
        default: break
        }
        switch scalar.value {
        case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF,
            0x1E800...0x1EFFF:
            return false
        default: return true
        }
    }

    private static func refusal(of scalar: Unicode.Scalar, field: String) -> DrawingError {
        var code = String(scalar.value, radix: 16, uppercase: true)
        code = String(repeating: "0", count: max(0, 4 - code.count)) + code
        // What has no name has a label (The Unicode Standard, 4.8).
        let label = scalar.properties.generalCategory == .control ? "control" : "unnamed"
        return .unsupportedCharacter(
            field: field, scalar: "U+" + code,
            name: scalar.properties.name ?? scalar.properties.nameAlias ?? "<\(label)-\(code)>")
    }

    /// Normalisation form C. Nothing below U+0300 ever composes with its neighbour.
    private static func composed(_ text: String) -> String {
        if text.unicodeScalars.allSatisfy({ $0.value < 0x300 }) { return text }
        return text.precomposedStringWithCanonicalMapping
    }
}
