// SPDX-License-Identifier: Apache-2.0
import XML
import XMLSignature

/// What CompleteRevocationRefs and AttributeRevocationRefs say of one list or answer
/// (EN 319 132-1, annex A.1.2).
package struct RevocationReference: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case revocationList, ocspResponse, other }

    package let kind: Kind
    /// `nil` when the reference has no digest, as references to OCSP answers may.
    package let digestMethod: String?
    package let digestValue: [UInt8]
    /// ThisUpdate of the list or ProducedAt of the answer, as written.
    package let time: String?

    static func list(in node: XMLNode) -> [RevocationReference] {
        let names = ["CRLRef": Kind.revocationList, "OCSPRef": .ocspResponse, "OtherRef": .other]
        return node.descendantsAndSelf.filter { $0.isXAdES && names[$0.localName] != nil }
            .prefix(Limits.references).map { reference in
                let digest = reference.xadesChild("DigestAlgAndValue").flatMap(DigestAndValue.read)
                let time = reference.descendantsAndSelf.first {
                    $0.isXAdES("IssueTime") || $0.isXAdES("ProducedAt")
                }
                return RevocationReference(
                    kind: names[reference.localName] ?? .other, digestMethod: digest?.method,
                    digestValue: digest?.value ?? [], time: time?.text)
            }
    }
}
