// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// The attributes a signer is about to sign (RFC 5652, 5.3; EN 319 122-1, 5.2).
///
/// Always content-type, message-digest and signing-certificate-v2. Making them needs the
/// certificate and no key, so that signing may happen elsewhere (RS-01).
package struct SignedAttributes: Sendable, Hashable {
    /// What is hashed and signed: the DER of the SET OF.
    package let bytesToSign: [UInt8]
    /// The digest function of the content, and of the SignerInfo.
    package let digestAlgorithm: DigestAlgorithm
    package let contentType: OID
    let signer: Certificate

    /// Describes content by its digest.
    ///
    /// - Parameter additional: Further attributes, of other types than the three.
    package init(
        contentDigest: Digest, contentType: OID = .data, signer: Certificate,
        additional: [CMSAttribute] = []
    ) {
        let reference = SigningCertificateReference(
            digest: signer.digest(.sha256), issuerSerial: IssuerSerial(of: signer))
        let attributes =
            [
                CMSAttribute(.contentType, value: .oid(contentType)),
                CMSAttribute(.messageDigest, value: .octetString(contentDigest.bytes)),
                CMSAttribute(.signingCertificateV2, value: .sequence(.sequence(reference.derV2))),
            ] + additional
        bytesToSign = DERValue.setOf(attributes.map { .encoded($0.der) }).encoded
        digestAlgorithm = contentDigest.algorithm
        self.contentType = contentType
        self.signer = signer
    }

    /// Takes up attributes that were prepared before, to be signed as they are.
    ///
    /// - Throws: They are not this signer's attributes of this content.
    package init(
        resuming bytesToSign: [UInt8], contentDigest: Digest, signer: Certificate
    ) throws(DERError) {
        let expected = SignedAttributes(contentDigest: contentDigest, signer: signer)
        var wanted = try DERElement(parsing: expected.bytesToSign)
            .elements(as: .set, in: "SignedAttributes")
        var found = try DERElement(parsing: bytesToSign)
            .elements(as: .set, in: "SignedAttributes")
        let limit = Limits.attributesPerSigner
        let present = Set(try found.rest(limit: limit).map(\.encoded))
        guard try wanted.rest(limit: limit).allSatisfy({ present.contains($0.encoded) }) else {
            throw .invalidValue(in: "SignedAttributes")
        }
        self.bytesToSign = bytesToSign
        digestAlgorithm = contentDigest.algorithm
        contentType = .data
        self.signer = signer
    }
}

extension SignedData {
    /// Joins signed attributes and their signature into a CMS object of one signer.
    ///
    /// - Parameters:
    ///   - signature: Over `bytesToSign`; DER for ECDSA.
    ///   - intermediates: Carried beside the signer's certificate.
    ///   - carriesCertificates: Off only where a requester asked for none (RFC 3161, 2.4.1).
    ///   - content: Encapsulated when given, else detached.
    /// - Throws: The parts do not make an object that our own reader accepts.
    package static func assemble(
        _ attributes: SignedAttributes, signature: [UInt8], algorithm: SignatureAlgorithm,
        intermediates: [Certificate] = [], content: [UInt8]? = nil,
        unsignedAttributes: [CMSAttribute] = [], carriesCertificates: Bool = true
    ) throws(DERError) -> SignedData {
        let signer = attributes.signer
        let digest = attributes.digestAlgorithm.identifier.der
        let unsigned = unsignedAttributes.map { DERValue.encoded($0.der) }
        let info = DERValue.sequence(
            .integer(1),
            .sequence(.encoded(signer.issuer.der), signer.serialNumber.der),
            digest,
            .implicit(0, .encoded(attributes.bytesToSign)),
            algorithm.identifier.der,
            .octetString(signature),
            unsigned.isEmpty ? nil : .setOf(unsigned, tag: 0xA1))
        var carried = [signer]
        for certificate in intermediates where !carried.contains(certificate) {
            carried.append(certificate)
        }
        let signedData = DERValue.sequence(
            .integer(attributes.contentType == .data ? 1 : 3),
            .set(digest),
            .sequence(
                .oid(attributes.contentType),
                content.map { .explicit(0, .octetString($0)) }),
            carriesCertificates ? .setOf(carried.map { .encoded($0.der) }, tag: 0xA0) : nil,
            .set(info))
        let whole = DERValue.sequence(.oid(.signedData), .explicit(0, signedData))
        return try SignedData(parsing: whole.encoded)
    }
}
