// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Trust

@Suite("Digest functions that the library does not have")
struct DigestTests {
    /// The published digests of `abc`.
    private static let abc: [DigestAlgorithm: String] = [
        .md5: "900150983cd24fb0d6963f7d28e17f72",
        .ripemd160: "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc",
        .sha224: "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
        .sha3_224: "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf",
        .sha3_256: "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
        .sha3_384: "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b2"
            + "98d88cea927ac7f539f1edf228376d25",
        .sha3_512: "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
            + "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0",
    ]

    /// Digests of a thousand `a`, by Python's hashlib and by OpenSSL: more than one block.
    private static let thousand: [DigestAlgorithm: String] = [
        .md5: "cabe45dcc9ae5b66ba86600cca6b8ba8",
        .ripemd160: "aa69deee9a8922e92f8105e007f76110f381e9cf",
        .sha224: "4e8f0ce90b64661a2b5e84be6d93a7d9b76871062f1814433d04a03d",
        .sha3_224: "2461344b84416db8fe01c2a4966fea019590c231dd5724c1bfc26745",
        .sha3_256: "8f3934e6f7a15698fe0f396b95d8c4440929a8fa6eae140171c068b4549fbf81",
        .sha3_384: "ccf4495ff20b4b33a1cc1917f9f0fe0fcb5e3d08e542cf4d4a90dd950b748e7e"
            + "1cc07d2f3b36d62dd240724417cdd81b",
        .sha3_512: "ac7e95cc95aa7f24aaa95e040ca0c79b39cd9cc84a10abb84ddd8dd5e4b45cf9"
            + "6543aaa70d0ef99fbf8d2769639981ee1fd0b0276f4756b9d504d0b7de19b700",
    ]

    @Test("give the published values", arguments: abc.keys)
    func published(_ algorithm: DigestAlgorithm) {
        #expect(algorithm.digest(Array("abc".utf8)).bytes.hexText == Self.abc[algorithm])
    }

    @Test("give the values of other programs over many blocks", arguments: thousand.keys)
    func blocks(_ algorithm: DigestAlgorithm) {
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000)
        #expect(algorithm.digest(bytes).bytes.hexText == Self.thousand[algorithm])
        var running = algorithm.running
        for start in stride(from: 0, to: 1_000, by: 77) {
            running.update(bytes[start..<min(start + 77, 1_000)])
        }
        #expect(running.finished().bytes.hexText == Self.thousand[algorithm])
    }
}

@Suite("HMAC")
struct HMACTests {
    /// RFC 4231, 4.2 and 4.3.
    @Test(
        "verifies the values of RFC 4231",
        arguments: [
            (
                [UInt8](repeating: 0x0B, count: 20), "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
        ])
    func published(_ secret: [UInt8], _ text: String, _ expected: String) {
        let verifier = HMACVerifier(.sha256, secret: secret)
        let value = bytes(expected)
        #expect(verifier.isValid(value, over: Array(text.utf8)))
        #expect(!verifier.isValid(value, over: Array(text.utf8) + [0]))
        #expect(!HMACVerifier(.sha256, secret: [1]).isValid(value, over: Array(text.utf8)))
    }

    @Test("a value may be cut to the bits that are asked for, and to no others")
    func truncated() {
        let verifier = HMACVerifier(.sha256, secret: Array("Jefe".utf8))
        let text = Array("what do ya want for nothing?".utf8)
        let value = bytes("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(verifier.isValid(Array(value.prefix(16)), over: text, sizeInBits: 128))
        #expect(!verifier.isValid(Array(value.prefix(15)), over: text, sizeInBits: 128))
        #expect(!verifier.isValid(Array(value.prefix(16)), over: text))
        #expect(!verifier.isValid([], over: text, sizeInBits: 0))
        #expect(verifier.isValid([0x5B, 0xD8], over: text, sizeInBits: 13))
    }

    private func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap { $0.hexDigitValue }
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }
}
