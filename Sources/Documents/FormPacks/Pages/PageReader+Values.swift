// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import PDF

enum PageSize: String, CaseIterable {
    case a4 = "A4"
    case a5 = "A5"

    var size: PageDescription.Size { self == .a4 ? .a4 : .a5 }
}

enum TextTag: String, CaseIterable {
    case h1 = "H1"
    case h2 = "H2"
    case h3 = "H3"
    case p = "P"

    var tag: PageDescription.Tag {
        switch self {
        case .h1: .h1
        case .h2: .h2
        case .h3: .h3
        case .p: .p
        }
    }

    var level: Int? {
        switch self {
        case .h1: 1
        case .h2: 2
        case .h3: 3
        case .p: nil
        }
    }
}

enum TextAlignment: String, CaseIterable {
    case left, center, right

    var alignment: PageDescription.Alignment {
        switch self {
        case .left: .left
        case .center: .center
        case .right: .right
        }
    }
}

enum TextFace: String, CaseIterable {
    case regular, bold

    var face: PageDescription.Face { self == .regular ? .regular : .bold }
}

enum ArtifactPages: String, CaseIterable {
    case first, continuation, all

    var pages: PageDescription.Pages {
        switch self {
        case .first: .first
        case .continuation: .continuation
        case .all: .all
        }
    }
}

extension JSONReader {
    func numbers(_ counts: ClosedRange<Int>) throws(JSONReadingError) -> [Double] {
        var numbers: [Double] = []
        for element in try elements() { numbers.append(try element.double()) }
        guard counts.contains(numbers.count) else {
            throw unexpected("\(counts.lowerBound) to \(counts.upperBound) numbers")
        }
        return numbers
    }

    func color() throws(JSONReadingError) -> PageDescription.Color {
        let parts = try numbers(3...3)
        guard parts.allSatisfy({ (0...1).contains($0) }) else {
            throw unexpected("three numbers from 0 to 1")
        }
        return PageDescription.Color(red: parts[0], green: parts[1], blue: parts[2])
    }

    /// `at`: x, y, width and height of a fixed place; `flow`: x, gap, width and height.
    func placement() throws(JSONReadingError) -> PageDescription.Placement {
        if let fixed = try optional("at")?.numbers(3...4) {
            return .fixed(
                x: fixed[0], y: fixed[1], width: fixed[2], height: fixed.count > 3 ? fixed[3] : nil)
        }
        let flow = try member("flow").numbers(3...4)
        return .flow(
            x: flow[0], gap: flow[1], width: flow[2], height: flow.count > 3 ? flow[3] : nil)
    }
}

extension PageDescription.Style {
    init(reading json: JSONReader) throws(JSONReadingError) {
        try json.allowOnly(["font", "size", "leading", "color", "align"])
        self.init(
            face: try json.member("font").choice(TextFace.self).face,
            size: try json.member("size").double(),
            leading: try json.optional("leading")?.double(),
            color: try json.optional("color")?.color() ?? .black,
            align: try json.optional("align")?.choice(TextAlignment.self).alignment ?? .left)
    }
}

extension PageDescription.Artifact {
    init(reading json: JSONReader) throws(JSONReadingError) {
        try json.allowOnly(["rect", "fill", "stroke", "lineWidth", "pages"])
        let rect = try json.member("rect").numbers(4...4)
        self.init(
            rectangle: PageDescription.Rectangle(
                x: rect[0], y: rect[1], width: rect[2], height: rect[3]),
            fill: try json.optional("fill")?.color(), stroke: try json.optional("stroke")?.color(),
            lineWidth: try json.optional("lineWidth")?.double() ?? 0.5,
            pages: try json.optional("pages")?.choice(ArtifactPages.self).pages ?? .first)
    }
}
