// SPDX-License-Identifier: Apache-2.0
import Trust
import XAdES
import XML
import XMLSignature

/// What `national-deposit` demands of an XML signature beside its verdict (XM-03 to XM-06).
struct NationalXMLConstraints {
    let faults: [String]

    init(_ signature: AdvancedSignature, _ validations: [ReferenceValidation]) {
        faults = [
            Self.references(validations), Self.identifiers(signature),
            Self.parts(signature.core.node), Self.keyInfo(signature.core.node),
            Self.algorithms(signature), Self.properties(signature, validations),
        ].compactMap { $0 }
    }

    private static func references(_ validations: [ReferenceValidation]) -> String? {
        let toDocument = validations.filter { validation in
            guard case .document = validation.target else { return false }
            return validation.reference.transforms
                == [.envelopedSignature, .canonicalization(.exclusive)]
        }
        let toProperties = validations.filter { validation in
            validation.reference.type == signedPropertiesType
                && validation.reference.transforms == [.canonicalization(.exclusive)]
        }
        let isExact = validations.count == 2 && toDocument.count == 1 && toProperties.count == 1
        return isExact
            ? nil
            : "The signature must have exactly two references, to the document and to its own properties, with the transforms of the profile."
    }

    private static func identifiers(_ signature: AdvancedSignature) -> String? {
        signature.core.resolver.duplicateID == nil ? nil : "An identifier occurs twice."
    }

    /// Nothing stands in the signature but its own parts: it does not cover what is put there.
    private static func parts(_ node: XMLNode) -> String? {
        let isOwn = node.children.allSatisfy { $0.namespace == xmldsigNamespace }
        return isOwn && !node.hasOwnText
            && node.children.map(\.localName) == [
                "SignedInfo", "SignatureValue", "KeyInfo", "Object",
            ]
            ? nil : "The signature must hold SignedInfo, SignatureValue, KeyInfo and one Object."
    }

    private static func keyInfo(_ node: XMLNode) -> String? {
        let hints = node.child("KeyInfo", in: xmldsigNamespace)?.children.map(\.localName) ?? []
        return hints == ["X509Data"] ? nil : "KeyInfo must hold X509Data and nothing else."
    }

    private static func algorithms(_ signature: AdvancedSignature) -> String? {
        let info = signature.core.signedInfo
        let methods =
            info.references.map(\.digestMethod)
            + signature.signingCertificates.map(\.digestMethod)
        let digests = methods.map { DigestAlgorithm(xmlIdentifier: $0) }
        let isWeak =
            digests.contains { $0 == nil || $0 == .sha1 }
            || SignatureAlgorithm(xmlIdentifier: info.signatureMethod)?.digest == .sha1
        if isWeak { return "The signature relies on SHA-1 or on an unknown digest." }
        return info.canonicalization == .exclusive
            ? nil : "SignedInfo must be canonicalised with exclusive C14N."
    }

    private static func properties(
        _ signature: AdvancedSignature, _ validations: [ReferenceValidation]
    ) -> String? {
        let ids = validations.compactMap { validation in
            if case .document = validation.target { validation.reference.id } else { nil }
        }.map { "#\($0)" }
        let formats = signature.dataObjectFormats
        guard formats.count == 1, ids.contains(formats[0].objectReference) else {
            return "DataObjectFormat must refer to the reference to the document."
        }
        guard signature.signingCertificates.count == 1 else {
            return "SigningCertificateV2 must name one certificate."
        }
        return nil
    }
}
