// SPDX-License-Identifier: Apache-2.0

import BigInt

/// EdDSA verification over big numbers (RFC 8032): Ed448, and Ed25519 with a context, which the
/// library does not have. Slow, and only ever used to verify.
struct EdwardsVerification {
    private struct Point { var x: BigUInt, y: BigUInt, z: BigUInt }

    private let p: BigUInt
    private let a: BigUInt
    private let d: BigUInt
    private let order: BigUInt
    private let base: (x: BigUInt, y: BigUInt)
    private let sizeInBytes: Int
    private let hash: @Sendable ([UInt8]) -> [UInt8]

    /// Whether `signature` was made by `key` over `bytes` under this context (RFC 8032, 5.1.7, 5.2.7).
    func isValid(_ signature: [UInt8], key: [UInt8], over bytes: [UInt8], prefix: [UInt8]) -> Bool {
        guard signature.count == 2 * sizeInBytes, key.count == sizeInBytes else { return false }
        let encodedR = Array(signature.prefix(sizeInBytes))
        let s = Self.littleEndian(signature.suffix(sizeInBytes))
        guard s < order, let r = decoded(encodedR), let publicPoint = decoded(key) else {
            return false
        }
        let k = Self.littleEndian(hash(prefix + encodedR + key + bytes)) % order
        // [s]B - [k]A = R, both multiples in one pass.
        let negated = Point(x: publicPoint.x == 0 ? 0 : p - publicPoint.x, y: publicPoint.y, z: 1)
        let found = sum(of: Point(x: base.x, y: base.y, z: 1), s, negated, k)
        return found.x == r.x * found.z % p && found.y == r.y * found.z % p
    }

    private static func littleEndian(_ octets: some BidirectionalCollection<UInt8>) -> BigUInt {
        BigUInt(octets: Array(octets.reversed()))
    }

    /// RFC 8032, 5.1.3 and 5.2.3; both primes have a square root by one power.
    private func decoded(_ octets: [UInt8]) -> Point? {
        var octets = octets
        let isOdd = octets[sizeInBytes - 1] & 0x80 != 0
        octets[sizeInBytes - 1] &= 0x7F
        let y = Self.littleEndian(octets)
        guard y < p else { return nil }
        let numerator = difference(y * y % p, 1)
        let denominator = difference(d * y % p * y % p, a)
        guard let inverse = denominator.inverse(p) else { return nil }
        guard var x = squareRoot(of: numerator * inverse % p) else { return nil }
        if x == 0, isOdd { return nil }
        if (x & 1 == 1) != isOdd { x = p - x }
        return Point(x: x, y: y, z: 1)
    }

    private func squareRoot(of square: BigUInt) -> BigUInt? {
        if p & 3 == 3 {
            let root = square.power((p + 1) >> 2, modulus: p)
            return root * root % p == square ? root : nil
        }
        var root = square.power((p + 3) >> 3, modulus: p)
        if root * root % p != square {
            root = root * BigUInt(2).power((p - 1) >> 2, modulus: p) % p
        }
        return root * root % p == square ? root : nil
    }

    private func difference(_ left: BigUInt, _ right: BigUInt) -> BigUInt {
        left >= right ? left - right : left + p - right
    }

    /// Unified addition in projective coordinates (RFC 8032, 5.2.4, with the curve's own a).
    private func sum(_ left: Point, _ right: Point) -> Point {
        let z = left.z * right.z % p
        let zz = z * z % p
        let (x, y) = (left.x * right.x % p, left.y * right.y % p)
        let e = d * x % p * y % p
        let (f, g) = (difference(zz, e), (zz + e) % p)
        let cross = (left.x + left.y) * (right.x + right.y) % p
        let h = difference(difference(cross, x), y)
        return Point(
            x: z * f % p * h % p, y: z * g % p * difference(y, a * x % p) % p, z: f * g % p)
    }

