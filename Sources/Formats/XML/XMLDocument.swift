// SPDX-License-Identifier: Apache-2.0
import CLibXML2

/// A parsed document.
///
/// Not `Sendable` on purpose: one document belongs to one isolation domain at a time. Nodes keep
/// their document alive.
package final class XMLDocument {
    let pointer: xmlDocPtr
    let limits: XMLLimits
    /// How many bytes were parsed; 0 for a document that was made or copied.
    package private(set) var sourceSize = 0

    init(owning pointer: xmlDocPtr, limits: XMLLimits) {
        self.pointer = pointer
        self.limits = limits
    }

    deinit { xmlFreeDoc(pointer) }

    /// Parses `bytes` within `limits`; no external resource is ever loaded (XM-01, XM-02).
    package convenience init(
        parsing bytes: [UInt8], limits: XMLLimits = .standard
    ) throws(XMLError) {
        self.init(owning: try Parser.parse(bytes, limits: limits), limits: limits)
        sourceSize = bytes.count
    }

    /// Makes a document of one element.
    package convenience init(root: Element) throws(XMLError) {
        LibXML2.initialize()
        guard let document = xmlNewDoc("1.0") else { throw .outOfMemory }
        self.init(owning: document, limits: .standard)
        guard let node = root.makeNode(in: document, parent: nil) else { throw .outOfMemory }
        xmlDocSetRootElement(document, node)
        root.declareNamespaces(on: node)
    }

    package var root: XMLNode {
        XMLNode(self, xmlDocGetRootElement(pointer)!)  // the parser refuses rootless documents
    }

    /// The document as UTF-8 with an XML declaration; what was parsed keeps its canonical form.
    package func serialized() -> [UInt8] {
        var bytes: UnsafeMutablePointer<xmlChar>?
        var count: Int32 = 0
        xmlDocDumpMemoryEnc(pointer, &bytes, &count, "UTF-8")
        defer { ec_xmlFree(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }

    /// A document of its own whose root is a copy of `node`, with the namespaces it uses.
    ///
    /// This is how a statement is cut out of the message that carried it.
    package convenience init(copying node: XMLNode) throws(XMLError) {
        guard let document = xmlNewDoc("1.0") else { throw .outOfMemory }
        self.init(owning: document, limits: node.document.limits)
        guard let copy = xmlDocCopyNode(node.pointer, document, 1) else { throw .outOfMemory }
        xmlDocSetRootElement(document, copy)
    }

    /// The one element whose identifier attribute has this value.
    ///
    /// Identifiers are the attributes `Id`, `ID`, `id`, `wsu:Id` and `xml:id`; there is no document
    /// type to say so. A value used twice is refused, whoever asks for which (XM-03).
    package func element(withID id: String) throws(XMLError) -> XMLNode? {
        try IdentifierIndex(self).element(withID: id)
    }

    /// All elements of this name, in document order.
    package func elements(named localName: String, in namespace: String) -> [XMLNode] {
        let (name, href) = (Array(localName.utf8) + [0], Array(namespace.utf8) + [0])
        var list: [XMLNode] = []
        ElementWalk(self).forEach { node in
            guard xmlStrEqual(node.pointee.name, name) == 1,
                xmlStrEqual(node.pointee.ns?.pointee.href, href) == 1
            else { return }
            list.append(XMLNode(self, node))
        }
        return list
    }

    /// The first identifier that occurs twice, if any.
    package var duplicateID: String? { IdentifierIndex(self).firstDuplicate }
}

/// All identifiers of a document as it is now, for looking up many.
package struct IdentifierIndex {
    private var elements: [String: XMLNode] = [:]
    private var ambiguous: Set<String> = []
    /// The first identifier that occurs twice, if any.
    package private(set) var firstDuplicate: String?

    package init(_ document: XMLDocument) {
        ElementWalk(document).forEach { node in
            guard node.pointee.properties != nil else { return }
            let element = XMLNode(document, node)
            for id in element.identifiers {
                guard elements.updateValue(element, forKey: id) != nil else { continue }
                ambiguous.insert(id)
                if firstDuplicate == nil { firstDuplicate = id }
            }
        }
    }

    /// - Throws: `.duplicateID` when more than one attribute has this value.
    package func element(withID id: String) throws(XMLError) -> XMLNode? {
        guard !ambiguous.contains(id) else { throw .duplicateID(id) }
        return elements[id]
    }
}

/// What holds for the whole process: no external entity is loaded, nothing is printed.
enum LibXML2 {
    private static let once: Void = {
        xmlInitParser()
        xmlSetExternalEntityLoader { url, _, context in
            guard let url, let bytes = SchemaCatalogue.bytes(for: String(cString: url)) else {
                return nil
            }
            return SchemaCatalogue.input(for: bytes, named: url, context: context)
        }
        xmlThrDefSetStructuredErrorFunc(nil, { _, _ in })
    }()

    /// Called before any other use; silences libxml2 on this thread too.
    static func initialize() {
        _ = once
        xmlSetStructuredErrorFunc(nil, { _, _ in })
    }

    static func string(_ text: UnsafePointer<xmlChar>?) -> String? {
        text.map { String(cString: $0) }
    }

    static func message(_ text: UnsafeMutablePointer<CChar>?) -> String {
        guard let text else { return "unknown" }
        var message = String(cString: text)
        while message.last?.isWhitespace == true { message.removeLast() }
        return message
    }
}

extension XMLDocument {
    /// Whether a comment stands anywhere: canonical forms without comments do not cover it, and
    /// readers may take the text around it apart.
    package var hasComments: Bool {
        var node = root.pointer.pointee.doc.pointee.children
        while let current = node {
            if current.pointee.type == XML_COMMENT_NODE { return true }
            if current.pointee.type == XML_ELEMENT_NODE, let child = current.pointee.children {
                node = child
                continue
            }
            var climber: xmlNodePtr? = current
            while let place = climber, place.pointee.next == nil {
                let parent = place.pointee.parent
                climber = parent?.pointee.type == XML_ELEMENT_NODE ? parent : nil
            }
            node = climber?.pointee.next
        }
        return false
    }
}
