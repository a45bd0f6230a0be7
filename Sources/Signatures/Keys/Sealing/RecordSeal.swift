// SPDX-License-Identifier: Apache-2.0
import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Why a sealed record cannot be opened.
package enum SealError: Error, Hashable, CustomStringConvertible {
    /// The key is another one, or the record was changed or moved.
    case notOurs
    /// A key or nonce has not the length that AES-256-GCM needs.
    case length

    package var description: String {
        switch self {
        case .notOurs: "the record was sealed with another key, or was changed or moved"
        case .length: "a key of 32 bytes and a nonce of 12 are needed"
        }
    }
}

/// What a sealed part belongs to: authenticated with it, so that no part can stand in for another.
package struct SealedPlace: Sendable, Hashable {
    package var table: String
    package var record: String
    package var part: String

    package init(table: String, record: String, part: String) {
        (self.table, self.record, self.part) = (table, record, part)
    }

    /// Table, record, part, tenant and schema version (DP-01).
    fileprivate var authenticated: Data { Data("\(table)|\(record)|\(part)||1".utf8) }
}

/// Seals records under one wrapping key (DP-01): every record has a random key of its own, wrapped
/// here, so that destroying the wrapped key destroys the record.
///
/// AES-256-GCM; 12 bytes of nonce in front, 16 of tag behind.
package struct RecordSeal: Sendable {
    private let wrapping: SymmetricKey
    private let searching: SymmetricKey

    package static let keyInBytes = 32
    package static let nonceInBytes = 12
    /// A wrapped key with its nonce and tag.
    package static let wrappedKeyInBytes = keyInBytes + nonceInBytes + 16

    /// - Throws: ``SealError/length``.
    package init(key: SecretBytes) throws(SealError) {
        guard key.count == Self.keyInBytes else { throw .length }
        let master = key.withBytes { SymmetricKey(data: $0) }
        wrapping = Self.derived(master, "record-keys-1")
        searching = Self.derived(master, "lookup-1")
    }

    private static func derived(_ key: SymmetricKey, _ purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, info: Data(purpose.utf8), outputByteCount: keyInBytes)
    }

    /// A record's key, wrapped.
    ///
    /// - Parameters:
    ///   - key: 32 random bytes, used for this record alone.
    ///   - nonce: 12 random bytes.
    package func wrap(
        _ key: [UInt8], of place: SealedPlace, nonce: [UInt8]
    ) throws(SealError) -> [UInt8] {
        guard key.count == Self.keyInBytes else { throw .length }
        return try Self.seal(key, at: place, with: wrapping, nonce: nonce)
    }

    /// The key of a record.
    ///
    /// - Throws: ``SealError/notOurs``.
    package func key(
        unwrapping wrapped: [UInt8], of place: SealedPlace
    ) throws(SealError) -> RecordKey {
        RecordKey(SymmetricKey(data: try Self.open(wrapped, at: place, with: wrapping)))
    }

    /// A keyed digest by which equal values are found without being stored (HMAC-SHA-256).
    package func lookup(_ value: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Data(value.utf8), using: searching))
    }

    fileprivate static func seal(
        _ bytes: [UInt8], at place: SealedPlace, with key: SymmetricKey, nonce: [UInt8]
    ) throws(SealError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(
                bytes, using: key, nonce: AES.GCM.Nonce(data: nonce),
                authenticating: place.authenticated)
            return nonce + box.ciphertext + box.tag
        } catch {
            throw .length
        }
    }

    fileprivate static func open(
        _ sealed: [UInt8], at place: SealedPlace, with key: SymmetricKey
    ) throws(SealError) -> [UInt8] {
        do {
            let box = try AES.GCM.SealedBox(combined: sealed)
            return [UInt8](
                try AES.GCM.open(box, using: key, authenticating: place.authenticated))
        } catch {
            throw .notOurs
        }
    }
}

/// The key of one record, in the open.
package struct RecordKey: Sendable {
    private let key: SymmetricKey

    init(_ key: SymmetricKey) { self.key = key }

    package init(_ bytes: [UInt8]) { key = SymmetricKey(data: bytes) }

    /// - Parameter nonce: 12 bytes, never used twice for this record.
    package func seal(
        _ bytes: [UInt8], at place: SealedPlace, nonce: [UInt8]
    ) throws(SealError) -> [UInt8] {
        try RecordSeal.seal(bytes, at: place, with: key, nonce: nonce)
    }

    package func open(_ sealed: [UInt8], at place: SealedPlace) throws(SealError) -> [UInt8] {
        try RecordSeal.open(sealed, at: place, with: key)
    }
}
