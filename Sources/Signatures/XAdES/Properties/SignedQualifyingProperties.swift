// SPDX-License-Identifier: Apache-2.0
import XML
import XMLSignature

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What the signer says and signs beside the data (EN 319 132-1, 5.2).
package struct SignedQualifyingProperties {
    package private(set) var signingTime: Date?
    /// SigningCertificate or SigningCertificateV2: the signer's first, then its chain's.
    package private(set) var signingCertificates: [CertificateReference] = []
    package private(set) var signaturePolicy: SignaturePolicy?
    package private(set) var productionPlace: ProductionPlace?
    package private(set) var signerRole: SignerRole?
    package private(set) var dataObjectFormats: [DataObjectFormat] = []
    package private(set) var commitmentTypes: [CommitmentType] = []
    /// Names of the properties of the signature and of the data, in order.
    package private(set) var names: [String] = []

    init(_ node: XMLNode?) throws(SignatureFormatError) {
        let ofSignature = node?.xadesChild("SignedSignatureProperties")
        for property in ofSignature.map({ Array($0.children) }) ?? [] where property.isXAdES {
            names.append(property.localName)
            try read(property)
        }
        for property in node?.xadesChild("SignedDataObjectProperties").map({ Array($0.children) })
            ?? [] where property.isXAdES
        {
            guard names.count < Limits.references else {
                throw .tooMany("SignedDataObjectProperties", limit: Limits.references)
            }
            names.append(property.localName)
            switch property.localName {
            case "DataObjectFormat": dataObjectFormats.append(DataObjectFormat(property))
            case "CommitmentTypeIndication": commitmentTypes.append(CommitmentType(property))
            default: break
            }
        }
    }

    private mutating func read(_ property: XMLNode) throws(SignatureFormatError) {
        switch property.localName {
        case "SigningTime":
            guard let time = DateTime.date(property.text) else { throw .malformed("SigningTime") }
            signingTime = time
        case "SigningCertificate", "SigningCertificateV2":
            signingCertificates += try CertificateReference.list(in: property)
        case "SignaturePolicyIdentifier": signaturePolicy = try SignaturePolicy(property)
        case "SignatureProductionPlace", "SignatureProductionPlaceV2":
            productionPlace = ProductionPlace(property)
        case "SignerRole", "SignerRoleV2": signerRole = SignerRole(property)
        default: break
        }
    }
}
