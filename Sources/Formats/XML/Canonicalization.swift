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
    /// Exactly these nodes, as XPath selected them: attributes and namespaces count too.
    case nodes(XPathNodeSet)
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
        let sink = Sink()
        guard
            let output = xmlOutputBufferCreateIO(
                sinkWrite, { _ in 0 }, Unmanaged.passUnretained(sink).toOpaque(), nil)
        else { throw .outOfMemory }
        let status = withCStrings(inclusivePrefixes) { prefixes in
            execute(selection, method, prefixes, output)
        }
        let closed = xmlOutputBufferClose(output)
        return try withExtendedLifetime(sink) { () throws(XMLError) -> [UInt8] in
            guard status >= 0, closed >= 0 else {
                throw .canonicalization("libxml2 refuses it, often for a relative namespace name")
            }
            return sink.bytes
        }
    }

    private func execute(
        _ selection: NodeSelection, _ method: CanonicalizationMethod,
        _ prefixes: UnsafeMutablePointer<UnsafeMutablePointer<xmlChar>?>?,
        _ output: xmlOutputBufferPtr
    ) -> Int32 {
        let comments: Int32 = method.withComments ? 1 : 0
        LibXML2.initialize()
        switch selection {
        case .document:
            return xmlC14NExecute(pointer, nil, nil, method.mode, prefixes, comments, output)
        case .nodes(let set):
            return xmlC14NDocSaveTo(
                pointer, set.nodes, method.mode, prefixes, comments, output)
        case .subtree(let apex):
            return execute(Part(apex, []), method, prefixes, output)
        case .documentWithout(let excluded):
            return execute(Part(nil, excluded), method, prefixes, output)
        case .subtreeWithout(let apex, let excluded):
            return execute(Part(apex, excluded), method, prefixes, output)
        }
    }

    private func execute(
        _ part: Part, _ method: CanonicalizationMethod,
        _ prefixes: UnsafeMutablePointer<UnsafeMutablePointer<xmlChar>?>?,
        _ output: xmlOutputBufferPtr
    ) -> Int32 {
        withExtendedLifetime(part) {
            xmlC14NExecute(
                pointer, isVisible, Unmanaged.passUnretained(part).toOpaque(), method.mode,
                prefixes, method.withComments ? 1 : 0, output)
        }
    }
}

/// An element tree with holes.
private final class Part {
    let apex: xmlNodePtr?
    let excluded: [xmlNodePtr]
    init(_ apex: XMLNode?, _ excluded: [XMLNode]) {
        self.apex = apex?.pointer
        self.excluded = excluded.map(\.pointer)
    }

    func contains(_ start: xmlNodePtr?) -> Bool {
        var node = start
        var isInside = apex == nil
        while let current = node {
            if excluded.contains(current) { return false }
            if current == apex { isInside = true }
            if isInside, excluded.isEmpty { return true }
            node = current.pointee.parent
        }
        return isInside
    }
}

/// For an attribute or a namespace `parent` is its element; a namespace has no parent of its own.
private let isVisible: xmlC14NIsVisibleCallback = { part, node, parent in
    guard let part, let node else { return 0 }
    let type = node.pointee.type
    let element = type == XML_NAMESPACE_DECL || type == XML_ATTRIBUTE_NODE ? parent : node
    return Unmanaged<Part>.fromOpaque(part).takeUnretainedValue().contains(element) ? 1 : 0
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
