// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import Testing
import Trust
import XML

@testable import XMLSignature

/// A document with a signature written by hand, in which only the numbers are missing.
///
/// `{D0}`, `{D1}` … stand for the digests of SignedInfo's references, `{M0}` … for those of
/// manifests, `{V}` for the value of the document's first signature.
struct SignatureTemplate {
    var text: String
    var detached: [DetachedData] = []

    /// What a document around one signature needs: references, and what stands beside them.
    static func signature(
        references: String, method: String = ecdsa, c14n: String = exclusive,
        keyInfo: String = "", objects: String = "", id: String = "S"
    ) -> String {
        """
        <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="\(id)"><ds:SignedInfo>\
        <ds:CanonicalizationMethod Algorithm="\(c14n)"/>\(method)\(references)</ds:SignedInfo>\
        <ds:SignatureValue Id="\(id)-value">{V}</ds:SignatureValue>\(keyInfo)\(objects)</ds:Signature>
        """
    }

    static func reference(
        _ uri: String?, _ digest: String, transforms: [String] = [], type: String? = nil,
        id: String? = nil
    ) -> String {
        let attributes = [
            id.map { " Id=\"\($0)\"" }, uri.map { " URI=\"\($0)\"" },
            type.map { " Type=\"\($0)\"" },
        ].compactMap { $0 }.joined()
        let steps = transforms.map {
            $0.hasPrefix("<") ? $0 : "<ds:Transform Algorithm=\"\($0)\"/>"
        }.joined()
        let list = transforms.isEmpty ? "" : "<ds:Transforms>\(steps)</ds:Transforms>"
        return """
            <ds:Reference\(attributes)>\(list)\
            <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>\
            <ds:DigestValue>\(digest)</ds:DigestValue></ds:Reference>
            """
    }

    static let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
    static let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
    static let ecdsa =
        "<ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\"/>"

    /// The document with digests and value, by the first signature in it.
    func signed(by value: ([UInt8]) throws -> [UInt8]) throws -> String {
        var numbers = ["{V}": Base64.text([0])]
        for index in 0..<10 { (numbers["{D\(index)}"], numbers["{M\(index)}"]) = ("AA==", "AA==") }
        for _ in 0..<3 {
            let core = try first(in: rendered(numbers)).validateCore()
            for (index, reference) in core.references.enumerated() {
                numbers["{D\(index)}"] = Base64.text(
                    DigestAlgorithm.sha256.digest(reference.bytes).bytes)
            }
            let inManifests = core.manifests.flatMap(\.references)
            for (index, reference) in inManifests.enumerated() {
                numbers["{M\(index)}"] = Base64.text(
                    DigestAlgorithm.sha256.digest(reference.bytes).bytes)
            }
        }
        let bytes = try #require(first(in: rendered(numbers)).signedInfoBytes)
        numbers["{V}"] = Base64.text(try value(bytes))
        return rendered(numbers)
    }

    func signed(by signer: Signer) throws -> String {
        try signed { try signer.signRaw($0) }
    }

    func first(in text: String) throws -> SignatureElement {
        let document = try XMLDocument(parsing: Array(text.utf8))
        let node = try #require(
            document.elements(named: "Signature", in: xmldsigNamespace).first)
        return try SignatureElement(
            node, resolver: ReferenceResolver(document, detached: detached))
    }

    private func rendered(_ numbers: [String: String]) -> String {
        numbers.reduce(text) { $0.replacing($1.key, with: $1.value) }
    }
}

extension Signer {
    /// The value as `r || s`, the form of XML-DSig.
    func signRaw(_ bytes: [UInt8]) throws -> [UInt8] {
        Array(try key.signature(for: SHA256.hash(data: bytes)).rawRepresentation)
    }
}

func outcomes(_ signature: SignatureElement) -> [ReferenceValidation.Outcome] {
    signature.validateReferences().map(\.outcome)
}
