// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What verifying one signature value says.
package enum SignatureCheck: Sendable, Hashable {
    case valid
    /// The value was not made by this key over these bytes.
    case invalid
    /// The key or algorithm is not computed here: nothing is known about the value.
    case unsupported(String)
}

extension PublicKey {
    /// Verifies a signature value over bytes; ECDSA values are DER.
    package func verify(
        signature: [UInt8], over bytes: [UInt8], algorithm: SignatureAlgorithm
    ) -> SignatureCheck {
        switch (kind, algorithm) {
        case (.ec(let curve), .ecdsa(let digest)):
            verifyECDSA(curve, signature, digest.libraryDigest(bytes))
        case (.rsa(let size), .rsaPKCS1(let digest))
        where digest.isOfLibrary && Self.sizesOfLibrary.contains(size):
            verifyRSA(signature, digest.libraryDigest(bytes), .insecurePKCS1v1_5)
        case (.rsa(let size), .rsaPSS(let digest, let saltLength))
        where digest.isOfLibrary && saltLength == digest.sizeInBytes
            && Self.sizesOfLibrary.contains(size):
            verifyRSA(signature, digest.libraryDigest(bytes), .PSS)
        case (.rsa, .rsaPKCS1(let digest)):
            verifyRSA { $0.isValidPKCS1(signature, over: bytes, digest) }
        case (.rsa, .rsaPSS(let digest, let saltLength)):
            verifyRSA {
                $0.isValidPSS(signature, over: bytes, digest, mask: digest, saltLength: saltLength)
            }
        case (.rsa, .rsaPSSWithMask(let digest, let mask, let saltLength)):
            verifyRSA {
                $0.isValidPSS(signature, over: bytes, digest, mask: mask, saltLength: saltLength)
            }
        case (.ed25519, .ed25519): verifyEd25519(signature, bytes)
        case (.ed25519, .ed25519ctx(let context)):
            EdwardsVerification.isValidEd25519(
                signature, key: keyBits, over: bytes, context: context) ? .valid : .invalid
        case (.ed448, .ed448(let context)):
            EdwardsVerification.isValidEd448(
                signature, key: keyBits, over: bytes, context: context) ? .valid : .invalid
        case (.dsa, .dsa(let digest)): verifyDSA(signature, bytes, digest)
        case (.unsupported(let oid), _): .unsupported("key algorithm \(oid.dotted)")
        default: .invalid
        }
    }

    /// Verifies an ECDSA or DSA value given as `r || s`, the form of XML-DSig; other keys as above.
    ///
    /// Each half has the length of the order (xmldsig-core1, 6.4.3); more zeros before it are
    /// forgiven, since they change neither number.
    package func verify(
        rawSignature: [UInt8], over bytes: [UInt8], algorithm: SignatureAlgorithm
    ) -> SignatureCheck {
        switch algorithm {
        case .ecdsa, .dsa: break
        default: return verify(signature: rawSignature, over: bytes, algorithm: algorithm)
        }
        switch kind {
        case .ec(let curve) where rawSignature.count < 2 * curve.orderSizeInBytes: return .invalid
        case .ec(let curve):
            guard let signature = try? ECDSASignature(raw: rawSignature),
                signature.raw(for: curve) != nil
            else { return .invalid }
            return verify(signature: signature.der, over: bytes, algorithm: algorithm)
        default:
            guard let signature = try? ECDSASignature(raw: rawSignature) else { return .invalid }
            return verify(signature: signature.der, over: bytes, algorithm: algorithm)
        }
    }

    /// The lengths of RSA keys, in bits, that the library takes.
    private static let sizesOfLibrary = 1_024...8_192

    private func verifyRSA(_ check: (RSAVerification) -> Bool) -> SignatureCheck {
        guard let key = RSAVerification(keyBits: keyBits) else { return .unsupported(summary) }
        return check(key) ? .valid : .invalid
    }

    private func verifyDSA(
        _ signature: [UInt8], _ bytes: [UInt8], _ digest: DigestAlgorithm
    ) -> SignatureCheck {
        guard let key = DSAVerification(parameters: parameters, keyBits: keyBits) else {
            return .unsupported("DSA without parameters")
        }
        guard let value = try? ECDSASignature(der: signature) else { return .invalid }
        return key.isValid(r: value.r, s: value.s, over: bytes, digest) ? .valid : .invalid
    }

    private func verifyECDSA(
        _ curve: Curve, _ signature: [UInt8], _ digest: some Crypto.Digest
    ) -> SignatureCheck {
        // A point that is not on the curve and a value that is not DER verify nothing.
        let isCompressed = keyBits.first == 2 || keyBits.first == 3  // SEC 1, 2.3.3
        let valid: Bool?
        switch curve {
        case .p256:
            valid = try?
                (isCompressed
                ? P256.Signing.PublicKey(compressedRepresentation: keyBits)
                : P256.Signing.PublicKey(x963Representation: keyBits))
                .isValidSignature(.init(derRepresentation: signature), for: digest)
        case .p384:
            valid = try?
                (isCompressed
                ? P384.Signing.PublicKey(compressedRepresentation: keyBits)
                : P384.Signing.PublicKey(x963Representation: keyBits))
                .isValidSignature(.init(derRepresentation: signature), for: digest)
        case .p521:
            valid = try?
                (isCompressed
                ? P521.Signing.PublicKey(compressedRepresentation: keyBits)
                : P521.Signing.PublicKey(x963Representation: keyBits))
                .isValidSignature(.init(derRepresentation: signature), for: digest)
        }
        return valid == true ? .valid : .invalid
    }

    private func verifyRSA(
        _ signature: [UInt8], _ digest: some Crypto.Digest, _ padding: _RSA.Signing.Padding
    ) -> SignatureCheck {
        let der = rsaSubjectPublicKeyInfo
        guard let key = try? _RSA.Signing.PublicKey(unsafeDERRepresentation: der) else {
            return .unsupported(summary)
        }
        let value = _RSA.Signing.RSASignature(rawRepresentation: signature)
        return key.isValidSignature(value, for: digest, padding: padding) ? .valid : .invalid
    }

    private func verifyEd25519(_ signature: [UInt8], _ bytes: [UInt8]) -> SignatureCheck {
        let key = try? Curve25519.Signing.PublicKey(rawRepresentation: keyBits)
        return key?.isValidSignature(signature, for: bytes) == true ? .valid : .invalid
    }
}
