// SPDX-License-Identifier: Apache-2.0
import CLibXML2

/// Visits the nodes of a document in document order: elements, texts, comments, instructions, and
/// on demand attributes and the namespaces in scope.
struct TreeWalk {
    private let start: xmlNodePtr?
    private let attributes: Bool

    init(_ document: XMLDocument, attributes: Bool) {
        start = document.pointer.pointee.children
        self.attributes = attributes
    }

    /// - Parameter body: Receives a node, or for a namespace its element and its declaration.
    func forEach(_ body: (xmlNodePtr, xmlNsPtr?) throws(XMLError) -> Void) throws(XMLError) {
        var node = start
        while let current = node {
            try visit(current, body)
            node = Self.following(current)
        }
    }

    private static func following(_ node: xmlNodePtr) -> xmlNodePtr? {
        if node.pointee.type == XML_ELEMENT_NODE, let child = node.pointee.children { return child }
        var current = node
        while current.pointee.next == nil {
            guard let parent = current.pointee.parent, parent.pointee.type == XML_ELEMENT_NODE
            else { return nil }
            current = parent
        }
        return current.pointee.next
    }

    private func visit(
        _ node: xmlNodePtr, _ body: (xmlNodePtr, xmlNsPtr?) throws(XMLError) -> Void
    ) throws(XMLError) {
        guard node.pointee.type != XML_DTD_NODE else { return }
        try body(node, nil)
        guard attributes, node.pointee.type == XML_ELEMENT_NODE else { return }
        for declaration in Self.namespacesInScope(of: node) { try body(node, declaration) }
        var attribute = node.pointee.properties
        while let current = attribute {
            try body(
                UnsafeMutableRawPointer(current).assumingMemoryBound(to: xmlNode.self), nil)
            attribute = current.pointee.next
        }
    }

    /// The declarations that hold for an element, the nearest of each prefix.
    static func namespacesInScope(of element: xmlNodePtr) -> [xmlNsPtr] {
        var list: [xmlNsPtr] = []
        var node: xmlNodePtr? = element
        while let current = node, current.pointee.type == XML_ELEMENT_NODE {
            var declaration = current.pointee.nsDef
            while let namespace = declaration {
                let isShadowed = list.contains {
                    xmlStrEqual($0.pointee.prefix, namespace.pointee.prefix) == 1
                }
                if !isShadowed { list.append(namespace) }
                declaration = namespace.pointee.next
            }
            node = current.pointee.parent
        }
        return list
    }
}

extension TreeWalk {
    func forEach(_ body: (xmlNodePtr, xmlNsPtr?) -> Void) {
        var node = start
        while let current = node {
            if current.pointee.type != XML_DTD_NODE { body(current, nil) }
            node = Self.following(current)
        }
    }
}

/// Visits the elements of a document in document order, without a value for each.
struct ElementWalk {
    private let root: xmlNodePtr?

    init(_ document: XMLDocument) { root = xmlDocGetRootElement(document.pointer) }

    func forEach(_ body: (xmlNodePtr) -> Void) {
        _ = first { node in
            body(node)
            return false
        }
    }

    /// The first element for which `matches` holds.
    func first(where matches: (xmlNodePtr) -> Bool) -> xmlNodePtr? {
        var node = root
        while let current = node {
            if matches(current) { return current }
            node = following(current)
        }
        return nil
    }

    private func following(_ node: xmlNodePtr) -> xmlNodePtr? {
        if let child = Self.element(from: node.pointee.children) { return child }
        var current = node
        while current != root {
            if let sibling = Self.element(from: current.pointee.next) { return sibling }
            guard let parent = current.pointee.parent else { return nil }
            current = parent
        }
        return nil
    }

    private static func element(from start: xmlNodePtr?) -> xmlNodePtr? {
        var node = start
        while let current = node, current.pointee.type != XML_ELEMENT_NODE {
            node = current.pointee.next
        }
        return node
    }
}

/// Elements taken out of their tree for a moment, so that what reads the tree needs no questions.
enum Detached {
    private struct Place {
        let node: xmlNodePtr
        let parent: xmlNodePtr?
        let previous: xmlNodePtr?
        let next: xmlNodePtr?
    }

    static func during<Result>(_ elements: [XMLNode], _ body: () -> Result) -> Result {
        let places = elements.map { take($0.pointer) }
        defer { for place in places.reversed() { putBack(place) } }
        return withExtendedLifetime(elements) { body() }
    }

    private static func take(_ node: xmlNodePtr) -> Place {
        let place = Place(
            node: node, parent: node.pointee.parent, previous: node.pointee.prev,
            next: node.pointee.next)
        link(place.previous, to: place.next, in: place.parent)
        return place
    }

    private static func putBack(_ place: Place) {
        link(place.previous, to: place.node, in: place.parent)
        link(place.node, to: place.next, in: place.parent)
    }

    /// Makes two siblings neighbours; where one is missing, the other is its parent's first or last.
    private static func link(_ left: xmlNodePtr?, to right: xmlNodePtr?, in parent: xmlNodePtr?) {
        if let left { left.pointee.next = right } else { parent?.pointee.children = right }
        if let right { right.pointee.prev = left } else { parent?.pointee.last = left }
    }
}
