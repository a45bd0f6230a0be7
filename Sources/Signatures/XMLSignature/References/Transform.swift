// SPDX-License-Identifier: Apache-2.0
package import XML

/// One step between what a reference points at and what is digested (xmldsig-core1, 6.6).
package enum Transform: Sendable {
    case envelopedSignature
    case canonicalization(Canonicalization)
    case base64
    /// XPath 1.0: the nodes for which the expression is true stay.
    case xpath(XPathExpression)
    /// XPath Filter 2.0.
    case filter2([(XPathFilter.Operation, XPathExpression)])
    /// Relationships of office packages, which others than XML-DSig defined.
    case relationships(RelationshipTransform)
    /// Named, never executed (XM-04): XSLT and whatever is not in the standard.
    case other(identifier: String)

    static let envelopedIdentifier = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
    static let base64Identifier = "http://www.w3.org/2000/09/xmldsig#base64"
    static let xpathIdentifier = "http://www.w3.org/TR/1999/REC-xpath-19991116"

    package var isCanonicalization: Bool {
        if case .canonicalization = self { true } else { false }
    }

    package var identifier: String {
        switch self {
        case .envelopedSignature: Self.envelopedIdentifier
        case .canonicalization(let canonicalization): canonicalization.method.rawValue
        case .base64: Self.base64Identifier
        case .xpath: Self.xpathIdentifier
        case .filter2: XPathExpression.filter2Namespace
        case .relationships: RelationshipTransform.identifier
        case .other(let identifier): identifier
        }
    }

    init(_ node: XMLNode) throws(SignatureFormatError) {
        let identifier = try requiredAttribute("Algorithm", of: node)
        switch identifier {
        case Self.envelopedIdentifier: self = .envelopedSignature
        case Self.base64Identifier: self = .base64
        case Self.xpathIdentifier:
            self = .xpath(XPathExpression(try requiredChild("XPath", of: node)))
        case XPathExpression.filter2Namespace: self = .filter2(try Self.filters(node))
        case RelationshipTransform.identifier: self = .relationships(.init(node))
        default:
            self =
                Canonicalization(identifier, parameters: node).map(Transform.canonicalization)
                ?? .other(identifier: identifier)
        }
    }

    private static func filters(
        _ node: XMLNode
    ) throws(SignatureFormatError) -> [(XPathFilter.Operation, XPathExpression)] {
        var filters: [(XPathFilter.Operation, XPathExpression)] = []
        for child in node.children("XPath", in: XPathExpression.filter2Namespace) {
            guard let operation = child.attribute("Filter").flatMap(XPathFilter.Operation.init)
            else { throw .malformed("XPath Filter") }
            filters.append((operation, XPathExpression(child)))
        }
        guard !filters.isEmpty, filters.count <= Limits.filters else {
            throw .malformed("XPath Filter")
        }
        return filters
    }

    var element: Element {
        if case .canonicalization(let canonicalization) = self {
            return canonicalization.element(named: "Transform")
        }
        return Element(.ds("Transform"), attributes: [.init("Algorithm", identifier)])
    }
}

extension Transform: Hashable {
    package static func == (left: Transform, right: Transform) -> Bool {
        switch (left, right) {
        case (.canonicalization(let first), .canonicalization(let second)): first == second
        case (.xpath(let first), .xpath(let second)): first == second
        case (.filter2(let first), .filter2(let second)):
            first.count == second.count && zip(first, second).allSatisfy { $0 == $1 }
        case (.relationships(let first), .relationships(let second)): first == second
        default: left.identifier == right.identifier && left.hasNoParameters
        }
    }

    private var hasNoParameters: Bool {
        switch self {
        case .envelopedSignature, .base64, .other: true
        case .canonicalization, .xpath, .filter2, .relationships: false
        }
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(identifier) }
}

/// A canonicalisation method with its prefix list.
package struct Canonicalization: Sendable, Hashable {
    package var method: CanonicalizationMethod
    package var inclusivePrefixes: [String]

    package init(_ method: CanonicalizationMethod, inclusivePrefixes: [String] = []) {
        (self.method, self.inclusivePrefixes) = (method, inclusivePrefixes)
    }

    /// Exclusive canonicalisation without comments: what every signature of ours names.
    package static let exclusive = Canonicalization(.exclusive10)

    /// Reads the element that names the method; `nil` for a method that is none of XML-DSig's.
    package init?(_ identifier: String, parameters node: XMLNode) {
        guard let method = CanonicalizationMethod(rawValue: identifier) else { return nil }
        let list = node.child(
            "InclusiveNamespaces", in: CanonicalizationMethod.exclusive10.rawValue)
        let prefixes = list?.attribute("PrefixList")?.split(whereSeparator: \.isWhitespace) ?? []
        let isExclusive = method.withoutComments == .exclusive10
        self.init(method, inclusivePrefixes: isExclusive ? prefixes.map(String.init) : [])
    }

    package func element(named localName: String) -> Element {
        let parameters = Element(
            .init(
                "InclusiveNamespaces", prefix: "ec",
                in: CanonicalizationMethod.exclusive10.rawValue),
            attributes: [.init("PrefixList", inclusivePrefixes.joined(separator: " "))])
        return Element(
            .ds(localName), attributes: [.init("Algorithm", method.rawValue)],
            inclusivePrefixes.isEmpty ? [] : [parameters])
    }

    package func bytes(of nodes: NodeSet) throws(XMLError) -> [UInt8] {
        try nodes.canonical(method, inclusivePrefixes: inclusivePrefixes)
    }

    package func bytes(
        of selection: NodeSelection, in document: XMLDocument
    ) throws(XMLError) -> [UInt8] {
        try document.canonical(selection, method: method, inclusivePrefixes: inclusivePrefixes)
    }
}

extension Element.Name {
    /// A name of XML-DSig with the prefix `ds`.
    package static func ds(_ localName: String) -> Element.Name {
        Element.Name(localName, prefix: "ds", in: xmldsigNamespace)
    }
}
