// SPDX-License-Identifier: Apache-2.0
internal import PDF

/// A pack's page, compiled: every path, key, filter and style in it is known to exist.
struct PageTemplate: Sendable {
    struct Part: Sendable {
        var condition: PageCondition?
        var kind: Kind
    }

    indirect enum Kind: Sendable {
        case text(Text)
        case table(Table)
        case qrCode(content: TextTemplate, alt: TextTemplate, PageDescription.Placement)
        case checkBox(CheckBox)
        case signatureField(PageDescription.SignatureField)
        case group([Part])
    }

    struct Text: Sendable {
        var content: TextTemplate
        var tag: PageDescription.Tag
        var style: PageDescription.Style
        var placement: PageDescription.Placement
        var overflow: PageDescription.Overflow
        var keepWithPrevious: Bool
    }

    struct CheckBox: Sendable {
        var checked: PageCondition
        var label: TextTemplate
        var alt: TextTemplate
        var style: PageDescription.Style
        var placement: PageDescription.Placement
    }

    /// A row that stands in the page itself, not in the form.
    struct Row: Sendable {
        var condition: PageCondition?
        var cells: [TextTemplate]
    }

    struct Carry: Sendable {
        var path: FormPath
        var column: Int
        var forward: String
        var brought: String
    }

    struct Table: Sendable {
        enum Rows: Sendable {
            /// One row for each element at the path.
            case repeated(FormPath, cells: [TextTemplate])
            case fixed([Row])
        }
        var rows: Rows
        var carry: Carry?
        /// Everything but the rows.
        var frame: PageDescription.Table
    }

    struct Footer: Sendable {
        var content: TextTemplate
        var line: PageDescription.FooterLine
    }

    var title: TextTemplate
    var author: TextTemplate
    var subject: TextTemplate
    /// Everything but what the form says.
    var frame: PageDescription
    var parts: [Part]
    var footer: [Footer]
}
