// SPDX-License-Identifier: Apache-2.0

import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A digest function that is computed here.
package enum DigestAlgorithm: String, Sendable, Hashable, CaseIterable {
    case sha1 = "SHA-1"
    case sha256 = "SHA-256"
    case sha384 = "SHA-384"
    case sha512 = "SHA-512"

    package var oid: OID {
        switch self {
        case .sha1: .sha1
        case .sha256: .sha256
        case .sha384: .sha384
        case .sha512: .sha512
        }
    }

    package init?(oid: OID) {
        guard let algorithm = Self.allCases.first(where: { $0.oid == oid }) else { return nil }
        self = algorithm
    }

    package var sizeInBytes: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// Digests bytes that are all at hand.
    package func digest(_ bytes: some Collection<UInt8>) -> Digest {
        var function = hashFunction
        let inPlace: Void? = bytes.withContiguousStorageIfAvailable {
            function.update(bufferPointer: UnsafeRawBufferPointer($0))
        }
        if inPlace == nil { function.update(data: Array(bytes)) }
        return Digest(self, function.finalize().withUnsafeBytes { Array($0) })
    }

    /// A running digest, for content that comes in pieces.
    package var running: RunningDigest { RunningDigest(self) }

    fileprivate var hashFunction: any HashFunction {
        switch self {
        case .sha1: Insecure.SHA1()
        case .sha256: SHA256()
        case .sha384: SHA384()
        case .sha512: SHA512()
        }
    }

    /// The digest in the library's own type, which its signature functions take.
    func libraryDigest(_ bytes: [UInt8]) -> any Crypto.Digest {
        switch self {
        case .sha1: Insecure.SHA1.hash(data: bytes)
        case .sha256: SHA256.hash(data: bytes)
        case .sha384: SHA384.hash(data: bytes)
        case .sha512: SHA512.hash(data: bytes)
        }
    }

    /// The AlgorithmIdentifier without parameters (RFC 5754, 2).
    package var identifier: AlgorithmIdentifier { AlgorithmIdentifier(oid) }
}

/// The result of a digest function.
package struct Digest: Sendable, Hashable {
    package let algorithm: DigestAlgorithm
    package let bytes: [UInt8]

    package init(_ algorithm: DigestAlgorithm, _ bytes: [UInt8]) {
        self.algorithm = algorithm
        self.bytes = bytes
    }
}

/// A digest over content that comes in pieces.
package struct RunningDigest {
    private let algorithm: DigestAlgorithm
    private var function: any HashFunction

    fileprivate init(_ algorithm: DigestAlgorithm) {
        self.algorithm = algorithm
        function = algorithm.hashFunction
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        function.update(bufferPointer: bytes)
    }

    package mutating func update(_ bytes: some Collection<UInt8>) {
        let inPlace: Void? = bytes.withContiguousStorageIfAvailable {
            function.update(bufferPointer: UnsafeRawBufferPointer($0))
        }
        if inPlace == nil { function.update(data: Array(bytes)) }
    }

    /// The digest of everything given so far.
    package func finished() -> Digest {
        Digest(algorithm, function.finalize().withUnsafeBytes { Array($0) })
    }
}
