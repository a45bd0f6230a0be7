// SPDX-License-Identifier: Apache-2.0

/// The structure tree: types, nesting, tables, alternatives, and its ties to content.
extension PDFConformanceChecker {
    private static let types: Set<String> = [
        "Document", "Part", "Sect", "Div", "H1", "H2", "H3", "H4", "H5", "H6", "P", "Table",
        "THead",
        "TBody", "TFoot", "TR", "TH", "TD", "L", "LI", "Lbl", "LBody", "Span", "Figure", "Form",
        "Link",
    ]

    mutating func checkStructure(pages: [Int], contentRoles: [Mark: String]) {
        var walk = StructureWalk(file: file)
        let root = catalog["StructTreeRoot"]
        for kid in kids(of: file.dictionary(root)) {
            walk.visit(kid, parent: root?.reference ?? -1, page: nil, depth: 0)
        }
        for (rule, detail) in walk.broken { report(rule, detail) }
        for element in walk.elements {
            require(Self.types.contains(element.role), .structureType, element.role)
            checkElement(element, walk)
        }
        checkHeadings(walk.elements)
        checkTies(walk, pages: pages, contentRoles: contentRoles)
    }

    private func kids(of dictionary: [String: COSObject]) -> [COSObject] {
        guard let kids = dictionary["K"] else { return [] }
        return file.resolve(kids).array ?? [kids]
    }

    private mutating func checkElement(_ element: StructureWalk.Element, _ walk: StructureWalk) {
        let attributes = element.attributes
        let children = element.children.map { walk.elements[$0].role }
        switch element.role {
        case "Figure":
            require(
                file.resolve(element.dictionary["Alt"]).text?.isEmpty == false, .figureAlternative,
                "a Figure without Alt")
            require(
                file.array(attributes["BBox"]).compactMap(\.number).count == 4, .figureBoundingBox,
                "a Figure without BBox")
        case "TH":
            require(
                attributes["Scope"]?.name != nil, .headerScope, "a TH without Scope")
            require(element.parentRole == "TR", .tableStructure, "TH in \(element.parentRole)")
        case "TD":
            require(element.parentRole == "TR", .tableStructure, "TD in \(element.parentRole)")
        case "TR":
            require(
                ["Table", "THead", "TBody", "TFoot"].contains(element.parentRole), .tableStructure,
                "TR in \(element.parentRole)")
            require(
                children.allSatisfy { $0 == "TH" || $0 == "TD" }, .tableStructure,
                "a TR with \(children)")
        case "THead", "TBody", "TFoot":
            require(
                element.parentRole == "Table", .tableStructure, "\(element.role) outside a Table")
            require(
                children.allSatisfy { $0 == "TR" }, .tableStructure,
                "\(element.role) with \(children)")
        case "Table": checkTable(element, walk)
        default: break
        }
    }

    private mutating func checkTable(_ table: StructureWalk.Element, _ walk: StructureWalk) {
        let children = table.children.map { walk.elements[$0] }
        let roles = children.map(\.role)
        require(
            roles.allSatisfy { ["TR", "THead", "TBody", "TFoot", "Caption"].contains($0) }
                && (!roles.contains("THead") || roles.contains("TBody")),
            .tableStructure, "a Table with \(roles)")
        let rows = children.flatMap { part in
            part.role == "TR" ? [part] : part.children.map { walk.elements[$0] }
        }
        require(
            Set(rows.map(\.children.count)).count <= 1, .tableRegular,
            "rows with different numbers of cells")
    }

    private mutating func checkHeadings(_ elements: [StructureWalk.Element]) {
        var level = 0
        for element in elements {
            guard element.role.count == 2, element.role.first == "H",
                let own = element.role.last?.wholeNumberValue
            else { continue }
            require(own <= level + 1, .headingOrder, "H\(own) after H\(level)")
            level = own
        }
    }

    /// Content, parent tree and structure tree must name each other.
    private mutating func checkTies(
        _ walk: StructureWalk, pages: [Int], contentRoles: [Mark: String]
    ) {
        let tree = parentTree
        for page in pages {
            let key = file.dictionary(.reference(page))["StructParents"]?.integer ?? -1
            let owners = file.array(tree[key])
            let marks = contentRoles.filter { $0.key.page == page }
            require(
                owners.count == marks.count, .markedContentOwner,
                "page \(page) has \(marks.count) marks and \(owners.count) owners")
            for (mark, role) in marks {
                let owner = mark.identifier < owners.count ? owners[mark.identifier].reference : nil
                guard let element = walk.owners[mark], element.number == owner else {
                    report(.markedContentOwner, "MCID \(mark.identifier) of page \(page)")
                    continue
                }
                require(
                    element.role == role, .contentRole,
                    "\(role) content of a \(element.role) element")
            }
        }
        for mark in walk.owners.keys where contentRoles[mark] == nil {
            report(
                .markedContentOwner, "an element names MCID \(mark.identifier) of page \(mark.page)"
            )
        }
    }
}

/// All elements in reading order.
struct StructureWalk {
    struct Element {
        let number: Int
        let role: String
        let parentRole: String
        let dictionary: [String: COSObject]
        let attributes: [String: COSObject]
        var children: [Int] = []
    }

    let file: COSFile
    private(set) var elements: [Element] = []
    private(set) var owners: [PDFConformanceChecker.Mark: (number: Int, role: String)] = [:]
    private(set) var broken: [(PDFConformanceRule, String)] = []

    init(file: COSFile) { self.file = file }

    mutating func visit(
        _ object: COSObject, parent: Int, page: Int?, depth: Int, inside: Int? = nil
    ) {
        guard depth < 32, let number = object.reference else { return }
        let dictionary = file.dictionary(object)
        guard let role = dictionary["S"]?.name else {
            return broken.append((.structureType, "object \(number) has no type"))
        }
        if dictionary["P"]?.reference != parent {
            broken.append((.structureParent, "\(role) \(number) does not name its parent"))
        }
        let index = elements.count
        elements.append(
            Element(
                number: number, role: role, parentRole: inside.map { elements[$0].role } ?? "",
                dictionary: dictionary, attributes: file.dictionary(dictionary["A"])))
        if let inside { elements[inside].children.append(index) }
        let page = dictionary["Pg"]?.reference ?? page
        let kids = dictionary["K"].map { file.resolve($0).array ?? [$0] } ?? []
        for kid in kids {
            if let identifier = kid.integer {
                own(identifier, page: page, by: number, role)
            } else if file.dictionary(kid)["Type"] == .name("MCR") {
                let mark = file.dictionary(kid)
                if let identifier = mark["MCID"]?.integer {
                    own(identifier, page: mark["Pg"]?.reference ?? page, by: number, role)
                }
            } else if file.dictionary(kid)["Type"] != .name("OBJR") {
                visit(kid, parent: number, page: page, depth: depth + 1, inside: index)
            }
        }
    }

    private mutating func own(_ identifier: Int, page: Int?, by number: Int, _ role: String) {
        guard let page else {
            return broken.append((.markedContentOwner, "MCID \(identifier) on no page"))
        }
        let mark = PDFConformanceChecker.Mark(page: page, identifier: identifier)
        if owners.updateValue((number, role), forKey: mark) != nil {
            broken.append((.markedContentOwner, "MCID \(identifier) has two owners"))
        }
    }
}
