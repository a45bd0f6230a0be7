// SPDX-License-Identifier: Apache-2.0
import CLibXML2
import Synchronization

/// A compiled XPath 1.0 expression, shared by threads.
///
/// libxml2 keeps caches inside a compiled expression, so each evaluation holds `lock`.
package final class XPath: @unchecked Sendable {
    package let expression: String
    fileprivate let compiled: xmlXPathCompExprPtr
    fileprivate let lock = Mutex<Void>(())

    /// - Throws: `.xpath` when the expression has no XPath 1.0 reading.
    package init(_ expression: String) throws(XMLError) {
        LibXML2.initialize()
        guard expression.utf8.count <= 10_000, let compiled = xmlXPathCompile(expression) else {
            throw .xpath(expression: expression, reason: "not an XPath 1.0 expression")
        }
        self.expression = expression
        self.compiled = compiled
    }

    deinit { xmlXPathFreeCompExpr(compiled) }
}

package enum XPathValue {
    case nodes([XMLNode])
    case boolean(Bool)
    case number(Double)
    case string(String)

    /// Converts as the XPath functions `boolean` and `string` do; a node set has the first node's text.
    package var boolean: Bool {
        switch self {
        case .nodes(let nodes): !nodes.isEmpty
        case .boolean(let value): value
        case .number(let value): value != 0 && !value.isNaN
        case .string(let value): !value.isEmpty
        }
    }
}

/// An extension function over strings; a node set arrives as the text of its first node.
package typealias XPathFunction = @Sendable ([String]) -> XPathValue

/// What XPath expressions are evaluated in: a document, prefixes, variables and functions.
package final class XPathContext {
    package let document: XMLDocument
    let pointer: xmlXPathContextPtr
    private let functions: FunctionTable

    /// - Parameter functions: By local name, all in `functionNamespace`.
    package init(
        _ document: XMLDocument, namespaces: [String: String] = [:],
        functionNamespace: String = "", functions: [String: XPathFunction] = [:]
    ) throws(XMLError) {
        LibXML2.initialize()
        guard let pointer = xmlXPathNewContext(document.pointer) else { throw .outOfMemory }
        self.document = document
        self.pointer = pointer
        self.functions = FunctionTable(functions)
        pointer.pointee.opLimit = document.limits.xpathOperations
        pointer.pointee.userData = Unmanaged.passUnretained(self.functions).toOpaque()
        for (prefix, namespace) in namespaces { xmlXPathRegisterNs(pointer, prefix, namespace) }
        for name in functions.keys {
            xmlXPathRegisterFuncNS(pointer, name, functionNamespace, callFunction)
        }
    }

    deinit { xmlXPathFreeContext(pointer) }

    /// Lets expressions call `here()`, which answers with this element (xmldsig-core1, 6.6.3).
    package func defineHere(as element: XMLNode) {
        functions.here = element
        xmlXPathRegisterFunc(pointer, "here", callHere)
    }

    /// How many steps an evaluation, or a filter over many nodes, may take.
    package var stepLimit: UInt {
        get { pointer.pointee.opLimit }
        set { pointer.pointee.opLimit = newValue }
    }

    /// The steps taken since the last evaluation or filter began.
    package var stepsTaken: UInt { pointer.pointee.opCount }

    package func setVariable(_ name: String, to value: XPathValue) {
        xmlXPathRegisterVariable(pointer, name, value.makeObject())
    }

    /// Evaluates `expression` with `node`, or the document, as context node.
    package func evaluate(
        _ expression: XPath, at node: XMLNode? = nil
    ) throws(XMLError) -> XPathValue {
        let object = try object(expression, at: node)
        defer { xmlXPathFreeObject(object) }
        return XPathValue(object, in: document)
    }

    package func string(_ expression: XPath, at node: XMLNode? = nil) throws(XMLError) -> String {
        let object = try object(expression, at: node)
        defer { xmlXPathFreeObject(object) }
        guard let text = xmlXPathCastToString(object) else { throw .outOfMemory }
        defer { ec_xmlFree(text) }
        return String(cString: text)
    }

    /// The selected nodes as canonicalisation wants them, attributes and namespaces included.
    package func nodeSet(
        _ expression: XPath, at node: XMLNode? = nil
    ) throws(XMLError) -> XPathNodeSet {
        let object = try object(expression, at: node)
        guard object.pointee.type == XPATH_NODESET else {
            xmlXPathFreeObject(object)
            throw .xpath(expression: expression.expression, reason: "does not select nodes")
        }
        return XPathNodeSet(owning: object, in: document)
    }

    private func object(
        _ expression: XPath, at node: XMLNode?
    ) throws(XMLError) -> xmlXPathObjectPtr {
        pointer.pointee.opCount = 0
        return try object(
            expression,
            atNode: node?.pointer
                ?? UnsafeMutableRawPointer(document.pointer).assumingMemoryBound(to: xmlNode.self))
    }

    /// Whether `expression` holds at any kind of node; steps are counted on from the last call.
    func boolean(_ expression: XPath, atNode node: xmlNodePtr) throws(XMLError) -> Bool {
        let object = try object(expression, atNode: node)
        defer { xmlXPathFreeObject(object) }
        return xmlXPathCastToBoolean(object) == 1
    }

    private func object(
        _ expression: XPath, atNode node: xmlNodePtr
    ) throws(XMLError) -> xmlXPathObjectPtr {
        pointer.pointee.node = node
        var object: xmlXPathObjectPtr?
        expression.lock.withLock { _ in
            object = xmlXPathCompiledEval(expression.compiled, pointer)
        }
        guard let object else {
            throw .xpath(expression: expression.expression, reason: "cannot be evaluated")
        }
        return object
    }
}

