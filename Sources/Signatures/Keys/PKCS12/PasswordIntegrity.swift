// SPDX-License-Identifier: Apache-2.0

import Crypto
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The MAC over a PKCS #12 file (RFC 7292, 4 and appendix B).
struct PasswordIntegrity {
    private let algorithm: DigestAlgorithm
    private let value: [UInt8]
    private let salt: [UInt8]
    let iterations: Int

    /// Reads MacData.
    init(_ element: BERElement) throws(PKCS12Error) {
        let parts = try element.sequence(least: 2)
        let digestInfo = try parts[0].sequence(least: 2)
        let name = try digestInfo[0].sequence(least: 1)[0].objectIdentifier()
        guard let found = Self.digests.first(where: { $0.oid.dotted == name }) else {
            throw .unsupported(name == "1.2.840.113549.1.5.14" ? "PBMAC1" : name)
        }
        algorithm = found
        value = try digestInfo[1].octets()
        salt = try parts[1].octets()
        iterations = parts.count > 2 ? try parts[2].integer() : 1
        guard (1...Limits.pkcs12Iterations).contains(iterations) else { throw .tooCostly }
    }

    private static let digests: [DigestAlgorithm] = [.sha1, .sha256, .sha384, .sha512]

    func holds(over bytes: [UInt8], passphrase: SecretBytes) -> Bool {
        let key = SymmetricKey(data: derivedKey(passphrase))
        switch algorithm {
        case .sha1: return isMAC(HMAC<Insecure.SHA1>.self, bytes, key)
        case .sha384: return isMAC(HMAC<SHA384>.self, bytes, key)
        case .sha512: return isMAC(HMAC<SHA512>.self, bytes, key)
        default: return isMAC(HMAC<SHA256>.self, bytes, key)
        }
    }

    private func isMAC<H: HashFunction>(
        _ function: HMAC<H>.Type, _ bytes: [UInt8], _ key: SymmetricKey
    ) -> Bool {
        function.isValidAuthenticationCode(value, authenticating: bytes, using: key)
    }

    /// The derivation of RFC 7292, B.2, for a MAC key; one block is as long as the key.
    private func derivedKey(_ passphrase: SecretBytes) -> [UInt8] {
        let block = algorithm.blockSizeInBytes
        var input =
            [UInt8](repeating: 3, count: block) + Self.filled(salt, block)
            + Self.filled(Self.bmpString(passphrase), block)
        defer { input.withUnsafeMutableBytes { SecretBytes.wipe($0) } }
        var key = algorithm.digest(input).bytes
        for _ in 1..<max(iterations, 1) { key = algorithm.digest(key).bytes }
        return key
    }

    /// Repeated to fill whole blocks; nothing stays nothing.
    private static func filled(_ bytes: [UInt8], _ block: Int) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        let length = (bytes.count + block - 1) / block * block
        return (0..<length).map { bytes[$0 % bytes.count] }
    }

    /// The passphrase in UTF-16, big-endian, with a final zero (RFC 7292, B.1).
    private static func bmpString(_ passphrase: SecretBytes) -> [UInt8] {
        passphrase.withBytes { bytes in
            var units: [UInt8] = []
            units.reserveCapacity(2 * bytes.count + 2)
            _ = transcode(
                bytes.makeIterator(), from: UTF8.self, to: UTF16.self, stoppingOnError: false
            ) {
                units += [UInt8($0 >> 8), UInt8($0 & 0xFF)]
            }
            return units + [0, 0]
        }
    }
}
