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
        do {
            let document = try XMLDocument(
                root: Self.envelope(content, certificate: certificate, timestamp: timestamp))
            if let business {
                let place = document.root.child("Body", in: Namespaces.soap)?.firstChild
                try place?.append(copying: business.root)
            }
            guard let body = document.root.child("Body", in: Namespaces.soap) else {
                throw XMLError.empty
            }
            let bodyDigest = DigestAlgorithm.sha256.digest(try document.canonical(.subtree(body)))
            signedInfo = SignedInfo(
                signatureMethod: security.signatureMethod,
                references: [
                    Self.reference(Self.bodyID, bodyDigest),
                    Self.reference(Self.timestampID, timestamp),
                    Self.reference(Self.keyInfoID, keyInfo),
                ])
            envelope = document.serialized()
        } catch let error as XMLError {
            throw .cannotBeBuilt(reason: error.description)
        } catch {
            throw .cannotBeBuilt(reason: "\(error)")
        }
        self.keyInfo = keyInfo
        toBeSigned = signedInfo.canonicalBytes
    }

    /// The message as it goes over the wire.
    ///
    /// - Parameter value: Made by the certificate's key, which is RSA in the published profile.
    package func signed(with value: [UInt8]) throws(MessageError) -> [UInt8] {
        let signature = Element(
            .ds("Signature"),
            [
                signedInfo.element,
                Element(.ds("SignatureValue"), text: Base64.text(value)), keyInfo,
            ])
        do {
            let document = try XMLDocument(parsing: envelope)
            let security = document.root.child("Header", in: Namespaces.soap)?
                .child("Security", in: Namespaces.wsse)
            try security?.append(signature)
            return document.serialized()
        } catch {
            throw .cannotBeBuilt(reason: error.description)
        }
    }

    private static func envelope(
        _ content: Element, certificate: Certificate, timestamp: Element
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
        return Element(
            .soap("Envelope"),
            [
                Element(.soap("Header"), [security]),
                Element(.soap("Body"), attributes: [.init(.wsu("Id"), bodyID)], [content]),
            ])
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
