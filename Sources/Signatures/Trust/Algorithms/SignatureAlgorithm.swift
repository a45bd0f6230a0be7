// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// A signature algorithm with its digest; the curve of ECDSA is the key's.
package enum SignatureAlgorithm: Sendable, Hashable {
    /// RSASSA-PKCS1-v1_5 (RFC 8017, 8.2).
    case rsaPKCS1(DigestAlgorithm)
    /// RSASSA-PSS with MGF1 over the same digest (RFC 8017, 8.1); salt length in bytes.
    case rsaPSS(DigestAlgorithm, saltLength: Int)
    /// RSASSA-PSS whose MGF1 uses another digest than the message.
    case rsaPSSWithMask(DigestAlgorithm, mask: DigestAlgorithm, saltLength: Int)
    /// ECDSA; signatures are DER `ECDSA-Sig-Value` (RFC 5480, appendix A) unless said otherwise.
    case ecdsa(DigestAlgorithm)
    /// Ed25519 (RFC 8032); digests with SHA-512 inside.
    case ed25519
    /// Ed25519ctx (RFC 8032, 5.1) with its context.
    case ed25519ctx([UInt8])
    /// Ed448 (RFC 8032, 5.2); digests with SHAKE256 inside.
    case ed448(context: [UInt8])
    /// DSA (FIPS 186-4), verified only; signatures are DER `Dss-Sig-Value`.
    case dsa(DigestAlgorithm)

    /// Ed448 with the empty context, as certificates use it.
    package static var ed448: SignatureAlgorithm { .ed448(context: []) }

    /// PSS with the usual salt, as long as the digest.
    package static func rsaPSS(_ digest: DigestAlgorithm) -> SignatureAlgorithm {
        .rsaPSS(digest, saltLength: digest.sizeInBytes)
    }

    /// The digest that precedes the signature operation.
    package var digest: DigestAlgorithm {
        switch self {
        case .rsaPKCS1(let digest), .rsaPSS(let digest, _), .ecdsa(let digest), .dsa(let digest),
            .rsaPSSWithMask(let digest, _, _):
            digest
        case .ed25519, .ed25519ctx, .ed448: .sha512
        }
    }

    /// Reads an AlgorithmIdentifier; nil when the algorithm is not processed here.
    ///
    /// - Parameter digest: CMS names the digest apart when the identifier is a key's
    ///   (`rsaEncryption`, `id-ecPublicKey`; RFC 5754, 3).
    package init?(_ identifier: AlgorithmIdentifier, digest: DigestAlgorithm? = nil) {
        if let known = Self.combined.first(where: { $0.oid == identifier.oid }) {
            self = known.algorithm
            return
        }
        switch identifier.oid {
        case .rsaPSS:
            guard let pss = try? PSSParameters(identifier) else { return nil }
            self = pss.algorithm
        case .rsaEncryption:
            guard let digest else { return nil }
            self = .rsaPKCS1(digest)
        case .ecPublicKey:
            guard let digest else { return nil }
            self = .ecdsa(digest)
        case .dsa:
            guard let digest else { return nil }
            self = .dsa(digest)
        default: return nil
        }
    }

    /// The AlgorithmIdentifier as certificates, lists and CMS carry it (RFC 4055, 5; RFC 5758).
    ///
    /// A combination without an identifier of its own has the key's, as CMS allows.
    package var identifier: AlgorithmIdentifier {
        switch self {
        case .rsaPKCS1:
            AlgorithmIdentifier(combinedOID ?? .rsaEncryption, parameters: .null)
        case .ecdsa: AlgorithmIdentifier(combinedOID ?? .ecPublicKey)
        case .dsa: AlgorithmIdentifier(combinedOID ?? .dsa)
        case .ed25519, .ed25519ctx: AlgorithmIdentifier(.ed25519)
        case .ed448: AlgorithmIdentifier(.ed448)
        case .rsaPSS(let digest, let saltLength):
            AlgorithmIdentifier(.rsaPSS, parameters: PSSParameters.der(digest, digest, saltLength))
        case .rsaPSSWithMask(let digest, let mask, let saltLength):
            AlgorithmIdentifier(.rsaPSS, parameters: PSSParameters.der(digest, mask, saltLength))
        }
    }

    private var combinedOID: OID? { Self.combined.first { $0.algorithm == self }?.oid }

    /// Identifiers that name key and digest at once (RFC 8017, RFC 5758, RFC 8410, NIST CSOR).
    private static let combined: [(oid: OID, algorithm: SignatureAlgorithm)] = [
        (.sha256WithRSA, .rsaPKCS1(.sha256)), (.ecdsaWithSHA256, .ecdsa(.sha256)),
        (.sha384WithRSA, .rsaPKCS1(.sha384)), (.ecdsaWithSHA384, .ecdsa(.sha384)),
        (.sha512WithRSA, .rsaPKCS1(.sha512)), (.ecdsaWithSHA512, .ecdsa(.sha512)),
        (.sha1WithRSA, .rsaPKCS1(.sha1)), (.ecdsaWithSHA1, .ecdsa(.sha1)),
        (.sha224WithRSA, .rsaPKCS1(.sha224)), (.ecdsaWithSHA224, .ecdsa(.sha224)),
        (.md5WithRSA, .rsaPKCS1(.md5)), (.ripemd160WithRSA, .rsaPKCS1(.ripemd160)),
        ("2.16.840.1.101.3.4.3.13", .rsaPKCS1(.sha3_224)),
        ("2.16.840.1.101.3.4.3.14", .rsaPKCS1(.sha3_256)),
        ("2.16.840.1.101.3.4.3.15", .rsaPKCS1(.sha3_384)),
        ("2.16.840.1.101.3.4.3.16", .rsaPKCS1(.sha3_512)),
        ("2.16.840.1.101.3.4.3.9", .ecdsa(.sha3_224)),
        ("2.16.840.1.101.3.4.3.10", .ecdsa(.sha3_256)),
        ("2.16.840.1.101.3.4.3.11", .ecdsa(.sha3_384)),
        ("2.16.840.1.101.3.4.3.12", .ecdsa(.sha3_512)),
        ("1.2.840.10040.4.3", .dsa(.sha1)), ("2.16.840.1.101.3.4.3.1", .dsa(.sha224)),
        ("2.16.840.1.101.3.4.3.2", .dsa(.sha256)), (.ed25519, .ed25519), (.ed448, .ed448),
    ]
}

