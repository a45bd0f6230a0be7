// SPDX-License-Identifier: Apache-2.0
import CLibXML2

/// One step of XPath Filter 2.0 (W3C xmldsig-filter2, 3.2).
package struct XPathFilter {
    package enum Operation: String, Sendable {
        case intersect, subtract, union
    }

    package let operation: Operation
    package let expression: XPath
    package let context: XPathContext

    package init(_ operation: Operation, _ expression: XPath, in context: XPathContext) {
        (self.operation, self.expression, self.context) = (operation, expression, context)
    }
}

extension NodeSet {
    /// The nodes of this set for which `expression` holds (xmldsig-core1, 6.6.3).
    ///
    /// - Throws: The expression cannot be evaluated, or takes more steps over all nodes together
    ///   than ``XMLLimits/xpathOperations``.
    package func filtered(
        by expression: XPath, in context: XPathContext
    ) throws(XMLError) -> NodeSet {
        let membership = Membership(self)
        let picked = PickedNodes()
        context.pointer.pointee.opCount = 0
        try TreeWalk(document, attributes: true).forEach {
            node, declaration throws(XMLError) in
            guard membership.contains(node, declaration) else { return }
            context.pointer.pointee.opCount += Self.stepsPerNode
            guard let declaration else {
                if try context.boolean(expression, atNode: node) { picked.insert(node) }
                return
            }
            if try context.boolean(expression, at: declaration, of: node) {
                picked.insert(declaration, of: node)
            }
        }
        return NodeSet(document, .picked(picked), comments: hasComments)
    }

    /// What it costs to come to a node and to keep it, in steps of an expression.
    private static let stepsPerNode: UInt = 10

    /// The nodes of this set that the filters leave (W3C xmldsig-filter2, 3.3).
    package func filtered(by filters: [XPathFilter]) throws(XMLError) -> NodeSet {
        var roots: [(XPathFilter.Operation, PickedNodes)] = []
        for filter in filters {
            let selected = try filter.context.nodeSet(filter.expression)
            roots.append((filter.operation, PickedNodes(selected)))
        }
        if let tree = tree(after: roots) { return tree }
        let membership = Membership(self)
        let picked = PickedNodes()
        TreeWalk(document, attributes: true).forEachInside(roots.map(\.1)) {
            node, declaration, isInside in
            filters.last?.context.pointer.pointee.opCount += Self.stepsPerNode
            guard membership.contains(node, declaration) else { return }
            var stays = true
            for (index, (operation, _)) in roots.enumerated() {
                switch operation {
                case .intersect: stays = stays && isInside[index]
                case .subtract: stays = stays && !isInside[index]
                case .union: stays = stays || isInside[index]
                }
            }
            guard stays else { return }
            if let declaration {
                picked.insert(declaration, of: node)
            } else {
                picked.insert(node)
            }
        }
        return NodeSet(document, .picked(picked), comments: hasComments)
    }

    /// The set as a tree, when it stays one: elements are taken away, or one element is kept.
    private func tree(after roots: [(XPathFilter.Operation, PickedNodes)]) -> NodeSet? {
        var result = self
        for (operation, nodes) in roots {
            guard case .tree(let apex, let excluded) = result.content,
                let elements = nodes.elements(of: document)
            else { return nil }
            switch operation {
            case .subtract: result = result.removing(elements)
            case .intersect:
                guard elements.count == 1, apex.map({ elements[0].isInside($0) }) ?? true,
                    !excluded.contains(where: { elements[0].isInside($0) })
                else { return nil }
                let holes = excluded.filter { $0.isInside(elements[0]) }
                result = NodeSet(
                    document, .tree(apex: elements[0], excluded: holes), comments: hasComments)
            case .union: return nil
            }
        }
        return result
    }
}

extension PickedNodes {
    /// The elements this set consists of, the outermost only; nil when other nodes are in it.
    fileprivate func elements(of document: XMLDocument) -> [XMLNode]? {
        guard namespaces.isEmpty else { return nil }
        var elements: [XMLNode] = []
        for raw in nodes {
            let node = UnsafeMutableRawPointer(mutating: raw).assumingMemoryBound(to: xmlNode.self)
            guard node.pointee.type == XML_ELEMENT_NODE else { return nil }
            elements.append(XMLNode(document, node))
        }
        let all = Set(elements)
        return elements.filter { element in
            var above = element.parent
            while let current = above {
                if all.contains(current) { return false }
                above = current.parent
            }
            return true
        }
    }
}

/// Whether nodes belong to a set, asked in document order.
private struct Membership {
    private let set: NodeSet
    private let holes: Set<UnsafeRawPointer>

    init(_ set: NodeSet) {
        self.set = set
        holes = Set((set.excluded ?? []).map { UnsafeRawPointer($0.pointer) })
    }

    func contains(_ node: xmlNodePtr, _ declaration: xmlNsPtr?) -> Bool {
        if node.pointee.type == XML_COMMENT_NODE, !set.hasComments { return false }
        switch set.content {
        case .picked(let nodes):
            return declaration.map { nodes.contains($0, of: node) } ?? nodes.contains(node)
        case .tree(let apex, _): return isInTree(node, apex?.pointer)
        }
    }

    private func isInTree(_ start: xmlNodePtr, _ apex: xmlNodePtr?) -> Bool {
        var isInside = apex == nil
        var node: xmlNodePtr? = start
        while let current = node {
            if !holes.isEmpty, holes.contains(current) { return false }
            if current == apex { isInside = true }
            node = current.pointee.parent
        }
        return isInside
    }
}

extension TreeWalk {
    /// Visits all nodes and says of each which of the `roots` it is or stands below.
    fileprivate func forEachInside(
        _ roots: [PickedNodes], _ body: (xmlNodePtr, xmlNsPtr?, [Bool]) -> Void
    ) {
        // What holds for an element holds for all below it; one entry for each open element.
        var open: [(element: xmlNodePtr?, isInside: [Bool])] = [
            (nil, roots.map { _ in false })
        ]
        try? forEach { node, declaration throws(XMLError) in
            if let declaration {
                let isInside = zip(open[open.count - 1].isInside, roots).map {
                    $0 || $1.contains(declaration, of: node)
                }
                return body(node, declaration, isInside)
            }
            while let element = open[open.count - 1].element, element != node.pointee.parent {
                open.removeLast()
            }
            let isInside = zip(open[open.count - 1].isInside, roots).map { $0 || $1.contains(node) }
            if node.pointee.type == XML_ELEMENT_NODE { open.append((node, isInside)) }
            body(node, nil, isInside)
        }
    }
}

extension XPathContext {
    /// Evaluates at a namespace node, which libxml2 makes as a copy that knows its element.
    fileprivate func boolean(
        _ expression: XPath, at declaration: xmlNsPtr, of element: xmlNodePtr
    ) throws(XMLError) -> Bool {
        guard let set = xmlXPathNodeSetCreate(nil) else { throw .outOfMemory }
        defer { xmlXPathFreeNodeSet(set) }
        guard xmlXPathNodeSetAddNs(set, element, declaration) >= 0, set.pointee.nodeNr == 1,
            let node = set.pointee.nodeTab[0]
        else { throw .outOfMemory }
        return try boolean(expression, atNode: node)
    }
}
