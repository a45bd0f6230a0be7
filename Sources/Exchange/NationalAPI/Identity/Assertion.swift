// SPDX-License-Identifier: Apache-2.0
package import Trust
package import XML
import XMLSignature

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What an identity provider says of a person (SAML 2.0 core, 2.3), as far as it counts here.
package struct Assertion: Sendable, Hashable {
    package var id: String
    package var issuer: String
    /// NameID of the format X509SubjectName: a name after RFC 4514.
    package var subject: String
    package var eHealthID: String
    /// To whom the bearer may show it, and until when (bearer SubjectConfirmation).
    package var recipient: String
    package var inResponseTo: String
    package var confirmedUntil: Date
    package var audience: String
    package var issuedAt: Date
    package var notBefore: Date
    package var notOnOrAfter: Date

    package init(
        id: String, issuer: String, subject: String, eHealthID: String, recipient: String,
        inResponseTo: String, issuedAt: Date, validityInSeconds: Double
    ) {
        (self.id, self.issuer, self.subject, self.eHealthID) = (id, issuer, subject, eHealthID)
        (self.recipient, self.inResponseTo) = (recipient, inResponseTo)
        (self.audience, self.issuedAt, notBefore) = (recipient, issuedAt, issuedAt)
        notOnOrAfter = issuedAt.addingTimeInterval(validityInSeconds)
        confirmedUntil = notOnOrAfter
    }

    static let subjectNameFormat = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"

    // MARK: Reading

    /// Reads an assertion of which every byte was verified.
    init(_ node: XMLNode, _ saml: NationalProfile.SAML) throws(AssertionError) {
        let reader = AssertionReader(node)
        guard node.attribute("Version") == "2.0" else { throw .structure(what: "version 2.0") }
        id = try reader.attribute("ID")
        issuedAt = try reader.moment("IssueInstant")
        issuer = try reader.text("Issuer")
        let person = try reader.only("Subject")
        let name = try person.only("NameID")
        guard try name.attribute("Format") == Self.subjectNameFormat else {
            throw .structure(what: "NameID of the format X509SubjectName")
        }
        subject = try name.text()
        let confirmation = try person.only("SubjectConfirmation")
        guard try confirmation.attribute("Method") == AssertionRequest.bearer else {
            throw .structure(what: "bearer confirmation")
        }
        let bearer = try confirmation.only("SubjectConfirmationData")
        guard bearer.node.attribute("NotBefore") == nil else {
            throw .structure(what: "bearer confirmation without NotBefore")
        }
        recipient = try bearer.attribute("Recipient")
        inResponseTo = try bearer.attribute("InResponseTo")
        confirmedUntil = try bearer.moment("NotOnOrAfter")
        let conditions = try reader.only("Conditions")
        notBefore = try conditions.moment("NotBefore")
        notOnOrAfter = try conditions.moment("NotOnOrAfter")
        audience = try conditions.only("AudienceRestriction").text("Audience")
        eHealthID = try reader.only("AttributeStatement").value(of: saml.eHealthIDAttribute)
    }

    // MARK: Making

    /// The assertion, waiting for its enveloped signature.
    package func unsigned(
        _ saml: NationalProfile.SAML, certificate: Certificate
    ) -> UnsignedAssertion {
        let data = Element(
            .saml("SubjectConfirmationData"),
            attributes: [
                .init("Recipient", recipient), .init("InResponseTo", inResponseTo),
                .init("NotOnOrAfter", confirmedUntil.formatted(.iso8601)),
            ])
        let person = Element(
            .saml("Subject"),
            [
                Element(
                    .saml("NameID"), attributes: [.init("Format", Self.subjectNameFormat)],
                    text: subject),
                Element(
                    .saml("SubjectConfirmation"),
                    attributes: [.init("Method", AssertionRequest.bearer)], [data]),
            ])
        return UnsignedAssertion(
            Element(
                .saml("Assertion"),
                attributes: [
                    .init("ID", id), .init("Version", "2.0"),
                    .init("IssueInstant", issuedAt.formatted(.iso8601)),
                ],
                [
                    Element(.saml("Issuer"), text: issuer), person, conditions,
                    authentication(saml), attributes(saml),
                ]), id: id, signatureMethod: saml.messageSecurity.signatureMethod,
            certificate: certificate)
    }

    private var conditions: Element {
        let restriction = Element(
            .saml("AudienceRestriction"), [Element(.saml("Audience"), text: audience)])
        return Element(
            .saml("Conditions"),
            attributes: [
                .init("NotBefore", notBefore.formatted(.iso8601)),
                .init("NotOnOrAfter", notOnOrAfter.formatted(.iso8601)),
            ], [restriction])
    }

    private func authentication(_ saml: NationalProfile.SAML) -> Element {
        let context = Element(
            .saml("AuthnContext"),
            [Element(.saml("AuthnContextClassRef"), text: saml.authenticationContext)])
        return Element(
            .saml("AuthnStatement"),
            attributes: [.init("AuthnInstant", issuedAt.formatted(.iso8601))], [context])
    }

    private func attributes(_ saml: NationalProfile.SAML) -> Element {
        let attribute = Element(
            .saml("Attribute"),
            attributes: [
                .init("Name", saml.eHealthIDAttribute),
                .init("NameFormat", AssertionRequest.unspecified),
            ], [Element(.saml("AttributeValue"), text: eHealthID)])
        return Element(.saml("AttributeStatement"), [attribute])
    }
}

