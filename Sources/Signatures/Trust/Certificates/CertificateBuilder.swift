// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A certificate about to be issued: everything but the signature (RFC 5280, 4.1.2).
package struct CertificateBuilder: Sendable {
    package var serialNumber: SerialNumber
    package var issuer: DistinguishedName
    package var subject: DistinguishedName
    package var notBefore: Date
    package var notAfter: Date
    package var publicKey: PublicKey
    package var extensions: [CertificateExtension]

    package init(
        serialNumber: SerialNumber, issuer: DistinguishedName, subject: DistinguishedName,
        notBefore: Date, notAfter: Date, publicKey: PublicKey,
        extensions: [CertificateExtension] = []
    ) {
        self.serialNumber = serialNumber
        self.issuer = issuer
        self.subject = subject
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.publicKey = publicKey
        self.extensions = extensions
    }

    /// The TBSCertificate that the issuer signs.
    package func bytesToSign(algorithm: SignatureAlgorithm) -> [UInt8] {
        let list = DERValue.sequence(extensions.map(\.der))
        return DERValue.sequence(
            .explicit(0, .integer(2)),
            serialNumber.der,
            algorithm.identifier.der,
            .encoded(issuer.der),
            .sequence(.time(notBefore), .time(notAfter)),
            .encoded(subject.der),
            .encoded(publicKey.subjectPublicKeyInfo),
            extensions.isEmpty ? nil : .explicit(3, list)
        ).encoded
    }

    /// Joins the signed bytes and their signature.
    ///
    /// - Throws: The parts do not make a certificate that our own reader accepts.
    package static func assemble(
        bytesToSign: [UInt8], algorithm: SignatureAlgorithm, signature: [UInt8]
    ) throws(DERError) -> Certificate {
        let whole = DERValue.sequence(
            .encoded(bytesToSign), algorithm.identifier.der, .bitString(signature))
        return try Certificate(der: whole.encoded)
    }

    /// Issues the certificate with a key at hand.
    package func issue(
        algorithm: SignatureAlgorithm, sign: ([UInt8]) throws -> [UInt8]
    ) throws -> Certificate {
        let bytes = bytesToSign(algorithm: algorithm)
        return try Self.assemble(
            bytesToSign: bytes, algorithm: algorithm, signature: try sign(bytes))
    }
}
