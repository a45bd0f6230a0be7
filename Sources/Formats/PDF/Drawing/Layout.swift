// SPDX-License-Identifier: Apache-2.0

/// Places the blocks of a description on pages, drawing and tagging each as it goes.
///
/// Flowing blocks stand under everything placed so far on their page: below the lowest end of any
/// earlier block, fixed ones of the first page included. A negative gap sets a block beside the
/// last.
struct Layout {
    let page: PageDescription
    var canvases: [Canvas] = []
    var tree = StructureTree()
    var fields: [PlacedField] = []
    private(set) var typesetter: Typesetter
    private let fonts: FontSet
    /// Where flowing blocks go on.
    private(set) var y: Double
    private var isAtTop = true

    init(_ page: PageDescription, fonts: FontSet) {
        (self.page, self.fonts) = (page, fonts)
        typesetter = Typesetter(fonts)
        y = page.continuationTop
    }

    mutating func place() throws(DrawingError) {
        var preparation = BlockPreparation(fonts)
        let chunks = try preparation.chunks(of: page.blocks)
        typesetter = preparation.typesetter
        try newPage()
        for chunk in chunks { try place(chunk) }
        try drawFooters()
    }

    var lastPage: Int { canvases.count - 1 }

    mutating func set(
        _ text: String, _ line: PageDescription.FooterLine
    ) throws(DrawingError) -> TextBox {
        try typesetter.box(text, line.style, in: .init(field: "footer", width: line.width))
    }

    /// Begins a page with its decoration; flowing blocks go on at its top.
    mutating func newPage() throws(DrawingError) {
        guard canvases.count < Limits.pages else { throw .tooManyPages }
        let pages: PageDescription.Pages = canvases.isEmpty ? .first : .continuation
        var content = ContentStream(height: page.size.points.height)
        for artifact in page.artifacts where artifact.pages == .all || artifact.pages == pages {
            content.begin(.layout)
            if let fill = artifact.fill { content.fill(artifact.rectangle, fill) }
            if let stroke = artifact.stroke {
                content.stroke(artifact.rectangle, stroke, width: artifact.lineWidth)
            }
            content.end()
        }
        canvases.append(Canvas(content: content, number: canvases.count))
        (y, isAtTop) = (page.continuationTop, true)
    }

    mutating func moveDown(to bottom: Double) {
        y = max(y, bottom)
        isAtTop = false
    }

    // MARK: - Chunks

    private mutating func place(_ chunk: Chunk) throws(DrawingError) {
        let flowing = chunk.blocks.filter(\.isFlowing)
        if !flowing.isEmpty, !isAtTop { try makeRoom(for: flowing, isGroup: chunk.isGroup) }
        for (index, block) in chunk.blocks.enumerated() {
            let followers = chunk.blocks[(index + 1)...].filter(\.isFlowing)
            try place(block, tail: extent(of: followers, isFirstAtTop: false))
        }
    }

    /// Moves to a new page when the blocks do not fit here but would fit there.
    private mutating func makeRoom(
        for blocks: [PreparedBlock], isGroup: Bool
    ) throws(DrawingError) {
        let freshRoom = page.bottom - page.continuationTop
        // A table on its own may break anywhere; a group breaks only if a whole page is too small.
        let mayBreak = !isGroup && blocks.contains(where: \.isTable)
        if !mayBreak {
            let whole = extent(of: blocks, isFirstAtTop: false)
            if fits(whole) { return }
            if extent(of: blocks, isFirstAtTop: true) <= freshRoom + 0.01 { return try newPage() }
        }
        var least: [PreparedBlock] = []
        for block in blocks {
            least.append(block)
            if block.leastHeight < block.height { break }
        }
        if !fits(extent(of: least, isFirstAtTop: false, lastAtLeast: true)) { try newPage() }
    }

    private func fits(_ extent: Double) -> Bool { y + extent <= page.bottom + 0.01 }

