// SPDX-License-Identifier: Apache-2.0
import Foundation
import NationalAPI
import Testing
import XML

@Suite("Validation and contestation: requests and answers")
struct DecisionTests {
    private let world: TestMessages
    private var profile: NationalProfile { world.profile }

    init() throws { world = try TestMessages() }

    private let validation = ValidationRequest(
        header: TestMessages.header(TestMessages.request, correlation: TestMessages.answer),
        providerCode: "90000135", simulationID: "S2026071500000001",
        simulationUUID: TestMessages.answer, totals: TestMessages.totals,
        statementNumber: "2026-0001")
    private let contestation = ContestationRequest(
        header: TestMessages.header(TestMessages.request), providerCode: "90000135",
        simulationID: "S2026071500000001", simulationUUID: TestMessages.answer, reason: .other,
        text: "Le tarif n'est pas le bon.", lines: [1, 2])
    private let refusal = NationalAnomaly(level: .error, code: "OEC-PID-002", text: "Expirée.")

    @Test("requests are messages of their packs and come back as they were made")
    func requests() throws {
        let bytes = validation.bytes(profile)
        #expect(try world.anomalies(bytes) == [])
        #expect(try ValidationRequest(parsing: bytes, profile: profile) == validation)
        let contested = contestation.bytes(profile)
        #expect(try world.anomalies(contested) == [])
        #expect(try ContestationRequest(parsing: contested, profile: profile) == contestation)
    }

    @Test("a validation that accepts nothing is none")
    func acceptation() throws {
        let text = String(decoding: validation.bytes(profile), as: UTF8.self)
        let forged = text.replacing("acceptation>true<", with: "acceptation>false<")
        #expect(throws: MessageError.structure(what: "acceptation")) {
            try ValidationRequest(parsing: Array(forged.utf8), profile: profile)
        }
    }

    private func answer(_ status: ValidationAnswer.Status) -> ValidationAnswer {
        ValidationAnswer(
            header: TestMessages.header(TestMessages.answer), requestUUID: TestMessages.request,
            decidedAt: TestMessages.moment, status: status,
            payment: status != .validated
                ? nil
                : ValidationAnswer.Payment(
                    statementID: "M2026071500000001", amount: 55_09,
                    reference: "PID2026071500000001", transfer: .instant),
            anomalies: status == .validated ? [] : [refusal])
    }

    @Test("the answer to a validation carries one payment, or the reason why not")
    func validationAnswers() throws {
        for status in ValidationAnswer.Status.allCases {
            let answer = answer(status)
            let element = answer.element(profile)
            #expect(try world.anomalies(Writer.bytes(of: element)) == [])
            let received = try ValidationAnswer(
                world.answered(element), to: TestMessages.request, profile: profile)
            #expect(received == answer)
            #expect(
                received.outcome
                    == (status == .validated ? .answer(answer) : .anomalies([refusal])))
        }
    }

    @Test(
        "a validation without its payment, or a payment of another way, is no answer",
        arguments: [
            (
                "<pid:referencePaiement>PID2026071500000001</pid:referencePaiement>", "",
                "referencePaiement"
            ),
            ("SCT_INST", "CHEQUE", "known value in modeVirement"),
            ("VALIDEE", "REFUSEE", "anomaly that explains the refusal"),
        ])
    func contradictions(_ old: String, _ new: String, _ what: String) throws {
        let original = String(
            decoding: Writer.bytes(of: answer(.validated).element(profile)), as: UTF8.self)
        let forged = original.replacing(old, with: new)
        try #require(forged != original)
        #expect(throws: MessageError.structure(what: what)) {
            try ValidationAnswer(
                parsing: Array(forged.utf8), to: TestMessages.request, profile: profile)
        }
    }

    @Test("nothing is validated or contested beside an error, nor paid another amount")
    func errors() throws {
        var validated = answer(.validated)
        try validated.requirePayment(of: TestMessages.totals)
        var less = TestMessages.totals
        less.statutory -= 1
        #expect(throws: MessageError.structure(what: "montantAPayer of the validated totals")) {
            try validated.requirePayment(of: less)
        }
        validated.anomalies = [refusal]
        let contradiction = MessageError.structure(what: "statut that its anomalies allow")
        #expect(throws: contradiction) {
            try ValidationAnswer(
                parsing: Writer.bytes(of: validated.element(profile)), to: TestMessages.request,
                profile: profile)
        }
        let contested = ContestationAnswer(
            header: TestMessages.header(TestMessages.answer), requestUUID: TestMessages.request,
            decidedAt: TestMessages.moment, status: .contested,
            contestationID: "C2026071500000001", anomalies: [refusal])
        #expect(throws: contradiction) {
            try ContestationAnswer(
                parsing: Writer.bytes(of: contested.element(profile)), to: TestMessages.request,
                profile: profile)
        }
    }

    @Test("the answer to a contestation carries its identifier, or the reason why not")
    func contestationAnswers() throws {
        for status in ContestationAnswer.Status.allCases {
            let answer = ContestationAnswer(
                header: TestMessages.header(TestMessages.answer),
                requestUUID: TestMessages.request, decidedAt: TestMessages.moment, status: status,
                contestationID: status == .contested ? "C2026071500000001" : nil,
                anomalies: status == .contested ? [] : [refusal])
            let element = answer.element(profile)
            #expect(try world.anomalies(Writer.bytes(of: element)) == [])
            let received = try ContestationAnswer(
                world.answered(element), to: TestMessages.request, profile: profile)
            #expect(received == answer)
            #expect(
                received.outcome
                    == (status == .contested ? .answer(answer) : .anomalies([refusal])))
        }
    }
}