/// Nodes selected by XPath, kept with their document.
package final class XPathNodeSet {
    private let object: xmlXPathObjectPtr
    let document: XMLDocument
    fileprivate init(owning object: xmlXPathObjectPtr, in document: XMLDocument) {
        (self.object, self.document) = (object, document)
    }
    deinit { xmlXPathFreeObject(object) }
    var nodes: xmlNodeSetPtr? { object.pointee.nodesetval }
}

private final class FunctionTable {
    let functions: [String: XPathFunction]
    var here: XMLNode?
    init(_ functions: [String: XPathFunction]) { self.functions = functions }
}

/// Looks the function up by its local name: a compiled expression keeps a pointer to the namespace
/// name of the first context it was evaluated in, which may be gone.
private let callFunction: xmlXPathFunction = { parser, count in
    guard let parser, let context = parser.pointee.context,
        let table = context.pointee.userData,
        let name = LibXML2.string(context.pointee.function),
        let function = Unmanaged<FunctionTable>.fromOpaque(table).takeUnretainedValue()
            .functions[name]
    else { return }
    var arguments: [String] = []
    for _ in 0..<count {
        guard let text = xmlXPathPopString(parser) else { return }
        arguments.insert(String(cString: text), at: 0)
        ec_xmlFree(text)
    }
    valuePush(parser, function(arguments).makeObject())
}

private let callHere: xmlXPathFunction = { parser, count in
    guard let parser, count == 0, let table = parser.pointee.context?.pointee.userData,
        let here = Unmanaged<FunctionTable>.fromOpaque(table).takeUnretainedValue().here
    else {
        if let parser { xmlXPathErr(parser, Int32(XPATH_INVALID_ARITY.rawValue)) }
        return
    }
    valuePush(parser, XPathValue.nodes([here]).makeObject())
}

extension XPathValue {
    fileprivate init(_ object: xmlXPathObjectPtr, in document: XMLDocument) {
        switch object.pointee.type {
        case XPATH_NODESET:
            guard let set = object.pointee.nodesetval else {
                self = .nodes([])
                return
            }
            let nodes = (0..<Int(set.pointee.nodeNr)).compactMap { set.pointee.nodeTab[$0] }
            self = .nodes(nodes.compactMap { Self.element($0, in: document) })
        case XPATH_BOOLEAN: self = .boolean(object.pointee.boolval != 0)
        case XPATH_NUMBER: self = .number(object.pointee.floatval)
        default: self = .string(LibXML2.string(object.pointee.stringval) ?? "")
        }
    }

    /// An element stands for itself, an attribute or a text for the element that holds it.
    private static func element(_ node: xmlNodePtr, in document: XMLDocument) -> XMLNode? {
        switch node.pointee.type {
        case XML_ELEMENT_NODE: XMLNode(document, node)
        case XML_ATTRIBUTE_NODE, XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
            node.pointee.parent.map { XMLNode(document, $0) }
        case XML_DOCUMENT_NODE: document.root
        default: nil
        }
    }

    fileprivate func makeObject() -> xmlXPathObjectPtr? {
        switch self {
        case .boolean(let value): xmlXPathNewBoolean(value ? 1 : 0)
        case .number(let value): xmlXPathNewFloat(value)
        case .string(let value): xmlXPathNewString(value)
        case .nodes(let nodes): Self.makeNodeSet(nodes)
        }
    }

    private static func makeNodeSet(_ nodes: [XMLNode]) -> xmlXPathObjectPtr? {
        guard let object = xmlXPathNewNodeSet(nil) else { return nil }
        for node in nodes { xmlXPathNodeSetAdd(object.pointee.nodesetval, node.pointer) }
        return object
    }
}
