// SPDX-License-Identifier: Apache-2.0
package import XML
import XMLSignature

/// One property of UnsignedSignatureProperties (EN 319 132-1, 5.3 to 5.5 and annex A), in its
/// place: the order says what a later time-stamp covers.
package struct UnsignedProperty {
    package let index: Int
    package let name: String
    package let node: XMLNode
    /// What CertificateValues, RevocationValues, their kin for attributes, AnyValidationData and
    /// TimeStampValidationData hold.
    package let values: EncapsulatedValues
    package let certificateReferences: [CertificateReference]
    package let revocationReferences: [RevocationReference]
    package let renewedDigests: [RenewedDigests]
    package let policyStore: SignaturePolicyStore?
    /// The names of parts that could not be read.
    package let malformed: [String]

    init(_ node: XMLNode, at index: Int) {
        (self.node, self.index) = (node, index)
        name = node.localName
        var malformed: [String] = []
        values = Self.holdsValues(node) ? EncapsulatedValues(in: node, &malformed) : .init()
        certificateReferences = Self.certificateReferences(node, &malformed)
        revocationReferences =
            name.hasSuffix("RevocationRefs") ? RevocationReference.list(in: node) : []
        renewedDigests = name == "RenewedDigestsV2" ? [RenewedDigests(node)] : []
        policyStore = name == "SignaturePolicyStore" ? SignaturePolicyStore(node) : nil
        self.malformed = malformed
    }

    private static func holdsValues(_ node: XMLNode) -> Bool {
        switch node.localName {
        case "CertificateValues", "RevocationValues", "AttrAuthoritiesCertValues",
            "AttributeRevocationValues", "TimeStampValidationData", "AnyValidationData":
            node.isXAdES
        default: false
        }
    }

    private static func certificateReferences(
        _ node: XMLNode, _ malformed: inout [String]
    ) -> [CertificateReference] {
        switch node.localName {
        case "CompleteCertificateRefs", "CompleteCertificateRefsV2", "AttributeCertificateRefs",
            "AttributeCertificateRefsV2":
            let list = node.xadesChild("CertRefs") ?? node
            guard let references = try? CertificateReference.list(in: list) else {
                malformed.append(node.localName)
                return []
            }
            return references
        default: return []
        }
    }
}

/// RenewedDigestsV2 (EN 319 132-1, 5.5.3): newer digests of data that signed manifests refer to.
package struct RenewedDigests: Sendable, Hashable {
    package struct Value: Sendable, Hashable {
        /// The place of the manifest's reference, counted from 1.
        package let order: Int
        package let digestValue: [UInt8]
    }

    package let digestMethod: String?
    package let values: [Value]

    init(_ node: XMLNode) {
        digestMethod = node.digestChild("DigestMethod")?.attribute("Algorithm")
        values = node.xadesChildren("RecomputedDigestValue").prefix(Limits.references).compactMap {
            value in
            guard let order = value.attribute("Order").flatMap({ Int($0) }),
                let bytes = Base64.bytes(value.text)
            else { return nil }
            return Value(order: order, digestValue: bytes)
        }
    }
}
