// SPDX-License-Identifier: Apache-2.0

/// The structure elements of a document in reading order (ISO 32000-1, 14.7), built while it is
/// drawn.
struct StructureTree {
    /// Standard structure types (14.8.4) that we use.
    enum Role: String {
        case document = "Document"
        case h1 = "H1"
        case h2 = "H2"
        case h3 = "H3"
        case paragraph = "P"
        case table = "Table"
        case tableHead = "THead"
        case tableBody = "TBody"
        case row = "TR"
        case headerCell = "TH"
        case dataCell = "TD"
        case figure = "Figure"
        case form = "Form"
    }

    /// Index of an element; the root is 0.
    typealias Element = Int

    private enum Kid {
        case element(Element)
        case marked(page: Int, identifier: Int)
        case widget(ObjectReference, page: Int)
    }

    private struct Node {
        let role: Role
        let parent: Element?
        var kids: [Kid] = []
        var alternative: String?
        var attributes: PDFDictionary?
        /// The page of its first content; what stands elsewhere names its own.
        var page: Int?
    }

    static let root: Element = 0

    private var nodes = [Node(role: .document, parent: nil)]
    /// The owner of each marked-content identifier, by page.
    private var owners: [[Element]] = []
    /// The elements of the widgets, in order of their /StructParent.
    private var widgetOwners: [Element] = []

    mutating func add(
        _ role: Role, to parent: Element, alternative: String? = nil,
        attributes: PDFDictionary? = nil
    ) -> Element {
        let element = nodes.count
        nodes.append(
            Node(role: role, parent: parent, alternative: alternative, attributes: attributes))
        nodes[parent].kids.append(.element(element))
        return element
    }

    /// The next marked-content identifier of a page, owned by the element.
    mutating func mark(_ element: Element, page: Int) -> Int {
        while owners.count <= page { owners.append([]) }
        let identifier = owners[page].count
        owners[page].append(element)
        if nodes[element].page == nil { nodes[element].page = page }
        nodes[element].kids.append(.marked(page: page, identifier: identifier))
        return identifier
    }

    /// Ties a widget annotation to a Form element; `StructParent` numbers follow those of the
    /// pages.
    mutating func attach(widget: ObjectReference, to element: Element, page: Int) -> Int {
        nodes[element].page = page
        nodes[element].kids.append(.widget(widget, page: page))
        widgetOwners.append(element)
        return widgetOwners.count - 1
    }

    func role(of element: Element) -> Role { nodes[element].role }

    /// Writes every element and the parent tree; returns the reference of /StructTreeRoot.
    func write(into writer: inout DocumentWriter, pages: [ObjectReference]) -> ObjectReference {
        let root = writer.reserve()
        let references = nodes.map { _ in writer.reserve() }
        for (node, reference) in zip(nodes, references) {
            let dictionary = dictionary(of: node, root: root, references: references, pages: pages)
            writer.set(reference, .dictionary(dictionary))
        }
        var numbers: [PDFObject] = []
        for page in pages.indices {
            let owners = page < owners.count ? owners[page] : []
            numbers += [.integer(page), .array(owners.map { .reference(references[$0]) })]
        }
        for (index, owner) in widgetOwners.enumerated() {
            numbers += [.integer(pages.count + index), .reference(references[owner])]
        }
        let parentTree = writer.add(.dictionary(["Nums": .array(numbers)]))
        writer.set(
            root,
            .dictionary([
                "Type": .name("StructTreeRoot"), "K": .array([.reference(references[Self.root])]),
                "ParentTree": .reference(parentTree),
                "ParentTreeNextKey": .integer(pages.count + widgetOwners.count),
            ]))
        return root
    }

    private func dictionary(
        of node: Node, root: ObjectReference, references: [ObjectReference],
        pages: [ObjectReference]
    ) -> PDFDictionary {
        var dictionary: PDFDictionary = [
            "Type": .name("StructElem"), "S": .name(node.role.rawValue),
            "P": .reference(node.parent.map { references[$0] } ?? root),
        ]
        if let page = node.page { dictionary["Pg"] = .reference(pages[page]) }
        if let alternative = node.alternative { dictionary["Alt"] = .text(alternative) }
        if let attributes = node.attributes { dictionary["A"] = .dictionary(attributes) }
        let kids = node.kids.map { kid -> PDFObject in
            switch kid {
            case .element(let element): .reference(references[element])
            case .marked(node.page, let identifier): .integer(identifier)
            case .marked(let page, let identifier):
                .dictionary([
                    "Type": .name("MCR"), "Pg": .reference(pages[page]),
                    "MCID": .integer(identifier),
                ])
            case .widget(let widget, let page):
                .dictionary([
                    "Type": .name("OBJR"), "Obj": .reference(widget), "Pg": .reference(pages[page]),
                ])
            }
        }
        if kids.count == 1 {
            dictionary["K"] = kids[0]
        } else if !kids.isEmpty {
            dictionary["K"] = .array(kids)
        }
        return dictionary
    }
}
