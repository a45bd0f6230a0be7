// SPDX-License-Identifier: Apache-2.0

/// A block whose text is set and whose height is known.
struct PreparedBlock {
    enum Content {
        case text(PageDescription.Text, TextBox)
        case table(PreparedTable)
        case qrCode(PageDescription.QRCode, QRMatrix)
        case checkBox(PageDescription.CheckBox, label: TextBox, side: Double)
        case signatureField(PageDescription.SignatureField, label: TextBox)
    }

    let content: Content
    let placement: PageDescription.Placement
    let height: Double
    /// The least room it needs on a page where it begins; less than `height` if it may go on
    /// overleaf.
    let leastHeight: Double
    /// What a refusal names.
    let field: String

    var isFlowing: Bool { if case .flow = placement { true } else { false } }

    var isTable: Bool { if case .table = content { true } else { false } }
}

/// Blocks that belong together: a group, or a block and what stays on its page.
struct Chunk {
    var blocks: [PreparedBlock]
    let isGroup: Bool
}

/// Sets the text of all blocks and measures them.
struct BlockPreparation {
    var typesetter: Typesetter
    private var chunks: [Chunk] = []
    private var headingLevel = 0
    private var fieldNames = Set<String>()

    init(_ fonts: FontSet) { typesetter = Typesetter(fonts) }

    mutating func chunks(
        of blocks: [PageDescription.Block]
    ) throws(DrawingError) -> [Chunk] {
        for block in blocks where !block.isNothing {
            if case .group(let inner) = block {
                var group: [PreparedBlock] = []
                try prepare(inner, depth: 1, into: &group)
                chunks.append(Chunk(blocks: group, isGroup: true))
            } else if case .text(let text) = block, text.keepWithPrevious, !chunks.isEmpty {
                chunks[chunks.count - 1].blocks.append(try prepared(block))
            } else {
                chunks.append(Chunk(blocks: [try prepared(block)], isGroup: false))
            }
        }
        return chunks
    }

    private mutating func prepare(
        _ blocks: [PageDescription.Block], depth: Int, into group: inout [PreparedBlock]
    ) throws(DrawingError) {
        guard depth <= Limits.groupNesting else { throw .nestedTooDeep }
        for block in blocks where !block.isNothing {
            if case .group(let inner) = block {
                try prepare(inner, depth: depth + 1, into: &group)
            } else {
                group.append(try prepared(block))
            }
        }
    }

    private mutating func prepared(
        _ block: PageDescription.Block
    ) throws(DrawingError) -> PreparedBlock {
        switch block {
        case .text(let text): try prepared(text)
        case .table(let table): try prepared(table)
        case .qrCode(let code): try prepared(code)
        case .checkBox(let box): try prepared(box)
        case .signatureField(let field): try prepared(field)
        case .group: throw .nestedTooDeep  // Groups were opened by the callers.
        }
    }

    private mutating func prepared(
        _ text: PageDescription.Text
    ) throws(DrawingError) -> PreparedBlock {
        if let level = text.tag.headingLevel, !text.content.isEmpty {
            guard level <= headingLevel + 1 else { throw .headingSkipsLevel(field: text.field) }
            headingLevel = level
        }
        let height = text.placement.height
        let box = try typesetter.box(
            text.content, text.style,
            in: .init(
                field: text.field, width: text.placement.width, height: height,
                overflow: text.overflow))
        return PreparedBlock(
            content: .text(text, box), placement: text.placement, height: height ?? box.height,
            leastHeight: height ?? min(box.height, 2 * box.leading), field: text.field)
    }

    private mutating func prepared(
        _ table: PageDescription.Table
    ) throws(DrawingError) -> PreparedBlock {
        let prepared = try PreparedTable(table, with: &typesetter)
        return PreparedBlock(
            content: .table(prepared), placement: table.placement, height: prepared.height,
            leastHeight: prepared.leastHeight, field: table.summary)
    }

    private func prepared(_ code: PageDescription.QRCode) throws(DrawingError) -> PreparedBlock {
        guard let matrix = QRMatrix(Array(code.content.utf8)) else {
            throw .unsuitableQRContent(field: code.field)
        }
        let side = code.placement.width
        return PreparedBlock(
            content: .qrCode(code, matrix), placement: code.placement, height: side,
            leastHeight: side, field: code.field)
    }

    private mutating func prepared(
        _ box: PageDescription.CheckBox
    ) throws(DrawingError) -> PreparedBlock {
        let side = (box.style.size * 0.9).rounded()
        let room = box.placement.width - side - PreparedTable.padding
        let label = try typesetter.box(
            box.label, box.style,
            in: .init(field: box.field, width: max(room, 0), height: box.placement.height))
        let height = max(label.height, side)
        return PreparedBlock(
            content: .checkBox(box, label: label, side: side), placement: box.placement,
            height: height, leastHeight: height, field: box.field)
    }

    private mutating func prepared(
        _ field: PageDescription.SignatureField
    ) throws(DrawingError) -> PreparedBlock {
        guard !field.name.isEmpty, !field.name.contains("."),
            fieldNames.insert(field.name).inserted
        else { throw .unsuitableFieldName(field.name) }
        let height = field.placement.height ?? 50
        let label = try typesetter.box(
            field.label, field.style,
            in: .init(
                field: field.name, width: field.placement.width - 2 * PreparedTable.padding,
                height: height - 2 * PreparedTable.padding, overflow: .shrink(to: 4)))
        return PreparedBlock(
            content: .signatureField(field, label: label), placement: field.placement,
            height: height, leastHeight: height, field: field.name)
    }
}

extension PageDescription.Block {
    /// A text that turned out empty takes no room, unless a height was given, and leaves no
    /// element.
    fileprivate var isNothing: Bool {
        guard case .text(let text) = self else { return false }
        return text.content.isEmpty && text.placement.height == nil
    }
}

extension PageDescription.Placement {
    var x: Double {
        switch self {
        case .fixed(let x, _, _, _), .flow(let x, _, _, _): x
        }
    }

    var width: Double {
        switch self {
        case .fixed(_, _, let width, _), .flow(_, _, let width, _): width
        }
    }

    var height: Double? {
        switch self {
        case .fixed(_, _, _, let height), .flow(_, _, _, let height): height
        }
    }
}

extension PageDescription.Tag {
    var headingLevel: Int? {
        switch self {
        case .h1: 1
        case .h2: 2
        case .h3: 3
        case .p: nil
        }
    }

    var role: StructureTree.Role {
        switch self {
        case .h1: .h1
        case .h2: .h2
        case .h3: .h3
        case .p: .paragraph
        }
    }
}
