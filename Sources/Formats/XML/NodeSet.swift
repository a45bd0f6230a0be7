// SPDX-License-Identifier: Apache-2.0
import CLibXML2

/// Nodes of one document, as a signature's transforms hand them on (xmldsig-core1, 4.4.3.2).
///
/// Nearly always it is an element tree with holes, kept as such: nothing is built per node, and the
/// canonical form is written without asking for each node whether it belongs. Only what an XPath
/// expression picked node by node is a true set.
package struct NodeSet {
    enum Content {
        /// All below `apex`, or below the document, but for `excluded` and all they contain.
        case tree(apex: XMLNode?, excluded: [XMLNode])
        case picked(PickedNodes)
    }

    package let document: XMLDocument
    let content: Content
    /// Whether comments belong to the set; most references leave them out.
    package let hasComments: Bool

    init(_ document: XMLDocument, _ content: Content, comments: Bool) {
        (self.document, self.content, self.hasComments) = (document, content, comments)
    }

    package static func all(of document: XMLDocument, comments: Bool) -> NodeSet {
        NodeSet(document, .tree(apex: nil, excluded: []), comments: comments)
    }

    package static func subtree(_ apex: XMLNode, comments: Bool) -> NodeSet {
        NodeSet(apex.document, .tree(apex: apex, excluded: []), comments: comments)
    }

    /// What XPath selected: attributes and namespaces count too.
    package static func selected(_ nodes: XPathNodeSet) -> NodeSet {
        NodeSet(nodes.document, .picked(PickedNodes(nodes)), comments: true)
    }

    /// The set without some elements and all they contain.
    package func removing(_ elements: [XMLNode]) -> NodeSet {
        switch content {
        case .tree(let apex, let excluded):
            let known = Set(excluded)
            let new = known.isEmpty ? elements : elements.filter { !known.contains($0) }
            return NodeSet(
                document, .tree(apex: apex, excluded: excluded + new), comments: hasComments)
        case .picked(let nodes):
            let gone = Set(elements.map { UnsafeRawPointer($0.pointer) })
            let rest = nodes.filtered { !Self.isInside($0, gone) }
            return NodeSet(document, .picked(rest), comments: hasComments)
        }
    }

    private static func isInside(
        _ element: xmlNodePtr?, _ elements: Set<UnsafeRawPointer>
    ) -> Bool {
        var node = element
        while let current = node {
            if elements.contains(current) { return true }
            node = current.pointee.parent
        }
        return false
    }

    /// The element whose tree this is, if it is one; `nil` for the document and for a true set.
    package var apex: XMLNode? {
        if case .tree(let apex, _) = content { apex } else { nil }
    }

    /// The elements left out of a tree; `nil` for a true set, of which nothing so simple is known.
    package var excluded: [XMLNode]? {
        if case .tree(_, let excluded) = content { excluded } else { nil }
    }

    /// Whether the set is the whole document but for `excluded`.
    package var isDocument: Bool {
        if case .tree(nil, _) = content { true } else { false }
    }

    /// All character data of the set, in document order (xmldsig-core1, 6.6.2).
    package var text: [UInt8] {
        switch content {
        case .tree(let apex, let excluded):
            return Detached.during(excluded) { Array((apex ?? document.root).text.utf8) }
        case .picked(let nodes):
            var bytes: [UInt8] = []
            TreeWalk(document, attributes: false).forEach { node, _ in
                let type = node.pointee.type
                guard type == XML_TEXT_NODE || type == XML_CDATA_SECTION_NODE,
                    nodes.contains(node), let text = node.pointee.content
                else { return }
                bytes.append(
                    contentsOf: UnsafeBufferPointer(start: text, count: Int(xmlStrlen(text))))
            }
            return bytes
        }
    }
}

extension NodeSet: Hashable {
    package static func == (left: NodeSet, right: NodeSet) -> Bool {
        guard left.document === right.document, left.hasComments == right.hasComments else {
            return false
        }
        switch (left.content, right.content) {
        case (.tree(let first, let holes), .tree(let second, let others)):
            return first == second && holes == others
        case (.picked(let first), .picked(let second)): return first === second
        default: return false
        }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(document))
        switch content {
        case .tree(let apex, let excluded):
            hasher.combine(apex)
            hasher.combine(excluded)
        case .picked(let nodes): hasher.combine(ObjectIdentifier(nodes))
        }
    }
}

/// A true set of nodes: of elements, texts and attributes, and of namespaces each with its element.
final class PickedNodes {
    struct Namespace: Hashable {
        let element: UnsafeRawPointer
        let declaration: UnsafeRawPointer
    }

    private(set) var nodes: Set<UnsafeRawPointer> = []
    private(set) var namespaces: Set<Namespace> = []

    init() {}

    convenience init(_ selected: XPathNodeSet) {
        self.init()
        guard let set = selected.nodes else { return }
        for index in 0..<Int(set.pointee.nodeNr) {
            guard let node = set.pointee.nodeTab[index] else { continue }
            if node.pointee.type == XML_NAMESPACE_DECL {
                insertCopy(of: UnsafeRawPointer(node).assumingMemoryBound(to: xmlNs.self))
            } else {
                nodes.insert(node)
            }
        }
    }

    /// XPath hands out copies of namespaces, whose `next` is the element they hold for.
    private func insertCopy(of namespace: UnsafePointer<xmlNs>) {
        guard let next = namespace.pointee.next else { return }
        let element = UnsafeMutableRawPointer(next).assumingMemoryBound(to: xmlNode.self)
        guard element.pointee.type == XML_ELEMENT_NODE,
            let declaration = xmlSearchNs(
                element.pointee.doc, element, namespace.pointee.prefix)
        else { return }
        insert(declaration, of: element)
    }

    func insert(_ node: xmlNodePtr) { nodes.insert(node) }

    func insert(_ declaration: xmlNsPtr, of element: xmlNodePtr) {
        namespaces.insert(Namespace(element: element, declaration: declaration))
    }

    func contains(_ node: xmlNodePtr) -> Bool { nodes.contains(node) }

    func contains(_ declaration: xmlNsPtr, of element: xmlNodePtr) -> Bool {
        namespaces.contains(Namespace(element: element, declaration: declaration))
    }

    /// The nodes of those elements and texts that `keep`; a namespace goes by its element.
    func filtered(_ keep: (xmlNodePtr) -> Bool) -> PickedNodes {
        let rest = PickedNodes()
        rest.nodes = nodes.filter {
            keep(UnsafeMutableRawPointer(mutating: $0).assumingMemoryBound(to: xmlNode.self))
        }
        rest.namespaces = namespaces.filter {
            keep(
                UnsafeMutableRawPointer(mutating: $0.element).assumingMemoryBound(
                    to: xmlNode.self))
        }
        return rest
    }
}
