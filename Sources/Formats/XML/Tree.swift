// SPDX-License-Identifier: Apache-2.0
import CLibXML2

extension Element {
    /// Makes the libxml2 node of this element under `parent`, namespaces declared where needed.
    func makeNode(in document: xmlDocPtr, parent: xmlNodePtr?) -> xmlNodePtr? {
        guard let node = xmlNewDocNode(document, nil, name.localName, nil) else { return nil }
        guard let parent else { return node }
        xmlAddChild(parent, node)
        declareNamespaces(on: node)
        return node
    }

    /// Gives `node`, which stands in its tree, its namespace, attributes and children.
    func declareNamespaces(on node: xmlNodePtr) {
        xmlSetNs(node, Self.namespace(name, at: node))
        for attribute in attributes {
            let namespace =
                attribute.name.prefix.isEmpty
                ? nil : Self.namespace(attribute.name, at: node)
            xmlNewNsProp(node, namespace, attribute.name.localName, attribute.value)
        }
        for child in children {
            switch child {
            case .element(let element):
                _ = element.makeNode(in: node.pointee.doc, parent: node)
            case .text(let text):
                xmlAddChild(node, xmlNewDocText(node.pointee.doc, text))
            }
        }
    }

    /// The declaration in scope for this name, or a new one on `node`.
    private static func namespace(_ name: Name, at node: xmlNodePtr) -> xmlNsPtr? {
        let prefix = name.prefix.isEmpty ? nil : name.prefix
        let inScope =
            prefix.map { xmlSearchNs(node.pointee.doc, node, $0) }
            ?? xmlSearchNs(node.pointee.doc, node, nil)
        let wanted = name.namespace ?? ""
        if let inScope, LibXML2.string(inScope.pointee.href) ?? "" == wanted { return inScope }
        if inScope == nil, wanted.isEmpty { return nil }
        return prefix.map { xmlNewNs(node, wanted, $0) } ?? xmlNewNs(node, wanted, nil)
    }
}

extension XMLNode {
    /// Adds `element` as the last child and returns it.
    @discardableResult
    package func append(_ element: Element) throws(XMLError) -> XMLNode {
        guard let node = element.makeNode(in: document.pointer, parent: pointer) else {
            throw .outOfMemory
        }
        return XMLNode(document, node)
    }

    /// Adds a copy of an element of another document as the last child and returns it.
    @discardableResult
    package func append(copying node: XMLNode) throws(XMLError) -> XMLNode {
        guard let copy = xmlDocCopyNode(node.pointer, document.pointer, 1) else {
            throw .outOfMemory
        }
        xmlAddChild(pointer, copy)
        let node = XMLNode(document, copy)
        node.undeclareDefaultNamespace()
        return node
    }

    /// Gives unqualified elements below a foreign default namespace their `xmlns=""`.
    private func undeclareDefaultNamespace() {
        if pointer.pointee.ns == nil {
            guard let inherited = xmlSearchNs(document.pointer, pointer, nil),
                LibXML2.string(inherited.pointee.href)?.isEmpty == false
            else { return children.forEach { $0.undeclareDefaultNamespace() } }
            xmlNewNs(pointer, "", nil)
        }
        for child in children { child.undeclareDefaultNamespace() }
    }

    /// This element as a value, with the prefixes it was written with.
    package func value() -> Element {
        let list = attributesWithPrefix.map { name, value in Element.Attribute(name, value) }
        var children: [Element.Child] = []
        var node = pointer.pointee.children
        while let current = node {
            switch current.pointee.type {
            case XML_ELEMENT_NODE: children.append(.element(XMLNode(document, current).value()))
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
                children.append(.text(LibXML2.string(current.pointee.content) ?? ""))
            default: break
            }
            node = current.pointee.next
        }
        return Element(
            Element.Name(localName, prefix: prefix ?? "", in: namespace), attributes: list,
            children: children)
    }

    private var attributesWithPrefix: [(Element.Name, String)] {
        var list: [(Element.Name, String)] = []
        var attribute = pointer.pointee.properties
        while let current = attribute {
            let name = LibXML2.string(current.pointee.name) ?? ""
            let namespace = LibXML2.string(current.pointee.ns?.pointee.href)
            let prefix = LibXML2.string(current.pointee.ns?.pointee.prefix) ?? ""
            let value = self.attribute(name, in: namespace) ?? ""
            list.append((Element.Name(name, prefix: prefix, in: namespace), value))
            attribute = current.pointee.next
        }
        return list
    }
}
