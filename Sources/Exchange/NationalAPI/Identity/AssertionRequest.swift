// SPDX-License-Identifier: Apache-2.0
package import Trust
import XML

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Asks the identity provider to say who signs: `samlp:AuthnRequest` over SOAP (mysecu-wire,
/// section 1, step 1; SAML 2.0 core, 3.4.1).
package struct AssertionRequest: Sendable, Hashable {
    /// Which answer belongs to it; an NCName.
    package var id: String
    package var eHealthID: String
    /// MySecu's address: for whom the assertion is, as Issuer and AssertionConsumerServiceURL.
    package var relyingParty: String

    package init(id: String, eHealthID: String, relyingParty: String) {
        (self.id, self.eHealthID, self.relyingParty) = (id, eHealthID, relyingParty)
    }

    static let soapBinding = "urn:oasis:names:tc:SAML:2.0:bindings:SOAP"
    static let bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
    static let unspecified = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"

    /// The message, waiting for the practitioner's signature.
    package func message(
        _ saml: NationalProfile.SAML, certificate: Certificate, now: Date
    ) throws(MessageError) -> UnsignedMessage {
        let attribute = Element(
            .saml("Attribute"),
            attributes: [
                .init("Name", saml.eHealthIDAttribute), .init("NameFormat", Self.unspecified),
            ], [Element(.saml("AttributeValue"), text: eHealthID)])
        let confirmation = Element(
            .saml("SubjectConfirmation"), attributes: [.init("Method", Self.bearer)])
        let context = Element(
            .saml("AuthnContextClassRef"), text: saml.authenticationContext)
        let content = Element(
            .samlp("AuthnRequest"),
            attributes: [
                .init("ID", id), .init("Version", "2.0"),
                .init("IssueInstant", now.formatted(.iso8601)),
                .init("AssertionConsumerServiceURL", relyingParty),
                .init("ProtocolBinding", Self.soapBinding),
            ],
            [
                Element(.saml("Issuer"), text: relyingParty),
                Element(.samlp("Extensions"), [attribute]),
                Element(.saml("Subject"), [confirmation]),
                Element(
                    .samlp("RequestedAuthnContext"), attributes: [.init("Comparison", "minimum")],
                    [context]),
            ])
        return try UnsignedMessage(
            content: content, business: nil, certificate: certificate,
            security: saml.messageSecurity, now: now)
    }

    /// Reads what a verified message asks for.
    package init(
        _ message: VerifiedMessage, _ saml: NationalProfile.SAML
    ) throws(MessageError) {
        let request = message.content
        guard request.isNamed("AuthnRequest", in: Namespaces.samlp),
            request.attribute("Version") == "2.0", let id = request.attribute("ID"), !id.isEmpty,
            let consumer = request.attribute("AssertionConsumerServiceURL")
        else { throw .structure(what: "AuthnRequest") }
        let protocolReader = MessageReader(request, .samlp)
        let issuer = try MessageReader(request, .saml).text("Issuer")
        guard issuer == consumer else { throw .structure(what: "one relying party") }
        let attributes = try protocolReader.required("Extensions").node
            .children("Attribute", in: Namespaces.saml)
            .filter { $0.attribute("Name") == saml.eHealthIDAttribute }
        guard attributes.count == 1 else { throw .structure(what: saml.eHealthIDAttribute) }
        eHealthID = try MessageReader(attributes[0], .saml).text("AttributeValue")
        (self.id, relyingParty) = (id, consumer)
    }
}

extension Vocabulary {
    static let saml = Vocabulary(namespace: Namespaces.saml, prefix: "saml")
    static let samlp = Vocabulary(namespace: Namespaces.samlp, prefix: "samlp")
    static let trust = Vocabulary(namespace: Namespaces.wst, prefix: "wst")
}
