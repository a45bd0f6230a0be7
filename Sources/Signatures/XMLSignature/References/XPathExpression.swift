// SPDX-License-Identifier: Apache-2.0
import XML

/// An XPath expression of a transform, with the place it stands in: its prefixes and `here()`.
package struct XPathExpression: Sendable, Hashable {
    /// XPath Filter 2.0 (W3C xmldsig-filter2, 3.2).
    package static let filter2Namespace = "http://www.w3.org/2002/06/xmldsig-filter2"

    package let text: String
    private let namespaces: [String: String]
    /// The element that holds the text, as the child it is of the child it is of the root.
    private let place: [Int]

    init(_ node: XMLNode) {
        text = node.text
        namespaces = node.namespacesInScope
        place = node.place
    }

    /// Functions over text, and ways through the whole document, cost as much as it is long for each
    /// node they are asked about.
    private static let dear = [
        "translate", "string", "normalize", "concat", "contains", "starts-with", "sum", "number",
        "//", "descendant", "following", "preceding", "id(", "lang",
    ]

    /// Refuses an expression whose cost could grow with the square of a large document.
    private func demandAffordable(_ resolver: ReferenceResolver) throws(ReferenceFault) {
        guard resolver.document.sourceSize > Limits.affordableXPathSize else { return }
        guard Self.dear.allSatisfy({ !text.contains($0) }) else {
            throw .notComputed("an XPath expression that costs too much in a large document")
        }
    }

    /// The nodes for which the expression is true (xmldsig-core1, 6.6.3).
    func filter(_ nodes: NodeSet, _ resolver: ReferenceResolver) throws(ReferenceFault) -> NodeSet {
        if let plain = withoutSignatures(nodes, resolver) { return plain }
        try demandAffordable(resolver)
        do {
            let context = try context(nodes, resolver)
            defer { resolver.xpathStepsLeft -= min(resolver.xpathStepsLeft, context.stepsTaken) }
            return try nodes.filtered(by: XPath(text), in: context)
        } catch {
            throw .notComputed("XPath transform: \(Self.reason(error))")
        }
    }

    static func filter(
        _ nodes: NodeSet, by filters: [(XPathFilter.Operation, XPathExpression)],
        _ resolver: ReferenceResolver
    ) throws(ReferenceFault) -> NodeSet {
        for (_, expression) in filters { try expression.demandAffordable(resolver) }
        do {
            var steps: [XPathFilter] = []
            defer {
                let taken = steps.reduce(0) { $0 + $1.context.stepsTaken }
                resolver.xpathStepsLeft -= min(resolver.xpathStepsLeft, taken)
            }
            for (operation, expression) in filters {
                let context = try expression.context(nodes, resolver)
                steps.append(XPathFilter(operation, try XPath(expression.text), in: context))
            }
            return try nodes.filtered(by: steps)
        } catch {
            throw .notComputed("XPath filter: \(reason(error))")
        }
    }

    private func context(
        _ nodes: NodeSet, _ resolver: ReferenceResolver
    ) throws(XMLError) -> XPathContext {
        guard resolver.xpathStepsLeft > 0 else {
            throw .xpath(expression: "", reason: "the expressions of the file take too many steps")
        }
        let context = try XPathContext(
            nodes.document, namespaces: namespaces.filter { !$0.key.isEmpty })
        context.stepLimit = resolver.xpathStepsLeft
        if nodes.document === resolver.document, let here = resolver.document.element(at: place) {
            context.defineHere(as: here)
        }
        return context
    }

    /// The expression itself is content of the document and stays out of error texts.
    private static func reason(_ error: XMLError) -> String {
        if case .xpath(_, let reason) = error { reason } else { error.description }
    }

    /// `not(ancestor-or-self::ds:Signature)`, by far the most common: a tree with holes.
    private func withoutSignatures(_ nodes: NodeSet, _ resolver: ReferenceResolver) -> NodeSet? {
        let compact = text.filter { !$0.isWhitespace }
        let (start, end) = ("not(ancestor-or-self::", ":Signature)")
        guard nodes.excluded != nil, compact.hasPrefix(start), compact.hasSuffix(end),
            compact.utf8.count > start.utf8.count + end.utf8.count
        else { return nil }
        let prefix = String(compact.dropFirst(start.count).dropLast(end.count))
        guard namespaces[prefix] == xmldsigNamespace else { return nil }
        let all =
            nodes.document === resolver.document
            ? resolver.signatures
            : nodes.document.elements(named: "Signature", in: xmldsigNamespace)
        guard let apex = nodes.apex else { return nodes.removing(all) }
        return nodes.removing(all.filter { $0.isInside(apex) || apex.isInside($0) })
    }
}

extension XMLDocument {
    fileprivate func element(at place: [Int]) -> XMLNode? {
        var node: XMLNode? = root
        for index in place {
            node = node?.children.dropFirst(index).first { _ in true }
        }
        return node
    }
}

extension XMLNode {
    fileprivate var place: [Int] {
        var steps: [Int] = []
        var node = self
        while let parent = node.parent {
            steps.append(parent.children.prefix { $0 != node }.reduce(0) { count, _ in count + 1 })
            node = parent
        }
        return steps.reversed()
    }
}
