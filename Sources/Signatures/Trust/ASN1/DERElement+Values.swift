// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The simple types of ASN.1, read from an element.
extension DERElement {
    func objectIdentifier(in structure: String) throws(DERError) -> OID {
        guard let oid = OID(content: try primitive(as: .objectIdentifier, in: structure)) else {
            throw .invalidValue(in: structure)
        }
        return oid
    }

    /// The octets of an INTEGER, two's complement and minimal.
    func integerOctets(
        as tag: ASN1Identifier = .integer, in structure: String
    ) throws(DERError) -> [UInt8] {
        let bytes = Array(try primitive(as: tag, in: structure))
        guard let first = bytes.first else { throw .invalidValue(in: structure) }
        if bytes.count > 1, first == 0x00 && bytes[1] < 0x80 || first == 0xFF && bytes[1] >= 0x80 {
            throw .invalidValue(in: structure)
        }
        return bytes
    }

    /// A small INTEGER or ENUMERATED.
    func integer(
        as tag: ASN1Identifier = .integer, in structure: String
    ) throws(DERError) -> Int {
        let bytes = try integerOctets(as: tag, in: structure)
        guard bytes.count <= 8 else { throw .invalidValue(in: structure) }
        let start = bytes[0] >= 0x80 ? -1 : 0
        return bytes.reduce(start) { $0 << 8 | Int($1) }
    }

    func boolean(
        as tag: ASN1Identifier = .boolean, in structure: String
    ) throws(DERError) -> Bool {
        switch Array(try primitive(as: tag, in: structure)) {
        case [0x00]: return false
        case [0xFF]: return true
        default: throw .invalidValue(in: structure)
        }
    }

    func octetString(
        as tag: ASN1Identifier = .octetString, in structure: String
    ) throws(DERError) -> [UInt8] {
        Array(try primitive(as: tag, in: structure))
    }

    /// A BIT STRING of whole octets, as keys and signatures are.
    func bitString(in structure: String) throws(DERError) -> [UInt8] {
        let bytes = try primitive(as: .bitString, in: structure)
        guard bytes.first == 0 else { throw .invalidValue(in: structure) }
        return Array(bytes.dropFirst())
    }

    /// A BIT STRING with named bits: bit 0 of the standard is bit 0 of the answer.
    func namedBits(
        as tag: ASN1Identifier = .bitString, in structure: String
    ) throws(DERError) -> UInt32 {
        let bytes = try primitive(as: tag, in: structure)
        guard let unused = bytes.first, unused < 8, bytes.count > 1 || unused == 0 else {
            throw .invalidValue(in: structure)
        }
        guard bytes.count <= 5 else { throw .invalidValue(in: structure) }
        var bits: UInt32 = 0
        for (index, byte) in bytes.dropFirst().enumerated() {
            for bit in 0..<8 where byte & (0x80 >> UInt8(bit)) != 0 {
                bits |= 1 << UInt32(index * 8 + bit)
            }
        }
        return bits
    }

    /// A Time: UTCTime or GeneralizedTime (RFC 5280, 4.1.2.5).
    func time(in structure: String) throws(DERError) -> Date {
        if has(.utcTime) {
            guard let date = ASN1Time.utcTime(try primitive(as: .utcTime, in: structure)) else {
                throw .invalidValue(in: structure)
            }
            return date
        }
        // RFC 5280, 4.1.2.5.2: no fractions of a second.
        let bytes = try primitive(as: .generalizedTime, in: structure)
        guard !bytes.contains(UInt8(ascii: ".")) else { throw .invalidValue(in: structure) }
        return try generalizedTime(in: structure)
    }

    func generalizedTime(in structure: String) throws(DERError) -> Date {
        let bytes = try primitive(as: .generalizedTime, in: structure)
        guard let date = ASN1Time.generalizedTime(bytes) else { throw .invalidValue(in: structure) }
        return date
    }
}
