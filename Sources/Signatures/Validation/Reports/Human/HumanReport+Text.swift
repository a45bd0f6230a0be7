// SPDX-License-Identifier: Apache-2.0

extension HumanReport {
    /// The report as plain text, lines of at most so many characters.
    package func text(width: Int = 80) -> String {
        var lines = [title, String(repeating: "=", count: title.count), "", headline, ""]
        lines += facts.flatMap { Self.lines($0, width) }
        for section in sections {
            lines += ["", section.heading, String(repeating: "-", count: section.heading.count)]
            lines += section.rows.flatMap { Self.lines($0, width) }
        }
        if let remainder { lines += ["", remainder] }
        lines += ["", texts(.footer)].flatMap { Self.wrapped($0, width) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The label, and the value below it, indented.
    private static func lines(_ row: Row, _ width: Int) -> [String] {
        [row.label]
            + row.value.split(separator: "\n").flatMap { wrapped(String($0), width - 2) }
            .map { "  " + $0 }
    }

    private static func wrapped(_ text: String, _ width: Int) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            let last = lines[lines.count - 1]
            if last.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
