// SPDX-License-Identifier: Apache-2.0

extension Limits {
    /// Numbers of RSA and DSA, in bits: longer ones cost seconds and are in no one's policy.
    static let modulusSizeInBits = 16_384
    /// RSA's public exponent, in bits; a longer one only serves to keep us busy.
    static let exponentSizeInBits = 64
}
