// SPDX-License-Identifier: Apache-2.0

import BigInt

/// RSA verification for what the library does not have: other digests, other salts, other masks,
/// and keys that are too short to be relied on but must be judged.
struct RSAVerification {
    private let modulus: BigUInt
    private let exponent: BigUInt

    /// - Parameter keyBits: The DER of RSAPublicKey (RFC 8017, A.1.1).
    init?(keyBits: [UInt8]) {
        guard var fields = try? DERElement(parsing: keyBits).elements(in: "RSAPublicKey"),
            let modulus = try? fields.next().integerOctets(in: "RSAPublicKey"),
            let exponent = try? fields.next().integerOctets(in: "RSAPublicKey")
        else { return nil }
        self.modulus = BigUInt(octets: modulus)
        self.exponent = BigUInt(octets: exponent)
        guard self.modulus > 1, self.modulus.bitWidth <= Limits.modulusSizeInBits,
            self.exponent > 0, self.exponent.bitWidth <= Limits.exponentSizeInBits
        else { return nil }
    }

    private var sizeInBytes: Int { (modulus.bitWidth + 7) / 8 }

    /// RSAVP1 (RFC 8017, 5.2.2) as octets; nil when the value is not of this key.
    private func message(of signature: [UInt8], count: Int) -> [UInt8]? {
        guard signature.count == sizeInBytes else { return nil }
        let value = BigUInt(octets: signature)
        guard value < modulus else { return nil }
        return value.power(exponent, modulus: modulus).octets(count: count)
    }

    /// RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2): the encoding is made and compared, never parsed.
    func isValidPKCS1(_ signature: [UInt8], over bytes: [UInt8], _ digest: DigestAlgorithm) -> Bool
    {
        guard let found = message(of: signature, count: sizeInBytes) else { return false }
        let value = digest.digest(bytes).bytes
        // Parameters are NULL; a DigestInfo without them is met too (RFC 8017, 9.2, note 1).
        return [DERValue.null, nil].contains { parameters in
            let identifier = AlgorithmIdentifier(digest.oid, parameters: parameters)
            let info = DERValue.sequence(identifier.der, .octetString(value)).encoded
            let padding = sizeInBytes - info.count - 3
            guard padding >= 8 else { return false }
            return found == [0, 1] + [UInt8](repeating: 0xFF, count: padding) + [0] + info
        }
    }

    /// RSASSA-PSS (RFC 8017, 8.1.2 and 9.1.2).
    func isValidPSS(
        _ signature: [UInt8], over bytes: [UInt8], _ digest: DigestAlgorithm,
        mask: DigestAlgorithm, saltLength: Int
    ) -> Bool {
        let bits = modulus.bitWidth - 1
        let (size, hashSize) = ((bits + 7) / 8, digest.sizeInBytes)
        guard saltLength >= 0, size >= hashSize + saltLength + 2,
            let encoded = message(of: signature, count: size), encoded[size - 1] == 0xBC
        else { return false }
        let masked = encoded[..<(size - hashSize - 1)]
        let hash = Array(encoded[(size - hashSize - 1)..<(size - 1)])
        let unused = 8 * size - bits
        guard unused == 0 || masked[0] >> (8 - unused) == 0 else { return false }
        var block = zip(masked, Self.mask(hash, count: masked.count, mask)).map { $0 ^ $1 }
        block[0] &= 0xFF >> unused
        let zeros = size - hashSize - saltLength - 2
        guard block[..<zeros].allSatisfy({ $0 == 0 }), block[zeros] == 1 else { return false }
        let salt = block.suffix(saltLength)
        let repeated = [UInt8](repeating: 0, count: 8) + digest.digest(bytes).bytes + salt
        return digest.digest(repeated).bytes == hash
    }

    /// MGF1 (RFC 8017, B.2.1).
    private static func mask(_ seed: [UInt8], count: Int, _ digest: DigestAlgorithm) -> [UInt8] {
        var mask: [UInt8] = []
        var counter: UInt32 = 0
        while mask.count < count {
            let octets = withUnsafeBytes(of: counter.bigEndian) { Array($0) }
            mask += digest.digest(seed + octets).bytes
            counter += 1
        }
        return Array(mask.prefix(count))
    }
}