    /// The height flowing blocks take below the current place.
    private func extent(
        of blocks: [PreparedBlock], isFirstAtTop: Bool, lastAtLeast: Bool = false
    ) -> Double {
        var end = 0.0
        for (index, block) in blocks.enumerated() {
            guard case .flow(_, let gap, _, _) = block.placement else { continue }
            let top = index == 0 && isFirstAtTop ? 0 : end + gap
            let isLast = lastAtLeast && index == blocks.count - 1
            end = max(end, top + (isLast ? block.leastHeight : block.height))
        }
        return end
    }

    // MARK: - Blocks

    private mutating func place(_ block: PreparedBlock, tail: Double) throws(DrawingError) {
        switch block.placement {
        case .fixed(_, let top, _, _):
            try draw(block, top: top, onPage: 0, tail: tail)
        case .flow(_, let gap, _, _):
            var top = isAtTop ? y : y + gap
            if top + block.leastHeight > page.bottom + 0.01 {
                if !isAtTop {
                    try newPage()
                    top = y
                }
                guard top + block.leastHeight <= page.bottom + 0.01 else {
                    throw .overflow(field: block.field)
                }
            }
            try draw(block, top: top, onPage: lastPage, tail: tail)
        }
    }

    private mutating func draw(
        _ block: PreparedBlock, top: Double, onPage number: Int, tail: Double
    ) throws(DrawingError) {
        if case .table(let table) = block.content {
            return try draw(table, top: top, onPage: number, tail: tail)
        }
        let bottom = block.isFlowing ? page.bottom : page.size.points.height
        if case .text(let text, let box) = block.content {
            guard top + block.height <= bottom + 0.01 else {
                guard block.isFlowing, block.leastHeight < block.height else {
                    throw .overflow(field: block.field)
                }
                return try drawOverPages(text, box, top: top)
            }
            draw(text, box, top: top, onPage: number)
        } else {
            guard top + block.height <= bottom + 0.01 else { throw .overflow(field: block.field) }
            draw(block, top: top, onPage: number)
        }
        if number == lastPage { moveDown(to: top + block.height) }
    }

    private mutating func draw(
        _ text: PageDescription.Text, _ box: TextBox, top: Double, onPage number: Int
    ) {
        guard !box.glyphs.isEmpty else { return }
        let element = tree.add(text.tag.role, to: StructureTree.root)
        show(box, x: text.placement.x, y: top, element: element, onPage: number)
    }

    /// A text longer than the page goes on overleaf, as one element.
    private mutating func drawOverPages(
        _ text: PageDescription.Text, _ box: TextBox, top: Double
    ) throws(DrawingError) {
        let element = tree.add(text.tag.role, to: StructureTree.root)
        var top = top
        var line = 0
        while line < box.lines.count {
            let room = Int((page.bottom + 0.01 - top) / box.leading)
            guard room > 0 || !isAtTop else { throw .overflow(field: text.field) }
            let end = min(box.lines.count, line + max(room, 0))
            show(
                box, lines: line..<end, x: text.placement.x, y: top, element: element,
                onPage: lastPage)
            moveDown(to: top + Double(end - line) * box.leading)
            line = end
            if line < box.lines.count { try newPage() }
            top = y
        }
    }

    /// Shows text as content of an element. Text without characters leaves no mark.
    mutating func show(
        _ box: TextBox, lines: Range<Int>? = nil, x: Double, y: Double,
        element: StructureTree.Element, onPage number: Int
    ) {
        let lines = lines ?? 0..<box.lines.count
        guard lines.contains(where: { !box.lines[$0].glyphs.isEmpty }) else { return }
        let identifier = tree.mark(element, page: number)
        canvases[number].content.begin(tree.role(of: element), identifier: identifier)
        canvases[number].content.text(box, lines: lines, x: x, y: y)
        canvases[number].content.end()
    }
}
