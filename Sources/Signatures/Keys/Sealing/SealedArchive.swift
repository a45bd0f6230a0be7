// SPDX-License-Identifier: Apache-2.0
import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Why a sealed archive cannot be opened.
package enum ArchiveError: Error, Hashable, CustomStringConvertible {
    case notAnArchive
    /// The passphrase is another one, or a byte was changed.
    case doesNotOpen
    /// The end is missing.
    case truncated

    package var description: String {
        switch self {
        case .notAnArchive: "this is no sealed archive of this program"
        case .doesNotOpen: "the passphrase does not open it, or it was changed"
        case .truncated: "it is incomplete"
        }
    }
}

/// A stream of bytes sealed under a passphrase, in pieces, so that archives of any size need little
/// memory: `OECB1`, 16 bytes of salt, then pieces of a length in four octets and AES-256-GCM.
///
/// The key is scrypt's (N = 2^17, r = 8, p = 1); a piece's nonce is its number, and its number and
/// whether it is the last one are authenticated, so that none can be dropped, moved or added.
package struct SealedArchive: Sendable {
    private static let magic = Array("OECB1".utf8)
    package static let saltInBytes = 16
    /// Clear bytes of one piece.
    package static let pieceInBytes = 1 << 20
    package static let headerInBytes = magic.count + saltInBytes

    private let key: SymmetricKey
    private var number: UInt64 = 0

    /// What stands in front of the pieces.
    package let header: [UInt8]

    /// An archive to be written.
    ///
    /// - Parameter salt: 16 random bytes.
    package init(passphrase: SecretBytes, salt: [UInt8]) throws {
        header = Self.magic + salt
        key = try Self.key(passphrase, salt)
    }

    /// An archive to be read.
    package init(passphrase: SecretBytes, header: [UInt8]) throws {
        guard header.count == Self.headerInBytes, header.starts(with: Self.magic) else {
            throw ArchiveError.notAnArchive
        }
        self.header = header
        key = try Self.key(passphrase, Array(header.dropFirst(Self.magic.count)))
    }

    private static func key(_ passphrase: SecretBytes, _ salt: [UInt8]) throws -> SymmetricKey {
        try passphrase.withBytes { bytes in
            try KDF.Scrypt.deriveKey(
                from: bytes, salt: salt, outputByteCount: 32, rounds: 1 << 17, blockSize: 8,
                parallelism: 1)
        }
    }

    /// The next piece as it is written; its length stands in front.
    package mutating func seal(_ piece: [UInt8], isLast: Bool) throws -> [UInt8] {
        let box = try AES.GCM.seal(
            piece, using: key, nonce: AES.GCM.Nonce(data: nonce),
            authenticating: authenticated(isLast))
        number += 1
        let sealed = box.ciphertext + box.tag
        return withUnsafeBytes(of: UInt32(sealed.count).bigEndian) { Array($0) } + sealed
    }

    /// Opens the next piece, without its length.
    package mutating func open(_ sealed: [UInt8], isLast: Bool) throws(ArchiveError) -> [UInt8] {
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: nonce), ciphertext: sealed.dropLast(16),
                tag: sealed.suffix(16))
            let piece = try AES.GCM.open(box, using: key, authenticating: authenticated(isLast))
            number += 1
            return [UInt8](piece)
        } catch {
            throw .doesNotOpen
        }
    }

    private var nonce: [UInt8] {
        [0, 0, 0, 0] + withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    private func authenticated(_ isLast: Bool) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) } + [isLast ? 1 : 0]
    }
}
