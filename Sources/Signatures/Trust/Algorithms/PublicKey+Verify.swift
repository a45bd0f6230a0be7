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
        case (.rsa, .rsaPKCS1(let digest)):
            verifyRSA(signature, digest.libraryDigest(bytes), .insecurePKCS1v1_5)
        case (.rsa, .rsaPSS(let digest, let saltLength)) where saltLength == digest.sizeInBytes:
            verifyRSA(signature, digest.libraryDigest(bytes), .PSS)
        case (.rsa, .rsaPSS(_, let saltLength)):
            .unsupported("RSASSA-PSS with a salt of \(saltLength) bytes")
        case (.ed25519, .ed25519): verifyEd25519(signature, bytes)
        case (.unsupported(let oid), _): .unsupported("key algorithm \(oid.dotted)")
        default: .invalid
        }
    }

    /// Verifies an ECDSA value given as `r || s`, the form of XML-DSig; other keys as above.
    package func verify(
        rawSignature: [UInt8], over bytes: [UInt8], algorithm: SignatureAlgorithm
    ) -> SignatureCheck {
        guard case .ecdsa = algorithm else {
            return verify(signature: rawSignature, over: bytes, algorithm: algorithm)
        }
        if case .ec(let curve) = kind, rawSignature.count != 2 * curve.orderSizeInBytes {
            return .invalid
        }
        guard let signature = try? ECDSASignature(raw: rawSignature) else { return .invalid }
        return verify(signature: signature.der, over: bytes, algorithm: algorithm)
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
