// SPDX-License-Identifier: Apache-2.0
import CLibXML2

/// An element of a document: a cursor that keeps the document alive.
package struct XMLNode {
    package let document: XMLDocument
    let pointer: xmlNodePtr

    init(_ document: XMLDocument, _ pointer: xmlNodePtr) {
        self.document = document
        self.pointer = pointer
    }

    package var localName: String { LibXML2.string(pointer.pointee.name) ?? "" }
    /// `nil` for an unqualified name.
    package var namespace: String? {
        let name = LibXML2.string(pointer.pointee.ns?.pointee.href)
        return name?.isEmpty == true ? nil : name
    }
    package var prefix: String? { LibXML2.string(pointer.pointee.ns?.pointee.prefix) }
    package var line: Int { xmlGetLineNo(pointer) }

    package func isNamed(_ localName: String, in namespace: String?) -> Bool {
        guard xmlStrEqual(pointer.pointee.name, localName) == 1 else { return false }
        let name = pointer.pointee.ns?.pointee.href
        guard let namespace else { return name == nil || name?.pointee == 0 }
        return xmlStrEqual(name, namespace) == 1
    }

    /// All character data below this element, comments and processing instructions left out.
    package var text: String {
        guard let content = xmlNodeGetContent(pointer) else { return "" }
        defer { ec_xmlFree(content) }
        return String(cString: content)
    }

    /// The character data directly in this element, or `nil` when it has child elements.
    package var simpleText: String? { firstChild == nil ? text : nil }

    package var parent: XMLNode? {
        guard let parent = pointer.pointee.parent, parent.pointee.type == XML_ELEMENT_NODE else {
            return nil
        }
        return XMLNode(document, parent)
    }

    package var firstChild: XMLNode? { element(from: pointer.pointee.children) }
    package var nextSibling: XMLNode? { element(from: pointer.pointee.next) }

    private func element(from start: xmlNodePtr?) -> XMLNode? {
        var node = start
        while let current = node {
            if current.pointee.type == XML_ELEMENT_NODE { return XMLNode(document, current) }
            node = current.pointee.next
        }
        return nil
    }

    /// The child elements in document order.
    package var children: some Sequence<XMLNode> {
        sequence(first: firstChild, next: { $0?.nextSibling }).lazy
            .prefix { $0 != nil }.compactMap { $0 }
    }

    package func child(_ localName: String, in namespace: String?) -> XMLNode? {
        children.first { $0.isNamed(localName, in: namespace) }
    }

    package func children(_ localName: String, in namespace: String?) -> [XMLNode] {
        children.filter { $0.isNamed(localName, in: namespace) }
    }

    /// This element and every element below it, in document order.
    package var descendantsAndSelf: some Sequence<XMLNode> {
        let apex = self
        return sequence(state: Optional(apex)) { next -> XMLNode? in
            guard let current = next else { return nil }
            next = current.firstChild ?? current.following(within: apex)
            return current
        }
    }

    private func following(within apex: XMLNode) -> XMLNode? {
        var node = self
        while node != apex {
            if let sibling = node.nextSibling { return sibling }
            guard let parent = node.parent else { return nil }
            node = parent
        }
        return nil
    }

    /// True when character data other than white space stands directly in this element.
    package var hasOwnText: Bool {
        var node = pointer.pointee.children
        while let current = node {
            let type = current.pointee.type
            if type == XML_TEXT_NODE || type == XML_CDATA_SECTION_NODE, xmlIsBlankNode(current) == 0
            {
                return true
            }
            node = current.pointee.next
        }
        return false
    }

    /// The place of this element as positional XPath, for example `/a/b[2]/c`.
    ///
    /// Names are local names; an index stands only where siblings share the name.
    package var path: String {
        var steps: [String] = []
        var node: XMLNode? = self
        while let current = node {
            steps.append(current.step)
            node = current.parent
        }
        return "/" + steps.reversed().joined(separator: "/")
    }

    private var step: String {
        guard let parent else { return localName }
        let twins = parent.children(localName, in: namespace)
        guard twins.count > 1, let index = twins.firstIndex(of: self) else { return localName }
        return "\(localName)[\(index + 1)]"
    }
}

extension XMLNode: Hashable {
    package static func == (left: XMLNode, right: XMLNode) -> Bool { left.pointer == right.pointer }
    package func hash(into hasher: inout Hasher) { hasher.combine(pointer) }
}

/// An attribute as read; namespace declarations are not attributes.
package struct XMLAttribute: Hashable, Sendable {
    package let localName: String
    package let namespace: String?
    package let value: String
}

extension XMLNode {
    package var attributes: [XMLAttribute] {
        var list: [XMLAttribute] = []
        var attribute = pointer.pointee.properties
        while let current = attribute {
            list.append(
                XMLAttribute(
                    localName: LibXML2.string(current.pointee.name) ?? "",
                    namespace: LibXML2.string(current.pointee.ns?.pointee.href),
                    value: Self.value(of: current)))
            attribute = current.pointee.next
        }
        return list
    }

    package func attribute(_ localName: String, in namespace: String? = nil) -> String? {
        let found =
            namespace.map { xmlHasNsProp(pointer, localName, $0) }
            ?? xmlHasNsProp(pointer, localName, nil)
        return found.map(Self.value)
    }

    private static func value(of attribute: xmlAttrPtr) -> String {
        guard let text = xmlNodeListGetString(attribute.pointee.doc, attribute.pointee.children, 1)
        else { return "" }
        defer { ec_xmlFree(text) }
        return String(cString: text)
    }

    /// Values of the attributes that may identify this element.
    package var identifiers: [String] {
        var list: [String] = []
        var attribute = pointer.pointee.properties
        while let current = attribute {
            if Self.isIdentifier(current) { list.append(Self.value(of: current)) }
            attribute = current.pointee.next
        }
        return list
    }

    private static func isIdentifier(_ attribute: xmlAttrPtr) -> Bool {
        guard let name = attribute.pointee.name, name[0] == UInt8(ascii: "I") || name[0] == 0x69,
            name[1] == UInt8(ascii: "d") || name[1] == UInt8(ascii: "D"), name[2] == 0
        else { return false }
        let namespace = attribute.pointee.ns?.pointee.href
        switch (name[0], name[1]) {
        case (0x49, 0x64): return namespace == nil || xmlStrEqual(namespace, Namespace.wsu) == 1
        case (0x49, 0x44): return namespace == nil
        case (0x69, 0x64): return namespace == nil || xmlStrEqual(namespace, Namespace.xml) == 1
        default: return false
        }
    }

    /// The namespaces that hold for this element, by prefix; the default one has an empty prefix.
    package var namespacesInScope: [String: String] {
        var map: [String: String] = [:]
        for declaration in TreeWalk.namespacesInScope(of: pointer) {
            map[LibXML2.string(declaration.pointee.prefix) ?? ""] =
                LibXML2.string(declaration.pointee.href) ?? ""
        }
        return map
    }
}

/// Namespaces that XML itself and identifier attributes need.
package enum Namespace {
    package static let xml = "http://www.w3.org/XML/1998/namespace"
    package static let wsu =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
}
