// SPDX-License-Identifier: Apache-2.0
package import Trust
import XML
import XMLSignature

/// A document with everything its signature covers fixed, waiting for the signature value.
///
/// The value may come from a key at hand or from a remote service: ``toBeSigned`` is the canonical
/// SignedInfo, whose digest is all such a service needs to see (RS-01).
package struct PreparedSignature: Sendable {
    package let toBeSigned: [UInt8]
    package let algorithm: SignatureAlgorithm

    private let text: SourceText
    private let place: SourceText.Place
    private let parameters: SignatureParameters
    private let signer: Certificate
    private let signedInfo: Element
    private let properties: Element

    /// Prepares an enveloped signature over the whole document (EN 319 132-1, 6.3).
    ///
    /// - Parameter seat: The local name of the root's child, present and empty, that takes the
    ///   signature; without it the signature becomes the root's last child.
    /// - Throws: The document or the parameters cannot be signed so.
    package init(
        enveloping document: [UInt8], seat: String?, parameters: SignatureParameters
    ) throws(SigningError) {
        guard let signer = parameters.certificates.first else { throw .noCertificate }
        guard let method = parameters.algorithm.xmlIdentifier else { throw .algorithm }
        let parsed = try Self.parse(document)
        let seatNode = try Self.seatNode(named: seat, in: parsed)
        do {
            // As parsers write it, so that it comes back the same out of a message.
            text = try SourceText(parsed.serialized())
            place = try text.end(of: seatNode)
        } catch {
            throw .format(error.description)
        }
        let prefix = parameters.identifier
        let signed = SignedProperties(
            parameters: parameters, signer: signer, id: "\(prefix)-signed-properties",
            referenceID: "\(prefix)-reference")
        let content = try Self.canonical(parsed)
        properties = signed.element
        let info = SignedInfo(
            signatureMethod: method,
            references: [
                Reference(
                    id: signed.referenceID, uri: "",
                    transforms: [.envelopedSignature, .canonicalization(.exclusive)],
                    digest: DigestAlgorithm.sha256.digest(content)),
                Reference(
                    uri: "#\(signed.id)", type: signedPropertiesType,
                    transforms: [.canonicalization(.exclusive)],
                    digest: DigestAlgorithm.sha256.digest(Writer.bytes(of: properties))),
            ])
        signedInfo = info.element
        toBeSigned = Writer.bytes(of: signedInfo)
        algorithm = parameters.algorithm
        (self.parameters, self.signer) = (parameters, signer)
    }

    /// The signed document, baseline level B-B.
    ///
    /// - Parameter signatureValue: In the form of CMS, ECDSA as DER.
    package func signed(with signatureValue: [UInt8]) throws(SigningError) -> [UInt8] {
        let element = signature(value: try xmlForm(of: signatureValue))
        var text = text
        text.insert(Writer.text(of: element), at: place)
        text.declareVersion()
        return text.bytes
    }

    private func signature(value: [UInt8]) -> Element {
        let prefix = parameters.identifier
        let certificates = parameters.certificates.map { certificate in
            Element(.ds("X509Certificate"), text: Base64.text(certificate.der))
        }
        let qualifying = Element(
            .xades("QualifyingProperties"),
            attributes: [.init("Target", "#\(prefix)-signature")], [properties])
        return Element(
            .ds("Signature"), attributes: [.init("Id", "\(prefix)-signature")],
            [
                signedInfo,
                Element(
                    .ds("SignatureValue"),
                    attributes: [.init("Id", "\(prefix)-signature-value")],
                    text: Base64.text(value)),
                Element(.ds("KeyInfo"), [Element(.ds("X509Data"), certificates)]),
                Element(.ds("Object"), [qualifying]),
            ])
    }

    private func xmlForm(of value: [UInt8]) throws(SigningError) -> [UInt8] {
        guard case .ecdsa = algorithm else { return value }
        guard case .ec(let curve) = signer.publicKey.kind,
            let raw = try? ECDSASignature(der: value).raw(for: curve)
        else { throw .signatureValue }
        return raw
    }

    private static func parse(_ bytes: [UInt8]) throws(SigningError) -> XMLDocument {
        do {
            return try XMLDocument(parsing: bytes)
        } catch {
            throw .format(error.description)
        }
    }

    private static func canonical(_ document: XMLDocument) throws(SigningError) -> [UInt8] {
        do {
            return try document.canonical()
        } catch {
            throw .format(error.description)
        }
    }

    private static func seatNode(
        named name: String?, in document: XMLDocument
    ) throws(SigningError) -> XMLNode {
        guard let name else { return document.root }
        let seats = document.root.children.filter { $0.localName == name }
        guard seats.count == 1, seats[0].firstChild == nil, seats[0].text.isEmpty else {
            throw .seat(name)
        }
        return seats[0]
    }
}