/// RSASSA-PSS-params (RFC 4055, 3.1); SHA-1 and 20 are the defaults.
private struct PSSParameters {
    var digest = DigestAlgorithm.sha1
    var mask = DigestAlgorithm.sha1
    var saltLength = 20

    var algorithm: SignatureAlgorithm {
        mask == digest
            ? .rsaPSS(digest, saltLength: saltLength)
            : .rsaPSSWithMask(digest, mask: mask, saltLength: saltLength)
    }

    init(_ identifier: AlgorithmIdentifier) throws(DERError) {
        let name = "RSASSA-PSS-params"
        guard let parameters = identifier.parameters else { throw .unexpectedElement(in: name) }
        var fields = try DERElement(parsing: parameters).elements(in: name)
        if let element = fields.next(if: .context(0)) {
            digest = try Self.digest(try element.unwrapped(.context(0), in: name))
        }
        if let element = fields.next(if: .context(1)) {
            let mask = try AlgorithmIdentifier(try element.unwrapped(.context(1), in: name))
            guard mask.oid == .mgf1, let inner = mask.parameters else { throw .unsupported(name) }
            self.mask = try Self.digest(try DERElement(parsing: inner))
        }
        if let element = fields.next(if: .context(2)) {
            saltLength = try element.unwrapped(.context(2), in: name).integer(in: name)
        }
        if let element = fields.next(if: .context(3)) {
            let trailer = try element.unwrapped(.context(3), in: name).integer(in: name)
            guard trailer == 1 else { throw .unsupported(name) }
        }
        try fields.finish()
        guard saltLength >= 0 else { throw .unsupported(name) }
    }

    private static func digest(_ element: DERElement) throws(DERError) -> DigestAlgorithm {
        let identifier = try AlgorithmIdentifier(element)
        guard identifier.hasNoParameters, let digest = DigestAlgorithm(oid: identifier.oid) else {
            throw .unsupported("RSASSA-PSS-params")
        }
        return digest
    }

    static func der(
        _ digest: DigestAlgorithm, _ maskDigest: DigestAlgorithm, _ saltLength: Int
    ) -> DERValue {
        let hash = AlgorithmIdentifier(digest.oid, parameters: .null)
        let maskHash = AlgorithmIdentifier(maskDigest.oid, parameters: .null)
        let mask = AlgorithmIdentifier(.mgf1, parameters: maskHash.der)
        return .sequence(
            digest == .sha1 ? nil : .explicit(0, hash.der),
            maskDigest == .sha1 ? nil : .explicit(1, mask.der),
            saltLength == 20 ? nil : .explicit(2, .integer(saltLength)))
    }
}
