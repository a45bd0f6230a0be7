// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// An ECDSA or DSA signature, in either of the two forms that standards use (RS-04).
///
/// CMS and certificates carry DER `ECDSA-Sig-Value`; XML-DSig and JOSE carry `r || s`, each as
/// long as the curve's order.
package struct ECDSASignature: Sendable, Hashable {
    let r: [UInt8]
    let s: [UInt8]

    /// Reads the DER form.
    package init(der: [UInt8]) throws(DERError) {
        var fields = try DERElement(parsing: der).elements(in: "ECDSA-Sig-Value")
        r = try Self.unsigned(try fields.next())
        s = try Self.unsigned(try fields.next())
        try fields.finish()
    }

    private static func unsigned(_ element: DERElement) throws(DERError) -> [UInt8] {
        let octets = try element.integerOctets(in: "ECDSA-Sig-Value")
        guard octets[0] < 0x80 else { throw .invalidValue(in: "ECDSA-Sig-Value") }
        return Array(octets.drop { $0 == 0 })
    }

    /// Reads `r || s`.
    package init(raw: [UInt8]) throws(DERError) {
        guard !raw.isEmpty, raw.count.isMultiple(of: 2), raw.count <= 2 * 66 else {
            throw .invalidValue(in: "ECDSA signature")
        }
        r = Array(raw.prefix(raw.count / 2).drop { $0 == 0 })
        s = Array(raw.suffix(raw.count / 2).drop { $0 == 0 })
    }

    package var der: [UInt8] {
        DERValue.sequence(Self.integer(r), Self.integer(s)).encoded
    }

    private static func integer(_ magnitude: [UInt8]) -> DERValue {
        let needsZero = magnitude.first.map { $0 >= 0x80 } ?? true
        return .integer(octets: (needsZero ? [0] : []) + magnitude)
    }

    /// `r || s` for a curve; nil when a number is longer than the curve's order.
    package func raw(for curve: PublicKey.Curve) -> [UInt8]? {
        let size = curve.orderSizeInBytes
        guard r.count <= size, s.count <= size else { return nil }
        return [r, s].flatMap { [UInt8](repeating: 0, count: size - $0.count) + $0 }
    }
}
