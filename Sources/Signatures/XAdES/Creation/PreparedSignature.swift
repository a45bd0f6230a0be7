// SPDX-License-Identifier: Apache-2.0
package import Trust
import XML
import XMLSignature

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A document with everything its signature covers fixed, waiting for the signature value.
///
/// The value may come from a key at hand or from a remote service: ``toBeSigned`` is the canonical
/// SignedInfo, whose digest is all such a service needs to see (RS-01).
package struct PreparedSignature: Sendable {
    package let toBeSigned: [UInt8]
    package let algorithm: SignatureAlgorithm

    /// The signed document before and behind the signature value.
    private let head: [UInt8]
    private let tail: [UInt8]
    private let signer: Certificate

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
        let prefix = parameters.identifier
        let signed = SignedProperties(
            parameters: parameters, signer: signer, id: "\(prefix)-signed-properties",
            referenceID: "\(prefix)-reference")
        let content = try Self.canonical(parsed)
        let properties = signed.element
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
        toBeSigned = Writer.bytes(of: info.element)
        algorithm = parameters.algorithm
        self.signer = signer
        let signature = Self.signature(info.element, properties, parameters)
        do {
            // As parsers write it, so that it comes back the same out of a message.
            var text = try SourceText(parsed.serialized())
            let start = text.insert(signature.head + signature.tail, at: try text.end(of: seatNode))
            let undeclared = text.bytes.count
            text.declareVersion()
            let hole = start + signature.head.count + text.bytes.count - undeclared
            (head, tail) = (Array(text.bytes[..<hole]), Array(text.bytes[hole...]))
        } catch {
            throw .format(error.description)
        }
    }

    /// Takes up a signature that was put aside as ``suspended``.
    ///
    /// - Throws: It was changed since, or it is something else.
    package init(resuming bytes: [UInt8]) throws(SigningError) {
        guard let parts = try? JSONDecoder().decode(Suspended.self, from: Data(bytes)),
            let signer = try? Certificate(der: Array(parts.signer)),
            let identifier = try? AlgorithmIdentifier(der: Array(parts.algorithm)),
            let algorithm = SignatureAlgorithm(identifier)
        else { throw .notResumable }
        (head, tail) = (Array(parts.head), Array(parts.tail))
        (self.signer, self.algorithm) = (signer, algorithm)
        toBeSigned = Array(parts.toBeSigned)
        // What will be sent is what will be signed.
        let document = try? XMLDocument(parsing: head + Array("AAAA".utf8) + tail)
        let found =
            document.map { AdvancedSignature.all(in: $0).compactMap { try? $0.get() } } ?? []
        guard
            let signature = found.first(where: { $0.core.signedInfoBytes == toBeSigned }),
            signature.core.validateCore().areReferencesIntact
        else { throw .notResumable }
    }

    /// Everything that ``init(resuming:)`` needs, for a value that comes later, perhaps to another
    /// process; the document in it is final.
    package var suspended: [UInt8] {
        let parts = Suspended(
            head: Data(head), tail: Data(tail), toBeSigned: Data(toBeSigned),
            algorithm: Data(algorithm.identifier.der.encoded), signer: Data(signer.der))
        // Nothing in it can fail to be written.
        return (try? JSONEncoder().encode(parts)).map { Array($0) } ?? []
    }

    private struct Suspended: Codable {
        var head: Data
        var tail: Data
        var toBeSigned: Data
        var algorithm: Data
        var signer: Data
    }

    /// The signed document, baseline level B-B.
    ///
    /// - Parameter signatureValue: In the form of CMS, ECDSA as DER.
    package func signed(with signatureValue: [UInt8]) throws(SigningError) -> [UInt8] {
        let value = Base64.text(try xmlForm(of: signatureValue))
        return head + Array(value.utf8) + tail
    }

    /// The signature's text before and behind its value.
    private static func signature(
        _ signedInfo: Element, _ properties: Element, _ parameters: SignatureParameters
    ) -> (head: [UInt8], tail: [UInt8]) {
        let prefix = parameters.identifier
        let certificates = parameters.certificates.map { certificate in
            Element(.ds("X509Certificate"), text: Base64.text(certificate.der))
        }
        let qualifying = Element(
            .xades("QualifyingProperties"),
            attributes: [.init("Target", "#\(prefix)-signature")], [properties])
        // No text before the value is this.
        let hole = "*"
        let element = Element(
            .ds("Signature"), attributes: [.init("Id", "\(prefix)-signature")],
            [
                signedInfo,
                Element(
                    .ds("SignatureValue"),
                    attributes: [.init("Id", "\(prefix)-signature-value")], text: hole),
                Element(.ds("KeyInfo"), [Element(.ds("X509Data"), certificates)]),
                Element(.ds("Object"), [qualifying]),
            ])
        let text = Writer.text(of: element)
        let found = text.firstRange(of: Array(">\(hole)<".utf8))
        // The element was made with it three lines above.
        guard let found else { preconditionFailure("no place for the signature value") }
        return (Array(text[...found.lowerBound]), Array(text[(found.upperBound - 1)...]))
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
