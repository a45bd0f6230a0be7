// SPDX-License-Identifier: Apache-2.0

/// The fonts a document may use: a first choice for each face, and a second for characters the
/// first lacks.
///
/// There is no third: a character in neither is refused, never replaced. The caller finds the files
/// and compares ``TrueTypeFont/sha256`` with its pins.
package struct FontSet: Sendable {
    package let regular: TrueTypeFont
    package let bold: TrueTypeFont
    package let fallbackRegular: TrueTypeFont
    package let fallbackBold: TrueTypeFont

    package init(
        regular: [UInt8], bold: [UInt8], fallbackRegular: [UInt8], fallbackBold: [UInt8]
    ) throws(FontError) {
        self.regular = try TrueTypeFont(regular)
        self.bold = try TrueTypeFont(bold)
        self.fallbackRegular = try TrueTypeFont(fallbackRegular)
        self.fallbackBold = try TrueTypeFont(fallbackBold)
    }

    /// First and second choice of a face.
    func fonts(for face: PageDescription.Face) -> (first: TrueTypeFont, second: TrueTypeFont) {
        switch face {
        case .regular: (regular, fallbackRegular)
        case .bold: (bold, fallbackBold)
        }
    }
}
