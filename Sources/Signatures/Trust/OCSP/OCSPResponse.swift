// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// OCSPResponseStatus (RFC 6960, 4.2.1).
package enum OCSPResponseStatus: Int, Sendable, Hashable {
    case successful = 0
    case malformedRequest = 1
    case internalError = 2
    case tryLater = 3
    case sigRequired = 5
    case unauthorized = 6
}

/// Who answered (RFC 6960, 4.2.1, ResponderID).
package enum ResponderID: Sendable, Hashable {
    case byName(DistinguishedName)
    /// The SHA-1 of the responder's key bits.
    case byKey([UInt8])

    package func identifies(_ certificate: Certificate) -> Bool {
        switch self {
        case .byName(let name): name.matches(certificate.subject)
        case .byKey(let hash): hash == certificate.publicKey.keyIdentifier
        }
    }

    var der: DERValue {
        switch self {
        case .byName(let name): .explicit(1, .encoded(name.der))
        case .byKey(let hash): .explicit(2, .octetString(hash))
        }
    }
}

/// What an authority says about one certificate.
package enum CertificateStatus: Sendable, Hashable {
    case good
    case revoked(at: Date, reason: RevocationReason?)
    case unknown
}

/// One SingleResponse (RFC 6960, 4.2.1).
package struct OCSPAnswer: Sendable, Hashable {
    package let certificateID: CertificateID
    package let status: CertificateStatus
    package let thisUpdate: Date
    package let nextUpdate: Date?
    /// Certificates that expired after this moment are still known (RFC 6960, 4.4.4).
    package let archiveCutoff: Date?
    /// The digest of the certificate that the responder knows (Common PKI 2.0, CertHash).
    package let certificateDigest: Digest?
    package let hasUnprocessedCriticalExtension: Bool

    package init(
        certificateID: CertificateID, status: CertificateStatus, thisUpdate: Date,
        nextUpdate: Date?, archiveCutoff: Date? = nil
    ) {
        self.certificateID = certificateID
        self.status = status
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.archiveCutoff = archiveCutoff
        certificateDigest = nil
        hasUnprocessedCriticalExtension = false
    }
}

