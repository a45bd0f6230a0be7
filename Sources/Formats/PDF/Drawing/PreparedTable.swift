// SPDX-License-Identifier: Apache-2.0

/// A table whose cells are set and whose rows have their heights.
struct PreparedTable {
    /// Between the rule of a cell and its text.
    static let padding = 3.0

    struct Row {
        let cells: [TextBox]
        let height: Double
        let field: String
    }

    /// The two lines of ``PageDescription/Carry`` for each row after which a page may end.
    struct CarryLines {
        let forward: TextBox
        let brought: TextBox
        let sums: [TextBox]
        let column: Int
    }

    let table: PageDescription.Table
    let head: Row
    let rows: [Row]
    let carry: CarryLines?

    /// - Throws: A cell has an unsupported character or does not fit, or the rows do not match the
    ///   columns.
    init(
        _ table: PageDescription.Table, with typesetter: inout Typesetter
    ) throws(DrawingError) {
        guard !table.columns.isEmpty, table.rows.allSatisfy({ $0.count == table.columns.count })
        else { throw .inconsistentTable(summary: table.summary) }
        self.table = table
        let titles = table.columns.map { PageDescription.Cell(field: $0.title, content: $0.title) }
        head = try Self.row(
            titles, table, table.headStyle, least: table.headHeight, with: &typesetter)
        var rows: [Row] = []
        for cells in table.rows {
            rows.append(
                try Self.row(
                    cells, table, table.cellStyle, least: table.rowHeight, with: &typesetter))
        }
        self.rows = rows
        carry = try Self.carry(table, with: &typesetter)
    }

    var left: Double { table.columns.map(\.x).min() ?? 0 }
    var right: Double { table.columns.map { $0.x + $0.width }.max() ?? 0 }

    /// Rows drawn although they are empty, where the first page has room.
    var emptyRows: Int { max(0, table.minRows - rows.count) }

    var height: Double {
        rows.reduce(head.height) { $0 + $1.height } + Double(emptyRows) * table.rowHeight
    }

    /// The heading, one row, and the sum carried over.
    var leastHeight: Double {
        guard let first = rows.first else { return height }
        let carried = rows.count > 1 ? carryHeight : 0
        return min(height, head.height + first.height + carried)
    }

    var carryHeight: Double { carry == nil ? 0 : table.rowHeight }

    private static func row(
        _ cells: [PageDescription.Cell], _ table: PageDescription.Table,
        _ style: PageDescription.Style, least: Double, with typesetter: inout Typesetter
    ) throws(DrawingError) -> Row {
        var boxes: [TextBox] = []
        var height = least
        for (cell, column) in zip(cells, table.columns) {
            var style = style
            style.align = column.align
            let box = try typesetter.box(
                cell.content, style,
                in: .init(field: cell.field, width: column.width - 2 * padding))
            // A single line stands in the middle of the least height; more lines keep its distance.
            height = max(height, least + box.height - box.leading)
            boxes.append(box)
        }
        return Row(cells: boxes, height: height, field: cells.first?.field ?? table.summary)
    }

    private static func carry(
        _ table: PageDescription.Table, with typesetter: inout Typesetter
    ) throws(DrawingError) -> CarryLines? {
        guard let carry = table.carry else { return nil }
        guard carry.runningTotals.count == table.rows.count,
            table.columns.indices.contains(carry.column)
        else { throw .inconsistentTable(summary: table.summary) }
        let column = table.columns[carry.column]
        var style = table.cellStyle
        style.face = .bold
        style.align = .right
        let left = table.columns.map(\.x).min() ?? column.x
        let room = max(column.x - left, column.width) - 2 * padding
        let forward = try typesetter.box(
            carry.forward, style, in: .init(field: carry.forward, width: room))
        let brought = try typesetter.box(
            carry.brought, style, in: .init(field: carry.brought, width: room))
        style.align = column.align
        var sums: [TextBox] = []
        for sum in carry.runningTotals {
            sums.append(
                try typesetter.box(
                    sum, style, in: .init(field: carry.forward, width: column.width - 2 * padding)))
        }
        return CarryLines(forward: forward, brought: brought, sums: sums, column: carry.column)
    }
}
