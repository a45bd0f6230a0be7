// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An encrypted private key, version 1: `CKS1`, the header's length in four octets, the header,
/// the wrapped data key, the private key.
///
/// The passphrase and the device secret give a key that wraps a data key, and the data key encrypts
/// the PKCS #8 form; both seals cover the header.
struct KeyFile {
    private static let magic = Array("CKS1".utf8)
    private static let sealedDataKeySize = 32 + 16

    let header: KeyFileHeader
    private let wrappedKey: [UInt8]
    private let sealedPrivateKey: [UInt8]

    /// Encrypts a private key; salt, nonces and data key are drawn here.
    init(
        sealing key: SoftwareKey, kind: SoftwareKeyKind, purpose: KeyPurpose, created: Int,
        counter: Int, passphrase: SecretBytes, deviceSecret: SecretBytes
    ) throws {
        let header = KeyFileHeader(
            kind: kind, purpose: purpose, created: created, counter: counter,
            salt: Self.random(16), keyNonce: Self.random(12), nonce: Self.random(12))
        let authenticated = Self.prefix(header)
        let wrapping = try Self.wrappingKey(header, passphrase, deviceSecret)
        let dataKey = SymmetricKey(size: .bits256)
        self.header = header
        wrappedKey = try dataKey.withUnsafeBytes { bytes in
            try Self.seal(bytes, with: wrapping, header.keyNonce, authenticated)
        }
        var privateKey = key.pkcs8
        defer { privateKey.withUnsafeMutableBytes { SecretBytes.wipe($0) } }
        sealedPrivateKey = try privateKey.withUnsafeBytes { bytes in
            try Self.seal(bytes, with: dataKey, header.nonce, authenticated)
        }
    }

    /// Reads a file without opening it.
    init(parsing file: [UInt8]) throws(KeyFileError) {
        guard file.count > 8, file.starts(with: Self.magic) else { throw .notAKeyFile }
        let length = file[4..<8].reduce(0) { $0 << 8 | Int($1) }
        let end = 8 + length + Self.sealedDataKeySize
        guard length <= Limits.headerSizeInBytes, file.count > end + 16 else { throw .notAKeyFile }
        header = try KeyFileHeader(parsing: Array(file[8..<(8 + length)]))
        guard Self.prefix(header) == Array(file[..<(8 + length)]) else {
            throw .malformedHeader("not canonical")
        }
        wrappedKey = Array(file[(8 + length)..<end])
        sealedPrivateKey = Array(file[end...])
    }

    var bytes: [UInt8] { Self.prefix(header) + wrappedKey + sealedPrivateKey }

    /// Decrypts the private key.
    func open(passphrase: SecretBytes, deviceSecret: SecretBytes) throws(KeyFileError)
        -> SoftwareKey
    {
        let authenticated = Self.prefix(header)
        let privateKey: Data
        do {
            let wrapping = try Self.wrappingKey(header, passphrase, deviceSecret)
            let dataKey = SymmetricKey(
                data: try Self.unseal(wrappedKey, with: wrapping, header.keyNonce, authenticated))
            privateKey = try Self.unseal(
                sealedPrivateKey, with: dataKey, header.nonce, authenticated)
        } catch { throw .doesNotOpen }
        var bytes = Array(privateKey)
        defer { bytes.withUnsafeMutableBytes { SecretBytes.wipe($0) } }
        guard let key = try? SoftwareKey(pkcs8: bytes) else { throw .notAPrivateKey }
        return key
    }

    /// Magic, length and header: what both seals authenticate.
    private static func prefix(_ header: KeyFileHeader) -> [UInt8] {
        let bytes = header.bytes
        let length = withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { Array($0) }
        return magic + length + bytes
    }

    /// `HKDF-SHA256(scrypt(passphrase) || device secret, "cks1")`.
    private static func wrappingKey(
        _ header: KeyFileHeader, _ passphrase: SecretBytes, _ deviceSecret: SecretBytes
    ) throws -> SymmetricKey {
        let stretched = try passphrase.withBytes { bytes in
            try KDF.Scrypt.deriveKey(
                from: bytes, salt: header.salt, outputByteCount: 32, rounds: header.rounds,
                blockSize: header.blockSize, parallelism: header.parallelism)
        }
        let material = SecretBytes(capacity: 32 + deviceSecret.count) { room in
            stretched.withUnsafeBytes { room.copyMemory(from: $0) }
            deviceSecret.withBytes { secret in
                UnsafeMutableRawBufferPointer(rebasing: room[32...]).copyMemory(from: secret)
            }
            return 32 + deviceSecret.count
        }
        return material.withBytes { bytes in
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: SymmetricKey(data: bytes), info: Array("cks1".utf8),
                outputByteCount: 32)
        }
    }

    private static func seal(
        _ bytes: UnsafeRawBufferPointer, with key: SymmetricKey, _ nonce: [UInt8],
        _ authenticated: [UInt8]
    ) throws -> [UInt8] {
        let box = try AES.GCM.seal(
            bytes, using: key, nonce: AES.GCM.Nonce(data: nonce), authenticating: authenticated)
        return Array(box.ciphertext) + Array(box.tag)
    }

    private static func unseal(
        _ bytes: [UInt8], with key: SymmetricKey, _ nonce: [UInt8], _ authenticated: [UInt8]
    ) throws -> Data {
        let box = try AES.GCM.SealedBox(
            nonce: AES.GCM.Nonce(data: nonce), ciphertext: bytes.dropLast(16), tag: bytes.suffix(16)
        )
        return try AES.GCM.open(box, using: key, authenticating: authenticated)
    }

    static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
