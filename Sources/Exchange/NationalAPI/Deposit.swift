// SPDX-License-Identifier: Apache-2.0
package import Trust
package import XML
import XMLSignature

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The deposit of a form: the request that carries it and the answer that comes back.
package struct DepositRequest {
    /// Names the operation, for example a pack's deposit model.
    package let modelUID: String
    /// The form as a document of its own, cut out of the message that carried it.
    package let form: XMLDocument

    /// Builds the message for a signed form, waiting for its own signature.
    package static func message(
        modelUID: String, form: [UInt8], profile: NationalProfile, certificate: Certificate,
        now: Date
    ) throws(MessageError) -> UnsignedMessage {
        let document: XMLDocument
        do {
            document = try XMLDocument(parsing: form)
        } catch {
            throw .cannotBeBuilt(reason: error.description)
        }
        let content = Element(
            .init(profile.exchange.request, prefix: "sync", in: profile.exchange.namespace),
            attributes: [.init("modelUID", modelUID)])
        return try UnsignedMessage(
            content: content, business: document, certificate: certificate,
            security: profile.messageSecurity, now: now)
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
        guard let form = content.firstChild, form.nextSibling == nil else {
            throw .structure(what: "single business element")
        }
        do {
            self.form = try XMLDocument(copying: form)
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

/// What the platform answers to a deposit.
package struct DepositAnswer: Sendable, Hashable {
    package var uuid: String
    /// Absent when the deposit was refused.
    package var nationalUUID: String?
    package var anomalies: [NationalAnomaly]

    package init(uuid: String, nationalUUID: String?, anomalies: [NationalAnomaly]) {
        (self.uuid, self.nationalUUID, self.anomalies) = (uuid, nationalUUID, anomalies)
    }

    /// The signed answer message, waiting for its signature.
    package func message(
        profile: NationalProfile, certificate: Certificate, now: Date
    ) throws(MessageError) -> UnsignedMessage {
        let content = Element(
            .init(profile.exchange.response, prefix: "sync", in: profile.exchange.namespace),
            [element(profile.depositAnswer)])
        return try UnsignedMessage(
            content: content, business: nil, certificate: certificate,
            security: profile.messageSecurity, now: now)
    }

    private func element(_ names: NationalProfile.DepositAnswer) -> Element {
        func qualified(_ localName: String) -> Element.Name {
            Element.Name(localName, prefix: names.prefix, in: names.namespace)
        }
        let list = anomalies.map { anomaly in
            Element(
                .init(names.anomaly.element),
                [
                    Element(.init(names.anomaly.level), text: names.levels[anomaly.level] ?? ""),
                    Element(.init(names.anomaly.code), text: anomaly.code),
                    Element(.init(names.anomaly.text), text: anomaly.text),
                ])
        }
        let national = nationalUUID.map { Element(qualified(names.nationalUUID), text: $0) }
        return Element(
            qualified(names.element),
            [Element(qualified(names.uuid), text: uuid)] + [national].compactMap { $0 } + list)
    }

    /// Reads a verified answer to the deposit of `uuid`.
    ///
    /// - Throws: It is no answer to this deposit; its outcome is unknown.
    package init(
        _ message: VerifiedMessage, to uuid: String, profile: NationalProfile
    ) throws(MessageError) {
        let names = profile.depositAnswer
        guard
            message.content.isNamed(profile.exchange.response, in: profile.exchange.namespace),
            let answer = message.content.child(names.element, in: names.namespace)
        else { throw .structure(what: names.element) }
        guard answer.child(names.uuid, in: names.namespace)?.text.lowercased() == uuid else {
            throw .foreignAnswer
        }
        self.uuid = uuid
        let given = answer.child(names.nationalUUID, in: names.namespace)?.text ?? ""
        nationalUUID = given.isEmpty ? nil : given
        anomalies = answer.children(names.anomaly.element, in: nil).prefix(Limits.anomalies).map {
            Self.anomaly($0, names)
        }
    }

    /// A level the profile does not know counts as an error: it is never ignored.
    private static func anomaly(
        _ node: XMLNode, _ names: NationalProfile.DepositAnswer
    ) -> NationalAnomaly {
        let level = node.child(names.anomaly.level, in: nil)?.text
        return NationalAnomaly(
            level: names.levels.first { $0.value == level }?.key ?? .error,
            code: node.child(names.anomaly.code, in: nil)?.text ?? "",
            text: node.child(names.anomaly.text, in: nil)?.text ?? "")
    }

    /// What this answer means for the form.
    package func outcome(_ profile: NationalProfile) -> DepositOutcome {
        let isDuplicate = anomalies.contains { $0.code == profile.depositAnswer.duplicateCode }
        if let nationalUUID, isDuplicate || !anomalies.contains(where: { $0.level == .error }) {
            return .receipt(
                Receipt(uuid: uuid, nationalUUID: nationalUUID, anomalies: anomalies))
        }
        guard anomalies.contains(where: { $0.level == .error }) else {
            return .unknown(reason: "the answer holds neither receipt nor error")
        }
        return .anomalies(anomalies)
    }
}
