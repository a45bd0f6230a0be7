// SPDX-License-Identifier: Apache-2.0
package import Trust
import XML
import XMLSignature

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What is asked of a security token service by WS-Trust 1.3 (mysecu-wire, section 1, step 2).
package enum SessionRequest: Sendable, Hashable {
    /// A session of the provider's space at the exchange, for whom the assertion names.
    case issue(appliesTo: String, providerCode: String)
    /// The end of the session whose token the header carries.
    case cancel(tokenID: String)

    static let issueType = Namespaces.wst + "/Issue"
    static let cancelType = Namespaces.wst + "/Cancel"
    /// The SOAP actions of WS-Trust 1.3.
    package static let issueAction = Namespaces.wst + "/RST/Issue"
    package static let cancelAction = Namespaces.wst + "/RST/Cancel"

    /// The message, waiting for the practitioner's signature.
    ///
    /// - Parameter token: The assertion that proves an issue, the token that a cancellation ends.
    package func message(
        _ trust: NationalProfile.WSTrust, token: HeaderToken, certificate: Certificate, now: Date
    ) throws(MessageError) -> UnsignedMessage {
        let content = Element(.wst("RequestSecurityToken"), children(trust))
        return try UnsignedMessage(
            content: content, business: nil, token: token, certificate: certificate,
            security: trust.messageSecurity, now: now)
    }

    private func children(_ trust: NationalProfile.WSTrust) -> [Element] {
        switch self {
        case .issue(let appliesTo, let providerCode):
            let address = Element(
                .init("EndpointReference", prefix: "wsa", in: Namespaces.wsa),
                [Element(.init("Address", prefix: "wsa", in: Namespaces.wsa), text: appliesTo)])
            let claim = Element(
                .init(trust.claimElement, prefix: "claim", in: trust.claimDialect),
                text: providerCode)
            return [
                Element(.wst("TokenType"), text: trust.tokenType),
                Element(.wst("RequestType"), text: Self.issueType),
                Element(.init("AppliesTo", prefix: "wsp", in: Namespaces.wsp), [address]),
                Element(
                    .wst("Claims"), attributes: [.init("Dialect", trust.claimDialect)], [claim]),
            ]
        case .cancel(let tokenID):
            let reference = Element(
                .wsse("SecurityTokenReference"),
                [Element(.wsse("Reference"), attributes: [.init("URI", "#\(tokenID)")])])
            return [
                Element(.wst("RequestType"), text: Self.cancelType),
                Element(.wst("CancelTarget"), [reference]),
            ]
        }
    }

    /// Reads what a verified message asks for.
    package init(
        _ message: VerifiedMessage, _ trust: NationalProfile.WSTrust
    ) throws(MessageError) {
        guard message.content.isNamed("RequestSecurityToken", in: Namespaces.wst) else {
            throw .structure(what: "RequestSecurityToken")
        }
        let reader = MessageReader(message.content, .trust)
        switch try reader.text("RequestType") {
        case Self.issueType:
            guard try reader.text("TokenType") == trust.tokenType else {
                throw .structure(what: "TokenType of the profile")
            }
            let address = message.content.child("AppliesTo", in: Namespaces.wsp)?
                .child("EndpointReference", in: Namespaces.wsa)?
                .child("Address", in: Namespaces.wsa)?.text
            let code = try reader.required("Claims").node
                .child(trust.claimElement, in: trust.claimDialect)?.text
            guard let address, let code else { throw .structure(what: "AppliesTo and Claims") }
            self = .issue(appliesTo: address, providerCode: code)
        case Self.cancelType:
            let reference = try reader.required("CancelTarget").node
                .child("SecurityTokenReference", in: Namespaces.wsse)?
                .child("Reference", in: Namespaces.wsse)?.attribute("URI")
            guard let reference, reference.hasPrefix("#") else {
                throw .structure(what: "CancelTarget")
            }
            self = .cancel(tokenID: String(reference.dropFirst()))
        default: throw .structure(what: "RequestType that is known")
        }
    }
}
