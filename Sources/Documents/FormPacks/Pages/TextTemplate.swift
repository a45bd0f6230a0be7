// SPDX-License-Identifier: Apache-2.0

/// A text with places for data: `{{path|filter}}`, `{{path?}}` for what a form may lack,
/// `{{path*}}` for what may repeat, `{{#key}}` for a text of the pack, and `[[…]]` around what goes
/// away when an optional value inside it is absent.
///
/// A path starts at the row in a table and at the root elsewhere; `/path` always at the root. Each
/// line is closed up: white space collapses, and a line that has marks but no content goes away.
struct TextTemplate: Sendable {
    enum Segment: Sendable {
        case literal(String)
        case data(DataPath)
        case optional([Segment])
    }

    struct DataPath: Sendable {
        var path: FormPath
        var isFromRoot: Bool
        var isOptional: Bool
        var isRepeated: Bool
        var filters: [PageFilter]
        /// The path as a refusal writes it.
        var name: String
    }

    struct Line: Sendable {
        var segments: [Segment]
        var hasData: Bool
    }

    let lines: [Line]
    /// Every path in it.
    let paths: [DataPath]
    /// What a refusal of the drawing names when no value is shown: the first path, or the text itself.
    let field: String

    init(lines: [Line]) {
        self.lines = lines
        paths = lines.flatMap { Self.paths(in: $0.segments) }
        field = paths.first?.path.description ?? lines.first?.literalStart ?? ""
    }

    private static func paths(in segments: [Segment]) -> [DataPath] {
        segments.flatMap { segment -> [DataPath] in
            switch segment {
            case .literal: []
            case .data(let path): [path]
            case .optional(let segments): paths(in: segments)
            }
        }
    }

    // MARK: Filling

    /// A filled template, and the paths of the form that it shows.
    struct Filled {
        var content: String
        var field: String
    }

    func filled(row: FormElement, root: FormElement) -> String {
        filling(row: row, root: root).content
    }

    func filling(row: FormElement, root: FormElement) -> Filled {
        var shown: [String] = []
        let lines = lines.compactMap { line -> String? in
            let text = Self.fill(line.segments, row, root, showing: &shown) ?? ""
            let words = Self.closedUp(text)
            return words.isEmpty && line.hasData ? nil : words
        }
        return Filled(
            content: lines.joined(separator: "\n"),
            field: shown.isEmpty ? field : shown.joined(separator: ", "))
    }

    /// Single spaces between words, none around them.
    private static func closedUp(_ text: String) -> String {
        let space = UInt8(ascii: " ")
        let bytes = text.utf8
        let isClosed =
            bytes.first != space && bytes.last != space
            && !zip(bytes, bytes.dropFirst()).contains { $0 == space && $1 == space }
        return isClosed ? text : text.split { $0 == " " }.joined(separator: " ")
    }

    /// `nil` when an optional value is absent.
    private static func fill(
        _ segments: [Segment], _ row: FormElement, _ root: FormElement,
        showing shown: inout [String], isOptional: Bool = false
    ) -> String? {
        var text = ""
        for segment in segments {
            switch segment {
            case .literal(let literal): text += literal
            case .data(let path):
                let value = path.value(row: row, root: root)
                if value.isEmpty, isOptional { return nil }
                if !value.isEmpty, !shown.contains(path.name) { shown.append(path.name) }
                text += value
            case .optional(let inner):
                text += fill(inner, row, root, showing: &shown, isOptional: true) ?? ""
            }
        }
        return text
    }
}

extension TextTemplate.Line {
    fileprivate var literalStart: String {
        if case .literal(let text)? = segments.first { text } else { "" }
    }
}

extension TextTemplate.DataPath {
    func value(row: FormElement, root: FormElement) -> String {
        let start = isFromRoot ? root : row
        guard isRepeated else { return start.first(path).map(printed) ?? "" }
        return start.all(path).map(printed).filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func printed(_ element: FormElement) -> String {
        guard !element.text.isEmpty else { return "" }
        return filters.reduce(element.text) { $1.apply(to: $0) }
    }
}

/// What decides whether a part of a page is there: `path`, `!path`, `path=value` or `!path=value`.
struct PageCondition: Sendable {
    var path: TextTemplate.DataPath
    var value: String?
    var isNegated: Bool

    func holds(row: FormElement, root: FormElement) -> Bool {
        let start = path.isFromRoot ? root : row
        let found = start.first(path.path)
        let holds = value.map { $0 == found?.text } ?? (found != nil)
        return holds != isNegated
    }
}
