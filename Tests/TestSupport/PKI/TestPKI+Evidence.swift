// SPDX-License-Identifier: Apache-2.0

package import Foundation
package import Trust

extension TestPKI {
    package var anchors: TrustAnchors { TrustAnchors([root.certificate]) }

    /// Believes the test root, with the dated algorithm tables.
    package var policy: TrustPolicy { TrustPolicy(anchors: anchors) }

    /// A CMS signature over content, detached unless `attached`.
    package func sign(
        _ content: [UInt8], by identity: TestIdentity? = nil, contentType: OID = .data,
        attached: Bool = false
    ) throws -> SignedData {
        let identity = identity ?? signer
        let attributes = SignedAttributes(
            contentDigest: DigestAlgorithm.sha256.digest(content), contentType: contentType,
            signer: identity.certificate)
        return try SignedData.assemble(
            attributes, signature: identity.key.sign(attributes.bytesToSign),
            algorithm: identity.key.algorithm, intermediates: identity.intermediates,
            content: attached ? content : nil)
    }

    /// A time-stamp over a digest, by the test authority or another.
    package func timestamp(
        over digest: Digest, at moment: Date = clock, nonce: Nonce? = nil, serial: UInt8 = 1,
        by identity: TestIdentity? = nil
    ) throws -> TimestampToken {
        let info = TimestampInfo(
            policy: Self.timestampPolicy, imprint: MessageImprint(digest),
            serialNumber: SerialNumber(magnitude: [serial]), genTime: moment, accuracy: 1,
            nonce: nonce)
        return try TimestampToken(
            sign(info.der, by: identity ?? tsa, contentType: .tstInfo, attached: true))
    }

    /// An OCSP response about one certificate of the issuing authority.
    package func ocspResponse(
        about certificate: Certificate, status: CertificateStatus = .good,
        at moment: Date = clock, lifetime: TimeInterval? = 86_400, nonce: Nonce? = nil,
        by identity: TestIdentity? = nil, issuer: TestIdentity? = nil
    ) throws -> OCSPResponse {
        let identity = identity ?? responder
        let issuer = issuer ?? issuing
        let answer = OCSPAnswer(
            certificateID: CertificateID(of: certificate, issuer: issuer.certificate),
            status: status, thisUpdate: moment, nextUpdate: lifetime.map { moment + $0 })
        let bytes = OCSPResponse.bytesToSign(
            responder: .byKey(identity.certificate.publicKey.keyIdentifier), producedAt: moment,
            answers: [answer], nonce: nonce)
        return try OCSPResponse.assemble(
            bytesToSign: bytes, algorithm: identity.key.algorithm,
            signature: identity.key.sign(bytes), certificates: [identity.certificate])
    }

    /// A revocation list of the root (the default) or the issuing authority.
    package func revocationList(
        of authority: TestIdentity? = nil, entries: [RevocationList.Entry] = [],
        at moment: Date = clock, lifetime: TimeInterval = 86_400
    ) throws -> RevocationList {
        let authority = authority ?? root
        let bytes = RevocationList.bytesToSign(
            issuer: authority.certificate.subject, issuerKey: authority.certificate.publicKey,
            number: 1, thisUpdate: moment, nextUpdate: moment + lifetime, entries: entries,
            algorithm: authority.key.algorithm)
        return try RevocationList.assemble(
            bytesToSign: bytes, algorithm: authority.key.algorithm,
            signature: authority.key.sign(bytes))
    }

    /// All certificates, and data that says at a moment that none of these is revoked.
    package func material(
        for identities: [TestIdentity]? = nil, at moment: Date = clock
    ) throws -> ValidationMaterial {
        let subjects = identities ?? [signer, rsaSigner, tsa]
        return ValidationMaterial(
            certificates: [root, issuing].map(\.certificate) + subjects.map(\.certificate),
            ocspResponses: try subjects.map { try ocspResponse(about: $0.certificate, at: moment) },
            revocationLists: [try revocationList(at: moment)])
    }
}
