// SPDX-License-Identifier: Apache-2.0
package import XML
package import XMLSignature

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A signature as it stands in a document: read, with nothing decided about it.
///
/// A plain XML-DSig signature is one without ``qualifyingProperties``.
package struct AdvancedSignature {
    package let core: SignatureElement
    /// QualifyingProperties of this signature's ds:Object, if there are any.
    package let qualifyingProperties: XMLNode?
    /// The SignedProperties these QualifyingProperties hold.
    package let signedProperties: XMLNode?
    package let signed: SignedQualifyingProperties
    /// The properties that were added after signing, in document order.
    package let unsignedProperties: [UnsignedProperty]
    /// The element that holds the unsigned properties.
    package let unsignedPropertiesNode: XMLNode?
    /// All time-stamps: those of the data first, then the unsigned ones in document order.
    package let timestamps: [SignatureTimestamp]
    /// The names of unsigned parts that could not be read.
    package let malformedParts: [String]
    /// The signature whose CounterSignature property holds this one.
    package let countersigned: XMLNode?

    /// All signatures of a document, in document order; the outer ones before those inside them.
    ///
    /// - Parameter detached: Data that references may lead to outside the document.
    package static func all(
        in document: XMLDocument, detached: [DetachedData] = []
    ) -> [Result<AdvancedSignature, SignatureFormatError>] {
        let resolver = ReferenceResolver(document, detached: detached)
        let nodes = document.elements(named: "Signature", in: xmldsigNamespace)
        var list = nodes.prefix(Limits.signatures).map { node in
            Result { () throws(SignatureFormatError) in
                try AdvancedSignature(node, resolver: resolver)
            }
        }
        if nodes.count > Limits.signatures {
            list.append(.failure(.tooMany("Signature", limit: Limits.signatures)))
        }
        return list
    }

    package init(
        _ node: XMLNode, resolver: ReferenceResolver? = nil
    ) throws(SignatureFormatError) {
        core = try SignatureElement(node, resolver: resolver)
        let qualifying = node.children("Object", in: xmldsigNamespace)
            .flatMap { $0.xadesChildren("QualifyingProperties") }
        guard qualifying.count <= 1 else { throw .tooMany("QualifyingProperties", limit: 1) }
        qualifyingProperties = qualifying.first
        let holders = qualifying.first?.xadesChildren("SignedProperties") ?? []
        guard holders.count <= 1 else { throw .tooMany("SignedProperties", limit: 1) }
        signedProperties = holders.first
        signed = try SignedQualifyingProperties(holders.first)
        let blocks = qualifying.first?.xadesChildren("UnsignedProperties") ?? []
        let lists = blocks.flatMap { $0.xadesChildren("UnsignedSignatureProperties") }
        guard blocks.count <= 1, lists.count <= 1 else {
            throw .tooMany("UnsignedProperties", limit: 1)
        }
        let unsigned = lists.first
        unsignedPropertiesNode = unsigned
        unsignedProperties = try Self.unsignedProperties(in: unsigned)
        var malformed = unsignedProperties.flatMap(\.malformed)
        if let qualifying = qualifying.first {
            let reader = TimestampReader(
                core: core, qualifyingProperties: qualifying,
                unsignedProperties: unsignedProperties)
            timestamps = try reader.timestamps(signedProperties: signedProperties, &malformed)
        } else {
            timestamps = []
        }
        malformedParts = malformed
        countersigned = Self.countersigned(by: node)
    }

    private static func unsignedProperties(
        in node: XMLNode?
    ) throws(SignatureFormatError) -> [UnsignedProperty] {
        var list: [UnsignedProperty] = []
        for child in node.map({ Array($0.children) }) ?? [] {
            guard list.count < Limits.unsignedProperties else {
                throw .tooMany("UnsignedSignatureProperties", limit: Limits.unsignedProperties)
            }
            list.append(UnsignedProperty(child, at: list.count))
        }
        return list
    }

    private static func countersigned(by node: XMLNode) -> XMLNode? {
        guard let property = node.parent, property.isXAdES("CounterSignature") else { return nil }
        var holder = property.parent
        while let current = holder {
            if current.isNamed("Signature", in: xmldsigNamespace) { return current }
            holder = current.parent
        }
        return nil
    }
}

extension AdvancedSignature {
    package var signingTime: Date? { signed.signingTime }
    package var signingCertificates: [CertificateReference] { signed.signingCertificates }
    package var dataObjectFormats: [DataObjectFormat] { signed.dataObjectFormats }
    package var claimedRoles: [String] { signed.signerRole?.claimedRoles ?? [] }

    /// The time-stamps over the signature value alone.
    package var signatureTimestamps: [SignatureTimestamp] {
        timestamps.filter { $0.kind == .signature }
    }

    /// Everything the unsigned properties hold of certificates and revocation data.
    package var values: EncapsulatedValues {
        unsignedProperties.reduce(EncapsulatedValues()) { $0 + $1.values }
    }

    package var unsignedPropertyNames: [String] { unsignedProperties.map(\.name) }

    /// The namespace of QualifyingProperties, which tells the version of XAdES.
    package var namespace: String? { qualifyingProperties?.namespace }

    /// Whether QualifyingProperties name this signature as their Target (EN 319 132-1, 4.3.1);
    /// `nil` when there are none.
    package var isTarget: Bool? {
        qualifyingProperties.map { node in
            guard let target = node.attribute("Target"), let id = core.id else { return false }
            return target == "#\(id)"
        }
    }

    /// The index of the reference that signs this signature's own SignedProperties, whole; `nil`
    /// when there is none, whatever its Type says (XM-06).
    package func signedPropertiesReference(in validation: CoreValidation) -> Int? {
        signedProperties.flatMap { properties in
            validation.references.firstIndex { $0.wholeElement == properties }
        }
    }

    /// Whether a reference signs the other signature's value (EN 319 132-1, 5.2.7).
    package func countersigns(_ other: AdvancedSignature, in validation: CoreValidation) -> Bool {
        validation.references.contains {
            $0.isIntact && $0.wholeElement == other.core.signatureValueNode
        }
    }
}