/// An assertion with everything its enveloped signature covers fixed.
package struct UnsignedAssertion: Sendable {
    package let toBeSigned: [UInt8]
    private let content: Element
    private let signedInfo: SignedInfo
    private let certificate: Certificate

    init(_ content: Element, id: String, signatureMethod: String, certificate: Certificate) {
        signedInfo = SignedInfo(
            signatureMethod: signatureMethod,
            references: [
                Reference(
                    uri: "#\(id)",
                    transforms: [.envelopedSignature, .canonicalization(.exclusive)],
                    digest: DigestAlgorithm.sha256.digest(Writer.bytes(of: content)))
            ])
        (self.content, self.certificate) = (content, certificate)
        toBeSigned = signedInfo.canonicalBytes
    }

    /// The signed assertion; its signature follows the issuer (SAML 2.0 core, 2.3.3).
    package func signed(with value: [UInt8]) -> Element {
        let key = Element(
            .ds("X509Data"), [Element(.ds("X509Certificate"), text: Base64.text(certificate.der))])
        let signature = Element(
            .ds("Signature"),
            [
                signedInfo.element, Element(.ds("SignatureValue"), text: Base64.text(value)),
                Element(.ds("KeyInfo"), [key]),
            ])
        var assertion = content
        assertion.children.insert(.element(signature), at: 1)
        return assertion
    }
}

/// Reads SAML elements; what is missing or doubled is named.
private struct AssertionReader {
    let node: XMLNode

    init(_ node: XMLNode) { self.node = node }

    func only(_ name: String) throws(AssertionError) -> AssertionReader {
        let found = node.children(name, in: Namespaces.saml)
        guard found.count == 1 else { throw .structure(what: name) }
        return AssertionReader(found[0])
    }

    func text() throws(AssertionError) -> String {
        guard let text = node.simpleText, !text.isEmpty, text.utf8.count <= Limits.textInBytes
        else { throw .structure(what: "text of \(node.localName)") }
        return text
    }

    func text(_ name: String) throws(AssertionError) -> String { try only(name).text() }

    func attribute(_ name: String) throws(AssertionError) -> String {
        guard let value = node.attribute(name), !value.isEmpty else {
            throw .structure(what: "\(name) of \(node.localName)")
        }
        return value
    }

    func moment(_ name: String) throws(AssertionError) -> Date {
        guard let date = MessageText.date(try attribute(name)) else {
            throw .structure(what: "\(name) of \(node.localName)")
        }
        return date
    }

    func value(of attribute: String) throws(AssertionError) -> String {
        let found = node.children("Attribute", in: Namespaces.saml).filter {
            $0.attribute("Name") == attribute
        }
        guard found.count == 1 else { throw .structure(what: attribute) }
        return try AssertionReader(found[0]).text("AttributeValue")
    }
}
