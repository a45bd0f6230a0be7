// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// How a SignerInfo names its certificate (RFC 5652, 5.3).
package enum SignerIdentifier: Sendable, Hashable {
    case issuerAndSerialNumber(IssuerSerial)
    case subjectKeyIdentifier([UInt8])

    package func identifies(_ certificate: Certificate) -> Bool {
        switch self {
        case .issuerAndSerialNumber(let name): name.identifies(certificate)
        case .subjectKeyIdentifier(let identifier):
            identifier == certificate.extensions.subjectKeyIdentifier
        }
    }
}

/// One signer of a CMS object (RFC 5652, 5.3); attributes are kept as received.
package struct SignerInfo: Sendable, Hashable {
    package let identifier: SignerIdentifier
    package let digestAlgorithm: AlgorithmIdentifier
    package let signatureAlgorithm: AlgorithmIdentifier
    package let signature: [UInt8]
    /// Nil when the signature is over the content itself.
    package let signedAttributes: [CMSAttribute]?
    /// The signed attributes as a SET OF, the bytes that were signed, in the order received.
    package let signedAttributeBytes: [UInt8]?
    package let unsignedAttributes: [CMSAttribute]
    /// Everything before the unsigned attributes, as received.
    private let head: [DERValue]

    init(_ element: DERElement) throws(DERError) {
        let name = "SignerInfo"
        var fields = try element.elements(in: name)
        let version = try fields.next()
        guard [1, 3].contains(try version.integer(in: "SignerInfo.version")) else {
            throw .unsupported("SignerInfo version")
        }
        let sid = try fields.next()
        let digest = try fields.next()
        let signed = fields.next(if: .context(0))
        let algorithm = try fields.next()
        let value = try fields.next()
        let unsigned = fields.next(if: .context(1))
        try fields.finish()

        identifier = try Self.identifier(sid)
        digestAlgorithm = try AlgorithmIdentifier(digest)
        signatureAlgorithm = try AlgorithmIdentifier(algorithm)
        signature = try value.octetString(in: "SignerInfo.signature")
        signedAttributes = try signed.map { element throws(DERError) in
            try CMSAttribute.list(element, .context(0))
        }
        signedAttributeBytes = signed.map { [0x31] + $0.encoded.dropFirst() }
        unsignedAttributes =
            try unsigned.map { element throws(DERError) in
                try CMSAttribute.list(element, .context(1))
            } ?? []
        head = [version, sid, digest, signed, algorithm, value]
            .compactMap { $0.map { .encoded($0.encoded) } }
    }

    private static func identifier(_ element: DERElement) throws(DERError) -> SignerIdentifier {
        if element.has(.context(0)) {
            return .subjectKeyIdentifier(
                try element.octetString(as: .context(0), in: "SignerInfo.sid"))
        }
        var fields = try element.elements(in: "IssuerAndSerialNumber")
        let issuer = try DistinguishedName(fields.next())
        let serial = try SerialNumber(fields.next(), in: "IssuerAndSerialNumber.serialNumber")
        try fields.finish()
        return .issuerAndSerialNumber(IssuerSerial(issuer: issuer, serialNumber: serial))
    }

    /// The same signer with other unsigned attributes; all else byte for byte.
    func der(unsignedAttributes: [CMSAttribute]) -> DERValue {
        let values = unsignedAttributes.map { DERValue.encoded($0.der) }
        return .sequence(head + [values.isEmpty ? nil : .setOf(values, tag: 0xA1)])
    }
}

extension SignerInfo {
    /// The digest function applied to the content; nil when not computed here.
    package var digest: DigestAlgorithm? { DigestAlgorithm(oid: digestAlgorithm.oid) }

    /// The signature algorithm with its digest; nil when not computed here.
    package var algorithm: SignatureAlgorithm? {
        SignatureAlgorithm(signatureAlgorithm, digest: digest)
    }

    /// The claimed signing time (RFC 5652, 11.3).
    package var signingTime: Date? {
        guard let value = try? signedAttributes?.singleValue(.signingTime) else { return nil }
        return try? DERElement(parsing: value).time(in: "SigningTime")
    }

    /// The certificates the signer names under its signature: v2 first, then v1.
    ///
    /// - Throws: An attribute is malformed or stands twice.
    package func signingCertificateReferences() throws(DERError) -> [SigningCertificateReference] {
        guard let signedAttributes else { return [] }
        var references: [SigningCertificateReference] = []
        if let value = try signedAttributes.singleValue(.signingCertificateV2) {
            references += try SigningCertificateReference.references(parsing: value, isV2: true)
        }
        if let value = try signedAttributes.singleValue(.signingCertificate) {
            references += try SigningCertificateReference.references(parsing: value, isV2: false)
        }
        return references
    }

    /// The signature-time-stamps, each value that can be read.
    package var signatureTimeStamps: [TimestampToken] {
        unsignedAttributes.filter { $0.type == .signatureTimeStamp }
            .flatMap(\.values).compactMap { try? TimestampToken(der: $0) }
    }
}

extension IssuerSerial {
    init(issuer: DistinguishedName, serialNumber: SerialNumber) {
        self.issuer = issuer
        self.serialNumber = serialNumber
    }
}
