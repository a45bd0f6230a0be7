// SPDX-License-Identifier: Apache-2.0
package import Trust
import XML

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The session that a security token service opened.
package struct SessionAnswer: Sendable, Hashable {
    package var token: SessionToken
    package var created: Date
    package var expires: Date

    package init(token: SessionToken, created: Date, expires: Date) {
        (self.token, self.created, self.expires) = (token, created, expires)
    }

    /// The signed answer of the service, waiting for its signature.
    package func message(
        _ trust: NationalProfile.WSTrust, profile: NationalProfile, certificate: Certificate,
        now: Date
    ) throws(MessageError) -> UnsignedMessage {
        guard case .binary(let id, let type) = token.kind else {
            throw .cannotBeBuilt(reason: "the token is for another service")
        }
        let binary = Element(
            .wsse("BinarySecurityToken"),
            attributes: [.init("ValueType", type), .init(.wsu("Id"), id)], text: token.value)
        let response = Element(
            .wst("RequestSecurityTokenResponse"),
            [
                Element(.wst("TokenType"), text: trust.tokenType),
                Element(.wst("RequestedSecurityToken"), [binary]),
                Element(
                    .wst("Lifetime"),
                    [
                        Element(.wsu("Created"), text: created.formatted(.iso8601)),
                        Element(.wsu("Expires"), text: expires.formatted(.iso8601)),
                    ]),
            ])
        return try Self.message(response, profile, certificate, now)
    }

    /// The signed answer to a cancellation.
    package static func cancelled(
        profile: NationalProfile, certificate: Certificate, now: Date
    ) throws(MessageError) -> UnsignedMessage {
        try message(
            Element(
                .wst("RequestSecurityTokenResponse"), [Element(.wst("RequestedTokenCancelled"))]),
            profile, certificate, now)
    }

    private static func message(
        _ response: Element, _ profile: NationalProfile, _ certificate: Certificate, _ now: Date
    ) throws(MessageError) -> UnsignedMessage {
        try UnsignedMessage(
            content: response, business: nil, certificate: certificate,
            security: profile.messageSecurity, now: now)
    }

    /// Reads a verified answer to an issue.
    package init(
        _ message: VerifiedMessage, _ trust: NationalProfile.WSTrust
    ) throws(MessageError) {
        let response = try Self.response(message)
        guard try response.text("TokenType") == trust.tokenType else {
            throw .structure(what: "TokenType of the profile")
        }
        let requested = try response.required("RequestedSecurityToken").node
        guard let token = requested.firstChild, token.nextSibling == nil,
            token.isNamed("BinarySecurityToken", in: Namespaces.wsse),
            let id = token.attribute("Id", in: Namespace.wsu), !id.isEmpty,
            let type = token.attribute("ValueType"), type != Namespaces.x509Token,
            let value = token.simpleText, !value.isEmpty,
            value.utf8.count <= Limits.sessionTokenInBytes
        else { throw .structure(what: "BinarySecurityToken") }
        let lifetime = try response.required("Lifetime").node
        let moments = ["Created", "Expires"].compactMap {
            lifetime.child($0, in: Namespace.wsu).flatMap { MessageText.date($0.text) }
        }
        guard moments.count == 2, moments[0] < moments[1] else {
            throw .structure(what: "Lifetime")
        }
        self.init(
            token: SessionToken(.binary(id: id, valueType: type), value: value),
            created: moments[0], expires: moments[1])
    }

    /// Checks a verified answer to a cancellation.
    package static func requireCancelled(_ message: VerifiedMessage) throws(MessageError) {
        _ = try response(message).required("RequestedTokenCancelled")
    }

    /// Alone, or in a collection of one (WS-Trust 1.3, 4.3).
    private static func response(_ message: VerifiedMessage) throws(MessageError) -> MessageReader {
        let name = "RequestSecurityTokenResponse"
        if message.content.isNamed(name, in: Namespaces.wst) {
            return MessageReader(message.content, .trust)
        }
        guard message.content.isNamed("\(name)Collection", in: Namespaces.wst) else {
            throw .structure(what: name)
        }
        return try MessageReader(message.content, .trust).required(name)
    }
}

extension VerifiedMessage {
    /// The session token in the header of a request, if there is one that was signed.
    package var sessionToken: SessionToken? {
        guard let token, token.isNamed("BinarySecurityToken", in: Namespaces.wsse),
            let id = token.attribute("Id", in: Namespace.wsu),
            let type = token.attribute("ValueType"), let value = token.simpleText,
            value.utf8.count <= Limits.sessionTokenInBytes
        else { return nil }
        return SessionToken(.binary(id: id, valueType: type), value: value)
    }
}
