// SPDX-License-Identifier: Apache-2.0
package import Trust
package import XML
import XMLSignature

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A SAML assertion whose enveloped signature was verified (XM-03, XM-04).
///
/// What it says is read from the very octets that were digested, never from the document around
/// them: whatever was wrapped, moved or copied beside the signed element is not seen.
/// Whether `certificate` may speak for the identity provider is the caller's question.
package struct VerifiedAssertion: Sendable {
    package let content: Assertion
    package let certificate: Certificate
    /// The assertion with its signature as a document of its own, to be shown to others.
    package let document: [UInt8]

    /// Reads the answer of an identity provider: one `samlp:Response` with one assertion.
    package init(
        parsing bytes: [UInt8], _ saml: NationalProfile.SAML, memory: VerificationMemory? = nil
    ) throws(AssertionError) {
        let document = try Self.parse(bytes)
        let envelope = document.root
        guard envelope.isNamed("Envelope", in: Namespaces.soap) else {
            throw .structure(what: "Envelope")
        }
        let content = try Self.only("Body", Namespaces.soap, in: envelope).firstChild
        guard let response = content, response.nextSibling == nil else {
            throw .structure(what: "single element in Body")
        }
        if response.isNamed("Fault", in: Namespaces.soap) {
            throw .fault(code: response.child("faultcode", in: nil)?.text ?? "")
        }
        guard response.isNamed("Response", in: Namespaces.samlp) else {
            throw .structure(what: "Response")
        }
        try Self.requireSuccess(response)
        // One signature in all: of whatever shape, a wrapped answer holds something twice or has
        // the signature elsewhere.
        guard document.elements(named: "Signature", in: xmldsigNamespace).count <= 1 else {
            throw .notSigned(what: "a single signature")
        }
        try self.init(
            Self.only("Assertion", Namespaces.saml, in: response), saml, memory: memory)
    }

    /// Reads an assertion where it stands, the header of a message for example.
    package init(
        _ node: XMLNode, _ saml: NationalProfile.SAML, memory: VerificationMemory? = nil
    ) throws(AssertionError) {
        guard node.isNamed("Assertion", in: Namespaces.saml), let id = node.attribute("ID") else {
            throw .structure(what: "Assertion")
        }
        let document = node.document
        guard document.elements(named: "Assertion", in: Namespaces.saml).count == 1 else {
            throw .structure(what: "single Assertion")
        }
        guard document.duplicateID == nil else { throw .notSigned(what: "unique identifiers") }
        let signature = try Self.signature(of: node, saml.messageSecurity.signatureMethod)
        let certificate = try Self.certificate(of: signature, memory)
        let signed = try Self.signedOctets(signature, node, id)
        switch (try? signature.verifySignatureValue(with: certificate.publicKey)) ?? .invalid {
        case .valid: break
        case .invalid: throw .signatureInvalid
        case .unsupported(let what): throw .signatureUnsupported(what)
        }
        content = try Assertion(Self.parse(signed).root, saml)
        self.certificate = certificate
        do {
            self.document = try XMLDocument(copying: node).serialized()
        } catch {
            throw .notXML(reason: error.description)
        }
    }

    /// The assertion as a message carries it.
    package var headerToken: HeaderToken { .assertion(id: content.id, document: document) }

    // MARK: Steps

    private static func parse(_ bytes: [UInt8]) throws(AssertionError) -> XMLDocument {
        do {
            return try XMLDocument(parsing: bytes)
        } catch {
            throw .notXML(reason: error.description)
        }
    }

    private static func only(
        _ name: String, _ namespace: String, in parent: XMLNode
    ) throws(AssertionError) -> XMLNode {
        let found = parent.children(name, in: namespace)
        guard found.count == 1 else { throw .structure(what: name) }
        return found[0]
    }

    private static func requireSuccess(_ response: XMLNode) throws(AssertionError) {
        let status = try only("Status", Namespaces.samlp, in: response)
        let code = try only("StatusCode", Namespaces.samlp, in: status)
        let inner = code.child("StatusCode", in: Namespaces.samlp) ?? code
        guard code.attribute("Value") == AssertionAnswer.success else {
            throw .refused(status: inner.attribute("Value") ?? "")
        }
    }

    /// The one signature in the assertion, as its own child, by the profile's method.
    private static func signature(
        of node: XMLNode, _ method: String
    ) throws(AssertionError) -> SignatureElement {
        let inside = node.descendantsAndSelf.filter {
            $0.isNamed("Signature", in: xmldsigNamespace)
        }
        guard inside.count == 1, inside[0].parent == node else {
            throw .notSigned(what: "a signature of its own")
        }
        guard let signature = try? SignatureElement(inside[0]) else {
            throw .structure(what: "well-formed Signature")
        }
        guard signature.signedInfo.signatureMethod == method,
            signature.signedInfo.canonicalization.method == .exclusive10
        else { throw .signatureUnsupported("another method than the profile's") }
        return signature
    }

    /// KeyInfo is a hint, and may hold nothing but certificates (XM-05).
    private static func certificate(
        of signature: SignatureElement, _ memory: VerificationMemory?
    ) throws(AssertionError) -> Certificate {
        let certificates = signature.keyInfo.certificates
        guard certificates.count == 1, signature.keyInfo.hints.count == 1,
            let certificate = try? memory?.certificate(der: certificates[0])
                ?? Certificate(der: certificates[0])
        else { throw .structure(what: "certificate in KeyInfo") }
        return certificate
    }

    /// The octets that one reference digests: the assertion whole, without its signature.
    private static func signedOctets(
        _ signature: SignatureElement, _ node: XMLNode, _ id: String
    ) throws(AssertionError) -> [UInt8] {
        let validations = signature.validateReferences()
        guard validations.count == 1, let validation = validations.first,
            validation.reference.uri == "#\(id)", case .element(let target) = validation.target,
            target == node
        else { throw .notSigned(what: "a reference to itself alone") }
        let transforms = validation.reference.transforms
        guard transforms.count == 2, transforms[0] == .envelopedSignature,
            case .canonicalization(let method) = transforms[1], method.method == .exclusive10,
            validation.reference.digestMethod == DigestAlgorithm.sha256.xmlIdentifier
        else { throw .notSigned(what: "the transforms of an enveloped signature") }
        guard validation.isIntact else { throw .signatureInvalid }
        return validation.bytes
    }
}

