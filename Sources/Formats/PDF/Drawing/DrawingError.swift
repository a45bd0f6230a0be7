// SPDX-License-Identifier: Apache-2.0

/// Why a page cannot be drawn. `field` is what the description calls the place: a path of the form.
package enum DrawingError: Error, Hashable {
    /// No listed font has the character, or it needs a writing direction or shaping we do not do.
    /// `scalar` is written `U+00E9`, `name` is its Unicode name.
    case unsupportedCharacter(field: String, scalar: String, name: String)
    /// The text does not fit its box, or a block is taller than a page.
    case overflow(field: String)
    /// More pages than ``Limits/pages``.
    case tooManyPages
    /// A row has another number of cells than the table has columns, or the carried sums are not
    /// one a row.
    case inconsistentTable(summary: String)
    /// A heading skips a level, or the first one is not of level 1 (ISO 14289-1, 7.4.2).
    case headingSkipsLevel(field: String)
    /// The content of a QR code is empty or too long.
    case unsuitableQRContent(field: String)
    /// Blocks are nested too deep.
    case nestedTooDeep
    /// Two signature fields have one name, or a name is empty or holds a full stop.
    case unsuitableFieldName(String)
    /// PDF/A-2 forbids attachments of this kind.
    case attachmentNeedsPDFA3
    /// PDF/UA needs a title and a language.
    case missingTitle, missingLanguage
    /// A glyph of the font is damaged.
    case font(FontError)
}

extension DrawingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unsupportedCharacter(let field, let scalar, let name):
            "\(field): no font of the page has the character \(scalar) \(name); write it otherwise"
        case .overflow(let field): "\(field): the text does not fit its place; shorten it"
        case .tooManyPages: "the form needs more than \(Limits.pages) pages; divide it"
        case .inconsistentTable(let summary): "table \(summary): rows and columns do not agree"
        case .headingSkipsLevel(let field): "\(field): a heading skips a level"
        case .unsuitableQRContent(let field): "\(field): too long or empty for a QR code"
        case .nestedTooDeep: "the page's blocks are nested too deep"
        case .unsuitableFieldName(let name):
            "signature field \(name): the name is empty, doubled or dotted"
        case .attachmentNeedsPDFA3: "an attachment needs PDF/A-3"
        case .missingTitle: "the page has no title"
        case .missingLanguage: "the page has no language"
        case .font(let error): "a font is damaged: \(error)"
        }
    }
}