/// An OCSP response with a basic answer inside (RFC 6960, 4.2.1), read and kept as received.
package struct OCSPResponse: Sendable, Hashable {
    /// The whole OCSPResponse.
    package let der: [UInt8]
    /// The BasicOCSPResponse alone, as RevocationValues of CAdES carry it.
    package let basicDER: [UInt8]
    /// ResponseData as received: what the responder signed.
    package let tbs: [UInt8]
    package let responder: ResponderID
    package let producedAt: Date
    package let answers: [OCSPAnswer]
    package let nonce: Nonce?
    package let hasUnprocessedCriticalExtension: Bool
    package let signatureAlgorithm: AlgorithmIdentifier
    package let signature: [UInt8]
    package let certificates: [Certificate]

    /// Two responses are equal when their bytes are.
    package static func == (left: OCSPResponse, right: OCSPResponse) -> Bool {
        left.der == right.der
    }

    /// The signature tells responses apart.
    package func hash(into hasher: inout Hasher) { hasher.combine(signature.suffix(32)) }

    /// Reads a response.
    ///
    /// - Throws: `.refused` when the responder gave no answer; `.malformed` otherwise.
    package init(der: [UInt8]) throws(OCSPError) {
        let basic: [UInt8]?
        let status: OCSPResponseStatus?
        do throws(DERError) { (status, basic) = try Self.envelope(der) } catch {
            throw .malformed(error)
        }
        guard status == .successful, let basic else { throw .refused(status) }
        do throws(DERError) { try self.init(der: der, basic: basic) } catch {
            throw .malformed(error)
        }
    }

    /// The status and, if it is successful, the BasicOCSPResponse.
    private static func envelope(
        _ der: [UInt8]
    ) throws(DERError) -> (OCSPResponseStatus?, [UInt8]?) {
        var fields = try DERElement(parsing: der).elements(in: "OCSPResponse")
        let code = try fields.next().integer(as: .enumerated, in: "OCSPResponseStatus")
        let status = OCSPResponseStatus(rawValue: code)
        guard status == .successful else { return (status, nil) }
        var bytes = try fields.next().unwrapped(.context(0), in: "OCSPResponse")
            .elements(in: "ResponseBytes")
        try fields.finish()
        guard try bytes.next().objectIdentifier(in: "ResponseBytes") == .ocspBasic else {
            throw .unsupported("OCSP response type")
        }
        let basic = try bytes.next().octetString(in: "ResponseBytes.response")
        try bytes.finish()
        return (status, basic)
    }

    /// Wraps a bare BasicOCSPResponse, as some containers carry it.
    package init(basicDER: [UInt8]) throws(OCSPError) {
        try self.init(der: Self.wrap(basicDER))
    }

    static func wrap(_ basic: [UInt8]) -> [UInt8] {
        DERValue.sequence(
            .enumerated(0), .explicit(0, .sequence(.oid(.ocspBasic), .octetString(basic)))
        ).encoded
    }

    private init(der: [UInt8], basic: [UInt8]) throws(DERError) {
        var fields = try DERElement(parsing: basic).elements(in: "BasicOCSPResponse")
        let data = try fields.next()
        signatureAlgorithm = try AlgorithmIdentifier(fields.next())
        signature = try fields.next().bitString(in: "BasicOCSPResponse.signature")
        certificates = try Self.certificates(fields.next(if: .context(0)))
        try fields.finish()

        let name = "ResponseData"
        var inner = try data.elements(in: name)
        if let version = inner.next(if: .context(0)) {
            guard try version.unwrapped(.context(0), in: name).integer(in: name) == 0 else {
                throw .unsupported("ResponseData version")
            }
        }
        responder = try ResponderID(inner.next())
        producedAt = try inner.next().generalizedTime(in: "ResponseData.producedAt")
        var list = try inner.next().elements(in: "ResponseData.responses")
        var answers: [OCSPAnswer] = []
        for item in try list.rest(limit: Limits.answersPerResponse) {
            answers.append(try OCSPAnswer(item))
        }
        self.answers = answers
        var extensions: [CertificateExtension] = []
        if let wrapped = inner.next(if: .context(1)) {
            extensions = try CertificateExtension.list(wrapped.unwrapped(.context(1), in: name))
        }
        try inner.finish()
        nonce = extensions.ocspNonce
        hasUnprocessedCriticalExtension = extensions.contains {
            $0.isCritical && $0.id != .ocspNonce
        }
        tbs = data.encoded
        self.der = der
        basicDER = basic
    }

    private static func certificates(_ wrapped: DERElement?) throws(DERError) -> [Certificate] {
        guard let wrapped else { return [] }
        var list = try wrapped.unwrapped(.context(0), in: "BasicOCSPResponse.certs")
            .elements(in: "BasicOCSPResponse.certs")
        return try list.rest(limit: Limits.certificatesPerObject)
            .compactMap { try? Certificate(der: $0.encoded) }
    }

    /// Verifies the response's signature with a key; nothing else is looked at.
    package func verifySignature(
        by key: PublicKey, memory: VerificationMemory? = nil
    ) -> SignatureCheck {
        guard let algorithm = SignatureAlgorithm(signatureAlgorithm) else {
            return .unsupported("signature algorithm \(signatureAlgorithm.oid.dotted)")
        }
        return key.verify(
            signature: signature, over: tbs, algorithm: algorithm, memory: memory)
    }

    /// Every answer about a certificate.
    package func answers(about certificate: Certificate, issuer: Certificate) -> [OCSPAnswer] {
        answers.filter { $0.certificateID.identifies(certificate, issuer: issuer) }
    }

    /// The answer about a certificate: the newest if there are several.
    package func answer(about certificate: Certificate, issuer: Certificate) -> OCSPAnswer? {
        answers(about: certificate, issuer: issuer).max { $0.thisUpdate < $1.thisUpdate }
    }
}

/// Why an OCSP response says nothing.
package enum OCSPError: Error, Hashable {
    /// The responder refused to answer; nil for a status no standard names.
    case refused(OCSPResponseStatus?)
    /// What should be a response is not.
    case malformed(DERError)
    /// The answer belongs to another request.
    case nonceMismatch
}
