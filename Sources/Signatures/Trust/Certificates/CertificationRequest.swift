// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// A PKCS #10 certification request (RFC 2986).
package struct CertificationRequest: Sendable, Hashable {
    package let der: [UInt8]
    /// CertificationRequestInfo as received: what the requester signed.
    package let information: [UInt8]
    package let subject: DistinguishedName
    package let publicKey: PublicKey
    /// The extensions asked for (RFC 2985, 5.4.2).
    package let requestedExtensions: [CertificateExtension]
    package let signatureAlgorithm: AlgorithmIdentifier
    package let signature: [UInt8]

    /// Reads a request; its signature is not looked at.
    package init(der: [UInt8]) throws(DERError) {
        let name = "CertificationRequest"
        var fields = try DERElement(parsing: der).elements(in: name)
        let information = try fields.next()
        signatureAlgorithm = try AlgorithmIdentifier(fields.next())
        signature = try fields.next().bitString(in: "CertificationRequest.signature")
        try fields.finish()

        var inner = try information.elements(in: "CertificationRequestInfo")
        guard try inner.next().integer(in: "CertificationRequestInfo.version") == 0 else {
            throw .unsupported("CertificationRequest version")
        }
        subject = try DistinguishedName(inner.next())
        publicKey = try PublicKey(inner.next())
        requestedExtensions = try Self.extensions(inner.next(if: .context(0)))
        try inner.finish()
        self.der = der
        self.information = information.encoded
    }

    private static func extensions(
        _ attributes: DERElement?
    ) throws(DERError) -> [CertificateExtension] {
        guard let attributes else { return [] }
        var fields = try attributes.elements(as: .context(0), in: "CertificationRequestInfo")
        var extensions: [CertificateExtension] = []
        for field in try fields.rest(limit: Limits.attributesPerSigner) {
            let attribute = try CMSAttribute(field)
            guard attribute.type == .extensionRequest, let value = attribute.values.first else {
                continue
            }
            extensions += try CertificateExtension.list(DERElement(parsing: value))
        }
        return extensions
    }

    /// Whether the request was signed with the key it names: proof of possession.
    package func verifySignature() -> SignatureCheck {
        guard let algorithm = SignatureAlgorithm(signatureAlgorithm) else {
            return .unsupported("signature algorithm \(signatureAlgorithm.oid.dotted)")
        }
        return publicKey.verify(signature: signature, over: information, algorithm: algorithm)
    }
}

extension CertificationRequest {
    /// The CertificationRequestInfo to be signed with the new key.
    package static func bytesToSign(
        subject: DistinguishedName, publicKey: PublicKey, extensions: [CertificateExtension] = []
    ) -> [UInt8] {
        let request = DERValue.sequence(extensions.map(\.der))
        let attributes: [DERValue] =
            extensions.isEmpty ? [] : [.sequence(.oid(.extensionRequest), .set(request))]
        return DERValue.sequence(
            .integer(0), .encoded(subject.der), .encoded(publicKey.subjectPublicKeyInfo),
            .setOf(attributes, tag: 0xA0)
        ).encoded
    }

    /// Joins the signed bytes and their signature.
    package static func assemble(
        bytesToSign: [UInt8], algorithm: SignatureAlgorithm, signature: [UInt8]
    ) throws(DERError) -> CertificationRequest {
        let whole = DERValue.sequence(
            .encoded(bytesToSign), algorithm.identifier.der, .bitString(signature))
        return try CertificationRequest(der: whole.encoded)
    }
}
