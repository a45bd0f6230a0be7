// SPDX-License-Identifier: Apache-2.0
package import Trust
package import XML

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// One answer of the exchange: `ResponseInfo` around one business element.
package enum ExchangeAnswer {
    /// The answer message, waiting for the platform's signature.
    package static func message(
        business: Element, profile: NationalProfile, certificate: Certificate, now: Date
    ) throws(MessageError) -> UnsignedMessage {
        let content = Element(
            .init(profile.exchange.response, prefix: "sync", in: profile.exchange.namespace),
            [business])
        return try UnsignedMessage(
            content: content, business: nil, certificate: certificate,
            security: profile.messageSecurity, now: now)
    }

    /// The business element of a verified answer.
    static func business(
        of message: VerifiedMessage, named name: String, in namespace: String,
        profile: NationalProfile
    ) throws(MessageError) -> XMLNode {
        guard
            message.content.isNamed(profile.exchange.response, in: profile.exchange.namespace),
            let business = message.content.firstChild, business.nextSibling == nil,
            business.isNamed(name, in: namespace)
        else { throw .structure(what: name) }
        return business
    }
}

/// How a call of the exchange ended, as far as this side can tell (GW-02).
package enum ExchangeOutcome<Answer: Sendable & Hashable>: Sendable, Hashable {
    case answer(Answer)
    /// Refused: at least one anomaly is an error, and nothing happened.
    case anomalies([NationalAnomaly])
    /// Nobody here knows whether it took effect.
    case unknown(reason: String)
}
