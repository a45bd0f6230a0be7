// SPDX-License-Identifier: Apache-2.0

/// HMAC (RFC 2104) over any digest function that is computed here.
package struct HMACVerifier: Sendable {
    private let digest: DigestAlgorithm
    private let secret: [UInt8]

    package init(_ digest: DigestAlgorithm, secret: [UInt8]) {
        (self.digest, self.secret) = (digest, secret)
    }

    /// Whether `value` is the code over `bytes`, cut to `sizeInBits` when that is given.
    ///
    /// The comparison takes the same time wherever the values differ.
    package func isValid(_ value: [UInt8], over bytes: [UInt8], sizeInBits: Int? = nil) -> Bool {
        let whole = code(over: bytes)
        let size = sizeInBits ?? whole.count * 8
        guard size > 0, size <= whole.count * 8, value.count == (size + 7) / 8 else { return false }
        var expected = Array(whole.prefix(value.count))
        if !size.isMultiple(of: 8) {
            expected[expected.count - 1] &= UInt8(truncatingIfNeeded: 0xFF << (8 - size % 8))
        }
        return zip(expected, value).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// The code over bytes, whole.
    package func code(over bytes: [UInt8]) -> [UInt8] {
        let size = digest.blockSizeInBytes
        let short = secret.count > size ? digest.digest(secret).bytes : secret
        let key = short + [UInt8](repeating: 0, count: size - short.count)
        var inner = digest.running
        inner.update(key.map { $0 ^ 0x36 })
        inner.update(bytes)
        return digest.digest(key.map { $0 ^ 0x5C } + inner.finished().bytes).bytes
    }
}
