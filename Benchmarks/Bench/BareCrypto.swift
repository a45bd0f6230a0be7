// SPDX-License-Identifier: Apache-2.0
import Crypto
import CryptoExtras
import Foundation

/// What the bare operations cost in this run: the floor under every signature.
struct BareCrypto {
    let sign: Duration
    let verify: Duration
    let scrypt: Duration

    static func measure() throws -> BareCrypto {
        let key = P256.Signing.PrivateKey()
        let digest = SHA256.hash(data: Data(repeating: 7, count: 300))
        let signature = try key.signature(for: digest)
        let publicKey = key.publicKey
        return BareCrypto(
            sign: try median(100, groupsOf: 10) { _ = try key.signature(for: digest) },
            verify: try median(100, groupsOf: 10) {
                guard publicKey.isValidSignature(signature, for: digest) else {
                    throw BenchError.wrong("a bare signature")
                }
            },
            scrypt: try median(5, groupsOf: 1) {
                _ = try KDF.Scrypt.deriveKey(
                    from: Data("a passphrase".utf8), salt: Data(repeating: 1, count: 16),
                    outputByteCount: 32, rounds: 1 << 17, blockSize: 8, parallelism: 1)
            })
    }

    /// One operation; short ones are timed in groups.
    private static func median(
        _ iterations: Int, groupsOf size: Int, _ body: () throws -> Void
    ) throws -> Duration {
        let clock = ContinuousClock()
        let durations = try (0..<iterations).map { _ in
            try clock.measure { for _ in 0..<size { try body() } } / size
        }
        return durations.sorted()[iterations / 2]
    }

    /// The least that signatures and verifications alone cost.
    func floor(signs: Int, verifies: Int) -> Duration { sign * signs + verify * verifies }

    var figures: [Figure] {
        [
            Figure(.bareSign, Figure.ours, sign), Figure(.bareVerify, Figure.ours, verify),
            Figure(.serveReady, Figure.floor, scrypt * 2, note: "scrypt of two key files"),
        ]
    }
}

/// Why a benchmark stops: what was made is not what it should be, so its time means nothing.
enum BenchError: Error {
    case missing(String)
    case wrong(String)
}
