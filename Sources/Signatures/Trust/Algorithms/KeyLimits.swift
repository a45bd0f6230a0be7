// SPDX-License-Identifier: Apache-2.0

extension Limits {
    /// RSA's modulus, in bits: a longer one costs seconds and is in no one's policy.
    static let modulusSizeInBits = 8_192
    /// DSA's numbers, in bits; the standard's largest are 3 072 and 256 (FIPS 186-4, 4.2).
    static let dsaPrimeSizeInBits = 4_096
    static let dsaOrderSizeInBits = 512
    /// RSA's public exponent, in bits; a longer one only serves to keep us busy.
    static let exponentSizeInBits = 33
}
