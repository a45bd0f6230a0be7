// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// IssuerSerial (RFC 5035, 5): an issuer's name and a serial number.
///
/// Its DER in base64 is also what XAdES carries in IssuerSerialV2.
package struct IssuerSerial: Sendable, Hashable {
    package let issuer: DistinguishedName
    package let serialNumber: SerialNumber

    package init(of certificate: Certificate) {
        issuer = certificate.issuer
        serialNumber = certificate.serialNumber
    }

    /// Reads the DER of the RFC 5035 structure.
    package init(der: [UInt8]) throws(DERError) { try self.init(DERElement(parsing: der)) }

    init(_ element: DERElement) throws(DERError) {
        var fields = try element.elements(in: "IssuerSerial")
        let names = try GeneralName.names(fields.next())
        serialNumber = try SerialNumber(fields.next(), in: "IssuerSerial.serialNumber")
        try fields.finish()
        guard names.count == 1, case .directory(let name) = names[0] else {
            throw .invalidValue(in: "IssuerSerial.issuer")
        }
        issuer = name
    }

    package var der: [UInt8] {
        DERValue.sequence(.sequence(GeneralName.directory(issuer).der), serialNumber.der).encoded
    }

    package func identifies(_ certificate: Certificate) -> Bool {
        serialNumber == certificate.serialNumber && issuer.matches(certificate.issuer)
    }
}

/// One certificate named by a signature: ESSCertID or ESSCertIDv2 (RFC 5035, 4 and 5).
package struct SigningCertificateReference: Sendable, Hashable {
    package let digest: Digest
    package let issuerSerial: IssuerSerial?

    package init(digest: Digest, issuerSerial: IssuerSerial?) {
        self.digest = digest
        self.issuerSerial = issuerSerial
    }

    /// Whether this reference is to that certificate: the digest counts, and the name must not
    /// contradict it.
    package func identifies(_ certificate: Certificate) -> Bool {
        certificate.digest(digest.algorithm) == digest
            && (issuerSerial?.identifies(certificate) ?? true)
    }

    /// Reads the references of a signing-certificate (v1: SHA-1) or signing-certificate-v2 value.
    static func references(
        parsing value: [UInt8], isV2: Bool
    ) throws(DERError) -> [SigningCertificateReference] {
        var fields = try DERElement(parsing: value).elements(in: "SigningCertificate")
        var certificates = try fields.next().elements(in: "SigningCertificate.certs")
        var references: [SigningCertificateReference] = []
        for item in try certificates.rest(limit: Limits.certificatesPerObject) {
            references.append(try SigningCertificateReference(item, isV2: isV2))
        }
        return references
    }

    private init(_ element: DERElement, isV2: Bool) throws(DERError) {
        let name = "ESSCertID"
        var fields = try element.elements(in: name)
        var algorithm = isV2 ? DigestAlgorithm.sha256 : .sha1
        if isV2, let named = fields.next(if: .sequence) {
            let identifier = try AlgorithmIdentifier(named)
            guard let known = DigestAlgorithm(oid: identifier.oid) else {
                throw .unsupported("digest algorithm \(identifier.oid.dotted)")
            }
            algorithm = known
        }
        digest = Digest(algorithm, try fields.next().octetString(in: name))
        issuerSerial = fields.isAtEnd ? nil : try IssuerSerial(fields.next())
        try fields.finish()
    }

    /// ESSCertIDv2; SHA-256 is the default and left out.
    var derV2: DERValue {
        .sequence(
            digest.algorithm == .sha256 ? nil : digest.algorithm.identifier.der,
            .octetString(digest.bytes),
            issuerSerial.map { .encoded($0.der) })
    }
}
