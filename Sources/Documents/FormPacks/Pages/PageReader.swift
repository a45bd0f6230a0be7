// SPDX-License-Identifier: Apache-2.0
internal import Coverage
internal import JSON
internal import PDF

/// Reads `page.json` into a ``PageTemplate`` and refuses what could not be filled or drawn.
struct PageReader {
    private static let formats = 1...1
    private let styles: [String: PageDescription.Style]
    private var texts: TextTemplateReader
    /// The level of the last heading: headings skip no level (ISO 14289-1, 7.4.2).
    private var headingLevel = 0

    static func template(
        of bytes: [UInt8], texts: PackTexts, schema: SchemaModel, root: SchemaModel.ElementUse
    ) throws(PackError) -> PageTemplate {
        do {
            let json = JSONReader(try JSONValue(parsing: bytes))
            var reader = try PageReader(json, texts: texts, schema: schema, root: root)
            return try reader.page(json)
        } catch let error as PackError {
            throw error
        } catch let error as JSONError {
            throw .json(file: PackFile.page, error)
        } catch let error as JSONReadingError {
            throw .reading(file: PackFile.page, error)
        } catch {
            throw .page(place: "", "\(error)")
        }
    }

    private init(
        _ json: JSONReader, texts: PackTexts, schema: SchemaModel, root: SchemaModel.ElementUse
    ) throws {
        _ = try json.member("format").int(in: Self.formats)
        let tag = try json.member("language").string()
        guard let language = Language(rawValue: String(tag.prefix(2))) else {
            throw try json.member("language").unexpected("a language of the pack's texts")
        }
        self.texts = TextTemplateReader(
            texts: texts, language: language, schema: schema, root: root, row: root)
        var styles: [String: PageDescription.Style] = [:]
        for (name, style) in try json.member("styles").members() {
            styles[name] = try PageDescription.Style(reading: style)
        }
        self.styles = styles
    }

    private mutating func page(_ json: JSONReader) throws -> PageTemplate {
        try json.allowOnly([
            "format", "language", "size", "bottom", "continuationTop", "title", "author",
            "subject", "styles", "artifacts", "body", "footer",
        ])
        var artifacts: [PageDescription.Artifact] = []
        for artifact in try json.optional("artifacts")?.elements() ?? [] {
            artifacts.append(try PageDescription.Artifact(reading: artifact))
        }
        let frame = PageDescription(
            title: "", author: "", subject: "",
            language: try json.member("language").string(),
            created: PageDescription.Moment(year: 1970, month: 1, day: 1),
            size: try json.member("size").choice(PageSize.self).size,
            bottom: try json.member("bottom").double(),
            continuationTop: try json.member("continuationTop").double(), artifacts: artifacts,
            blocks: [], footer: [])
        var footer: [PageTemplate.Footer] = []
        for line in try json.optional("footer")?.elements() ?? [] {
            footer.append(try self.footer(line))
        }
        return PageTemplate(
            title: try text(json.member("title")), author: try text(json.member("author")),
            subject: try text(json.member("subject")), frame: frame,
            parts: try parts(json.member("body")), footer: footer)
    }

    // MARK: Texts and styles

    /// A string, or an array of lines.
    private func text(_ json: JSONReader) throws -> TextTemplate {
        guard json.value.array != nil else {
            return try texts.template(json.string(), at: json.pointer.description)
        }
        let lines = try json.elements().map { try $0.string() }
        return try texts.template(lines.joined(separator: "\n"), at: json.pointer.description)
    }

    /// A text of the page alone, without data.
    private func label(_ json: JSONReader) throws -> String {
        let template = try text(json)
        guard template.paths.isEmpty else { throw json.unexpected("a text without data") }
        let empty = FormElement(name: "", namespace: nil, step: "")
        return template.filled(row: empty, root: empty)
    }

    private func style(_ json: JSONReader) throws -> PageDescription.Style {
        guard let style = styles[try json.string()] else {
            throw json.unexpected("the name of one of the page's styles")
        }
        return style
    }

    private func footer(_ json: JSONReader) throws -> PageTemplate.Footer {
        try json.allowOnly(["text", "style", "at"])
        let place = try json.member("at").numbers(3...3)
        let line = PageDescription.FooterLine(
            content: "", style: try style(json.member("style")), x: place[0], y: place[1],
            width: place[2])
        return PageTemplate.Footer(content: try text(json.member("text")), line: line)
    }

    // MARK: Parts

    private mutating func parts(_ json: JSONReader) throws -> [PageTemplate.Part] {
        var parts: [PageTemplate.Part] = []
        for element in try json.elements() { parts.append(try part(element)) }
        return parts
    }

    private mutating func part(_ json: JSONReader) throws -> PageTemplate.Part {
        let condition = try json.optional("when").map { reader in
            try texts.condition(reader.string(), at: reader.pointer.description)
        }
        let kind: PageTemplate.Kind =
            if json.has("text") {
                .text(try textPart(json))
            } else if json.has("table") || json.has("rows") {
                .table(try table(json))
            } else if json.has("qr") {
                try qrCode(json)
            } else if json.has("check") {
                .checkBox(try checkBox(json))
            } else if json.has("signature") {
                .signatureField(try signature(json))
            } else if let group = try json.optional("group") {
                .group(try parts(group))
            } else {
                throw json.unexpected("a text, table, qr, check, signature or group")
            }
        return PageTemplate.Part(condition: condition, kind: kind)
    }

