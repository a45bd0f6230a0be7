// SPDX-License-Identifier: Apache-2.0
import XML
import XMLSignature

/// Reads the time-stamp properties of one signature and says what each must stamp.
struct TimestampReader {
    let core: SignatureElement
    let qualifyingProperties: XMLNode
    let unsignedProperties: [UnsignedProperty]

    typealias Kind = SignatureTimestamp.Kind
    typealias Part = StampedData.Part

    /// The time-stamp properties, those of the data first, each group in document order.
    func timestamps(
        signedProperties: XMLNode?, _ malformed: inout [String]
    ) throws(SignatureFormatError) -> [SignatureTimestamp] {
        var list: [SignatureTimestamp] = []
        let ofData = signedProperties?.xadesChild("SignedDataObjectProperties")
        for node in ofData.map({ Array($0.children) }) ?? [] where node.isXAdES {
            guard let kind = Kind(rawValue: node.localName), kind.isContent else { continue }
            list.append(timestamp(kind, node, index: nil, &malformed))
        }
        for property in unsignedProperties where property.node.isXAdES {
            guard let kind = Kind(rawValue: property.name), !kind.isContent else { continue }
            list.append(timestamp(kind, property.node, index: property.index, &malformed))
        }
        guard list.count <= Limits.timestamps else {
            throw .tooMany("time-stamps", limit: Limits.timestamps)
        }
        return list
    }

    private func timestamp(
        _ kind: Kind, _ node: XMLNode, index: Int?, _ malformed: inout [String]
    ) -> SignatureTimestamp {
        var tokens: [[UInt8]] = []
        for child in node.xadesChildren("EncapsulatedTimeStamp").prefix(Limits.timestamps) {
            guard let token = Base64.bytes(child.text), !token.isEmpty else {
                malformed.append("EncapsulatedTimeStamp")
                continue
            }
            tokens.append(token)
        }
        return SignatureTimestamp(
            kind: kind, node: node, index: index, id: node.attribute("Id"), tokens: tokens,
            imprint: imprint(kind, node, index: index))
    }

    /// What the property must stamp, by its kind.
    func imprint(_ kind: Kind, _ node: XMLNode, index: Int?) -> StampedData {
        guard let canonicalization = Self.canonicalization(of: node) else {
            return StampedData(
                fault: "canonicalisation method of \(node.localName)", resolver: core.resolver)
        }
        let parts = ImprintParts(
            core: core, qualifyingProperties: qualifyingProperties,
            unsignedProperties: unsignedProperties, canonicalization: canonicalization)
        do throws(ImprintFault) {
            return try parts.imprint(kind, node, before: index ?? 0)
        } catch {
            return StampedData(fault: error.reason, resolver: core.resolver)
        }
    }

    /// Without a method inclusive C14N 1.0 is meant (EN 319 132-1, 5.1.4.3).
    private static func canonicalization(of node: XMLNode) -> Canonicalization? {
        guard let method = node.child("CanonicalizationMethod", in: xmldsigNamespace) else {
            return Canonicalization(.inclusive10)
        }
        return Canonicalization(method.attribute("Algorithm") ?? "", parameters: method)
    }
}

/// Why there is nothing a time-stamp could be compared with.
struct ImprintFault: Error { let reason: String }
