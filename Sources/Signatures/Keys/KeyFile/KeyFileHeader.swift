// SPDX-License-Identifier: Apache-2.0

import JSON

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a key is for; the two never mix (KC-31).
package enum KeyPurpose: String, Sendable, Hashable, CaseIterable {
    case signing
    case authentication
}

/// The readable part of an encrypted key file, version 1; every byte of it is authenticated.
package struct KeyFileHeader: Sendable, Hashable {
    package let kind: SoftwareKeyKind
    package let purpose: KeyPurpose
    /// Seconds since 1970.
    package let created: Int
    /// How many times the file was written.
    package let counter: Int
    let rounds: Int
    let blockSize: Int
    let parallelism: Int
    let salt: [UInt8]
    /// Nonce of the wrapped data key, then of the private key.
    let keyNonce: [UInt8]
    let nonce: [UInt8]

    init(
        kind: SoftwareKeyKind, purpose: KeyPurpose, created: Int, counter: Int, salt: [UInt8],
        keyNonce: [UInt8], nonce: [UInt8]
    ) {
        self.kind = kind
        self.purpose = purpose
        self.created = created
        self.counter = counter
        rounds = Limits.scryptRounds
        blockSize = Limits.scryptBlockSize
        parallelism = Limits.scryptParallelism
        self.salt = salt
        self.keyNonce = keyNonce
        self.nonce = nonce
    }

    /// The canonical bytes: members in this order, no white space.
    var bytes: [UInt8] {
        let value: JSONValue = [
            "version": 1,
            "kind": .string(kind.rawValue),
            "purpose": .string(purpose.rawValue),
            "created": .int(created),
            "counter": .int(counter),
            "kdf": [
                "name": "scrypt", "N": .int(rounds), "r": .int(blockSize), "p": .int(parallelism),
                "salt": .string(Data(salt).base64EncodedString()),
            ],
            "aead": "AES-256-GCM",
            "keyNonce": .string(Data(keyNonce).base64EncodedString()),
            "nonce": .string(Data(nonce).base64EncodedString()),
        ]
        return value.serialized()
    }

    /// Reads a header and holds its parameters to their bounds before anything is computed (KC-10).
    init(parsing bytes: [UInt8]) throws(KeyFileError) {
        do {
            let document = try JSONDocument(parsing: bytes)
            guard document.duplicates.isEmpty else { throw KeyFileError.malformedHeader("names") }
            let root = JSONReader(document.root)
            try root.allowOnly([
                "version", "kind", "purpose", "created", "counter", "kdf", "aead", "keyNonce",
                "nonce",
            ])
            _ = try root.member("version").int(in: 1...1)
            kind = try root.member("kind").choice(SoftwareKeyKind.self)
            purpose = try root.member("purpose").choice(KeyPurpose.self)
            created = try root.member("created").int()
            counter = try root.member("counter").int()
            let kdf = try root.member("kdf")
            rounds = try kdf.member("N").int()
            blockSize = try kdf.member("r").int()
            parallelism = try kdf.member("p").int()
            salt = try Self.octets(kdf.member("salt"), count: 16)
            keyNonce = try Self.octets(root.member("keyNonce"), count: 12)
            nonce = try Self.octets(root.member("nonce"), count: 12)
            guard try kdf.member("name").string() == "scrypt",
                try root.member("aead").string() == "AES-256-GCM"
            else { throw KeyFileError.unacceptableParameters }
        } catch let error as KeyFileError {
            throw error
        } catch let error as JSONReadingError {
            throw .malformedHeader(error.pointer.description)
        } catch {
            throw .malformedHeader("JSON")
        }
        try checkCost()
    }

    private func checkCost() throws(KeyFileError) {
        let isPowerOfTwo = rounds > 0 && rounds & (rounds - 1) == 0
        guard isPowerOfTwo, (Limits.scryptRounds...Limits.scryptMaximumRounds).contains(rounds),
            (1...32).contains(blockSize), (1...4).contains(parallelism),
            blockSize >= Limits.scryptBlockSize,
            128 * rounds * blockSize * parallelism <= Limits.scryptMemoryInBytes
        else { throw .unacceptableParameters }
    }

    private static func octets(
        _ reader: JSONReader, count: Int
    ) throws -> [UInt8] {
        guard let data = Data(base64Encoded: try reader.string()), data.count == count else {
            throw KeyFileError.malformedHeader(reader.pointer.description)
        }
        return Array(data)
    }
}
