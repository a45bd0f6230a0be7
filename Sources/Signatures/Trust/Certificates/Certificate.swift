// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// An X.509 certificate (RFC 5280, 4.1), read by our own reader.
///
/// Certificates of any signature algorithm and key are read, RSASSA-PSS included; whether they can
/// be verified is another question. Two certificates are equal when their bytes are.
package struct Certificate: Sendable {
    private let fields: Fields

    /// Shared, because a certificate is handed around far more often than it is read.
    private final class Fields: Sendable {
        let der: [UInt8]
        let tbs: TBSCertificate
        let tbsBytes: [UInt8]
        let signatureAlgorithm: AlgorithmIdentifier
        let signature: [UInt8]

        init(_ der: [UInt8]) throws(DERError) {
            var fields = try DERElement(parsing: der).elements(in: "Certificate")
            let tbs = try fields.next()
            self.der = der
            self.tbs = try TBSCertificate(tbs)
            tbsBytes = tbs.encoded
            signatureAlgorithm = try AlgorithmIdentifier(fields.next())
            signature = try fields.next().bitString(in: "Certificate.signatureValue")
            try fields.finish()
            guard signatureAlgorithm == self.tbs.signatureAlgorithm else {
                throw .invalidValue(in: "Certificate.signatureAlgorithm")
            }
        }
    }

    /// Reads one DER certificate.
    ///
    /// - Throws: The bytes are not a certificate; say so and go on without it.
    package init(der: [UInt8]) throws(DERError) { fields = try Fields(der) }

    package var der: [UInt8] { fields.der }
    /// The TBSCertificate as received: what the issuer signed.
    package var tbs: [UInt8] { fields.tbsBytes }
    /// 1, 2 or 3.
    package var version: Int { fields.tbs.version }
    package var serialNumber: SerialNumber { fields.tbs.serialNumber }
    package var issuer: DistinguishedName { fields.tbs.issuer }
    package var subject: DistinguishedName { fields.tbs.subject }
    package var notBefore: Date { fields.tbs.notBefore }
    package var notAfter: Date { fields.tbs.notAfter }
    package var publicKey: PublicKey { fields.tbs.publicKey }
    package var extensions: CertificateExtensions { fields.tbs.extensions }
    package var signatureAlgorithm: AlgorithmIdentifier { fields.signatureAlgorithm }
    package var signature: [UInt8] { fields.signature }

    /// Whether issuer and subject are the same name (RFC 5280, 3.2).
    package var isSelfIssued: Bool { issuer.matches(subject) }

    package var isAuthority: Bool { extensions.basicConstraints?.isAuthority ?? false }

    /// Whether `moment` lies between notBefore and notAfter, both included.
    package func isInValidityPeriod(at moment: Date) -> Bool {
        notBefore <= moment && moment <= notAfter
    }

    /// Verifies this certificate's signature with a key; nothing else is looked at.
    package func verifySignature(
        by key: PublicKey, memory: VerificationMemory? = nil
    ) -> SignatureCheck {
        guard let algorithm = SignatureAlgorithm(signatureAlgorithm) else {
            return .unsupported("signature algorithm \(signatureAlgorithm.oid.dotted)")
        }
        return key.verify(
            signature: signature, over: tbs, algorithm: algorithm, memory: memory)
    }

    /// The digest by which signatures and reports refer to this certificate.
    package func digest(_ algorithm: DigestAlgorithm = .sha256) -> Digest {
        algorithm.digest(der)
    }
}

extension Certificate: Hashable {
    package static func == (left: Certificate, right: Certificate) -> Bool {
        left.fields === right.fields || left.der == right.der
    }

    /// The end of the signature tells certificates apart.
    package func hash(into hasher: inout Hasher) { hasher.combine(der.suffix(32)) }
}

extension Certificate: CustomStringConvertible {
    package var description: String { "\(subject) (serial number \(serialNumber))" }
}

/// TBSCertificate, its fields in order.
private struct TBSCertificate: Sendable {
    let version: Int
    let serialNumber: SerialNumber
    let signatureAlgorithm: AlgorithmIdentifier
    let issuer: DistinguishedName
    let notBefore: Date
    let notAfter: Date
    let subject: DistinguishedName
    let publicKey: PublicKey
    let extensions: CertificateExtensions

    init(_ element: DERElement) throws(DERError) {
        let name = "TBSCertificate"
        var fields = try element.elements(in: name)
        let number = try fields.next(if: .context(0))?.unwrapped(.context(0), in: name)
        version = try (number?.integer(in: "TBSCertificate.version") ?? 0) + 1
        guard (1...3).contains(version) else { throw .unsupported("Certificate version") }
        serialNumber = try SerialNumber(fields.next(), in: "TBSCertificate.serialNumber")
        signatureAlgorithm = try AlgorithmIdentifier(fields.next())
        issuer = try DistinguishedName(fields.next())
        var validity = try fields.next().elements(in: "Validity")
        notBefore = try validity.next().time(in: "Validity.notBefore")
        notAfter = try validity.next().time(in: "Validity.notAfter")
        try validity.finish()
        subject = try DistinguishedName(fields.next())
        publicKey = try PublicKey(fields.next())
        _ = fields.next(if: .context(1))
        _ = fields.next(if: .context(2))
        if let wrapped = fields.next(if: .context(3)) {
            guard version == 3 else { throw .extraElement(in: name) }
            let list = try wrapped.unwrapped(.context(3), in: "TBSCertificate.extensions")
            extensions = CertificateExtensions(try CertificateExtension.list(list))
        } else {
            extensions = CertificateExtensions([])
        }
        try fields.finish()
    }
}
