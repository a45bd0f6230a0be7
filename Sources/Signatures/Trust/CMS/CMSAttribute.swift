// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// An Attribute (RFC 5652, 5.3): a type and its values as encoded.
package struct CMSAttribute: Sendable, Hashable {
    package let type: OID
    /// The DER of each value.
    package let values: [[UInt8]]
    /// The attribute's own DER, as received.
    package let der: [UInt8]

    package init(_ type: OID, value: DERValue) {
        self.type = type
        values = [value.encoded]
        der = DERValue.sequence(.oid(type), .set(value)).encoded
    }

    init(_ element: DERElement) throws(DERError) {
        var fields = try element.elements(in: "Attribute")
        type = try fields.next().objectIdentifier(in: "Attribute.attrType")
        var set = try fields.next().elements(as: .set, in: "Attribute.attrValues")
        try fields.finish()
        values = try set.rest(limit: Limits.attributesPerSigner).map(\.encoded)
        der = element.encoded
    }

    /// A signature-time-stamp over a SignerInfo's signature value (EN 319 122-1, 5.3).
    package static func signatureTimeStamp(_ token: TimestampToken) -> CMSAttribute {
        CMSAttribute(.signatureTimeStamp, value: .encoded(token.der))
    }

    /// A signer-attributes-v2 with one role that the signer claims and nobody certifies (EN 319 122-1,
    /// 5.2.6.1): claimedAttributes with one `title`.
    package static func claimedRole(_ role: String) -> CMSAttribute {
        let title = DERValue.sequence(.oid(.title), .set(.utf8String(role)))
        return CMSAttribute(
            .signerAttributesV2, value: .sequence(.explicit(0, .sequence(title))))
    }

    /// Attributes of a SignerInfo, under their context tag.
    static func list(
        _ element: DERElement, _ tag: ASN1Identifier
    ) throws(DERError) -> [CMSAttribute] {
        var fields = try element.elements(as: tag, in: "SignerInfo attributes")
        var attributes: [CMSAttribute] = []
        for field in try fields.rest(limit: Limits.attributesPerSigner) {
            attributes.append(try CMSAttribute(field))
        }
        return attributes
    }
}

extension [CMSAttribute] {
    /// The only value of the only attribute of this type.
    ///
    /// - Throws: The attribute stands twice or has not one value (RFC 5652, 11).
    package func singleValue(_ type: OID) throws(DERError) -> [UInt8]? {
        let found = filter { $0.type == type }
        guard let attribute = found.first else { return nil }
        guard found.count == 1, attribute.values.count == 1 else {
            throw .extraElement(in: "attribute \(type.dotted)")
        }
        return attribute.values[0]
    }
}
