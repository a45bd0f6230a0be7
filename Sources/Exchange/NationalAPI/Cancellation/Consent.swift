// SPDX-License-Identifier: Apache-2.0
package import XML

/// The insured person wants a deposited document reimbursed (`consentement`, mysecu-wire,
/// section 3).
package struct ConsentRequest: Sendable, Hashable {
    /// The platform's own UUID of the deposit.
    package let documentNationalUUID: String
    /// The person's matricule (`idenitifiantUnique`, spelled so).
    package let person: String

    /// - Throws: The UUID is none, or the matricule has not 13 digits.
    package init(documentNationalUUID: String, person: String) throws(MessageError) {
        guard documentNationalUUID.utf8.count == Limits.uuidLength else {
            throw .structure(what: "UUID of 36 characters")
        }
        guard person.utf8.count == Limits.matriculeLength,
            person.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { throw .structure(what: "matricule of 13 digits") }
        self.documentNationalUUID = documentNationalUUID.lowercased()
        self.person = person
    }

    package func element(_ query: NationalProfile.Consent) -> Element {
        let names = query.vocabulary
        return names.element(
            query.operation.request,
            [
                names.element("UUIDSecu", text: documentNationalUUID),
                names.element("idenitifiantUnique", text: person),
            ])
    }

    package func bytes(_ query: NationalProfile.Consent) -> [UInt8] {
        Writer.bytes(of: element(query))
    }

    package init(parsing bytes: [UInt8], _ query: NationalProfile.Consent) throws(MessageError) {
        let message = try MessageReader(
            parsing: bytes, root: query.operation.request, query.vocabulary)
        try self.init(
            documentNationalUUID: message.text("UUIDSecu"),
            person: message.text("idenitifiantUnique"))
    }
}

extension ConsentRequest: CustomStringConvertible {
    /// Without the matricule.
    package var description: String { "ConsentRequest(\(documentNationalUUID))" }
}

/// What the platform answers to a consent: `UuidPrestataire` and `UuidSecu` are the document's.
/// The shape is ours.
package struct ConsentAnswer: Sendable, Hashable {
    /// The provider's UUID of the document; empty when it is unknown.
    package var uuid: String
    package var documentNationalUUID: String
    package var anomalies: [NationalAnomaly]

    package init(uuid: String, documentNationalUUID: String, anomalies: [NationalAnomaly]) {
        (self.uuid, self.documentNationalUUID) = (uuid, documentNationalUUID)
        self.anomalies = anomalies
    }

    package var isRefused: Bool { anomalies.contains { $0.level == .error } }

    package func element(_ query: NationalProfile.Consent, _ profile: NationalProfile) -> Element {
        DepositAnswer(uuid: uuid, nationalUUID: documentNationalUUID, anomalies: anomalies)
            .element(profile.depositAnswer.renamed(query.operation, query.vocabulary))
    }

    /// Reads a verified answer to the consent for a document.
    package init(
        _ message: VerifiedMessage, to documentNationalUUID: String, profile: NationalProfile,
        query: NationalProfile.Consent
    ) throws(MessageError) {
        let names = profile.depositAnswer.renamed(query.operation, query.vocabulary)
        let node = try ExchangeAnswer.business(
            of: message, named: names.element, in: names.namespace, profile: profile)
        let answer = DepositAnswer(node, names: names)
        guard answer.nationalUUID?.lowercased() == documentNationalUUID else {
            throw .foreignAnswer
        }
        self.init(
            uuid: answer.uuid, documentNationalUUID: documentNationalUUID,
            anomalies: answer.anomalies)
    }
}
