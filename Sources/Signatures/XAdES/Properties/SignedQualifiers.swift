// SPDX-License-Identifier: Apache-2.0
import XML
import XMLSignature

/// DataObjectFormat (EN 319 132-1, 5.2.4): what the signer says a signed object is.
package struct DataObjectFormat: Sendable, Hashable {
    package let objectReference: String
    package let mimeType: String?
    package let description: String?
    package let encoding: String?
    package let objectIdentifier: String?

    package init(
        objectReference: String, mimeType: String?, description: String? = nil,
        encoding: String? = nil, objectIdentifier: String? = nil
    ) {
        (self.objectReference, self.mimeType) = (objectReference, mimeType)
        (self.description, self.encoding) = (description, encoding)
        self.objectIdentifier = objectIdentifier
    }

    init(_ node: XMLNode) {
        self.init(
            objectReference: node.attribute("ObjectReference") ?? "",
            mimeType: node.xadesChild("MimeType")?.text,
            description: node.xadesChild("Description")?.text,
            encoding: node.xadesChild("Encoding")?.text,
            objectIdentifier: node.xadesChild("ObjectIdentifier")?.xadesChild("Identifier")?.text)
    }
}

/// CommitmentTypeIndication (EN 319 132-1, 5.2.3): why the signer signs.
package struct CommitmentType: Sendable, Hashable {
    package let identifier: String
    package let description: String?
    /// The references it speaks of; empty when it speaks of all signed objects.
    package let objectReferences: [String]

    init(_ node: XMLNode) {
        let id = node.xadesChild("CommitmentTypeId")
        identifier = id?.xadesChild("Identifier")?.text.trimmed ?? ""
        description = id?.xadesChild("Description")?.text
        objectReferences = node.xadesChildren("ObjectReference").map(\.text)
    }
}

/// SignatureProductionPlace of both versions (EN 319 132-1, 5.2.5): claimed, never verified.
package struct ProductionPlace: Sendable, Hashable {
    package let city: String?
    package let streetAddress: String?
    package let stateOrProvince: String?
    package let postalCode: String?
    package let countryName: String?

    init(_ node: XMLNode) {
        city = node.xadesChild("City")?.text
        streetAddress = node.xadesChild("StreetAddress")?.text
        stateOrProvince = node.xadesChild("StateOrProvince")?.text
        postalCode = node.xadesChild("PostalCode")?.text
        countryName = node.xadesChild("CountryName")?.text
    }
}

/// SignerRole of both versions (EN 319 132-1, 5.2.6): claimed, never verified here.
package struct SignerRole: Sendable, Hashable {
    package let claimedRoles: [String]
    /// How many attribute certificates or signed assertions came with it; they are not judged.
    package let certifiedRoles: Int

    init(_ node: XMLNode) {
        claimedRoles =
            node.xadesChild("ClaimedRoles")?.xadesChildren("ClaimedRole").map(\.text) ?? []
        let certified = [
            ("CertifiedRoles", "CertifiedRole"), ("CertifiedRolesV2", "CertifiedRole"),
            ("SignedAssertions", "SignedAssertion"),
        ]
        certifiedRoles = certified.reduce(0) { count, names in
            count + (node.xadesChild(names.0)?.xadesChildren(names.1).count ?? 0)
        }
    }
}
