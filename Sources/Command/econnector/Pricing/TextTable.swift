// SPDX-License-Identifier: Apache-2.0

/// Rows of text in columns, for a terminal.
struct TextTable {
    enum Alignment { case left, right }

    private let alignments: [Alignment]
    private var rows: [[String]] = []
    /// What stands under a row, across all columns.
    private var notes: [Int: [String]] = [:]

    init(_ columns: [(title: String, alignment: Alignment)]) {
        alignments = columns.map(\.alignment)
        rows.append(columns.map(\.title))
    }

    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// Adds lines under the last row.
    mutating func note(_ lines: [String]) { notes[rows.count - 1, default: []] += lines }

    var text: String {
        let widths = alignments.indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        var lines: [String] = []
        for (index, row) in rows.enumerated() {
            let cells = row.enumerated().map { column, cell in
                let blanks = String(repeating: " ", count: widths[column] - cell.count)
                return alignments[column] == .right ? blanks + cell : cell + blanks
            }
            lines.append(Self.trimmed(cells.joined(separator: "  ")))
            lines += notes[index]?.map { "      \($0)" } ?? []
        }
        return lines.joined(separator: "\n")
    }

    private static func trimmed(_ line: String) -> String {
        var line = line[...]
        while line.last == " " { line.removeLast() }
        return String(line)
    }
}
