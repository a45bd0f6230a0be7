// SPDX-License-Identifier: Apache-2.0

import BigInt

/// DSA verification (FIPS 186-4, 4.7); no DSA signature is made here.
struct DSAVerification {
    private let p: BigUInt
    private let q: BigUInt
    private let g: BigUInt
    private let y: BigUInt

    /// - Parameter parameters: The DER of Dss-Parms (RFC 3279, 2.3.2); a key without its own is
    ///   not computed.
    init?(parameters: [UInt8]?, keyBits: [UInt8]) {
        guard let parameters, var fields = try? DERElement(parsing: parameters).elements(in: "DSA"),
            let p = Self.number(try? fields.next()), let q = Self.number(try? fields.next()),
            let g = Self.number(try? fields.next()),
            let y = Self.number(try? DERElement(parsing: keyBits))
        else { return nil }
        (self.p, self.q, self.g, self.y) = (p, q, g, y)
        guard p.bitWidth <= Limits.dsaPrimeSizeInBits, q.bitWidth <= Limits.dsaOrderSizeInBits,
            q > 1, q < p, g > 1, g < p, y > 1, y < p
        else { return nil }
    }

    private static func number(_ element: DERElement?) -> BigUInt? {
        guard let octets = try? element?.integerOctets(in: "DSA"), octets[0] < 0x80 else {
            return nil
        }
        return BigUInt(octets: octets)
    }

    var sizeInBits: Int { p.bitWidth }
    var orderSizeInBytes: Int { (q.bitWidth + 7) / 8 }

    func isValid(r: [UInt8], s: [UInt8], over bytes: [UInt8], _ digest: DigestAlgorithm) -> Bool {
        let (r, s) = (BigUInt(octets: r), BigUInt(octets: s))
        guard r > 0, r < q, s > 0, s < q, let inverse = s.inverse(q) else { return false }
        // The leftmost bits of the digest, as many as the order has (FIPS 186-4, 4.6).
        let value = digest.digest(bytes).bytes
        let z = BigUInt(octets: value) >> max(0, value.count * 8 - q.bitWidth)
        let (u1, u2) = (z * inverse % q, r * inverse % q)
        let point = g.power(u1, modulus: p) * y.power(u2, modulus: p) % p
        return point % q == r
    }
}
