// SPDX-License-Identifier: Apache-2.0
package import Trust
package import XML

/// What a signature says about one signed object (xmldsig-core1, 4.4.3).
package struct Reference: Sendable, Hashable {
    package var id: String?
    /// `nil` when the attribute is absent.
    package var uri: String?
    package var type: String?
    package var transforms: [Transform]
    package var digestMethod: String
    package var digestValue: [UInt8]

    package init(
        id: String? = nil, uri: String, type: String? = nil, transforms: [Transform],
        digest: Digest
    ) {
        (self.id, self.uri, self.type, self.transforms) = (id, uri, type, transforms)
        (digestMethod, digestValue) = (digest.algorithm.xmlIdentifier, digest.bytes)
    }

    package init(
        uri: String, transforms: [Transform], digestMethod: String, digestValue: [UInt8]
    ) {
        (self.uri, self.transforms) = (uri, transforms)
        (self.digestMethod, self.digestValue) = (digestMethod, digestValue)
    }

    init(_ node: XMLNode) throws(SignatureFormatError) {
        id = node.attribute("Id")
        uri = node.attribute("URI")
        type = node.attribute("Type")
        transforms = try Self.transforms(in: node.child("Transforms", in: xmldsigNamespace))
        digestMethod = try requiredAttribute(
            "Algorithm", of: requiredChild("DigestMethod", of: node))
        let text = try requiredChild("DigestValue", of: node).text
        guard let value = Base64.bytes(text) else { throw .malformed("DigestValue") }
        digestValue = value
    }

    /// The steps of a ds:Transforms; none when it is absent.
    package static func transforms(in list: XMLNode?) throws(SignatureFormatError) -> [Transform] {
        var steps: [Transform] = []
        for step in list?.children("Transform", in: xmldsigNamespace) ?? [] {
            guard steps.count < Limits.transforms else {
                throw .tooMany("Transform", limit: Limits.transforms)
            }
            steps.append(try Transform(step))
        }
        return steps
    }

    package var element: Element {
        let attributes: [(String, String?)] = [("Id", id), ("URI", uri), ("Type", type)]
        let steps = Element(.ds("Transforms"), transforms.map(\.element))
        return Element(
            .ds("Reference"),
            attributes: attributes.compactMap { name, value in value.map { .init(name, $0) } },
            (transforms.isEmpty ? [] : [steps]) + [
                Element(.ds("DigestMethod"), attributes: [.init("Algorithm", digestMethod)]),
                Element(.ds("DigestValue"), text: Base64.text(digestValue)),
            ])
    }
}

/// What is signed: the references and how (xmldsig-core1, 4.4).
package struct SignedInfo: Sendable, Hashable {
    package var canonicalization: Canonicalization
    package var signatureMethod: String
    package var references: [Reference]

    package init(
        canonicalization: Canonicalization = .exclusive, signatureMethod: String,
        references: [Reference]
    ) {
        self.canonicalization = canonicalization
        self.signatureMethod = signatureMethod
        self.references = references
    }

    package var element: Element {
        Element(
            .ds("SignedInfo"),
            [
                canonicalization.element(named: "CanonicalizationMethod"),
                Element(.ds("SignatureMethod"), attributes: [.init("Algorithm", signatureMethod)]),
            ] + references.map(\.element))
    }

    /// The bytes the signature value covers, for a SignedInfo of ours.
    ///
    /// ``Writer`` writes the exclusive canonical form, so the place the element will have in its
    /// document does not matter; a prefix list would make it matter and is not written by us.
    package var canonicalBytes: [UInt8] { Writer.bytes(of: element) }
}
