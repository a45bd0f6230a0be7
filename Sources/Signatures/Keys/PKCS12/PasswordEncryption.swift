// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// PBES2 with PBKDF2 and AES in CBC mode (RFC 8018, 6.2): how a part of a PKCS #12 file is
/// encrypted.
struct PasswordEncryption {
    private let salt: [UInt8]
    private let hash: KDF.Insecure.PBKDF2.HashFunction
    private let keySizeInBytes: Int
    private let initialVector: [UInt8]
    let iterations: Int

    /// Reads an AlgorithmIdentifier.
    ///
    /// - Throws: ``PKCS12Error/unsupported(_:)`` with the scheme's name.
    init(_ element: BERElement) throws(PKCS12Error) {
        let (scheme, parameters) = try Self.algorithm(element)
        guard scheme == "1.2.840.113549.1.5.13", let parameters else {
            throw .unsupported(Self.oldSchemes[scheme] ?? scheme)
        }
        let parts = try parameters.sequence(least: 2)
        let (function, derivation) = try Self.algorithm(parts[0])
        guard function == "1.2.840.113549.1.5.12", let derivation else {
            throw .unsupported(function == "1.3.6.1.4.1.11591.4.11" ? "scrypt" : function)
        }
        let values = try derivation.sequence(least: 2)
        salt = try values[0].octets()
        iterations = try values[1].integer()
        guard (1...Limits.pkcs12Iterations).contains(iterations) else { throw .tooCostly }
        // keyLength may stand before the function; the cipher says the length anyway.
        let named = values.dropFirst(2).first { !$0.isInteger }
        hash = try Self.hash(named)
        let (cipher, vector) = try Self.algorithm(parts[1])
        guard let size = Self.ciphers[cipher], let vector else {
            throw .unsupported(Self.oldSchemes[cipher] ?? cipher)
        }
        keySizeInBytes = size
        initialVector = try vector.octets()
    }

    /// - Throws: ``PKCS12Error/wrongPassphrase``.
    func decrypt(_ bytes: [UInt8], passphrase: SecretBytes) throws(PKCS12Error) -> Data {
        do {
            let key = try passphrase.withBytes { secret in
                try KDF.Insecure.PBKDF2.deriveKey(
                    from: secret, salt: salt, using: hash, outputByteCount: keySizeInBytes,
                    unsafeUncheckedRounds: iterations)
            }
            return try AES._CBC.decrypt(
                bytes, using: key, iv: AES._CBC.IV(ivBytes: initialVector))
        } catch { throw .wrongPassphrase }
    }

    private static func algorithm(
        _ element: BERElement
    ) throws(PKCS12Error) -> (identifier: String, parameters: BERElement?) {
        let parts = try element.sequence(least: 1)
        return (try parts[0].objectIdentifier(), parts.dropFirst().first)
    }

    private static func hash(
        _ element: BERElement?
    ) throws(PKCS12Error) -> KDF.Insecure.PBKDF2.HashFunction {
        guard let element else { return .insecureSHA1 }
        let (name, _) = try algorithm(element)
        switch name {
        case "1.2.840.113549.2.7": return .insecureSHA1
        case "1.2.840.113549.2.9": return .sha256
        case "1.2.840.113549.2.10": return .sha384
        case "1.2.840.113549.2.11": return .sha512
        default: throw .unsupported(name)
        }
    }

    /// AES in CBC mode, by the size of its key in bytes (NIST CSOR).
    private static let ciphers = [
        "2.16.840.1.101.3.4.1.2": 16, "2.16.840.1.101.3.4.1.22": 24, "2.16.840.1.101.3.4.1.42": 32,
    ]

    /// What is refused by name (RFC 7292, C; RFC 8018, B.2).
    private static let oldSchemes = [
        "1.2.840.113549.1.12.1.1": "128-bit RC4", "1.2.840.113549.1.12.1.2": "40-bit RC4",
        "1.2.840.113549.1.12.1.3": "Triple DES (PKCS #12)",
        "1.2.840.113549.1.12.1.4": "two-key Triple DES (PKCS #12)",
        "1.2.840.113549.1.12.1.5": "128-bit RC2", "1.2.840.113549.1.12.1.6": "40-bit RC2",
        "1.2.840.113549.3.7": "Triple DES", "1.2.840.113549.3.2": "RC2",
    ]
}
