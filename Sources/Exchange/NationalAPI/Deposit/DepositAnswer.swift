// SPDX-License-Identifier: Apache-2.0
package import Trust
package import XML

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

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
        try ExchangeAnswer.message(
            business: element(profile), profile: profile, certificate: certificate, now: now)
    }

    /// The business element of the answer.
    package func element(_ profile: NationalProfile) -> Element { element(profile.depositAnswer) }

    func element(_ names: NationalProfile.DepositAnswer) -> Element {
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
        let answer = try ExchangeAnswer.business(
            of: message, named: names.element, in: names.namespace, profile: profile)
        try self.init(answer, to: uuid, names: names)
    }

    /// Reads an answer that was kept: the bytes of ``element(_:)``.
    package init(
        parsing bytes: [UInt8], to uuid: String, profile: NationalProfile
    ) throws(MessageError) {
        try self.init(parsing: bytes, to: uuid, names: profile.depositAnswer)
    }

    init(
        parsing bytes: [UInt8], to uuid: String, names: NationalProfile.DepositAnswer
    ) throws(MessageError) {
        let root: XMLNode
        do {
            root = try XMLDocument(parsing: bytes).root
        } catch {
            throw .notXML(reason: error.description)
        }
        guard root.isNamed(names.element, in: names.namespace) else {
            throw .structure(what: names.element)
        }
        try self.init(root, to: uuid, names: names)
    }

    init(
        _ answer: XMLNode, to uuid: String, names: NationalProfile.DepositAnswer
    ) throws(MessageError) {
        self.init(answer, names: names)
        guard self.uuid == uuid else { throw .foreignAnswer }
    }

    /// Reads an answer, whichever document it is about.
    init(_ answer: XMLNode, names: NationalProfile.DepositAnswer) {
        uuid = answer.child(names.uuid, in: names.namespace)?.text.lowercased() ?? ""
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
