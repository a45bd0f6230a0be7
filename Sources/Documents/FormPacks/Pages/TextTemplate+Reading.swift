// SPDX-License-Identifier: Apache-2.0
internal import Coverage

/// Reads templates and checks every path against the schema and every key against the texts.
struct TextTemplateReader {
    let texts: PackTexts
    let language: Language
    let schema: SchemaModel
    let root: SchemaModel.ElementUse
    /// The element of a table's rows, or the root.
    var row: SchemaModel.ElementUse

    /// - Parameter place: Pointer into the page file, for the error.
    func template(_ text: String, at place: String) throws(PackError) -> TextTemplate {
        var lines: [TextTemplate.Line] = []
        for line in try withLabels(text, at: place)
            .split(separator: "\n", omittingEmptySubsequences: false)
        {
            var rest = line
            let segments = try segments(&rest, isInside: false, at: place)
            let hasData = segments.contains { if case .literal = $0 { false } else { true } }
            lines.append(TextTemplate.Line(segments: segments, hasData: hasData))
        }
        return TextTemplate(lines: lines)
    }

    /// `text` with each `{{#key}}` replaced by what the pack says in the page's language.
    private func withLabels(_ text: String, at place: String) throws(PackError) -> String {
        var (result, rest) = ("", text[...])
        while let start = rest.firstRange(of: "{{#") {
            result += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            guard let end = rest.firstRange(of: "}}") else {
                throw .page(place: place, "a {{ is not closed")
            }
            let key = String(rest[..<end.lowerBound])
            guard let label = texts[key] else {
                throw .text(language: language.rawValue, key: key)
            }
            result += label[language]
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    private func segments(
        _ rest: inout Substring, isInside: Bool, at place: String
    ) throws(PackError) -> [TextTemplate.Segment] {
        var segments: [TextTemplate.Segment] = []
        var literal = ""
        func flush() {
            if !literal.isEmpty { segments.append(.literal(literal)) }
            literal = ""
        }
        while !rest.isEmpty {
            if rest.hasPrefix("{{") {
                flush()
                guard let end = rest.firstRange(of: "}}") else {
                    throw .page(place: place, "a {{ is not closed")
                }
                segments.append(.data(try data(rest[..<end.lowerBound].dropFirst(2), at: place)))
                rest = rest[end.upperBound...]
            } else if rest.hasPrefix("[[") {
                guard !isInside else { throw .page(place: place, "[[ cannot stand inside [[") }
                flush()
                rest = rest.dropFirst(2)
                segments.append(.optional(try self.segments(&rest, isInside: true, at: place)))
            } else if rest.hasPrefix("]]"), isInside {
                rest = rest.dropFirst(2)
                flush()
                return segments
            } else {
                literal.append(rest.removeFirst())
            }
        }
        guard !isInside else { throw .page(place: place, "a [[ is not closed in its line") }
        flush()
        return segments
    }

    private func data(
        _ text: Substring, at place: String
    ) throws(PackError) -> TextTemplate.DataPath {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false)
        var path = dataPath(parts[0])
        for name in parts.dropFirst() {
            guard let filter = PageFilter(rawValue: String(name)) else {
                throw .page(place: place, "the filter '\(name)' does not exist")
            }
            path.filters.append(filter)
        }
        try check(path, at: place)
        return path
    }

    private func dataPath(_ text: Substring) -> TextTemplate.DataPath {
        var name = text
        let mark = name.last
        if mark == "?" || mark == "*" { name.removeLast() }
        let path = FormPath(String(name))
        return TextTemplate.DataPath(
            path: path, isFromRoot: name.hasPrefix("/"),
            isOptional: mark == "?" || mark == "*", isRepeated: mark == "*", filters: [],
            name: path.description)
    }

    /// A page that loads can be filled from every valid form.
    private func check(_ path: TextTemplate.DataPath, at place: String) throws(PackError) {
        let facts = try facts(of: path)
        func fail(_ reason: String) -> PackError {
            .path(file: PackFile.page + place, path: path.path.description, reason)
        }
        guard case .simple(let type) = facts.use.content else { throw fail("it is no value") }
        if facts.isOptional, !path.isOptional { throw fail("a form may lack it; mark it with ?") }
        if facts.isRepeatable, !path.isRepeated { throw fail("it may repeat; mark it with *") }
        for filter in path.filters where !filter.bases.contains(type.base) {
            throw fail("the filter \(filter.rawValue) does not print xs:\(type.base.rawValue)")
        }
    }

    func facts(of path: TextTemplate.DataPath) throws(PackError) -> PathFacts {
        guard let facts = schema.facts(of: path.path, from: path.isFromRoot ? root : row) else {
            throw .path(
                file: PackFile.page, path: path.path.description, "the schema does not have it")
        }
        return facts
    }

    func condition(_ text: String, at place: String) throws(PackError) -> PageCondition {
        let isNegated = text.hasPrefix("!")
        let parts = text.dropFirst(isNegated ? 1 : 0)
            .split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let path = dataPath(parts.first ?? "")
        _ = try facts(of: path)
        return PageCondition(
            path: path, value: parts.count > 1 ? String(parts[1]) : nil, isNegated: isNegated)
    }
}
