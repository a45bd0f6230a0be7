// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// GeneralName (RFC 5280, 4.2.1.6).
package enum GeneralName: Sendable, Hashable {
    case email(String)
    case dns(String)
    case directory(DistinguishedName)
    case uri(String)
    /// Four or sixteen octets; twice as many, with the mask, in a name constraint.
    case ip([UInt8])
    /// A form that is carried and never interpreted.
    case other([UInt8])

    init(_ element: DERElement) throws(DERError) {
        let name = "GeneralName"
        if element.has(.context(1)) {
            self = .email(try Self.ia5(element, .context(1)))
        } else if element.has(.context(2)) {
            self = .dns(try Self.ia5(element, .context(2)))
        } else if element.has(.context(4)) {
            self = .directory(try DistinguishedName(element.unwrapped(.context(4), in: name)))
        } else if element.has(.context(6)) {
            self = .uri(try Self.ia5(element, .context(6)))
        } else if element.has(.context(7)) {
            self = .ip(try element.octetString(as: .context(7), in: name))
        } else if element.tagOctet & 0xC0 == 0x80 {
            self = .other(element.encoded)
        } else {
            throw .unexpectedElement(in: name)
        }
    }

    private static func ia5(
        _ element: DERElement, _ tag: ASN1Identifier
    ) throws(DERError) -> String {
        let bytes = try element.primitive(as: tag, in: "GeneralName")
        guard bytes.allSatisfy({ $0 < 0x80 }) else { throw .invalidValue(in: "GeneralName") }
        return String(decoding: bytes, as: UTF8.self)
    }

    package var der: DERValue {
        switch self {
        case .email(let text): .implicit(1, .ia5String(text))
        case .dns(let text): .implicit(2, .ia5String(text))
        case .directory(let name): .explicit(4, .encoded(name.der))
        case .uri(let text): .implicit(6, .ia5String(text))
        case .ip(let octets): .implicit(7, .octetString(octets))
        case .other(let encoded): .encoded(encoded)
        }
    }

    /// GeneralNames ::= SEQUENCE OF GeneralName, under any tag.
    static func names(
        _ element: DERElement, as tag: ASN1Identifier = .sequence
    ) throws(DERError) -> [GeneralName] {
        var fields = try element.elements(as: tag, in: "GeneralNames")
        var names: [GeneralName] = []
        for field in try fields.rest(limit: Limits.namesPerExtension) {
            names.append(try GeneralName(field))
        }
        return names
    }
}
