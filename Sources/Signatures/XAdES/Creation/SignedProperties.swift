// SPDX-License-Identifier: Apache-2.0
import Trust
import XML
import XMLSignature

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The properties that are signed with the document (EN 319 132-1, 5.2).
struct SignedProperties {
    let parameters: SignatureParameters
    let signer: Certificate
    let id: String
    let referenceID: String

    var element: Element {
        Element(
            .xades("SignedProperties"), attributes: [.init("Id", id)],
            [
                Element(.xades("SignedSignatureProperties"), signatureProperties),
                Element(.xades("SignedDataObjectProperties"), objectProperties),
            ])
    }

    private var signatureProperties: [Element] {
        let time = parameters.signingTime.formatted(.iso8601)
        let roles = Element(
            .xades("SignerRoleV2"),
            [
                Element(
                    .xades("ClaimedRoles"),
                    parameters.claimedRoles.map { Element(.xades("ClaimedRole"), text: $0) })
            ])
        return [
            Element(.xades("SigningTime"), text: time),
            Element(.xades("SigningCertificateV2"), [certificateDigest]),
        ] + (parameters.claimedRoles.isEmpty ? [] : [roles])
    }

    private var certificateDigest: Element {
        let digest = DigestAlgorithm.sha256.digest(signer.der)
        return Element(
            .xades("Cert"),
            [
                Element(
                    .xades("CertDigest"),
                    [
                        Element(
                            .ds("DigestMethod"),
                            attributes: [.init("Algorithm", digest.algorithm.xmlIdentifier)]),
                        Element(.ds("DigestValue"), text: Base64.text(digest.bytes)),
                    ])
            ])
    }

    private var objectProperties: [Element] {
        let format = Element(
            .xades("DataObjectFormat"), attributes: [.init("ObjectReference", "#\(referenceID)")],
            [Element(.xades("MimeType"), text: parameters.mimeType)])
        guard let commitment = parameters.commitmentType else { return [format] }
        let indication = Element(
            .xades("CommitmentTypeIndication"),
            [
                Element(
                    .xades("CommitmentTypeId"),
                    [Element(.xades("Identifier"), text: commitment)]),
                Element(.xades("AllSignedDataObjects"), text: ""),
            ])
        return [format, indication]
    }
}
