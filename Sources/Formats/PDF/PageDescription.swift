// SPDX-License-Identifier: Apache-2.0

/// A document to draw: every text is final, every place is in points from the top left corner of
/// the page.
///
/// This is the seam between ``FormPacks`` (which fills a pack's page with a form's data) and the
/// drawing: no paths, no expressions, no files. The same description gives the same bytes.
package struct PageDescription: Sendable, Hashable {
    package enum Conformance: Sendable, Hashable {
        /// PDF/A-2a and PDF/UA-1.
        case pdfA2a
        /// PDF/A-3a and PDF/UA-1, for a page that carries an attachment.
        case pdfA3a
    }
    package enum Size: Sendable, Hashable { case a4, a5 }
    package enum Alignment: Sendable, Hashable { case left, center, right }
    package enum Face: Sendable, Hashable { case regular, bold }
    /// Structure types of ISO 32000-1, 14.8.4 that a text may have.
    package enum Tag: Sendable, Hashable { case h1, h2, h3, p }
    package enum Pages: Sendable, Hashable { case first, continuation, all }

    package struct Color: Sendable, Hashable {
        package var red, green, blue: Double
        package init(red: Double, green: Double, blue: Double) {
            (self.red, self.green, self.blue) = (red, green, blue)
        }
        package static let black = Color(red: 0, green: 0, blue: 0)
    }

    package struct Style: Sendable, Hashable {
        package var face: Face
        package var size: Double
        /// Distance between base lines; `nil` is 1.2 times the size.
        package var leading: Double?
        package var color: Color
        package var align: Alignment
        package init(
            face: Face = .regular, size: Double, leading: Double? = nil, color: Color = .black,
            align: Alignment = .left
        ) {
            (self.face, self.size, self.leading) = (face, size, leading)
            (self.color, self.align) = (color, align)
        }
    }

    package struct Rectangle: Sendable, Hashable {
        package var x, y, width, height: Double
        package init(x: Double, y: Double, width: Double, height: Double) {
            (self.x, self.y, self.width, self.height) = (x, y, width, height)
        }
    }

    /// Where a block stands: at a fixed place of the first page, or under the blocks before it.
    package enum Placement: Sendable, Hashable {
        case fixed(x: Double, y: Double, width: Double, height: Double?)
        /// `gap` below the lowest end of what came before on the page, moved to a new page when it
        /// does not fit. A negative gap sets a block beside the last; at the top of a page no gap
        /// counts.
        case flow(x: Double, gap: Double, width: Double, height: Double?)
    }

    package enum Overflow: Sendable, Hashable {
        /// Text that does not fit its box is refused, naming the field.
        case error
        /// The size is lowered to this floor before it is refused.
        case shrink(to: Double)
    }

    /// Decoration without meaning: drawn as an artifact.
    package struct Artifact: Sendable, Hashable {
        package var rectangle: Rectangle
        package var fill: Color?
        package var stroke: Color?
        package var lineWidth: Double
        package var pages: Pages
        package init(
            rectangle: Rectangle, fill: Color? = nil, stroke: Color? = nil, lineWidth: Double = 0.5,
            pages: Pages = .first
        ) {
            (self.rectangle, self.fill, self.stroke) = (rectangle, fill, stroke)
            (self.lineWidth, self.pages) = (lineWidth, pages)
        }
    }

    package struct Text: Sendable, Hashable {
        /// What a refusal names when a character or the length does not fit: a path of the form.
        package var field: String
        /// Lines end at `\n`. Empty text without a height takes no room.
        package var content: String
        package var tag: Tag
        package var style: Style
        package var placement: Placement
        package var overflow: Overflow
        /// Stays on the page of the block before it.
        package var keepWithPrevious: Bool
        package init(
            field: String, content: String, tag: Tag = .p, style: Style, placement: Placement,
            overflow: Overflow = .error, keepWithPrevious: Bool = false
        ) {
            (self.field, self.content, self.tag, self.style) = (field, content, tag, style)
            (self.placement, self.overflow, self.keepWithPrevious) =
                (placement, overflow, keepWithPrevious)
        }
    }

    package struct Column: Sendable, Hashable {
        package var x, width: Double
        package var title: String
        package var align: Alignment
        package init(x: Double, width: Double, title: String, align: Alignment = .left) {
            (self.x, self.width, self.title, self.align) = (x, width, title, align)
        }
    }

    package struct Cell: Sendable, Hashable {
        package var field: String
        package var content: String
        package init(field: String, content: String) {
            (self.field, self.content) = (field, content)
        }
    }

    /// The sum carried from page to page, as printed forms show it.
    package struct Carry: Sendable, Hashable {
        /// Printed under the last row of a page that continues, for example « À reporter ».
        package var forward: String
        /// Printed above the first row of a continuation page, for example « Report ».
        package var brought: String
        /// Index of the column that shows the sum.
        package var column: Int
        /// For each row, the sum of all rows up to and with it, as text.
        package var runningTotals: [String]
        package init(forward: String, brought: String, column: Int, runningTotals: [String]) {
            (self.forward, self.brought) = (forward, brought)
            (self.column, self.runningTotals) = (column, runningTotals)
        }
    }

    /// A table over as many pages as it needs, heading repeated on each.
    package struct Table: Sendable, Hashable {
        /// What a screen reader announces (the table's /Summary).
        package var summary: String
        package var columns: [Column]
        package var rows: [[Cell]]
        package var headStyle: Style
        package var cellStyle: Style
        /// The least height of a row; a row grows with wrapped text.
        package var rowHeight: Double
        package var headHeight: Double
        /// Empty ruled rows are drawn up to this count on the first page.
        package var minRows: Int
        package var headFill: Color?
        package var rule: Color
        package var placement: Placement
        package var carry: Carry?
        package init(
            summary: String, columns: [Column], rows: [[Cell]], headStyle: Style, cellStyle: Style,
            rowHeight: Double, headHeight: Double, minRows: Int = 0, headFill: Color? = nil,
            rule: Color = .black, placement: Placement, carry: Carry? = nil
        ) {
            (self.summary, self.columns, self.rows) = (summary, columns, rows)
            (self.headStyle, self.cellStyle) = (headStyle, cellStyle)
            (self.rowHeight, self.headHeight, self.minRows) = (rowHeight, headHeight, minRows)
            (self.headFill, self.rule) = (headFill, rule)
            (self.placement, self.carry) = (placement, carry)
        }
    }

    /// A QR code (ISO/IEC 18004, level M) with its alternative text; the same content is printed
    /// beside it by a text.
    package struct QRCode: Sendable, Hashable {
        package var field: String
        package var content: String
        package var alt: String
        /// The width of the placement is the side of the square, the quiet zone of 4 modules
        /// included.
        package var placement: Placement
        package init(field: String, content: String, alt: String, placement: Placement) {
            (self.field, self.content) = (field, content)
            (self.alt, self.placement) = (alt, placement)
        }
    }

    /// A check box drawn as vectors, with its label beside it: the width of the placement holds
    /// both.
    ///
    /// `alt` is what a screen reader says for the box, for example « coché ».
    package struct CheckBox: Sendable, Hashable {
        package var field: String
        package var isChecked: Bool
        package var label: String
        package var alt: String
        package var style: Style
        package var placement: Placement
        package init(
            field: String, isChecked: Bool, label: String, alt: String, style: Style,
            placement: Placement
        ) {
            (self.field, self.isChecked, self.label) = (field, isChecked, label)
            (self.alt, self.style, self.placement) = (alt, style, placement)
        }
    }

    /// The empty signature field, its tagged widget and its appearance.
    package struct SignatureField: Sendable, Hashable {
        package var name: String
        /// Tooltip (/TU) and text of the appearance.
        package var label: String
        package var style: Style
        package var placement: Placement
        package init(name: String, label: String, style: Style, placement: Placement) {
            (self.name, self.label) = (name, label)
            (self.style, self.placement) = (style, placement)
        }
    }

    package enum Block: Sendable, Hashable {
        case text(Text)
        case table(Table)
        case qrCode(QRCode)
        case checkBox(CheckBox)
        case signatureField(SignatureField)
        /// Keeps the blocks together: all on one page, moved to the next when they do not fit.
        case group([Block])
    }

    /// A line at the foot of every page: `{page}` and `{pages}` in it are replaced. An artifact.
    package struct FooterLine: Sendable, Hashable {
        package var content: String
        package var style: Style
        package var x, y, width: Double
        package init(content: String, style: Style, x: Double, y: Double, width: Double) {
            (self.content, self.style) = (content, style)
            (self.x, self.y, self.width) = (x, y, width)
        }
    }

    /// A file carried inside (PDF/A-3 only).
    package struct Attachment: Sendable, Hashable {
        package var name: String
        package var mediaType: String
        package var description: String
        package var bytes: [UInt8]
        package init(name: String, mediaType: String, description: String, bytes: [UInt8]) {
            (self.name, self.mediaType) = (name, mediaType)
            (self.description, self.bytes) = (description, bytes)
        }
    }

    /// A moment in UTC, to the second; it is data of the form, never the clock.
    package struct Moment: Sendable, Hashable {
        package var year, month, day, hour, minute, second: Int
        package init(
            year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0
        ) {
            (self.year, self.month, self.day) = (year, month, day)
            (self.hour, self.minute, self.second) = (hour, minute, second)
        }
    }

    package var title: String
    package var author: String
    package var subject: String
    /// BCP 47, for example `fr-LU`.
    package var language: String
    package var created: Moment
    package var conformance: Conformance
    package var size: Size
    /// Flowing blocks end above this distance from the top.
    package var bottom: Double
    /// Where flowing blocks begin on continuation pages.
    package var continuationTop: Double
    package var artifacts: [Artifact]
    /// In reading order.
    package var blocks: [Block]
    package var footer: [FooterLine]
    package var attachment: Attachment?

    package init(
        title: String, author: String, subject: String, language: String, created: Moment,
        conformance: Conformance = .pdfA2a, size: Size = .a4, bottom: Double,
        continuationTop: Double, artifacts: [Artifact], blocks: [Block], footer: [FooterLine],
        attachment: Attachment? = nil
    ) {
        (self.title, self.author, self.subject) = (title, author, subject)
        (self.language, self.created, self.conformance) = (language, created, conformance)
        (self.size, self.bottom, self.continuationTop) = (size, bottom, continuationTop)
        (self.artifacts, self.blocks, self.footer) = (artifacts, blocks, footer)
        self.attachment = attachment
    }
}
