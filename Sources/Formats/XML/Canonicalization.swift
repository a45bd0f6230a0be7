// SPDX-License-Identifier: Apache-2.0
import CLibXML2

/// The canonicalisation methods of XML-DSig, by their identifiers.
package enum CanonicalizationMethod: String, Sendable, Hashable, CaseIterable {
    case inclusive10 = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    case inclusive10WithComments =
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
    case inclusive11 = "http://www.w3.org/2006/12/xml-c14n11"
    case inclusive11WithComments = "http://www.w3.org/2006/12/xml-c14n11#WithComments"
    case exclusive10 = "http://www.w3.org/2001/10/xml-exc-c14n#"
    case exclusive10WithComments = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"

    package var withComments: Bool {
        switch self {
        case .inclusive10WithComments, .inclusive11WithComments, .exclusive10WithComments: true
        case .inclusive10, .inclusive11, .exclusive10: false
        }
    }

    /// The same method without comments.
    package var withoutComments: CanonicalizationMethod {
        switch self {
        case .inclusive10, .inclusive10WithComments: .inclusive10
        case .inclusive11, .inclusive11WithComments: .inclusive11
        case .exclusive10, .exclusive10WithComments: .exclusive10
        }
    }

    var mode: Int32 {
        switch self {
        case .inclusive10, .inclusive10WithComments: Int32(XML_C14N_1_0.rawValue)
        case .inclusive11, .inclusive11WithComments: Int32(XML_C14N_1_1.rawValue)
        case .exclusive10, .exclusive10WithComments: Int32(XML_C14N_EXCLUSIVE_1_0.rawValue)
        }
    }
}

/// The part of a document that is canonicalised.
package enum NodeSelection {
    case document
    /// An element and all it contains.
    case subtree(XMLNode)
    /// A selection without some elements and all they contain (the enveloped-signature transform).
    case documentWithout([XMLNode])
    case subtreeWithout(XMLNode, [XMLNode])

    fileprivate func nodes(of document: XMLDocument) -> NodeSet {
        switch self {
        case .document: .all(of: document, comments: true)
        case .subtree(let apex): .subtree(apex, comments: true)
        case .documentWithout(let excluded): .all(of: document, comments: true).removing(excluded)
        case .subtreeWithout(let apex, let excluded):
            .subtree(apex, comments: true).removing(excluded)
        }
    }
}

extension XMLDocument {
    /// The canonical form of a part of this document.
    ///
    /// - Parameter inclusivePrefixes: The PrefixList of exclusive canonicalisation; `#default`
    ///   stands for the default namespace.
    package func canonical(
        _ selection: NodeSelection = .document, method: CanonicalizationMethod = .exclusive10,
        inclusivePrefixes: [String] = []
    ) throws(XMLError) -> [UInt8] {
        try selection.nodes(of: self).canonical(method, inclusivePrefixes: inclusivePrefixes)
    }
}

extension NodeSet {
    /// The canonical form of these nodes; comments only when both the method and the set have them.
    ///
    /// The cost follows the size of the part, not of the document.
    package func canonical(
        _ method: CanonicalizationMethod, inclusivePrefixes: [String] = []
    ) throws(XMLError) -> [UInt8] {
        LibXML2.initialize()
        let sink = Sink()
        guard
            let output = xmlOutputBufferCreateIO(
                sinkWrite, { _ in 0 }, Unmanaged.passUnretained(sink).toOpaque(), nil)
        else { throw .outOfMemory }
        let status = withCStrings(inclusivePrefixes) { prefixes in
            let run = Run(
                mode: method.mode, prefixes: prefixes,
                comments: method.withComments && hasComments ? 1 : 0, output: output)
            return execute(run)
        }
        let closed = xmlOutputBufferClose(output)
        return try withExtendedLifetime(sink) { () throws(XMLError) -> [UInt8] in
            guard status >= 0, closed >= 0 else {
                throw .canonicalization("libxml2 refuses it, often for a relative namespace name")
            }
            return sink.bytes
        }
    }

    private struct Run {
        let mode: Int32
        let prefixes: UnsafeMutablePointer<UnsafeMutablePointer<xmlChar>?>?
        let comments: Int32
        let output: xmlOutputBufferPtr

        func callAsFunction(
            _ document: xmlDocPtr, _ isVisible: xmlC14NIsVisibleCallback? = nil,
            _ context: UnsafeMutableRawPointer? = nil
        ) -> Int32 {
            xmlC14NExecute(document, isVisible, context, mode, prefixes, comments, output)
        }
    }