    private mutating func textPart(_ json: JSONReader) throws -> PageTemplate.Text {
        try json.allowOnly([
            "text", "tag", "style", "at", "flow", "overflow", "shrinkTo", "keepWithPrevious",
            "when",
        ])
        let tag = try json.optional("tag")?.choice(TextTag.self) ?? .p
        try checkHeading(tag, json)
        let overflow: PageDescription.Overflow =
            if let floor = try json.optional("shrinkTo") {
                .shrink(to: try floor.double())
            } else {
                .error
            }
        return PageTemplate.Text(
            content: try text(json.member("text")), tag: tag.tag,
            style: try style(json.member("style")), placement: try json.placement(),
            overflow: overflow,
            keepWithPrevious: try json.optional("keepWithPrevious")?.boolean() ?? false)
    }

    private mutating func checkHeading(_ tag: TextTag, _ json: JSONReader) throws {
        guard let level = tag.level else { return }
        guard level <= headingLevel + 1 else {
            throw PackError.page(
                place: json.pointer.description, "the heading skips a level of headings")
        }
        // A conditional heading may be absent: what follows must not rely on it.
        if !json.has("when") || level <= headingLevel { headingLevel = level }
    }

    private func qrCode(_ json: JSONReader) throws -> PageTemplate.Kind {
        try json.allowOnly(["qr", "alt", "at", "flow", "when"])
        return .qrCode(
            content: try text(json.member("qr")), alt: try text(json.member("alt")),
            try json.placement())
    }

    private func checkBox(_ json: JSONReader) throws -> PageTemplate.CheckBox {
        try json.allowOnly(["check", "label", "alt", "style", "at", "flow", "when"])
        let check = try json.member("check")
        return PageTemplate.CheckBox(
            checked: try texts.condition(check.string(), at: check.pointer.description),
            label: try text(json.member("label")), alt: try text(json.member("alt")),
            style: try style(json.member("style")), placement: try json.placement())
    }

    private func signature(_ json: JSONReader) throws -> PageDescription.SignatureField {
        try json.allowOnly(["signature", "label", "style", "at", "flow", "when"])
        return PageDescription.SignatureField(
            name: try json.member("signature").string(), label: try label(json.member("label")),
            style: try style(json.member("style")), placement: try json.placement())
    }

    // MARK: Tables

    private mutating func table(_ json: JSONReader) throws -> PageTemplate.Table {
        try json.allowOnly([
            "table", "rows", "summary", "columns", "headStyle", "cellStyle", "rowHeight",
            "headHeight", "minRows", "headFill", "rule", "carry", "at", "flow", "when",
        ])
        let columns = try json.member("columns").elements()
        let frame = PageDescription.Table(
            summary: try label(json.member("summary")),
            columns: try columns.map { try column($0) }, rows: [],
            headStyle: try style(json.member("headStyle")),
            cellStyle: try style(json.member("cellStyle")),
            rowHeight: try json.member("rowHeight").double(),
            headHeight: try json.member("headHeight").double(),
            minRows: try json.optional("minRows")?.int(in: 0...500) ?? 0,
            headFill: try json.optional("headFill")?.color(),
            rule: try json.optional("rule")?.color() ?? .black, placement: try json.placement())
        guard let path = try json.optional("table") else {
            return PageTemplate.Table(
                rows: .fixed(try fixedRows(json.member("rows"), count: columns.count)),
                frame: frame)
        }
        return try repeated(path, columns, json, frame)
    }

    private func column(_ json: JSONReader) throws -> PageDescription.Column {
        try json.allowOnly(["x", "width", "title", "value", "align"])
        return PageDescription.Column(
            x: try json.member("x").double(), width: try json.member("width").double(),
            title: try label(json.member("title")),
            align: try json.optional("align")?.choice(TextAlignment.self).alignment ?? .left)
    }

    private func fixedRows(_ json: JSONReader, count: Int) throws -> [PageTemplate.Row] {
        try json.elements().map { row in
            try row.allowOnly(["cells", "when"])
            let cells = try row.member("cells").elements().map { try text($0) }
            guard cells.count == count else {
                throw row.unexpected("a row of \(count) cells")
            }
            let condition = try row.optional("when").map { reader in
                try texts.condition(reader.string(), at: reader.pointer.description)
            }
            return PageTemplate.Row(condition: condition, cells: cells)
        }
    }

    private mutating func repeated(
        _ json: JSONReader, _ columns: [JSONReader], _ table: JSONReader,
        _ frame: PageDescription.Table
    ) throws -> PageTemplate.Table {
        let path = try json.path()
        guard let facts = texts.schema.facts(of: path, from: texts.root), facts.isRepeatable else {
            throw PackError.path(
                file: PackFile.page, path: path.description, "it must be an element that repeats")
        }
        texts.row = facts.use
        defer { texts.row = texts.root }
        let cells = try columns.map { try text($0.member("value")) }
        let carry = try table.optional("carry").map { try self.carry($0, columns.count) }
        return PageTemplate.Table(
            rows: .repeated(path, cells: cells), carry: carry, frame: frame)
    }

    /// The amounts that a table sums up are such that the sum of any form fits.
    private func carry(_ json: JSONReader, _ columns: Int) throws -> PageTemplate.Carry {
        try json.allowOnly(["path", "column", "forward", "brought"])
        let path = try json.member("path").path()
        guard let facts = texts.schema.facts(of: path, from: texts.row),
            case .simple(let type) = facts.use.content, !facts.isRepeatable,
            type.base == .decimal, type.fractionDigits ?? .max <= 2, type.totalDigits ?? .max <= 15
        else {
            throw PackError.path(
                file: PackFile.page, path: path.description,
                "it must be one amount of at most 15 digits, 2 of them decimals")
        }
        return PageTemplate.Carry(
            path: path, column: try json.member("column").int(in: 0...columns - 1),
            forward: try label(json.member("forward")), brought: try label(json.member("brought")))
    }
}
