// SPDX-License-Identifier: Apache-2.0
package import Trust
package import XML
import XMLSignature

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A SOAP message whose WS-Security signature was verified; only its Body can be seen (XM-03).
///
/// Whether `certificate` may speak for the other side is the caller's question: this type says
/// only that its key signed the parts that the profile names, as received (GW-05).
package struct VerifiedMessage {
    /// The element in Body.
    package let content: XMLNode
    package let certificate: Certificate
    /// What the header carries beside the certificate, if it was signed: an assertion or a session
    /// token.
    package let token: XMLNode?

    /// - Parameter memory: Spares reading the same certificate anew for each message.
    package init(
        parsing bytes: [UInt8], security: NationalProfile.MessageSecurity, now: Date,
        memory: VerificationMemory? = nil
    ) throws(MessageError) {
        let document = try Self.parse(bytes)
        try Self.requireNoFault(document)
        let parts = try Parts(document)
        guard let content = parts.body.firstChild, content.nextSibling == nil else {
            throw .structure(what: "single element in Body")
        }
        let certificate = try Self.certificate(parts.certificate, memory)
        let signature = try Self.signature(parts.signature, method: security.signatureMethod)
        try Self.requireSigned(
            parts, security.signedParts, by: signature, with: certificate.publicKey)
        guard parts.namesCertificate else {
            throw .structure(what: "reference to its certificate")
        }
        try Self.requireCurrent(parts.timestamp, now)
        (self.content, self.certificate) = (content, certificate)
        token = security.signedParts.contains(.token) ? parts.token : nil
    }

    /// The places of the envelope that count; each exists exactly once.
    private struct Parts {
        let body: XMLNode
        let certificate: XMLNode
        let timestamp: XMLNode
        let signature: XMLNode
        let keyInfo: XMLNode
        /// The only other thing the header may hold.
        let token: XMLNode?

        init(_ document: XMLDocument) throws(MessageError) {
            let envelope = document.root
            guard envelope.isNamed("Envelope", in: Namespaces.soap) else {
                throw .structure(what: "Envelope")
            }
            let header = try only("Header", Namespaces.soap, in: envelope)
            body = try only("Body", Namespaces.soap, in: envelope)
            let security = try only("Security", Namespaces.wsse, in: header)
            let tokens = security.children("BinarySecurityToken", in: Namespaces.wsse)
            let certificates = tokens.filter { $0.attribute("ValueType") == Namespaces.x509Token }
            let others =
                tokens.filter { !certificates.contains($0) }
                + security.children("Assertion", in: Namespaces.saml)
            guard certificates.count == 1, others.count <= 1 else {
                throw .structure(what: "BinarySecurityToken")
            }
            (certificate, token) = (certificates[0], others.first)
            timestamp = try only("Timestamp", Namespace.wsu, in: security)
            signature = try only("Signature", xmldsigNamespace, in: security)
            keyInfo = try only("KeyInfo", xmldsigNamespace, in: signature)
        }

        func node(of part: SignedPart) -> XMLNode? {
            switch part {
            case .body: body
            case .timestamp: timestamp
            case .certificate: certificate
            case .keyInfo: keyInfo
            case .token: token
            }
        }

        /// KeyInfo points at the certificate that stands in the header.
        var namesCertificate: Bool {
            let reference = keyInfo.child("SecurityTokenReference", in: Namespaces.wsse)?
                .child("Reference", in: Namespaces.wsse)
            guard let id = certificate.attribute("Id", in: Namespace.wsu) else { return false }
            return reference?.attribute("URI") == "#\(id)"
        }
    }

    private static func parse(_ bytes: [UInt8]) throws(MessageError) -> XMLDocument {
        do {
            return try XMLDocument(parsing: bytes)
        } catch {
            throw .notXML(reason: error.description)
        }
    }

    /// A Fault is not signed: it changes no state, it only says that there is no answer.
    private static func requireNoFault(_ document: XMLDocument) throws(MessageError) {
        guard let body = document.root.child("Body", in: Namespaces.soap),
            let fault = body.child("Fault", in: Namespaces.soap)
        else { return }
        throw .fault(
            code: fault.child("faultcode", in: nil)?.text ?? "",
            text: fault.child("faultstring", in: nil)?.text ?? "")
    }

    private static func certificate(
        _ token: XMLNode, _ memory: VerificationMemory?
    ) throws(MessageError) -> Certificate {
        guard let der = Base64.bytes(token.text),
            let certificate = try? memory?.certificate(der: der) ?? Certificate(der: der)
        else {
            throw .structure(what: "certificate in BinarySecurityToken")
        }
        return certificate
    }

    private static func signature(
        _ node: XMLNode, method: String
    ) throws(MessageError) -> SignatureElement {
        guard let signature = try? SignatureElement(node) else {
            throw .structure(what: "well-formed Signature")
        }
        guard signature.signedInfo.signatureMethod == method,
            signature.signedInfo.canonicalization.method == .exclusive10
        else { throw .signatureUnsupported("another method than the profile's") }
        return signature
    }

    /// Every reference must point at one of the parts at its own place, and each of these must be
    /// pointed at: a moved or doubled element is never taken for the signed one.
    private static func requireSigned(
        _ parts: Parts, _ signed: [SignedPart], by signature: SignatureElement, with key: PublicKey
    ) throws(MessageError) {
        let validations = signature.validateReferences()
        let required = signed.compactMap { part in parts.node(of: part).map { (part.title, $0) } }
        guard validations.count == required.count else { throw .notSigned(what: "another part") }
        for (name, node) in required {
            let covering = validations.filter { validation in
                if case .element(let target) = validation.target { target == node } else { false }
            }
            guard covering.count == 1, isPlain(covering[0].reference) else {
                throw .notSigned(what: name)
            }
            guard covering[0].outcome == .intact else { throw .signatureInvalid }
        }
        switch (try? signature.verifySignatureValue(with: key)) ?? .invalid {
        case .valid: return
        case .invalid: throw .signatureInvalid
        case .unsupported(let what): throw .signatureUnsupported(what)
        }
    }

    /// Exclusive canonical form, with or without a prefix list, under SHA-256.
    private static func isPlain(_ reference: Reference) -> Bool {
        guard case .canonicalization(let method)? = reference.transforms.first else { return false }
        return reference.transforms.count == 1 && method.method == .exclusive10
            && reference.digestMethod == DigestAlgorithm.sha256.xmlIdentifier
    }

    private static func requireCurrent(_ timestamp: XMLNode, _ now: Date) throws(MessageError) {
        let created = timestamp.child("Created", in: Namespace.wsu)?.text ?? ""
        let expires = timestamp.child("Expires", in: Namespace.wsu)?.text ?? ""
        guard let created = try? Date(created, strategy: .iso8601),
            let expires = try? Date(expires, strategy: .iso8601)
        else { throw .structure(what: "Timestamp with Created and Expires") }
        let skew = TimeInterval(Limits.clockSkewInSeconds)
        guard created <= now.addingTimeInterval(skew), now <= expires.addingTimeInterval(skew)
        else {
            throw .expired
        }
    }
}

private func only(
    _ name: String, _ namespace: String, in parent: XMLNode
) throws(MessageError) -> XMLNode {
    let found = parent.children(name, in: namespace)
    guard found.count == 1 else { throw .structure(what: name) }
    return found[0]
}
