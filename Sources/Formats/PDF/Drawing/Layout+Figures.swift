// SPDX-License-Identifier: Apache-2.0

/// QR codes, check boxes, signature fields and the foot of the pages.
extension Layout {
    mutating func draw(_ block: PreparedBlock, top: Double, onPage number: Int) {
        let x = block.placement.x
        switch block.content {
        case .qrCode(let code, let matrix):
            let square = PageDescription.Rectangle(
                x: x, y: top, width: block.height, height: block.height)
            let element = addFigure(code.alt, square, to: StructureTree.root)
            let identifier = tree.mark(element, page: number)
            canvases[number].content.begin(.figure, identifier: identifier)
            canvases[number].content.symbol(matrix, x: x, y: top, side: block.height)
            canvases[number].content.end()
        case .checkBox(let box, let label, let side):
            draw(box, label, side: side, top: top, onPage: number)
        case .signatureField(let field, let label):
            let element = tree.add(.form, to: StructureTree.root, alternative: field.label)
            let rectangle = PageDescription.Rectangle(
                x: x, y: top, width: field.placement.width, height: block.height)
            fields.append(
                PlacedField(
                    field: field, label: label, rectangle: rectangle, page: number, element: element
                ))
        case .text, .table:
            break  // Drawn by the callers, since they may span pages.
        }
    }

    /// The box is a figure inside the paragraph of its label, so that both are read in one go.
    private mutating func draw(
        _ box: PageDescription.CheckBox, _ label: TextBox, side: Double, top: Double,
        onPage number: Int
    ) {
        let x = box.placement.x
        let square = PageDescription.Rectangle(
            x: x, y: top + (label.leading - side) / 2, width: side, height: side)
        let paragraph = tree.add(.paragraph, to: StructureTree.root)
        let figure = addFigure(box.alt, square, to: paragraph)
        let identifier = tree.mark(figure, page: number)
        canvases[number].content.begin(.figure, identifier: identifier)
        canvases[number].content.stroke(square, box.style.color, width: 0.75)
        if box.isChecked {
            let inset = side * 0.2
            let (left, right) = (square.x + inset, square.x + side - inset)
            let (upper, lower) = (square.y + inset, square.y + side - inset)
            canvases[number].content.lines(
                [((left, upper), (right, lower)), ((left, lower), (right, upper))],
                box.style.color, width: 1.25)
        }
        canvases[number].content.end()
        show(
            label, x: x + side + PreparedTable.padding, y: top, element: paragraph, onPage: number)
    }

    private mutating func addFigure(
        _ alternative: String, _ rectangle: PageDescription.Rectangle,
        to parent: StructureTree.Element
    ) -> StructureTree.Element {
        tree.add(
            .figure, to: parent, alternative: alternative,
            attributes: [
                "O": .name("Layout"),
                "BBox": .array(rectangle.box(onPageOf: page.size.points.height)),
            ])
    }

    mutating func drawFooters() throws(DrawingError) {
        for number in canvases.indices {
            for line in page.footer {
                let text = line.content.replacing("{page}", with: String(number + 1))
                    .replacing("{pages}", with: String(canvases.count))
                let box = try set(text, line)
                canvases[number].content.begin(.footer)
                canvases[number].content.text(box, lines: 0..<box.lines.count, x: line.x, y: line.y)
                canvases[number].content.end()
            }
        }
    }
}

extension PageDescription.Rectangle {
    /// Lower left and upper right corner, from the bottom left of the page.
    func box(onPageOf height: Double) -> [PDFObject] {
        [x, height - y - self.height, x + width, height - y].map {
            .real(($0 * 1_000).rounded() / 1_000)
        }
    }
}
