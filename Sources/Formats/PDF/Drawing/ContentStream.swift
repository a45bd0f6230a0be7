// SPDX-License-Identifier: Apache-2.0

/// The drawing operators of one page (ISO 32000-1, 8 and 9), in points from the top left corner.
///
/// Whoever draws says first what it is: a structure element's content or an artifact.
struct ContentStream {
    enum ArtifactKind { case layout, header, footer }

    private var writer = ObjectWriter()
    private let height: Double
    private var fill: PageDescription.Color?
    private var stroke: PageDescription.Color?
    private var lineWidth = 1.0

    init(height: Double) { self.height = height }

    var bytes: [UInt8] { writer.bytes }

    mutating func begin(_ role: StructureTree.Role, identifier: Int) {
        writer.write(name: role.rawValue)
        writer.write(" <</MCID ")
        writer.write(integer: identifier)
        writer.write(">> BDC\n")
    }

    mutating func begin(_ artifact: ArtifactKind) {
        switch artifact {
        case .layout: writer.write("/Artifact <</Type/Layout>> BDC\n")
        case .header: writer.write("/Artifact <</Type/Pagination/Subtype/Header>> BDC\n")
        case .footer: writer.write("/Artifact <</Type/Pagination/Subtype/Footer>> BDC\n")
        }
    }

    mutating func end() { writer.write("EMC\n") }

    mutating func fill(_ rectangle: PageDescription.Rectangle, _ color: PageDescription.Color) {
        use(fill: color)
        path(rectangle)
        writer.write("f\n")
    }

    mutating func stroke(
        _ rectangle: PageDescription.Rectangle, _ color: PageDescription.Color, width: Double
    ) {
        use(stroke: color, width: width)
        path(rectangle)
        writer.write("S\n")
    }

    /// Straight lines, stroked as one path.
    mutating func lines(
        _ lines: [(from: (x: Double, y: Double), to: (x: Double, y: Double))],
        _ color: PageDescription.Color, width: Double
    ) {
        guard !lines.isEmpty else { return }
        use(stroke: color, width: width)
        for line in lines {
            point(line.from.x, line.from.y)
            writer.write("m ")
            point(line.to.x, line.to.y)
            writer.write("l\n")
        }
        writer.write("S\n")
    }

    /// The dark modules as one path, runs of a row merged; `side` holds the symbol and its quiet
    /// zone.
    mutating func symbol(_ matrix: QRMatrix, x: Double, y: Double, side: Double) {
        let module = side / Double(matrix.width + 2 * QRMatrix.quietZone)
        use(fill: .black)
        writer.write("q ")
        number(module)
        writer.write("0 0 ")
        number(-module)
        point(x + module * Double(QRMatrix.quietZone), y + module * Double(QRMatrix.quietZone))
        writer.write("cm\n")
        for run in matrix.runs {
            for value in [run.column, run.row, run.length] {
                writer.write(integer: value)
                writer.write(" ")
            }
            writer.write("1 re\n")
        }
        writer.write("f Q\n")
    }

    /// The lines of a box with their top at `y`.
    mutating func text(_ box: TextBox, lines: Range<Int>, x: Double, y: Double) {
        guard lines.contains(where: { !box.lines[$0].glyphs.isEmpty }) else { return }
        use(fill: box.color)
        writer.write("BT\n")
        var font: Int?
        for (row, line) in zip(0..., box.lines[lines]) where !line.glyphs.isEmpty {
            let room = box.width - line.width * box.size
            let indent = box.align == .left ? 0 : box.align == .right ? room : room / 2
            writer.write("1 0 0 1 ")
            point(x + indent, y + Double(row) * box.leading + box.baseline)
            writer.write("Tm\n")
            show(box.glyphs[line.glyphs], size: box.size, font: &font)
        }
        writer.write("ET\n")
    }

    private mutating func show(_ glyphs: ArraySlice<Glyph>, size: Double, font: inout Int?) {
        var isOpen = false
        for glyph in glyphs {
            if glyph.font != font {
                if isOpen { writer.write("> Tj\n") }
                isOpen = false
                writer.write("/F")
                writer.write(integer: glyph.font)
                writer.write(" ")
                number(size)
                writer.write("Tf\n")
                font = glyph.font
            }
            if !isOpen { writer.write("<") }
            isOpen = true
            writer.write(code: glyph.code)
        }
        if isOpen { writer.write("> Tj\n") }
    }

    private mutating func path(_ rectangle: PageDescription.Rectangle) {
        point(rectangle.x, rectangle.y + rectangle.height)
        number(rectangle.width)
        number(rectangle.height)
        writer.write("re ")
    }

    private mutating func point(_ x: Double, _ y: Double) {
        number(x)
        number(height - y)
    }

    private mutating func number(_ value: Double) {
        writer.write(thousandths: value)
        writer.write(" ")
    }

    private mutating func use(fill color: PageDescription.Color) {
        guard color != fill else { return }
        fill = color
        components(color)
        writer.write("rg\n")
    }

    private mutating func use(stroke color: PageDescription.Color, width: Double) {
        if color != stroke {
            stroke = color
            components(color)
            writer.write("RG\n")
        }
        guard width != lineWidth else { return }
        lineWidth = width
        number(width)
        writer.write("w\n")
    }

    private mutating func components(_ color: PageDescription.Color) {
        for value in [color.red, color.green, color.blue] { number(min(max(value, 0), 1)) }
    }
}
