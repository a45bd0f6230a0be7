// SPDX-License-Identifier: Apache-2.0
import NationalAPI
import Testing
import XML

@Suite("Cancellation and consent: requests and answers")
struct CancellationTests {
    private static let uuid = "3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2b21"
    private static let national = "8b2c7d90-1f5e-4c33-8a67-2d1e0f9b4c31"
    private static let replacement = "51d2a0b7-43cc-4f0e-b1a9-7a6f5e4d3c41"
    private let world: TestMessages
    private var profile: NationalProfile { world.profile }

    init() throws { world = try TestMessages() }

    private func names(_ model: String) throws -> NationalProfile.Cancellation {
        try #require(profile.cancellation(model: model))
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("the published message has its children qualified and in their order")
    func published() throws {
        let request = try CancellationRequest(
            uuid: Self.uuid, documentNationalUUID: Self.national, replacement: Self.replacement,
            reason: "Mauvais patient")
        let bytes = request.bytes(try names("2022_CNS_MEMHON_ANNUL-V1"))
        #expect(
            text(bytes) == """
                <cns:annulationMemoireHonoraire xmlns:cns="http://www.secu.lu/ciss/cns">\
                <cns:UUIDPrestataire>\(Self.uuid)</cns:UUIDPrestataire>\
                <cns:UUIDDocumentRemplacant>\(Self.replacement)</cns:UUIDDocumentRemplacant>\
                <cns:UUIDDocumentAnnule>\(Self.national)</cns:UUIDDocumentAnnule>\
                <cns:TypeAnnulation>2</cns:TypeAnnulation><cns:Motif>Mauvais patient</cns:Motif>\
                </cns:annulationMemoireHonoraire>
                """)
    }

    @Test(
        "what is written is read again",
        arguments: ["2022_CNS_MEMHON_ANNUL-V1", "OPEN_FORM_ANNUL-V1"], [nil, replacement])
    func roundTrip(_ model: String, _ replacement: String?) throws {
        let names = try names(model)
        let request = try CancellationRequest(
            uuid: Self.uuid.uppercased(), documentNationalUUID: Self.national,
            replacement: replacement, reason: "Erreur & <rectification>")
        #expect(try CancellationRequest(parsing: request.bytes(names), names) == request)
        #expect(request.uuid == Self.uuid)
        #expect(request.kind == (replacement == nil ? .simple : .replacing))
    }

    @Test("a replacing cancellation without its replacement is readable: the platform judges it")
    func replacementMissing() throws {
        let names = try names("OPEN_FORM_ANNUL-V1")
        let simple = try CancellationRequest(
            uuid: Self.uuid, documentNationalUUID: Self.national, reason: "x")
        let replacing = text(simple.bytes(names)).replacing(">1</", with: ">2</")
        let read = try CancellationRequest(parsing: Array(replacing.utf8), names)
        #expect(read.kind == .replacing && read.replacement == nil)
    }

    @Test("a simple cancellation names no replacement")
    func needlessReplacement() throws {
        let names = try names("OPEN_FORM_ANNUL-V1")
        let request = try CancellationRequest(
            uuid: Self.uuid, documentNationalUUID: Self.national, replacement: Self.replacement,
            reason: "x")
        let simple = text(request.bytes(names)).replacing(">2</", with: ">1</")
        #expect(throws: MessageError.structure(what: "TypeAnnulation that its replacement allows"))
        {
            try CancellationRequest(parsing: Array(simple.utf8), names)
        }
    }

    @Test(
        "a reason has 1 to 200 characters that XML allows",
        arguments: ["", String(repeating: "é", count: 201), "a\u{0}b", "\u{FFFF}"])
    func reason(_ reason: String) {
        #expect(throws: MessageError.structure(what: "reason of 1 to 200 characters")) {
            try CancellationRequest(
                uuid: Self.uuid, documentNationalUUID: Self.national, reason: reason)
        }
        #expect(CancellationRequest.isReason(String(repeating: "é", count: 200)))
    }

    @Test("a UUID has 36 characters", arguments: ["", "3f0f6c1e"])
    func identifiers(_ uuid: String) {
        #expect(throws: MessageError.structure(what: "UUID of 36 characters")) {
            try CancellationRequest(uuid: uuid, documentNationalUUID: Self.national, reason: "x")
        }
    }

    @Test("an answer says done or refused, and is for one cancellation alone")
    func answer() throws {
        let names = try names("OPEN_FORM_ANNUL-V1")
        let done = CancellationAnswer(uuid: Self.uuid, nationalUUID: Self.national, anomalies: [])
        let message = try world.answered(done.element(names, profile))
        let read = try CancellationAnswer(message, to: Self.uuid, profile: profile, names: names)
        #expect(read.outcome(profile) == .answer(done))
        #expect(throws: MessageError.foreignAnswer) {
            try CancellationAnswer(message, to: Self.national, profile: profile, names: names)
        }
        let late = NationalAnomaly(level: .error, code: "OEC-ANN-003", text: "Déjà demandé.")
        let refused = CancellationAnswer(uuid: Self.uuid, nationalUUID: nil, anomalies: [late])
        let kept = Writer.bytes(of: refused.element(names, profile))
        let again = try CancellationAnswer(
            parsing: kept, to: Self.uuid, profile: profile, names: names)
        #expect(again.outcome(profile) == .anomalies([late]))
    }

    @Test("the answer to a deposit is none to a cancellation")
    func foreignElement() throws {
        let names = try names("2022_CNS_MEMHON_ANNUL-V1")
        let deposit = DepositAnswer(uuid: Self.uuid, nationalUUID: Self.national, anomalies: [])
        #expect(throws: MessageError.structure(what: "annulationMemoireHonoraireRetour")) {
            try CancellationAnswer(
                world.answered(deposit.element(profile)), to: Self.uuid, profile: profile,
                names: names)
        }
    }

    @Test("a consent names the document and the person, as the published schema spells it")
    func consent() throws {
        let query = try #require(profile.consent)
        let consent = try ConsentRequest(
            documentNationalUUID: Self.national, person: "1985061501293")
        let bytes = consent.bytes(query)
        #expect(text(bytes).contains("<cns:idenitifiantUnique>1985061501293<"))
        #expect(try ConsentRequest(parsing: bytes, query) == consent)
        #expect(!"\(consent)".contains("1985"))
        #expect(throws: MessageError.structure(what: "matricule of 13 digits")) {
            try ConsentRequest(documentNationalUUID: Self.national, person: "123")
        }
        let answer = ConsentAnswer(
            uuid: Self.uuid, documentNationalUUID: Self.national, anomalies: [])
        let message = try world.answered(answer.element(query, profile))
        #expect(
            try ConsentAnswer(
                message, to: Self.national, profile: profile, query: query) == answer)
        #expect(throws: MessageError.foreignAnswer) {
            try ConsentAnswer(message, to: Self.uuid, profile: profile, query: query)
        }
    }
}
