// SPDX-License-Identifier: Apache-2.0
package import XML

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What an identity provider answers: a `samlp:Response` in a SOAP envelope (SAML 2.0 core, 3.3.3).
package struct AssertionAnswer: Sendable, Hashable {
    static let success = "urn:oasis:names:tc:SAML:2.0:status:Success"
    /// The person cannot be authenticated.
    package static let authenticationFailed = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"
    static let responder = "urn:oasis:names:tc:SAML:2.0:status:Responder"

    package var id: String
    package var inResponseTo: String
    package var issuer: String
    package var issuedAt: Date

    package init(id: String, inResponseTo: String, issuer: String, issuedAt: Date) {
        (self.id, self.inResponseTo) = (id, inResponseTo)
        (self.issuer, self.issuedAt) = (issuer, issuedAt)
    }

    /// The answer with a signed assertion.
    package func message(_ assertion: Element) -> [UInt8] {
        envelope([
            Element(.samlp("Status"), [Self.code(Self.success)]), assertion,
        ])
    }

    /// The answer without one.
    package func refusal(_ status: String) -> [UInt8] {
        envelope([
            Element(.samlp("Status"), [Self.code(Self.responder, [Self.code(status)])])
        ])
    }

    private static func code(_ value: String, _ inner: [Element] = []) -> Element {
        Element(.samlp("StatusCode"), attributes: [.init("Value", value)], inner)
    }

    private func envelope(_ content: [Element]) -> [UInt8] {
        let response = Element(
            .samlp("Response"),
            attributes: [
                .init("ID", id), .init("InResponseTo", inResponseTo), .init("Version", "2.0"),
                .init("IssueInstant", issuedAt.formatted(.iso8601)),
            ], [Element(.saml("Issuer"), text: issuer)] + content)
        return Writer.bytes(of: Element(.soap("Envelope"), [Element(.soap("Body"), [response])]))
    }
}