/// What an assertion must say to be of use here.
package struct AssertionExpectation: Sendable {
    package var issuer: String
    package var relyingParty: String
    package var holder: Certificate
    package var eHealthID: String
    /// Where one's own request is answered.
    package var requestID: String?

    package init(
        issuer: String, relyingParty: String, holder: Certificate, eHealthID: String,
        requestID: String?
    ) {
        (self.issuer, self.relyingParty, self.holder) = (issuer, relyingParty, holder)
        (self.eHealthID, self.requestID) = (eHealthID, requestID)
    }
}

extension VerifiedAssertion {
    /// Checks that this assertion is by the right issuer, about this person, for this relying
    /// party, in its time, and the answer to one's own request.
    package func check(_ expected: AssertionExpectation, now: Date) throws(AssertionError) {
        guard content.issuer == expected.issuer else { throw .foreign(what: "Issuer") }
        guard KeyHint.subjectName(content.subject).names(expected.holder) else {
            throw .foreign(what: "Subject")
        }
        guard content.eHealthID == expected.eHealthID else { throw .foreign(what: "eHealth ID") }
        if let requestID = expected.requestID, content.inResponseTo != requestID {
            throw .foreign(what: "InResponseTo")
        }
        guard content.recipient == expected.relyingParty else { throw .foreign(what: "Recipient") }
        guard content.audience == expected.relyingParty else { throw .foreign(what: "Audience") }
        let skew = TimeInterval(Limits.clockSkewInSeconds)
        guard content.notBefore <= now.addingTimeInterval(skew),
            content.issuedAt <= now.addingTimeInterval(skew)
        else { throw .notYetValid }
        guard now < min(content.notOnOrAfter, content.confirmedUntil).addingTimeInterval(skew)
        else { throw .expired }
    }
}
