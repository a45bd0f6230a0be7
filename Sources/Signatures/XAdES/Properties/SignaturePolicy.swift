// SPDX-License-Identifier: Apache-2.0
import Trust
import XML
import XMLSignature

/// SignaturePolicyIdentifier (EN 319 132-1, 5.2.9).
package enum SignaturePolicy: Sendable, Hashable {
    case implied
    case explicit(ExplicitSignaturePolicy)

    init(_ node: XMLNode) throws(SignatureFormatError) {
        if node.xadesChild("SignaturePolicyImplied") != nil {
            self = .implied
            return
        }
        guard let identifier = node.xadesChild("SignaturePolicyId") else {
            throw .malformed("SignaturePolicyIdentifier")
        }
        self = .explicit(try ExplicitSignaturePolicy(identifier))
    }
}

/// A signature policy that is named, with the digest of its document.
package struct ExplicitSignaturePolicy: Sendable, Hashable {
    /// The identifier without white space around it, `urn:oid:` kept.
    package let identifier: String
    package let description: String?
    /// Identifiers of the transforms between the document and its digest, in order.
    package let transforms: [String]
    package let digestMethod: String
    package let digestValue: [UInt8]
    /// SPURI: where the document is said to be.
    package let uris: [String]
    /// The texts of SPUserNotice, shown to people.
    package let userNotices: [String]
    /// Identifiers of SPDocSpecification: how the document is written.
    package let documentSpecifications: [String]

    /// Whether `document` has the digest; `nil` when the digest or a transform is not computed.
    package func matches(document: [UInt8]) -> Bool? {
        guard let algorithm = DigestAlgorithm(xmlIdentifier: digestMethod) else { return nil }
        guard let bytes = transformed(document) else { return nil }
        return algorithm.digest(bytes).bytes == digestValue
    }

    private func transformed(_ document: [UInt8]) -> [UInt8]? {
        var bytes = document
        for identifier in transforms {
            guard let method = CanonicalizationMethod(rawValue: identifier),
                let parsed = try? XMLDocument(parsing: bytes),
                let canonical = try? parsed.canonical(method: method)
            else { return nil }
            bytes = canonical
        }
        return bytes
    }

    init(_ node: XMLNode) throws(SignatureFormatError) {
        let id = node.xadesChild("SigPolicyId")
        guard let text = id?.xadesChild("Identifier")?.text,
            let hash = node.xadesChild("SigPolicyHash"),
            let (method, value) = DigestAndValue.read(hash)
        else { throw .malformed("SignaturePolicyId") }
        identifier = text.trimmed
        description = id?.xadesChild("Description")?.text
        (digestMethod, digestValue) = (method, value)
        transforms =
            node.child("Transforms", in: xmldsigNamespace)?
            .children("Transform", in: xmldsigNamespace).map { $0.attribute("Algorithm") ?? "" }
            ?? []
        let qualifiers =
            node.xadesChild("SigPolicyQualifiers")?.xadesChildren("SigPolicyQualifier") ?? []
        let parts = qualifiers.flatMap { Array($0.children) }
        uris = parts.filter { $0.isXAdES("SPURI") }.map(\.text.trimmed)
        userNotices = parts.filter { $0.isXAdES("SPUserNotice") }.map {
            $0.xadesChild("ExplicitText")?.text ?? $0.text
        }
        documentSpecifications = parts.filter { $0.isXAdES("SPDocSpecification") }.map {
            ($0.xadesChild("Identifier") ?? $0).text.trimmed
        }
    }
}

/// SignaturePolicyStore (EN 319 132-1, 5.2.10): the policy's document carried in the signature.
package struct SignaturePolicyStore: Sendable, Hashable {
    package let documentSpecification: String?
    /// `nil` when the store only says where the document is.
    package let document: [UInt8]?
    package let localURI: String?

    init(_ node: XMLNode) {
        let specification = node.xadesChild("SPDocSpecification")
        documentSpecification = specification.map {
            ($0.xadesChild("Identifier") ?? $0).text.trimmed
        }
        document = node.xadesChild("SignaturePolicyDocument").flatMap { Base64.bytes($0.text) }
        localURI = node.xadesChild("SigPolDocLocalURI")?.text.trimmed
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
