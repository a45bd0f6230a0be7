// SPDX-License-Identifier: Apache-2.0

import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A digest function that is computed here; whether it may be relied on is the crypto policy's say.
package enum DigestAlgorithm: String, Sendable, Hashable, CaseIterable {
    case md5 = "MD5"
    case ripemd160 = "RIPEMD-160"
    case sha1 = "SHA-1"
    case sha224 = "SHA-224"
    case sha256 = "SHA-256"
    case sha384 = "SHA-384"
    case sha512 = "SHA-512"
    case sha3_224 = "SHA3-224"
    case sha3_256 = "SHA3-256"
    case sha3_384 = "SHA3-384"
    case sha3_512 = "SHA3-512"

    package var oid: OID {
        switch self {
        case .md5: .md5
        case .ripemd160: .ripemd160
        case .sha1: .sha1
        case .sha224: .sha224
        case .sha256: .sha256
        case .sha384: .sha384
        case .sha512: .sha512
        case .sha3_224: .sha3_224
        case .sha3_256: .sha3_256
        case .sha3_384: .sha3_384
        case .sha3_512: .sha3_512
        }
    }

    package init?(oid: OID) {
        guard let algorithm = Self.allCases.first(where: { $0.oid == oid }) else { return nil }
        self = algorithm
    }

    package var sizeInBytes: Int {
        switch self {
        case .md5: 16
        case .ripemd160, .sha1: 20
        case .sha224, .sha3_224: 28
        case .sha256, .sha3_256: 32
        case .sha384, .sha3_384: 48
        case .sha512, .sha3_512: 64
        }
    }

    /// The block that HMAC pads its key to (RFC 2104; for SHA-3 the rate, FIPS 202).
    package var blockSizeInBytes: Int {
        switch self {
        case .md5, .ripemd160, .sha1, .sha224, .sha256: 64
        case .sha384, .sha512: 128
        case .sha3_224: 144
        case .sha3_256: 136
        case .sha3_384: 104
        case .sha3_512: 72
        }
    }

    /// Digests bytes that are all at hand.
    package func digest(_ bytes: some Collection<UInt8>) -> Digest {
        var running = running
        running.update(bytes)
        return running.finished()
    }

    /// A running digest, for content that comes in pieces.
    package var running: RunningDigest { RunningDigest(self) }

    /// The digest in the type that the library's signature functions take.
    func libraryDigest(_ bytes: [UInt8]) -> any Crypto.Digest {
        switch self {
        case .sha1: Insecure.SHA1.hash(data: bytes)
        case .sha256: SHA256.hash(data: bytes)
        case .sha384: SHA384.hash(data: bytes)
        case .sha512: SHA512.hash(data: bytes)
        default: PlainDigest(bytes: digest(bytes).bytes)
        }
    }

    /// Whether the library's RSA knows the digest; the others are computed over big numbers.
    var isOfLibrary: Bool {
        switch self {
        case .sha1, .sha256, .sha384, .sha512: true
        default: false
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
    private enum Function {
        case library(any HashFunction)
        case own(any OwnDigestFunction)
    }

    private let algorithm: DigestAlgorithm
    private var function: Function

    fileprivate init(_ algorithm: DigestAlgorithm) {
        self.algorithm = algorithm
        function =
            switch algorithm {
            case .md5: .library(Insecure.MD5())
            case .sha1: .library(Insecure.SHA1())
            case .sha256: .library(SHA256())
            case .sha384: .library(SHA384())
            case .sha512: .library(SHA512())
            case .sha224: .own(SHA224())
            case .ripemd160: .own(RIPEMD160())
            case .sha3_224, .sha3_256, .sha3_384, .sha3_512:
                .own(Keccak(sha3SizeInBytes: algorithm.sizeInBytes))
            }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch function {
        case .library(var library):
            library.update(bufferPointer: bytes)
            function = .library(library)
        case .own(var own):
            own.update(bytes)
            function = .own(own)
        }
    }

    package mutating func update(_ bytes: some Collection<UInt8>) {
        let inPlace: Void? = bytes.withContiguousStorageIfAvailable {
            update(UnsafeRawBufferPointer($0))
        }
        if inPlace == nil { Array(bytes).withUnsafeBytes { update($0) } }
    }

    /// The digest of everything given so far.
    package func finished() -> Digest {
        switch function {
        case .library(let library):
            Digest(algorithm, library.finalize().withUnsafeBytes { Array($0) })
        case .own(let own): Digest(algorithm, own.finished())
        }
    }
}

/// A digest function that the library does not have.
protocol OwnDigestFunction: Sendable {
    mutating func update(_ bytes: UnsafeRawBufferPointer)
    func finished() -> [UInt8]
}

/// Bytes of any digest, in the type that the library's elliptic-curve functions take.
private struct PlainDigest: Crypto.Digest {
    let bytes: [UInt8]

    static var byteCount: Int { 0 }
    var description: String { bytes.hexText }
    func makeIterator() -> [UInt8].Iterator { bytes.makeIterator() }
    func withUnsafeBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result { try bytes.withUnsafeBytes(body) }
}
