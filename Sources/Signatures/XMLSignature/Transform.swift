// SPDX-License-Identifier: Apache-2.0
package import XML

/// One step between what a reference points at and what is digested (xmldsig-core1, 6.6).
package enum Transform: Sendable, Hashable {
    case envelopedSignature
    case canonicalization(Canonicalization)
    /// Named, never executed (XM-04).
    case other(identifier: String)

    static let envelopedIdentifier = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

    package var identifier: String {
        switch self {
        case .envelopedSignature: Self.envelopedIdentifier
        case .canonicalization(let canonicalization): canonicalization.method.rawValue
        case .other(let identifier): identifier
        }
    }

    init(_ node: XMLNode) throws(SignatureFormatError) {
        let identifier = try requiredAttribute("Algorithm", of: node)
        if identifier == Self.envelopedIdentifier {
            self = .envelopedSignature
        } else if let canonicalization = Canonicalization(identifier, parameters: node) {
            self = .canonicalization(canonicalization)
        } else {
            self = .other(identifier: identifier)
        }
    }

    var element: Element {
        if case .canonicalization(let canonicalization) = self {
            return canonicalization.element(named: "Transform")
        }
        return Element(.ds("Transform"), attributes: [.init("Algorithm", identifier)])
    }
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
        self.init(method, inclusivePrefixes: prefixes.map(String.init))
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
