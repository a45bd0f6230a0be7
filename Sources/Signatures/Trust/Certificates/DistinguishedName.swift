// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// A Name (RFC 5280, 4.1.2.4): its DER, its attributes and its text.
package struct DistinguishedName: Sendable {
    /// One AttributeTypeAndValue.
    package struct Attribute: Sendable, Hashable {
        package let type: OID
        /// The value as text; nil when it is not a string type.
        package let text: String?
        /// The value's DER.
        package let value: [UInt8]
    }

    /// The DER of the whole name.
    package let der: [UInt8]
    /// The relative names in the order of the encoding.
    package let relativeNames: [[Attribute]]

    init(_ element: DERElement) throws(DERError) {
        var names = try element.elements(in: "Name")
        var relativeNames: [[Attribute]] = []
        for name in try names.rest(limit: Limits.extensionsPerObject) {
            var attributes = try name.elements(as: .set, in: "RelativeDistinguishedName")
            var relativeName: [Attribute] = []
            for attribute in try attributes.rest(limit: Limits.extensionsPerObject) {
                relativeName.append(try Self.attribute(attribute))
            }
            guard !relativeName.isEmpty else { throw .unexpectedElement(in: "Name") }
            relativeNames.append(relativeName)
        }
        self.relativeNames = relativeNames
        der = element.encoded
    }

    /// Reads a name's DER.
    package init(der: [UInt8]) throws(DERError) { try self.init(try DERElement(parsing: der)) }

    /// This name with one more relative name below, given as DER; nil when that is malformed.
    func appending(relativeName: [UInt8]) -> DistinguishedName? {
        guard let names = try? DERElement(parsing: der).contents else { return nil }
        return try? DistinguishedName(der: DERValue.element(0x30, names + relativeName).encoded)
    }

    private static func attribute(_ element: DERElement) throws(DERError) -> Attribute {
        var fields = try element.elements(in: "AttributeTypeAndValue")
        let type = try fields.next().objectIdentifier(in: "AttributeTypeAndValue.type")
        let value = try fields.next()
        try fields.finish()
        return Attribute(type: type, text: value.text, value: value.encoded)
    }

    /// Makes a name of one attribute per relative name, in this order.
    ///
    /// `C`, `serialNumber` and `domainComponent` get the string type of X.520 and RFC 4519.
    package init(_ attributes: [(OID, String)]) {
        let values = attributes.map { type, text in
            Attribute(type: type, text: text, value: Self.string(text, for: type).encoded)
        }
        relativeNames = values.map { [$0] }
        der =
            DERValue.sequence(
                values.map { .set(.sequence(.oid($0.type), .encoded($0.value))) }
            ).encoded
    }

    private static func string(_ text: String, for type: OID) -> DERValue {
        switch type {
        case .countryName, .serialNumber: .printableString(text)
        case .domainComponent, .emailAddress: .ia5String(text)
        default: .utf8String(text)
        }
    }

    /// The text of the last attribute of this type: the most specific one.
    package subscript(_ type: OID) -> String? {
        relativeNames.joined().last { $0.type == type }?.text
    }

    package var isEmpty: Bool { relativeNames.isEmpty }

    /// Whether two names are the same after RFC 5280, 7.1: case and runs of spaces do not matter.
    package func matches(_ other: DistinguishedName) -> Bool {
        if der == other.der { return true }
        guard relativeNames.count == other.relativeNames.count else { return false }
        // The last relative name is the most specific, so it tells names apart soonest.
        return zip(relativeNames, other.relativeNames).reversed().allSatisfy { mine, theirs in
            mine == theirs || Self.comparable(mine) == Self.comparable(theirs)
        }
    }

    /// Whether this name begins with all relative names of `base` (RFC 5280, 4.2.1.10).
    func isWithin(_ base: DistinguishedName) -> Bool {
        let (mine, theirs) = (relativeNames, base.relativeNames)
        return mine.count >= theirs.count
            && zip(mine, theirs).allSatisfy { Self.comparable($0) == Self.comparable($1) }
    }

    /// Equal for names that match.
    var matchingHash: Int { relativeNames.map(Self.comparable).hashValue }

    private static func comparable(_ relativeName: [Attribute]) -> Set<Attribute.Folded> {
        Set(relativeName.map(\.folded))
    }
}

extension DistinguishedName: Hashable {
    package static func == (left: DistinguishedName, right: DistinguishedName) -> Bool {
        left.der == right.der
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}

extension DistinguishedName.Attribute {
    /// An attribute as names are compared: the string type, case and white space do not count.
    fileprivate enum Folded: Hashable {
        case ascii(OID, [UInt8])
        /// Compared by canonical equivalence, as text is.
        case text(OID, String)
        case other(OID, [UInt8])
    }

    fileprivate var folded: Folded {
        guard let text else { return .other(type, value) }
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return .ascii(type, Self.plain(text)) }
        let words = text.lowercased().split(whereSeparator: \.isWhitespace)
        return .text(type, words.joined(separator: " "))
    }

    /// The same for ASCII: lower case, and one space for each run of white space between words.
    private static func plain(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var isBetweenWords = false
        for byte in text.utf8 {
            switch byte {
            case 0x20, 0x09...0x0D: isBetweenWords = !bytes.isEmpty
            default:
                if isBetweenWords { bytes.append(0x20) }
                isBetweenWords = false
                bytes.append((0x41...0x5A).contains(byte) ? byte + 0x20 : byte)
            }
        }
        return bytes
    }
}

extension DERElement {
    /// The text of a DirectoryString or another string type; nil for anything else.
    var text: String? {
        if let bytes = try? primitive(as: .utf8String, in: "") { return String(validating: bytes) }
        for tag in [ASN1Identifier.printableString, .ia5String, .numericString, .visibleString] {
            guard let bytes = try? primitive(as: tag, in: "") else { continue }
            return bytes.allSatisfy { $0 < 0x80 } ? String(decoding: bytes, as: UTF8.self) : nil
        }
        if let bytes = try? primitive(as: .teletexString, in: "") {
            return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        }
        if let bytes = try? primitive(as: .bmpString, in: ""), bytes.count.isMultiple(of: 2) {
            let octets = Array(bytes)
            let units = stride(from: 0, to: octets.count, by: 2).map {
                UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1])
            }
            return String(decoding: units, as: UTF16.self)
        }
        if let bytes = try? primitive(as: .universalString, in: "") {
            return String(universal: Array(bytes))
        }
        return nil
    }
}

extension String {
    /// Four octets for each scalar (X.690, 8.23.7).
    fileprivate init?(universal octets: [UInt8]) {
        guard octets.count.isMultiple(of: 4) else { return nil }
        var scalars = String.UnicodeScalarView()
        for start in stride(from: 0, to: octets.count, by: 4) {
            let value = octets[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            guard let scalar = Unicode.Scalar(value) else { return nil }
            scalars.append(scalar)
        }
        self.init(scalars)
    }

    /// UTF-8 that is well formed, or nil.
    fileprivate init?(validating bytes: ArraySlice<UInt8>) {
        self.init(validating: bytes, as: UTF8.self)
    }
}
