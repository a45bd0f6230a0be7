// SPDX-License-Identifier: Apache-2.0
package import Trust
package import XML
import XMLSignature

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A SOAP message with everything its WS-Security signature covers fixed.
///
/// Body, Timestamp and KeyInfo are signed; the certificate travels as BinarySecurityToken.
package struct UnsignedMessage: Sendable {
    package let toBeSigned: [UInt8]
    private let envelope: [UInt8]
    /// The index in `envelope` before which the signature goes.
    private let signaturePlace: Int
    private let signedInfo: SignedInfo
    private let keyInfo: Element

    private static let bodyID = "id-body"
    private static let tokenID = "id-token"
    private static let timestampID = "id-timestamp"
    private static let keyInfoID = "id-key-info"

    /// - Parameters:
    ///   - content: What stands in Body.
    ///   - business: A document whose root is copied into `content`, if there is one.
    ///   - certificate: The message signer's.
    ///   - now: Created of the Timestamp; Expires follows from the profile.
    package init(
        content: Element, business: XMLDocument?, certificate: Certificate,
        security: NationalProfile.MessageSecurity, now: Date
    ) throws(MessageError) {
        let timestamp = Self.timestamp(security, now)
        let keyInfo = Self.keyInfo
        let body = Element(.soap("Body"), attributes: [.init(.wsu("Id"), Self.bodyID)], [content])
        let whole = Self.envelope(body, certificate: certificate, timestamp: timestamp)
        let written: Written
        if let business {
            written = try Self.written(whole, around: business)
        } else {
            written = try Self.written(whole, body)
        }
        guard let place = Self.signaturePlace(in: written.envelope) else {
            throw .cannotBeBuilt(reason: "the envelope has no Security header")
        }
        signedInfo = SignedInfo(
            signatureMethod: security.signatureMethod,
            references: [
                Self.reference(Self.bodyID, DigestAlgorithm.sha256.digest(written.body)),
                Self.reference(Self.timestampID, timestamp),
                Self.reference(Self.keyInfoID, keyInfo),
            ])
        (envelope, signaturePlace) = (written.envelope, place)
        self.keyInfo = keyInfo
        toBeSigned = signedInfo.canonicalBytes
    }

    /// The message as it goes over the wire.
    ///
    /// - Parameter value: Made by the certificate's key, which is RSA in the published profile.
    package func signed(with value: [UInt8]) -> [UInt8] {
        let signature = Element(
            .ds("Signature"),
            [
                signedInfo.element,
                Element(.ds("SignatureValue"), text: Base64.text(value)), keyInfo,
            ])
        return envelope[..<signaturePlace] + Writer.bytes(of: signature)
            + envelope[signaturePlace...]
    }

    // MARK: Writing

    /// The envelope as text, and the canonical form of its Body.
    private typealias Written = (envelope: [UInt8], body: [UInt8])

    /// Values are written as they are: what the writer makes is canonical.
    private static func written(
        _ envelope: Element, _ body: Element
    ) throws(MessageError) -> Written {
        let bytes = Writer.bytes(of: envelope)
        guard hasXMLCharactersOnly(bytes) else {
            throw .cannotBeBuilt(reason: "a character that XML does not allow")
        }
        return (declaration + bytes, Writer.bytes(of: body))
    }

    /// A document keeps its own form inside Body, so the envelope becomes one too.
    private static func written(
        _ envelope: Element, around business: XMLDocument
    ) throws(MessageError) -> Written {
        do throws(XMLError) {
            let document = try XMLDocument(root: envelope)
            guard let body = document.root.child("Body", in: Namespaces.soap) else {
                throw XMLError.empty
            }
            try body.firstChild?.append(copying: business.root)
            return (document.serialized(), try document.canonical(.subtree(body)))
        } catch {
            throw .cannotBeBuilt(reason: error.description)
        }
    }

    private static let declaration = Array(#"<?xml version="1.0" encoding="UTF-8"?>"#.utf8)

    /// Where Security ends. Header comes before Body, and nothing in it is other people's text,
    /// so the first end tag of this name is its own.
    private static func signaturePlace(in envelope: [UInt8]) -> Int? {
        let tag = Array("</wsse:Security>".utf8)
        return envelope.indices.first { index in
            envelope[index] == tag[0] && envelope[index...].starts(with: tag)
        }
    }

    /// No control character but those of white space, neither U+FFFE nor U+FFFF (XML 1.0, 2.2).
    private static func hasXMLCharactersOnly(_ bytes: [UInt8]) -> Bool {
        for (index, byte) in bytes.enumerated() where byte < 0x20 || byte == 0xEF {
            switch byte {
            case 0x09, 0x0A, 0x0D: continue
            case 0xEF
            where !bytes[index...].starts(with: [0xEF, 0xBF, 0xBE])
                && !bytes[index...].starts(with: [0xEF, 0xBF, 0xBF]):
                continue
            default: return false
            }
        }
        return true
    }

    // MARK: Parts

    private static func envelope(
        _ body: Element, certificate: Certificate, timestamp: Element
    ) -> Element {
        let token = Element(
            .wsse("BinarySecurityToken"),
            attributes: [
                .init("EncodingType", Namespaces.base64Encoding),
                .init("ValueType", Namespaces.x509Token), .init(.wsu("Id"), tokenID),
            ], text: Base64.text(certificate.der))
        let security = Element(
            .wsse("Security"), attributes: [.init(.soap("mustUnderstand"), "1")],
            [token, timestamp])
        return Element(.soap("Envelope"), [Element(.soap("Header"), [security]), body])
    }

    private static func timestamp(
        _ security: NationalProfile.MessageSecurity, _ now: Date
    ) -> Element {
        let expires = now.addingTimeInterval(TimeInterval(security.validityInSeconds))
        return Element(
            .wsu("Timestamp"), attributes: [.init(.wsu("Id"), timestampID)],
            [
                Element(.wsu("Created"), text: now.formatted(.iso8601)),
                Element(.wsu("Expires"), text: expires.formatted(.iso8601)),
            ])
    }

    private static var keyInfo: Element {
        let reference = Element(
            .wsse("Reference"),
            attributes: [.init("URI", "#\(tokenID)"), .init("ValueType", Namespaces.x509Token)])
        return Element(
            .ds("KeyInfo"), attributes: [.init("Id", keyInfoID)],
            [Element(.wsse("SecurityTokenReference"), [reference])])
    }

    private static func reference(_ id: String, _ element: Element) -> Reference {
        reference(id, DigestAlgorithm.sha256.digest(Writer.bytes(of: element)))
    }

    private static func reference(_ id: String, _ digest: Digest) -> Reference {
        Reference(uri: "#\(id)", transforms: [.canonicalization(.exclusive)], digest: digest)
    }
}
