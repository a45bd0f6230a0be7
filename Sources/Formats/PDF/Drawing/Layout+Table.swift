// SPDX-License-Identifier: Apache-2.0

/// Tables over pages: one Table element, its heading repeated as an artifact, sums carried over.
extension Layout {
    /// - Parameter tail: Height of what must stay on the page of the last row.
    mutating func draw(
        _ table: PreparedTable, top: Double, onPage number: Int, tail: Double
    ) throws(DrawingError) {
        var drawing = TableDrawing(table, top: top, page: number)
        let element = tree.add(
            .table, to: StructureTree.root,
            attributes: ["O": .name("Table"), "Summary": .text(table.table.summary)])
        let hasBody = !table.rows.isEmpty
        let headParent = hasBody ? tree.add(.tableHead, to: element) : element
        drawHead(of: table, in: &drawing, parent: headParent)
        let body = hasBody ? tree.add(.tableBody, to: element) : element

        for (index, row) in table.rows.enumerated() {
            let isLast = index == table.rows.count - 1
            let need = row.height + (isLast ? tail : table.carryHeight)
            if drawing.y + need > page.bottom + 0.01,
                drawing.rowsOnPage > 0 || drawing.page == number
            {
                try turnPage(table, in: &drawing, before: index)
            }
            guard drawing.y + row.height <= page.bottom + 0.01 else {
                throw .overflow(field: row.field)
            }
            let element = tree.add(.row, to: body)
            for (cell, column) in zip(row.cells, table.table.columns) {
                let data = tree.add(.dataCell, to: element)
                show(
                    cell, x: column.x + PreparedTable.padding,
                    y: drawing.y + (table.table.rowHeight - cell.leading) / 2, element: data,
                    onPage: drawing.page)
            }
            drawing.end(row: row.height)
        }
        for _ in 0..<table.emptyRows where drawing.page == number {
            guard drawing.y + table.table.rowHeight + tail <= page.bottom + 0.01 else { break }
            drawing.end(row: table.table.rowHeight)
        }
        drawRules(of: table, drawing)
        if drawing.page == lastPage { moveDown(to: drawing.y) }
    }

    private mutating func turnPage(
        _ table: PreparedTable, in drawing: inout TableDrawing, before row: Int
    ) throws(DrawingError) {
        if let carry = table.carry, row > 0 {
            draw(carry.forward, sum: carry.sums[row - 1], of: table, in: &drawing)
        }
        drawRules(of: table, drawing)
        // A fixed table goes on where the document does not yet, or on the page after its own.
        if drawing.page == lastPage { try newPage() }
        drawing = TableDrawing(table, top: page.continuationTop, page: drawing.page + 1)
        drawHead(of: table, in: &drawing, parent: nil)
        if let carry = table.carry, row > 0 {
            draw(carry.brought, sum: carry.sums[row - 1], of: table, in: &drawing)
        }
    }

    /// The heading as TR of TH, or as an artifact where it is repeated.
    private mutating func drawHead(
        of table: PreparedTable, in drawing: inout TableDrawing, parent: StructureTree.Element?
    ) {
        if let fill = table.table.headFill {
            let band = PageDescription.Rectangle(
                x: table.left, y: drawing.y, width: table.right - table.left,
                height: table.head.height)
            canvases[drawing.page].content.begin(.layout)
            canvases[drawing.page].content.fill(band, fill)
            canvases[drawing.page].content.end()
        }
        let row = parent.map { tree.add(.row, to: $0) }
        for (cell, column) in zip(table.head.cells, table.table.columns) {
            let x = column.x + PreparedTable.padding
            let y = drawing.y + (table.head.height - cell.height) / 2
            guard let row else {
                showArtifact(cell, x: x, y: y, onPage: drawing.page)
                continue
            }
            let header = tree.add(
                .headerCell, to: row,
                attributes: ["O": .name("Table"), "Scope": .name("Column")])
            show(cell, x: x, y: y, element: header, onPage: drawing.page)
        }
        drawing.end(row: table.head.height)
        drawing.rowsOnPage = 0
    }

    private mutating func showArtifact(_ box: TextBox, x: Double, y: Double, onPage number: Int) {
        canvases[number].content.begin(.header)
        canvases[number].content.text(box, lines: 0..<box.lines.count, x: x, y: y)
        canvases[number].content.end()
    }

    private mutating func draw(
        _ label: TextBox, sum: TextBox, of table: PreparedTable, in drawing: inout TableDrawing
    ) {
        guard let carry = table.carry else { return }
        let column = table.table.columns[carry.column]
        let y = drawing.y + (table.table.rowHeight - label.leading) / 2
        let labelX = column.x > table.left ? table.left : column.x + column.width
        showArtifact(label, x: labelX + PreparedTable.padding, y: y, onPage: drawing.page)
        showArtifact(sum, x: column.x + PreparedTable.padding, y: y, onPage: drawing.page)
        drawing.end(carry: table.table.rowHeight)
    }

    private mutating func drawRules(of table: PreparedTable, _ drawing: TableDrawing) {
        let content = drawing.rules(of: table)
        canvases[drawing.page].content.begin(.layout)
        canvases[drawing.page].content.lines(content, table.table.rule, width: 0.5)
        canvases[drawing.page].content.end()
    }
}

/// The part of a table on one page while it grows downwards.
private struct TableDrawing {
    let page: Int
    let top: Double
    private(set) var y: Double
    var rowsOnPage = 0
    private var boundaries: [Double]
    private var carries: [(top: Double, bottom: Double)] = []

    init(_ table: PreparedTable, top: Double, page: Int) {
        (self.page, self.top, y) = (page, top, top)
        boundaries = [top]
    }

    mutating func end(row height: Double) {
        y += height
        boundaries.append(y)
        rowsOnPage += 1
    }

    mutating func end(carry height: Double) {
        carries.append((y, y + height))
        y += height
        boundaries.append(y)
    }

    /// Horizontal rules under each row; vertical ones beside each column, but not through the words
    /// of a carried sum.
    func rules(
        of table: PreparedTable
    ) -> [(from: (x: Double, y: Double), to: (x: Double, y: Double))] {
        var rules = boundaries.map { (from: (x: table.left, y: $0), to: (x: table.right, y: $0)) }
        var sides: [Double] = []
        for column in table.table.columns {
            for x in [column.x, column.x + column.width]
            where !sides.contains(where: { abs($0 - x) < 0.05 }) {
                sides.append(x)
            }
        }
        for x in sides {
            var from = top
            for carry in carries where !isRuled(x, in: table) {
                if carry.top > from { rules.append((from: (x, from), to: (x, carry.top))) }
                from = carry.bottom
            }
            if y > from { rules.append((from: (x, from), to: (x, y))) }
        }
        return rules
    }

    private func isRuled(_ x: Double, in table: PreparedTable) -> Bool {
        guard let carry = table.carry else { return true }
        let column = table.table.columns[carry.column]
        return [table.left, table.right, column.x, column.x + column.width].contains {
            abs($0 - x) < 0.05
        }
    }
}