    private func execute(_ run: Run) -> Int32 {
        switch content {
        case .picked(let nodes):
            return withExtendedLifetime(nodes) {
                run(document.pointer, isPicked, Unmanaged.passUnretained(nodes).toOpaque())
            }
        case .tree(nil, let excluded):
            return Detached.during(excluded) { run(document.pointer) }
        case .tree(let apex?, let excluded):
            if excluded.contains(where: { apex.isInside($0) }) { return 0 }
            return Detached.during(excluded) { execute(apex, run) }
        }
    }

    /// Canonicalises an element as the only child of a document of its own: libxml2 begins at the
    /// document, and would else visit all of it for each small part.
    private func execute(_ apex: XMLNode, _ run: Run) -> Int32 {
        guard let standIn = xmlNewDoc("1.0") else { return -1 }
        let node = apex.pointer
        let next = node.pointee.next
        node.pointee.next = nil
        standIn.pointee.children = node
        defer {
            node.pointee.next = next
            standIn.pointee.children = nil
            xmlFreeDoc(standIn)
        }
        let ancestors = Ancestors(of: apex)
        guard run.mode != XML_C14N_EXCLUSIVE_1_0.rawValue, ancestors.haveXMLAttributes else {
            return run(standIn)
        }
        // Attributes such as xml:lang are taken over from ancestors that are not in the set.
        return withExtendedLifetime(ancestors) {
            run(standIn, isNoAncestor, Unmanaged.passUnretained(ancestors).toOpaque())
        }
    }
}

extension XMLNode {
    /// Whether this element is `other` or stands somewhere below it.
    package func isInside(_ other: XMLNode) -> Bool {
        var node: xmlNodePtr? = pointer
        while let current = node {
            if current == other.pointer { return true }
            node = current.pointee.parent
        }
        return false
    }
}

/// The elements around the one that is canonicalised.
private final class Ancestors {
    private(set) var nodes: Set<UnsafeRawPointer> = []
    private(set) var haveXMLAttributes = false

    init(of apex: XMLNode) {
        var node = apex.pointer.pointee.parent
        while let current = node {
            nodes.insert(current)
            if current.pointee.type == XML_ELEMENT_NODE, Self.hasXMLAttribute(current) {
                haveXMLAttributes = true
            }
            node = current.pointee.parent
        }
    }

    private static func hasXMLAttribute(_ element: xmlNodePtr) -> Bool {
        var attribute = element.pointee.properties
        while let current = attribute {
            if xmlStrEqual(current.pointee.ns?.pointee.prefix, "xml") == 1 { return true }
            attribute = current.pointee.next
        }
        return false
    }
}

private let isNoAncestor: xmlC14NIsVisibleCallback = { context, node, _ in
    guard let context, let node else { return 0 }
    let ancestors = Unmanaged<Ancestors>.fromOpaque(context).takeUnretainedValue()
    return ancestors.nodes.contains(node) ? 0 : 1
}

/// For a namespace `parent` is the element it holds for.
private let isPicked: xmlC14NIsVisibleCallback = { context, node, parent in
    guard let context, let node else { return 0 }
    let nodes = Unmanaged<PickedNodes>.fromOpaque(context).takeUnretainedValue()
    guard node.pointee.type == XML_NAMESPACE_DECL else { return nodes.contains(node) ? 1 : 0 }
    guard let parent else { return 0 }
    let declaration = UnsafeMutableRawPointer(node).assumingMemoryBound(to: xmlNs.self)
    return nodes.contains(declaration, of: parent) ? 1 : 0
}

private final class Sink { var bytes: [UInt8] = [] }

private let sinkWrite: xmlOutputWriteCallback = { context, text, length in
    guard let context, let text, length >= 0 else { return -1 }
    let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
    sink.bytes.append(contentsOf: UnsafeRawBufferPointer(start: text, count: Int(length)))
    return length
}

/// A NULL-terminated array of C strings for the time of `body`; `nil` when there are none.
private func withCStrings<Result>(
    _ strings: [String],
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<xmlChar>?>?) -> Result
) -> Result {
    guard !strings.isEmpty else { return body(nil) }
    var pointers: [UnsafeMutablePointer<xmlChar>?] = strings.map { xmlStrdup($0) }
    pointers.append(nil)
    defer { for case let pointer? in pointers { ec_xmlFree(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress) }
}
