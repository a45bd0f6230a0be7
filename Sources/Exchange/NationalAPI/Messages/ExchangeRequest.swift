// SPDX-License-Identifier: Apache-2.0
package import Trust
package import XML

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// One request of the exchange: `RequestInfo`, which names an operation and carries one business
/// element (mysecu-wire, section 1).
///
/// Deposits, the steps of PID and queries differ in their operation and element alone.
package struct ExchangeRequest {
    /// Names the operation, for example a pack's deposit model.
    package let modelUID: String
    /// The business element as a document of its own, cut out of the message that carried it.
    package let business: XMLDocument

    /// Builds the message around business bytes, waiting for its own signature.
    ///
    /// - Parameter session: Goes along in the header, unless it is one for `Authorization`.
    package static func message(
        modelUID: String, business: [UInt8], session: SessionToken? = nil,
        profile: NationalProfile, certificate: Certificate, now: Date
    ) throws(MessageError) -> UnsignedMessage {
        let document: XMLDocument
        do {
            document = try XMLDocument(parsing: business)
        } catch {
            throw .cannotBeBuilt(reason: error.description)
        }
        let content = Element(
            .init(profile.exchange.request, prefix: "sync", in: profile.exchange.namespace),
            attributes: [.init("modelUID", modelUID)])
        return try UnsignedMessage(
            content: content, business: document,
            token: session.flatMap { $0.kind == .bearer ? nil : .session($0) },
            certificate: certificate, security: profile.messageSecurity, now: now)
    }

    /// Reads what a verified message asks for.
    package init(_ message: VerifiedMessage, profile: NationalProfile) throws(MessageError) {
        let content = message.content
        guard content.isNamed(profile.exchange.request, in: profile.exchange.namespace) else {
            throw .structure(what: profile.exchange.request)
        }
        guard let model = content.attribute("modelUID"), Self.isModelUID(model) else {
            throw .structure(what: "modelUID")
        }
        guard let business = content.firstChild, business.nextSibling == nil else {
            throw .structure(what: "single business element")
        }
        do {
            self.business = try XMLDocument(copying: business)
        } catch {
            throw .notXML(reason: error.description)
        }
        modelUID = model
    }

    private static func isModelUID(_ text: String) -> Bool {
        Limits.modelUIDLength.contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
