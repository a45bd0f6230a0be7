// SPDX-License-Identifier: Apache-2.0
import XML
import XMLSignature

/// A document with one signature that is being brought to a higher level (EN 319 132-1, 6.1).
///
/// Every step adds unsigned properties and leaves what is signed as it is.
package struct SignedDocument: Sendable {
    package private(set) var bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The bytes a signature time-stamp stamps: the canonical SignatureValue (EN 319 132-1, 5.3).
    package func signatureTimestampInput() throws(SigningError) -> [UInt8] {
        let signature = try singleSignature()
        guard let value = signature.child("SignatureValue", in: xmldsigNamespace) else {
            throw .noSingleSignature
        }
        do {
            return try value.document.canonical(.subtree(value))
        } catch {
            throw .format(error.description)
        }
    }

    /// Level B-T: the document with this token as SignatureTimeStamp.
    package func adding(timestamp token: [UInt8]) throws(SigningError) -> SignedDocument {
        let stamp = Element(
            .xades("SignatureTimeStamp"),
            [
                Canonicalization.exclusive.element(named: "CanonicalizationMethod"),
                Element(.xades("EncapsulatedTimeStamp"), text: Base64.text(token)),
            ])
        return try adding([stamp])
    }

    /// Level B-LT: the document with what is needed to judge the signer's chain and the stamp's.
    ///
    /// A value that KeyInfo or an earlier container already holds is not written again, and no
    /// empty container is written (EN 319 132-1, 6.3).
    package func adding(
        signerValues: EncapsulatedValues, timestampValues: EncapsulatedValues
    ) throws(SigningError) -> SignedDocument {
        let present = (try? SignatureElement(singleSignature()))?.certificates ?? []
        let signer = signerValues.without(EncapsulatedValues(certificates: present))
        let stamp = timestampValues.without(EncapsulatedValues(certificates: present))
            .without(signer)
        let stampData =
            stamp.isEmpty
            ? [] : [Element(.xades141("TimeStampValidationData"), stamp.elements)]
        return try adding(stampData + signer.elements)
    }

    private func adding(_ properties: [Element]) throws(SigningError) -> SignedDocument {
        let signature = try singleSignature()
        guard
            let qualifying = signature.children("Object", in: xmldsigNamespace)
                .compactMap({ $0.child("QualifyingProperties", in: xadesNamespace) }).first
        else { throw .format("the signature has no QualifyingProperties") }
        do {
            let holder = try Self.unsignedSignatureProperties(of: qualifying)
            for property in properties { try holder.append(property) }
        } catch {
            throw .format(error.description)
        }
        return SignedDocument(signature.document.serialized())
    }

    private func singleSignature() throws(SigningError) -> XMLNode {
        let document: XMLDocument
        do {
            document = try XMLDocument(parsing: bytes)
        } catch {
            throw .format(error.description)
        }
        let signatures = document.root.descendantsAndSelf.filter {
            $0.isNamed("Signature", in: xmldsigNamespace)
        }
        guard signatures.count == 1 else { throw .noSingleSignature }
        return signatures[0]
    }

    private static func unsignedSignatureProperties(
        of qualifying: XMLNode
    ) throws(XMLError) -> XMLNode {
        let unsigned = try child("UnsignedProperties", of: qualifying)
        return try child("UnsignedSignatureProperties", of: unsigned)
    }

    private static func child(_ name: String, of node: XMLNode) throws(XMLError) -> XMLNode {
        if let present = node.child(name, in: xadesNamespace) { return present }
        return try node.append(Element(.xades(name), []))
    }
}
