// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
package import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The kinds of keys that are kept here; those made here are P-256 and RSA-3072 (RS-04).
package enum SoftwareKeyKind: String, Sendable, Hashable, CaseIterable {
    case p256 = "P-256"
    case p384 = "P-384"
    case p521 = "P-521"
    case rsa2048 = "RSA-2048"
    case rsa3072 = "RSA-3072"
    case rsa4096 = "RSA-4096"
}

extension SoftwareKeyKind {
    /// The kind of a key; nil for sizes and curves that are not kept.
    init?(_ key: PublicKey) {
        switch key.kind {
        case .ec(let curve): self.init(rawValue: curve.rawValue)
        case .rsa(let sizeInBits): self.init(rawValue: "RSA-\(sizeInBits)")
        default: return nil
        }
    }
}

/// A private key in memory, with the certificates that go with it.
package struct SoftwareKey: SigningKey {
    private enum PrivateKey: Sendable {
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)

        var publicKeyInfo: [UInt8] {
            switch self {
            case .p256(let key): Array(key.publicKey.derRepresentation)
            case .p384(let key): Array(key.publicKey.derRepresentation)
            case .p521(let key): Array(key.publicKey.derRepresentation)
            case .rsa(let key): Array(key.publicKey.derRepresentation)
            }
        }
    }

    private let privateKey: PrivateKey
    package let kind: SoftwareKeyKind
    package let publicKey: PublicKey
    package var certificateChain: [Certificate]
    /// ECDSA with the digest of the curve's size, or RSASSA-PKCS1-v1_5 with SHA-256 until ``usePSS()`` says otherwise.
    package private(set) var algorithm: SignatureAlgorithm

    /// Makes a new key.
    package init(generating kind: SoftwareKeyKind) throws {
        switch kind {
        case .p256: try self.init(.p256(P256.Signing.PrivateKey()))
        case .p384: try self.init(.p384(P384.Signing.PrivateKey()))
        case .p521: try self.init(.p521(P521.Signing.PrivateKey()))
        case .rsa2048: try self.init(.rsa(_RSA.Signing.PrivateKey(keySize: .bits2048)))
        case .rsa4096: try self.init(.rsa(_RSA.Signing.PrivateKey(keySize: .bits4096)))
        case .rsa3072: try self.init(.rsa(_RSA.Signing.PrivateKey(keySize: .bits3072)))
        }
    }

    /// Reads a PKCS #8 private key of one of the kinds that are kept.
    package init(pkcs8: [UInt8], certificateChain: [Certificate] = []) throws {
        if let key = try? P256.Signing.PrivateKey(derRepresentation: pkcs8) {
            try self.init(.p256(key))
        } else if let key = try? P384.Signing.PrivateKey(derRepresentation: pkcs8) {
            try self.init(.p384(key))
        } else if let key = try? P521.Signing.PrivateKey(derRepresentation: pkcs8) {
            try self.init(.p521(key))
        } else {
            try self.init(.rsa(_RSA.Signing.PrivateKey(derRepresentation: pkcs8)))
        }
        self.certificateChain = certificateChain
    }

    /// Takes a P-256 private number, 32 octets: for keys that must come from a seed.
    package init(p256Scalar: [UInt8]) throws {
        try self.init(.p256(P256.Signing.PrivateKey(rawRepresentation: p256Scalar)))
    }

    private init(_ privateKey: PrivateKey) throws(DERError) {
        self.privateKey = privateKey
        publicKey = try PublicKey(subjectPublicKeyInfo: privateKey.publicKeyInfo)
        guard let kind = SoftwareKeyKind(publicKey),
            let algorithm = SignatureAlgorithm(usualFor: publicKey)
        else { throw .unsupported("private key") }
        (self.kind, self.algorithm) = (kind, algorithm)
        certificateChain = []
    }

    /// Signs with RSASSA-PSS from now on; nothing changes for an elliptic-curve key.
    package mutating func usePSS() {
        if case .rsa = privateKey { algorithm = .rsaPSS(.sha256) }
    }

    package func signature(over bytes: [UInt8]) throws -> [UInt8] {
        switch privateKey {
        case .p256(let key):
            return Array(try key.signature(for: SHA256.hash(data: bytes)).derRepresentation)
        case .p384(let key):
            return Array(try key.signature(for: SHA384.hash(data: bytes)).derRepresentation)
        case .p521(let key):
            return Array(try key.signature(for: SHA512.hash(data: bytes)).derRepresentation)
        case .rsa(let key):
            var padding = _RSA.Signing.Padding.insecurePKCS1v1_5
            if case .rsaPSS = algorithm { padding = .PSS }
            let digest = SHA256.hash(data: bytes)
            return Array(try key.signature(for: digest, padding: padding).rawRepresentation)
        }
    }

    /// A PKCS #10 request for this key's certificate, which proves its possession (KC-30).
    package func certificationRequest(
        subject: DistinguishedName, extensions: [CertificateExtension] = []
    ) throws -> CertificationRequest {
        let bytes = CertificationRequest.bytesToSign(
            subject: subject, publicKey: publicKey, extensions: extensions)
        return try CertificationRequest.assemble(
            bytesToSign: bytes, algorithm: algorithm, signature: signature(over: bytes))
    }

    /// The PKCS #8 form, for a TLS library that must have it and for the encrypted file; it is
    /// never shown to a user (KC-01).
    package var pkcs8: [UInt8] {
        switch privateKey {
        case .p256(let key): Array(key.derRepresentation)
        case .p384(let key): Array(key.derRepresentation)
        case .p521(let key): Array(key.derRepresentation)
        case .rsa(let key): Array(key.pkcs8DERRepresentation)
        }
    }
}
