// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// CertID (RFC 6960, 4.1.1): the certificate that a question or an answer is about.
package struct CertificateID: Sendable, Hashable {
    package let hashAlgorithm: AlgorithmIdentifier
    package let issuerNameHash: [UInt8]
    package let issuerKeyHash: [UInt8]
    package let serialNumber: SerialNumber
    /// The structure as received or made.
    package let der: [UInt8]

    /// Names a certificate by its issuer and serial number.
    ///
    /// SHA-1 is what every responder understands; it protects nothing here (RS-04).
    package init(of certificate: Certificate, issuer: Certificate, digest: DigestAlgorithm = .sha1)
    {
        self.init(
            serialNumber: certificate.serialNumber, issuer: issuer.subject,
            issuerKey: issuer.publicKey, digest: digest)
    }

    package init(
        serialNumber: SerialNumber, issuer: DistinguishedName, issuerKey: PublicKey,
        digest: DigestAlgorithm
    ) {
        hashAlgorithm = AlgorithmIdentifier(digest.oid, parameters: .null)
        issuerNameHash = digest.digest(issuer.der).bytes
        issuerKeyHash = digest.digest(issuerKey.keyBits).bytes
        self.serialNumber = serialNumber
        der =
            DERValue.sequence(
                hashAlgorithm.der, .octetString(issuerNameHash), .octetString(issuerKeyHash),
                serialNumber.der
            ).encoded
    }

    init(_ element: DERElement) throws(DERError) {
        let name = "CertID"
        var fields = try element.elements(in: name)
        hashAlgorithm = try AlgorithmIdentifier(fields.next())
        issuerNameHash = try fields.next().octetString(in: name)
        issuerKeyHash = try fields.next().octetString(in: name)
        serialNumber = try SerialNumber(fields.next(), in: "CertID.serialNumber")
        try fields.finish()
        der = element.encoded
    }

    /// Whether this names a certificate of that number, issued under that name and key.
    package func identifies(
        _ serialNumber: SerialNumber, issuer: DistinguishedName, issuerKey: PublicKey
    ) -> Bool {
        guard serialNumber == self.serialNumber, hashAlgorithm.hasNoParameters,
            let digest = DigestAlgorithm(oid: hashAlgorithm.oid)
        else { return false }
        return issuerNameHash == digest.digest(issuer.der).bytes
            && issuerKeyHash == digest.digest(issuerKey.keyBits).bytes
    }

    package func identifies(_ certificate: Certificate, issuer: Certificate) -> Bool {
        identifies(
            certificate.serialNumber, issuer: certificate.issuer, issuerKey: issuer.publicKey)
            || identifies(
                certificate.serialNumber, issuer: issuer.subject, issuerKey: issuer.publicKey)
    }
}
