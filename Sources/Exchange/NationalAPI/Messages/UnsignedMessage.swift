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
/// The profile says which parts are signed; the certificate travels as BinarySecurityToken, an
/// assertion or a session token beside it.
package struct UnsignedMessage: Sendable {
    package let toBeSigned: [UInt8]
    private let envelope: [UInt8]
    /// The index in `envelope` before which the signature goes.
    private let signaturePlace: Int
    private let signedInfo: SignedInfo

    /// - Parameters:
    ///   - content: What stands in Body.
    ///   - business: A document whose root is copied into `content`, if there is one.
    ///   - token: Goes along in the header.
    ///   - certificate: The message signer's.
    ///   - now: Created of the Timestamp; Expires follows from the profile.
    package init(
        content: Element, business: XMLDocument?, token: HeaderToken? = nil,
        certificate: Certificate, security: NationalProfile.MessageSecurity, now: Date
    ) throws(MessageError) {
        let parts = MessageParts(
            content: content, certificate: certificate, token: token,
            validityInSeconds: security.validityInSeconds, now: now)
        let written = try MessageWriter(parts: parts, security: security).written(around: business)
        guard let place = Self.signaturePlace(in: written.envelope) else {
            throw .cannotBeBuilt(reason: "the envelope has no Security header")
        }
        var references: [Reference] = []
        for part in security.signedParts {
            guard let id = parts.id(of: part), let form = written.forms[part] else { continue }
            references.append(
                Reference(
                    uri: "#\(id)", transforms: [.canonicalization(security.canonicalization(part))],
                    digest: DigestAlgorithm.sha256.digest(form)))
        }
        signedInfo = SignedInfo(
            signatureMethod: security.signatureMethod, references: references)
        (envelope, signaturePlace) = (written.envelope, place)
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
                Element(.ds("SignatureValue"), text: Base64.text(value)), MessageParts.keyInfo,
            ])
        return envelope[..<signaturePlace] + Writer.bytes(of: signature)
            + envelope[signaturePlace...]
    }

    /// Behind the Timestamp. Before it stands only the certificate, which is no other people's
    /// text, so the first end tag of this name is its own.
    private static func signaturePlace(in envelope: [UInt8]) -> Int? {
        let tag = Array("</wsu:Timestamp>".utf8)
        let start = envelope.indices.first { index in
            envelope[index] == tag[0] && envelope[index...].starts(with: tag)
        }
        return start.map { $0 + tag.count }
    }
}

extension NationalProfile.MessageSecurity {
    /// KeyInfo gets its place with the signature, so no prefix list is made for it.
    fileprivate func canonicalization(_ part: SignedPart) -> Canonicalization {
        Canonicalization(
            .exclusive10, inclusivePrefixes: part == .keyInfo ? [] : inclusivePrefixes)
    }
}

/// Writes the envelope, and the canonical form of each of its signed parts.
private struct MessageWriter {
    let parts: MessageParts
    let security: NationalProfile.MessageSecurity

    typealias Written = (envelope: [UInt8], forms: [SignedPart: [UInt8]])

    /// Values are written as they are: what the writer makes is canonical. Where a document is
    /// carried, or prefixes beyond those in use are signed, the envelope becomes a document too.
    func written(around business: XMLDocument?) throws(MessageError) -> Written {
        var assertion: [UInt8]?
        if case .assertion(_, let document)? = parts.token { assertion = document }
        guard business != nil || assertion != nil || !security.inclusivePrefixes.isEmpty else {
            return try plain()
        }
        do throws(XMLError) {
            let document = try XMLDocument(root: parts.envelope)
            if let business, let body = document.root.child("Body", in: Namespaces.soap) {
                try body.firstChild?.append(copying: business.root)
            }
            if let assertion {
                try header(document)?.append(copying: XMLDocument(parsing: assertion).root)
            }
            return (document.serialized(), try forms(in: document, business != nil))
        } catch {
            throw .cannotBeBuilt(reason: error.description)
        }
    }

    private func plain() throws(MessageError) -> Written {
        let bytes = Writer.bytes(of: parts.envelope)
        guard Self.hasXMLCharactersOnly(bytes) else {
            throw .cannotBeBuilt(reason: "a character that XML does not allow")
        }
        var forms: [SignedPart: [UInt8]] = [:]
        for part in security.signedParts {
            forms[part] = parts.element(of: part).map { Writer.bytes(of: $0) }
        }
        return (Self.declaration + bytes, forms)
    }

    /// What holds no document is the same by the writer, which is quicker.
    private func forms(
        in document: XMLDocument, _ carriesBusiness: Bool
    ) throws(XMLError) -> [SignedPart: [UInt8]] {
        var forms: [SignedPart: [UInt8]] = [:]
        for part in security.signedParts {
            if let element = parts.element(of: part), !(part == .body && carriesBusiness),
                part == .keyInfo || security.inclusivePrefixes.isEmpty
            {
                forms[part] = Writer.bytes(of: element)
            } else if let node = node(of: part, in: document) {
                forms[part] = try document.canonical(
                    .subtree(node), method: .exclusive10,
                    inclusivePrefixes: security.inclusivePrefixes)
            }
        }
        return forms
    }

    private func header(_ document: XMLDocument) -> XMLNode? {
        document.root.child("Header", in: Namespaces.soap)?.child("Security", in: Namespaces.wsse)
    }

    private func node(of part: SignedPart, in document: XMLDocument) -> XMLNode? {
        switch part {
        case .body: return document.root.child("Body", in: Namespaces.soap)
        case .timestamp: return header(document)?.child("Timestamp", in: Namespace.wsu)
        case .certificate: return header(document)?.firstChild
        case .keyInfo: return nil
        case .token:
            guard parts.token != nil, let header = header(document) else { return nil }
            return Array(header.children).last
        }
    }

    private static let declaration = Array(#"<?xml version="1.0" encoding="UTF-8"?>"#.utf8)

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
}