    /// Doubling in projective coordinates, cheaper than adding a point to itself.
    private func doubled(_ point: Point) -> Point {
        let sum = point.x + point.y
        let (c, d) = (point.x * point.x % p, point.y * point.y % p)
        let b = sum * sum % p
        let e = a * c % p
        let f = (e + d) % p
        let j = difference(f, 2 * point.z * point.z % p)
        return Point(
            x: difference(difference(b, c), d) * j % p, y: f * difference(e, d) % p, z: f * j % p)
    }

    private func sum(
        of first: Point, _ times: BigUInt, _ second: Point, _ otherTimes: BigUInt
    ) -> Point {
        let both = sum(first, second)
        var result = Point(x: 0, y: 1, z: 1)
        for bit in stride(
            from: max(times.bitWidth, otherTimes.bitWidth) - 1, through: 0, by: -1)
        {
            result = doubled(result)
            switch ((times >> bit) & 1 == 1, (otherTimes >> bit) & 1 == 1) {
            case (true, true): result = sum(result, both)
            case (true, false): result = sum(result, first)
            case (false, true): result = sum(result, second)
            case (false, false): break
            }
        }
        return result
    }
}

extension EdwardsVerification {
    /// Ed448 without pre-hashing (RFC 8032, 5.2).
    static func isValidEd448(
        _ signature: [UInt8], key: [UInt8], over bytes: [UInt8], context: [UInt8] = []
    ) -> Bool {
        guard context.count < 256 else { return false }
        let prefix = Array("SigEd448".utf8) + [0, UInt8(context.count)] + context
        return ed448.isValid(signature, key: key, over: bytes, prefix: prefix)
    }

    /// Ed25519ctx (RFC 8032, 5.1); the context must not be empty.
    static func isValidEd25519(
        _ signature: [UInt8], key: [UInt8], over bytes: [UInt8], context: [UInt8]
    ) -> Bool {
        guard !context.isEmpty, context.count < 256 else { return false }
        let prefix =
            Array("SigEd25519 no Ed25519 collisions".utf8) + [0, UInt8(context.count)] + context
        return ed25519.isValid(signature, key: key, over: bytes, prefix: prefix)
    }

    private static let ed448 = EdwardsVerification(
        p: number(
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffe",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
        a: 1,
        d: number(
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffe",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffff6756"),
        order: number(
            "3fffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "7cca23e9c44edb49aed63690216cc2728dc58f552378c292ab5844f3"),
        base: (
            number(
                "4f1970c66bed0ded221d15a622bf36da9e146570470f1767ea6de324",
                "a3d3a46412ae1af72ab66511433b80e18b00938e2626a82bc70cc05e"),
            number(
                "693f46716eb6bc248876203756c9c7624bea73736ca3984087789c1e",
                "05a0c2d73ad3ff1ce67c39c4fdbd132c4ed7c8ad9808795bf230fa14")
        ),
        sizeInBytes: 57,
        hash: { bytes in
            var sponge = Keccak(shake256SizeInBytes: 114)
            bytes.withUnsafeBytes { sponge.update($0) }
            return sponge.finished()
        })

    private static let ed25519 = EdwardsVerification(
        p: number("7fffffffffffffffffffffffffffffff", "ffffffffffffffffffffffffffffffed"),
        a: number("7fffffffffffffffffffffffffffffff", "ffffffffffffffffffffffffffffffec"),
        d: number("52036cee2b6ffe738cc740797779e898", "00700a4d4141d8ab75eb4dca135978a3"),
        order: number("10000000000000000000000000000000", "14def9dea2f79cd65812631a5cf5d3ed"),
        base: (
            number("216936d3cd6e53fec0a4e231fdd6dc5c", "692cc7609525a7b2c9562d608f25d51a"),
            number("66666666666666666666666666666666", "66666666666666666666666666666658")
        ),
        sizeInBytes: 32, hash: { DigestAlgorithm.sha512.digest($0).bytes })

    private static func number(_ high: String, _ low: String) -> BigUInt {
        BigUInt(high + low, radix: 16)!  // constants of this file are hexadecimal digits
    }
}
