// SPDX-License-Identifier: Apache-2.0
package import Trust
package import XML

/// A `ds:Signature` found in a document, read but not yet believed.
package struct SignatureElement {
    package let node: XMLNode
    package let id: String?
    package let signedInfo: SignedInfo
    package let signatureValue: [UInt8]
    /// The certificates of KeyInfo, DER: a hint, never trusted for themselves (XM-05).
    package let certificates: [[UInt8]]
    private let signedInfoNode: XMLNode

    package init(_ node: XMLNode) throws(SignatureFormatError) {
        guard node.isNamed("Signature", in: xmldsigNamespace) else {
            throw .malformed("Signature")
        }
        self.node = node
        id = node.attribute("Id")
        signedInfoNode = try requiredChild("SignedInfo", of: node)
        signedInfo = try SignedInfo(signedInfoNode)
        let text = try requiredChild("SignatureValue", of: node).text
        guard let value = Base64.bytes(text), !value.isEmpty else {
            throw .malformed("SignatureValue")
        }
        signatureValue = value
        certificates = try Self.certificates(in: node)
    }

    package var document: XMLDocument { node.document }

    private static func certificates(
        in node: XMLNode
    ) throws(SignatureFormatError) -> [[UInt8]] {
        guard let keyInfo = node.child("KeyInfo", in: xmldsigNamespace) else { return [] }
        var list: [[UInt8]] = []
        for data in keyInfo.descendantsAndSelf where data.isNamed("X509Data", in: xmldsigNamespace)
        {
            for certificate in data.children("X509Certificate", in: xmldsigNamespace) {
                guard let der = Base64.bytes(certificate.text) else {
                    throw .malformed("X509Certificate")
                }
                list.append(der)
            }
        }
        guard list.count <= Limits.certificates else {
            throw .tooMany("X509Certificate", limit: Limits.certificates)
        }
        return list
    }

    /// Whether the signature value covers SignedInfo under `key` (xmldsig-core1, 3.2.2).
    package func verifySignatureValue(with key: PublicKey) throws(XMLError) -> SignatureCheck {
        guard let algorithm = SignatureAlgorithm(xmlIdentifier: signedInfo.signatureMethod) else {
            return .unsupported(signedInfo.signatureMethod)
        }
        let bytes = try signedInfo.canonicalization.bytes(
            of: .subtree(signedInfoNode), in: document)
        return key.verify(rawSignature: signatureValue, over: bytes, algorithm: algorithm)
    }
}

extension SignedInfo {
    fileprivate init(_ node: XMLNode) throws(SignatureFormatError) {
        let method = try requiredChild("CanonicalizationMethod", of: node)
        let identifier = try requiredAttribute("Algorithm", of: method)
        guard let canonicalization = Canonicalization(identifier, parameters: method) else {
            throw .malformed("CanonicalizationMethod")
        }
        var references: [Reference] = []
        for reference in node.children("Reference", in: xmldsigNamespace) {
            guard references.count < Limits.references else {
                throw .tooMany("Reference", limit: Limits.references)
            }
            references.append(try Reference(reference))
        }
        guard !references.isEmpty else { throw .missing("Reference", in: "SignedInfo") }
        self.init(
            canonicalization: canonicalization,
            signatureMethod: try requiredAttribute(
                "Algorithm", of: requiredChild("SignatureMethod", of: node)),
            references: references)
    }
}
