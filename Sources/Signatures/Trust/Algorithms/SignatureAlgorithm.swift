// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// A signature algorithm with its digest; the curve of ECDSA is the key's.
package enum SignatureAlgorithm: Sendable, Hashable {
    /// RSASSA-PKCS1-v1_5 (RFC 8017, 8.2).
    case rsaPKCS1(DigestAlgorithm)
    /// RSASSA-PSS with MGF1 over the same digest (RFC 8017, 8.1); salt length in bytes.
    case rsaPSS(DigestAlgorithm, saltLength: Int)
    /// ECDSA; signatures are DER `ECDSA-Sig-Value` (RFC 5480, appendix A) unless said otherwise.
    case ecdsa(DigestAlgorithm)
    /// Ed25519 (RFC 8032); digests with SHA-512 inside.
    case ed25519

    /// PSS with the usual salt, as long as the digest.
    package static func rsaPSS(_ digest: DigestAlgorithm) -> SignatureAlgorithm {
        .rsaPSS(digest, saltLength: digest.sizeInBytes)
    }

    /// The digest that precedes the signature operation.
    package var digest: DigestAlgorithm {
        switch self {
        case .rsaPKCS1(let digest), .rsaPSS(let digest, _), .ecdsa(let digest): digest
        case .ed25519: .sha512
        }
    }

    /// Reads an AlgorithmIdentifier; nil when the algorithm is not processed here.
    ///
    /// - Parameter digest: CMS names the digest apart when the identifier is a key's
    ///   (`rsaEncryption`, `id-ecPublicKey`; RFC 5754, 3).
    package init?(_ identifier: AlgorithmIdentifier, digest: DigestAlgorithm? = nil) {
        switch identifier.oid {
        case .sha1WithRSA: self = .rsaPKCS1(.sha1)
        case .sha256WithRSA: self = .rsaPKCS1(.sha256)
        case .sha384WithRSA: self = .rsaPKCS1(.sha384)
        case .sha512WithRSA: self = .rsaPKCS1(.sha512)
        case .ecdsaWithSHA1: self = .ecdsa(.sha1)
        case .ecdsaWithSHA256: self = .ecdsa(.sha256)
        case .ecdsaWithSHA384: self = .ecdsa(.sha384)
        case .ecdsaWithSHA512: self = .ecdsa(.sha512)
        case .ed25519: self = .ed25519
        case .rsaPSS:
            guard let pss = try? PSSParameters(identifier) else { return nil }
            self = .rsaPSS(pss.digest, saltLength: pss.saltLength)
        case .rsaEncryption:
            guard let digest else { return nil }
            self = .rsaPKCS1(digest)
        case .ecPublicKey:
            guard let digest else { return nil }
            self = .ecdsa(digest)
        default: return nil
        }
    }

    /// The AlgorithmIdentifier as certificates, lists and CMS carry it (RFC 4055, 5; RFC 5758).
    package var identifier: AlgorithmIdentifier {
        switch self {
        case .rsaPKCS1(let digest): AlgorithmIdentifier(Self.rsaOID(digest), parameters: .null)
        case .ecdsa(let digest): AlgorithmIdentifier(Self.ecdsaOID(digest))
        case .ed25519: AlgorithmIdentifier(.ed25519)
        case .rsaPSS(let digest, let saltLength):
            AlgorithmIdentifier(.rsaPSS, parameters: PSSParameters.der(digest, saltLength))
        }
    }

    private static func rsaOID(_ digest: DigestAlgorithm) -> OID {
        switch digest {
        case .sha1: .sha1WithRSA
        case .sha256: .sha256WithRSA
        case .sha384: .sha384WithRSA
        case .sha512: .sha512WithRSA
        }
    }

    private static func ecdsaOID(_ digest: DigestAlgorithm) -> OID {
        switch digest {
        case .sha1: .ecdsaWithSHA1
        case .sha256: .ecdsaWithSHA256
        case .sha384: .ecdsaWithSHA384
        case .sha512: .ecdsaWithSHA512
        }
    }
}

/// RSASSA-PSS-params (RFC 4055, 3.1); SHA-1 and 20 are the defaults.
private struct PSSParameters {
    var digest = DigestAlgorithm.sha1
    var saltLength = 20

    init(_ identifier: AlgorithmIdentifier) throws(DERError) {
        let name = "RSASSA-PSS-params"
        guard let parameters = identifier.parameters else { throw .unexpectedElement(in: name) }
        var fields = try DERElement(parsing: parameters).elements(in: name)
        var maskDigest = DigestAlgorithm.sha1
        if let element = fields.next(if: .context(0)) {
            digest = try Self.digest(try element.unwrapped(.context(0), in: name))
        }
        if let element = fields.next(if: .context(1)) {
            let mask = try AlgorithmIdentifier(try element.unwrapped(.context(1), in: name))
            guard mask.oid == .mgf1, let inner = mask.parameters else { throw .unsupported(name) }
            maskDigest = try Self.digest(try DERElement(parsing: inner))
        }
        if let element = fields.next(if: .context(2)) {
            saltLength = try element.unwrapped(.context(2), in: name).integer(in: name)
        }
        if let element = fields.next(if: .context(3)) {
            let trailer = try element.unwrapped(.context(3), in: name).integer(in: name)
            guard trailer == 1 else { throw .unsupported(name) }
        }
        try fields.finish()
        guard maskDigest == digest, saltLength >= 0 else { throw .unsupported(name) }
    }

    private static func digest(_ element: DERElement) throws(DERError) -> DigestAlgorithm {
        let identifier = try AlgorithmIdentifier(element)
        guard identifier.hasNoParameters, let digest = DigestAlgorithm(oid: identifier.oid) else {
            throw .unsupported("RSASSA-PSS-params")
        }
        return digest
    }

    static func der(_ digest: DigestAlgorithm, _ saltLength: Int) -> DERValue {
        let hash = AlgorithmIdentifier(digest.oid, parameters: .null)
        let mask = AlgorithmIdentifier(.mgf1, parameters: hash.der)
        let isDefault = digest == .sha1
        return .sequence(
            isDefault ? nil : .explicit(0, hash.der),
            isDefault ? nil : .explicit(1, mask.der),
            saltLength == 20 ? nil : .explicit(2, .integer(saltLength)))
    }
}
