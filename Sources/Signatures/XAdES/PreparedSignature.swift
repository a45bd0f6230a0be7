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

    private let document: [UInt8]
    private let seat: String?
    private let parameters: SignatureParameters
    private let signer: Certificate
    private let signedInfo: SignedInfo
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
        _ = try Self.seatNode(named: seat, in: parsed)
        let prefix = parameters.identifier
        let signed = SignedProperties(
            parameters: parameters, signer: signer, id: "\(prefix)-signed-properties",
            referenceID: "\(prefix)-reference")
        let content = try Self.canonical(parsed)
        properties = signed.element
        signedInfo = SignedInfo(
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
        toBeSigned = signedInfo.canonicalBytes
        algorithm = parameters.algorithm
        (self.document, self.seat, self.parameters) = (document, seat, parameters)
        self.signer = signer
    }

    /// The signed document, baseline level B-B.
    ///
    /// - Parameter signatureValue: In the form of CMS, ECDSA as DER.
    package func signed(with signatureValue: [UInt8]) throws(SigningError) -> [UInt8] {
        let parsed = try Self.parse(document)
        let seat = try Self.seatNode(named: seat, in: parsed)
        do {
            try seat.append(try signature(value: xmlForm(of: signatureValue)))
        } catch let error as XMLError {
            throw .format(error.description)
        } catch {
            throw .signatureValue
        }
        return parsed.serialized()
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
                signedInfo.element,
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
