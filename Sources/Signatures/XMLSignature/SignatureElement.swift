// SPDX-License-Identifier: Apache-2.0
package import Trust
package import XML

/// A `ds:Signature` found in a document, read but not yet believed.
package struct SignatureElement {
    package let node: XMLNode
    package let id: String?
    package let signedInfo: SignedInfo
    package let method: SignatureMethod
    package let signatureValue: [UInt8]
    /// The element that holds the signature value, which time-stamps and counter-signatures cover.
    package let signatureValueNode: XMLNode
    /// What the signature says of its key: hints, never trusted for themselves (XM-05).
    package let keyInfo: KeyInfo
    /// Follows the references of this and all other signatures of the same file.
    package let resolver: ReferenceResolver
    /// The bytes the signature value covers; `nil` when SignedInfo has no canonical form.
    package let signedInfoBytes: [UInt8]?

    /// - Parameter resolver: Shared by all signatures of a file, so that no work is done twice.
    package init(
        _ node: XMLNode, resolver: ReferenceResolver? = nil
    ) throws(SignatureFormatError) {
        guard node.isNamed("Signature", in: xmldsigNamespace) else {
            throw .malformed("Signature")
        }
        self.node = node
        self.resolver = resolver ?? ReferenceResolver(node.document)
        id = node.attribute("Id")
        let signedInfoNode = try onlyChild("SignedInfo", of: node)
        signedInfo = try SignedInfo(signedInfoNode)
        method = try SignatureMethod(onlyChild("SignatureMethod", of: signedInfoNode))
        signatureValueNode = try onlyChild("SignatureValue", of: node)
        guard let value = Base64.bytes(signatureValueNode.text), !value.isEmpty else {
            throw .malformed("SignatureValue")
        }
        signatureValue = value
        keyInfo = try KeyInfo(of: node, resolver: self.resolver)
        signedInfoBytes = try? self.resolver.canonical(
            .subtree(signedInfoNode, comments: true), signedInfo.canonicalization)
    }

    package var document: XMLDocument { node.document }

    /// The certificates of KeyInfo, DER.
    package var certificates: [[UInt8]] { keyInfo.certificates }

    /// Whether the signature value covers SignedInfo under `key` (xmldsig-core1, 3.2.2).
    package func verifySignatureValue(with key: PublicKey) throws(XMLError) -> SignatureCheck {
        verifySignatureValue(with: .publicKey(key))
    }

    /// Whether the signature value covers SignedInfo under `key` (xmldsig-core1, 3.2.2).
    ///
    /// - Parameter minimumHMACLengthInBits: The shortest output of HMAC that counts; without it the
    ///   larger of 80 and half the digest (xmldsig-core1, 6.3.1).
    package func verifySignatureValue(
        with key: VerificationKey, minimumHMACLengthInBits: Int? = nil
    ) -> SignatureCheck {
        guard let bytes = signedInfoBytes else {
            return .unsupported("the canonical form of SignedInfo")
        }
        guard resolver.takeVerification(with: key) else {
            return .unsupported("more signature values than one file may cost")
        }
        return method.check(
            signatureValue, over: bytes, with: key,
            minimumHMACLengthInBits: minimumHMACLengthInBits)
    }

    /// Computes every reference's digest again; one that fails never hides another.
    package func validateReferences() -> [ReferenceValidation] {
        signedInfo.references.map { resolver.validate($0, of: node) }
    }

    /// Computes every digest again, those of manifests too.
    package func validateCore() -> CoreValidation {
        let references = validateReferences()
        var manifests: [ManifestValidation] = []
        for (index, reference) in references.enumerated() {
            manifests += self.manifests(behind: reference, index, depth: 1)
        }
        return CoreValidation(references: references, manifests: manifests)
    }

    private func manifests(
        behind reference: ReferenceValidation, _ index: Int, depth: Int
    ) -> [ManifestValidation] {
        guard reference.reference.type == manifestType, depth <= Limits.manifestDepth,
            case .element(let target) = reference.target,
            target.isNamed("Manifest", in: xmldsigNamespace),
            let list = try? SignedInfo.references(in: target)
        else { return [] }
        let validations = list.map { resolver.validate($0, of: node) }
        let own = ManifestValidation(
            manifest: target, referenceIndex: index, references: validations)
        return [own] + validations.flatMap { manifests(behind: $0, index, depth: depth + 1) }
    }
}

extension SignedInfo {
    fileprivate init(_ node: XMLNode) throws(SignatureFormatError) {
        let method = try onlyChild("CanonicalizationMethod", of: node)
        let identifier = try requiredAttribute("Algorithm", of: method)
        guard let canonicalization = Canonicalization(identifier, parameters: method) else {
            throw .unsupported("canonicalisation \(identifier)")
        }
        let references = try Self.references(in: node)
        guard !references.isEmpty else { throw .missing("Reference", in: "SignedInfo") }
        self.init(
            canonicalization: canonicalization,
            signatureMethod: try requiredAttribute(
                "Algorithm", of: onlyChild("SignatureMethod", of: node)),
            references: references)
    }

    /// The references of SignedInfo or of a Manifest.
    static func references(in node: XMLNode) throws(SignatureFormatError) -> [Reference] {
        var references: [Reference] = []
        for reference in node.children("Reference", in: xmldsigNamespace) {
            guard references.count < Limits.references else {
                throw .tooMany("Reference", limit: Limits.references)
            }
            references.append(try Reference(reference))
        }
        return references
    }
}
