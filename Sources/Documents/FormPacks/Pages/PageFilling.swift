// SPDX-License-Identifier: Apache-2.0
internal import Coverage
package import PDF

extension FormPack {
    /// The form's page, every text in it final: what ``PDF/draw(_:fonts:)`` draws.
    ///
    /// Empty for a message, which has no page. Nothing can fail here: the page was checked against the schema when the pack was loaded, and
    /// the document against the schema when it was checked.
    package func pageDescription(for document: CheckedDocument) -> PageDescription {
        guard let template = page else { return .empty }
        let form = document.root
        var page = template.frame
        page.title = template.title.filled(row: form, root: form)
        page.author = template.author.filled(row: form, root: form)
        page.subject = template.subject.filled(row: form, root: form)
        page.created = PageDescription.Moment(
            year: document.date.year, month: document.date.month, day: document.date.day)
        page.conformance = manifest.pdf?.conformance == .pdfA3a ? .pdfA3a : .pdfA2a
        page.blocks = template.parts.compactMap { $0.block(of: form) }
        page.footer = template.footer.map { footer in
            var line = footer.line
            line.content = footer.content.filled(row: form, root: form)
            return line
        }
        return page
    }
}

extension PageDescription {
    fileprivate static let empty = PageDescription(
        title: "", author: "", subject: "", language: Language.fr.rawValue,
        created: Moment(year: 1970, month: 1, day: 1), size: .a4, bottom: 0, continuationTop: 0,
        artifacts: [], blocks: [], footer: [])
}

extension CheckedDocument {
    package var pageDescription: PageDescription { pack.pageDescription(for: self) }
}

extension PageTemplate.Part {
    fileprivate func block(of form: FormElement) -> PageDescription.Block? {
        guard condition?.holds(row: form, root: form) ?? true else { return nil }
        switch kind {
        case .text(let text): return text.block(of: form)
        case .table(let table): return .table(table.filled(from: form))
        case .qrCode(let content, let alt, let placement):
            return .qrCode(
                PageDescription.QRCode(
                    field: content.field, content: content.filled(row: form, root: form),
                    alt: alt.filled(row: form, root: form), placement: placement))
        case .checkBox(let box): return .checkBox(box.filled(from: form))
        case .signatureField(let field): return .signatureField(field)
        case .group(let parts):
            let blocks = parts.compactMap { $0.block(of: form) }
            return blocks.isEmpty ? nil : .group(blocks)
        }
    }
}

extension PageTemplate.Text {
    /// `nil` when there is nothing to print.
    fileprivate func block(of form: FormElement) -> PageDescription.Block? {
        let filling = content.filling(row: form, root: form)
        guard !filling.content.isEmpty else { return nil }
        return .text(
            PageDescription.Text(
                field: filling.field, content: filling.content, tag: tag, style: style,
                placement: placement,
                overflow: overflow, keepWithPrevious: keepWithPrevious))
    }
}

extension PageTemplate.CheckBox {
    fileprivate func filled(from form: FormElement) -> PageDescription.CheckBox {
        PageDescription.CheckBox(
            field: checked.path.path.description,
            isChecked: checked.holds(row: form, root: form),
            label: label.filled(row: form, root: form), alt: alt.filled(row: form, root: form),
            style: style, placement: placement)
    }
}

extension PageTemplate.Table {
    fileprivate func filled(from form: FormElement) -> PageDescription.Table {
        var table = frame
        switch rows {
        case .repeated(let path, let cells):
            let elements = form.all(path)
            table.rows = elements.enumerated().map { index, element in
                let place = "\(path)[\(index + 1)]/"
                return cells.map { cell in
                    let filling = cell.filling(row: element, root: form)
                    return PageDescription.Cell(
                        field: place + filling.field, content: filling.content)
                }
            }
            table.carry = carry.map { $0.filled(from: elements) }
        case .fixed(let rows):
            table.rows = rows.filter { $0.condition?.holds(row: form, root: form) ?? true }
                .map { row in
                    row.cells.map {
                        PageDescription.Cell(
                            field: $0.field, content: $0.filled(row: form, root: form))
                    }
                }
        }
        return table
    }
}

extension PageTemplate.Carry {
    fileprivate func filled(from elements: [FormElement]) -> PageDescription.Carry {
        var sum = 0
        let totals = elements.map { element -> String in
            sum += element.first(path).flatMap { DecimalText($0.text)?.cents } ?? 0
            return PageFilter.money.apply(to: Self.decimal(cents: sum))
        }
        return PageDescription.Carry(
            forward: forward, brought: brought, column: column, runningTotals: totals)
    }

    private static func decimal(cents: Int) -> String {
        let (whole, rest) = (cents.magnitude / 100, cents.magnitude % 100)
        return "\(cents < 0 ? "-" : "")\(whole).\(CalendarDate.padded(Int(rest), to: 2))"
    }
}
