// SPDX-License-Identifier: Apache-2.0
import Trust
package import XML
package import XMLSignature

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A XAdES signature as it stands in a document: read, with nothing decided about it.
package struct AdvancedSignature {
    /// What SigningCertificateV2 says of one certificate (EN 319 132-1, 5.2.2).
    package struct CertificateReference: Sendable, Hashable {
        package let digestMethod: String
        package let digestValue: [UInt8]
        package let hasURI: Bool

        /// `nil` when the digest method is not computed here.
        package func matches(_ certificate: [UInt8]) -> Bool? {
            DigestAlgorithm(xmlIdentifier: digestMethod).map {
                $0.digest(certificate).bytes == digestValue
            }
        }
    }

    package struct DataObjectFormat: Sendable, Hashable {
        package let objectReference: String
        package let mimeType: String?
    }

    /// A SignatureTimeStamp with the bytes it must stamp.
    package struct SignatureTimestamp: Sendable {
        package let tokens: [[UInt8]]
        package let input: [UInt8]
    }

    package let core: SignatureElement
    /// The SignedProperties this signature's QualifyingProperties hold.
    package let signedProperties: XMLNode?
    package let signingTime: Date?
    package let signingCertificates: [CertificateReference]
    package let dataObjectFormats: [DataObjectFormat]
    package let claimedRoles: [String]
    package let signatureTimestamps: [SignatureTimestamp]
    /// Everything CertificateValues, RevocationValues and TimeStampValidationData hold.
    package let values: EncapsulatedValues
    /// The names of unsigned properties in document order.
    package let unsignedProperties: [String]

    /// All signatures of a document, in document order; the outer ones before those inside them.
    package static func all(
        in document: XMLDocument
    ) -> [Result<AdvancedSignature, SignatureFormatError>] {
        document.root.descendantsAndSelf.filter { $0.isNamed("Signature", in: xmldsigNamespace) }
            .prefix(Limits.signatures).map { node in
                Result { () throws(SignatureFormatError) in try AdvancedSignature(node) }
            }
    }

    package init(_ node: XMLNode) throws(SignatureFormatError) {
        core = try SignatureElement(node)
        let qualifying = node.children("Object", in: xmldsigNamespace)
            .flatMap { $0.children("QualifyingProperties", in: xadesNamespace) }
        guard qualifying.count <= 1 else { throw .tooMany("QualifyingProperties", limit: 1) }
        let signed = qualifying.first?.child("SignedProperties", in: xadesNamespace)
        signedProperties = signed
        let properties = signed?.child("SignedSignatureProperties", in: xadesNamespace)
        signingTime = try Self.signingTime(properties)
        signingCertificates = try Self.certificateReferences(properties)
        dataObjectFormats = Self.dataObjectFormats(signed)
        claimedRoles =
            properties?.child("SignerRoleV2", in: xadesNamespace)?
            .child("ClaimedRoles", in: xadesNamespace)?
            .children("ClaimedRole", in: xadesNamespace).map(\.text) ?? []
        let unsigned = qualifying.first?.child("UnsignedProperties", in: xadesNamespace)?
            .child("UnsignedSignatureProperties", in: xadesNamespace)
        unsignedProperties = unsigned?.children.map(\.localName) ?? []
        signatureTimestamps = try Self.timestamps(unsigned, of: node)
        values = try Self.values(unsigned)
    }

    private static func signingTime(_ properties: XMLNode?) throws(SignatureFormatError) -> Date? {
        guard let text = properties?.child("SigningTime", in: xadesNamespace)?.text else {
            return nil
        }
        guard let time = try? Date(text, strategy: .iso8601) else {
            throw .malformed("SigningTime")
        }
        return time
    }

    private static func certificateReferences(
        _ properties: XMLNode?
    ) throws(SignatureFormatError) -> [CertificateReference] {
        let list = properties?.child("SigningCertificateV2", in: xadesNamespace)
        var references: [CertificateReference] = []
        for certificate in list?.children("Cert", in: xadesNamespace) ?? [] {
            let digest = certificate.child("CertDigest", in: xadesNamespace)
            guard
                let method = digest?.child("DigestMethod", in: xmldsigNamespace)?
                    .attribute("Algorithm"),
                let text = digest?.child("DigestValue", in: xmldsigNamespace)?.text,
                let value = Base64.bytes(text)
            else { throw .malformed("SigningCertificateV2") }
            references.append(
                CertificateReference(
                    digestMethod: method, digestValue: value,
                    hasURI: certificate.attribute("URI") != nil))
        }
        return references
    }

    private static func dataObjectFormats(_ signed: XMLNode?) -> [DataObjectFormat] {
        let list = signed?.child("SignedDataObjectProperties", in: xadesNamespace)
        return (list?.children("DataObjectFormat", in: xadesNamespace) ?? []).map { format in
            DataObjectFormat(
                objectReference: format.attribute("ObjectReference") ?? "",
                mimeType: format.child("MimeType", in: xadesNamespace)?.text)
        }
    }

    private static func timestamps(
        _ unsigned: XMLNode?, of signature: XMLNode
    ) throws(SignatureFormatError) -> [SignatureTimestamp] {
        var stamps: [SignatureTimestamp] = []
        for property in unsigned?.children("SignatureTimeStamp", in: xadesNamespace) ?? [] {
            guard stamps.count < Limits.timestamps else {
                throw .tooMany("SignatureTimeStamp", limit: Limits.timestamps)
            }
            stamps.append(try timestamp(property, of: signature))
        }
        return stamps
    }

    /// Without a method inclusive C14N 1.0 is meant (EN 319 132-1, 5.1.4.3).
    private static func timestamp(
        _ property: XMLNode, of signature: XMLNode
    ) throws(SignatureFormatError) -> SignatureTimestamp {
        var canonicalization = Canonicalization(.inclusive10)
        if let method = property.child("CanonicalizationMethod", in: xmldsigNamespace) {
            let identifier = method.attribute("Algorithm") ?? ""
            guard let named = Canonicalization(identifier, parameters: method) else {
                throw .malformed("CanonicalizationMethod of SignatureTimeStamp")
            }
            canonicalization = named
        }
        guard let value = signature.child("SignatureValue", in: xmldsigNamespace),
            let input = try? canonicalization.bytes(of: .subtree(value), in: value.document)
        else { throw .malformed("SignatureTimeStamp") }
        return SignatureTimestamp(
            tokens: try decoded(property, "EncapsulatedTimeStamp"), input: input)
    }

    private static func values(_ unsigned: XMLNode?) throws(SignatureFormatError)
        -> EncapsulatedValues
    {
        guard let unsigned else { return EncapsulatedValues() }
        return EncapsulatedValues(
            certificates: try decoded(unsigned, "EncapsulatedX509Certificate"),
            crls: try decoded(unsigned, "EncapsulatedCRLValue"),
            ocspResponses: try decoded(unsigned, "EncapsulatedOCSPValue"))
    }

    private static func decoded(
        _ node: XMLNode, _ name: String
    ) throws(SignatureFormatError) -> [[UInt8]] {
        var list: [[UInt8]] = []
        for item in node.descendantsAndSelf where item.isNamed(name, in: xadesNamespace) {
            guard list.count < Limits.encapsulatedValues else {
                throw .tooMany(name, limit: Limits.encapsulatedValues)
            }
            guard let bytes = Base64.bytes(item.text), !bytes.isEmpty else {
                throw .malformed(name)
            }
            list.append(bytes)
        }
        return list
    }
}
