// SPDX-License-Identifier: Apache-2.0

/// Draws a description as tagged PDF/A and PDF/UA-1; the same description and fonts give the same
/// bytes.
///
/// - Throws: The description asks for something that cannot be drawn truthfully; nothing is
///   replaced,
///   cut or left out instead.
package func draw(
    _ page: PageDescription, fonts: FontSet
) throws(DrawingError) -> [UInt8] {
    try draw(page, fonts: fonts, isCompressing: true)
}

/// `isCompressing` is off only where a test reads the streams.
func draw(
    _ page: PageDescription, fonts: FontSet, isCompressing: Bool
) throws(DrawingError) -> [UInt8] {
    let metadata = DocumentMetadata(page)
    guard !metadata.title.allSatisfy({ $0 == " " }) else { throw .missingTitle }
    guard !metadata.language.isEmpty else { throw .missingLanguage }
    guard page.attachment == nil || page.conformance == .pdfA3a else { throw .attachmentNeedsPDFA3 }
    var layout = Layout(page, fonts: fonts)
    try layout.place()
    var assembly = Assembly(page, metadata, layout, isCompressing: isCompressing)
    return try assembly.file()
}

/// One page while it is drawn.
struct Canvas {
    var content: ContentStream
    let number: Int
}

/// A signature field that was given its place.
struct PlacedField {
    let field: PageDescription.SignatureField
    let label: TextBox
    let rectangle: PageDescription.Rectangle
    let page: Int
    let element: StructureTree.Element
}

extension PageDescription.Size {
    /// Width and height in points (ISO 216).
    var points: (width: Double, height: Double) {
        switch self {
        case .a4: (595.276, 841.89)
        case .a5: (419.528, 595.276)
        }
    }
}
