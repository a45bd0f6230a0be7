// SPDX-License-Identifier: Apache-2.0
import Coverage
import Foundation
import NationalAPI
import Testing
import XML

@Suite("Queries: the state of a UUID, and payments")
struct QueryTests {
    private let world: TestMessages
    private var profile: NationalProfile { world.profile }

    init() throws { world = try TestMessages() }

    @Test("a known UUID brings its answer along, an unknown one says that sending is safe")
    func status() throws {
        let query = try #require(profile.status)
        let asked = StatusRequest(uuid: TestMessages.request)
        #expect(try StatusRequest(parsing: asked.bytes(query), query) == asked)

        let kept = Writer.bytes(of: TestMessages.simulation.element(profile))
        let known = StatusAnswer(
            uuid: TestMessages.request,
            knowledge: .known(receivedAt: TestMessages.moment, answer: kept))
        let received = try StatusAnswer(
            world.answered(known.element(query)), to: TestMessages.request, profile: profile,
            query: query)
        guard case .known(let receivedAt, let answer) = received.knowledge else {
            Issue.record("\(received)")
            return
        }
        #expect(receivedAt == TestMessages.moment)
        let read = try SimulationAnswer(
            parsing: answer, to: TestMessages.request, profile: profile)
        #expect(read == TestMessages.simulation)

        let unknown = StatusAnswer(uuid: TestMessages.request, knowledge: .unknown)
        let message = try world.answered(unknown.element(query))
        #expect(
            try StatusAnswer(
                message, to: TestMessages.request, profile: profile, query: query) == unknown)
        #expect(throws: MessageError.foreignAnswer) {
            try StatusAnswer(message, to: TestMessages.answer, profile: profile, query: query)
        }
    }

    private let advice = PaymentAdvice(
        id: "3f0f6c1e7f8a4b7e9a550d6c3c1f2b01", createdAt: TestMessages.moment,
        providerCode: "90000135",
        entries: [
            PaymentAdvice.Entry(
                reference: "PID2026071500000001", amount: 55_09,
                bookedOn: CalendarDate("2026-07-15")!,  // a constant date
                transfer: .instant, remittance: "PID M2026071500000001"),
            PaymentAdvice.Entry(
                reference: "PID2026071500000002", amount: 5,
                bookedOn: CalendarDate("2026-07-16")!,  // a constant date
                transfer: .ordinary, remittance: "PID M2026071500000002"),
        ])

    @Test("a payment advice has the elements of camt.054.001.08 in their order")
    func order() throws {
        let text = String(decoding: Writer.bytes(of: advice.element), as: UTF8.self)
        let names = text.matches(of: /<([A-Za-z]+)[ >]/).map { String($0.1) }
        #expect(
            Array(names.prefix(11)) == [
                "Document", "BkToCstmrDbtCdtNtfctn", "GrpHdr", "MsgId", "CreDtTm", "Ntfctn", "Id",
                "CreDtTm", "Acct", "Id", "Othr",
            ])
        #expect(
            Array(names.dropFirst(13).prefix(23)) == [
                "Ntry", "Amt", "CdtDbtInd", "Sts", "Cd", "BookgDt", "Dt", "ValDt", "Dt", "BkTxCd",
                "Domn", "Cd", "Fmly", "Cd", "SubFmlyCd", "NtryDtls", "TxDtls", "Refs",
                "EndToEndId", "Amt", "CdtDbtInd", "RmtInf", "Ustrd",
            ])
        #expect(text.contains("<Amt Ccy=\"EUR\">0.05</Amt>"))
    }

    @Test("a practice reads its advice, and nobody else's")
    func reading() throws {
        let query = try #require(profile.paymentAdvice)
        let asked = PaymentAdviceRequest(
            uuid: TestMessages.request, providerCode: "90000135", reference: "PID1")
        #expect(try PaymentAdviceRequest(parsing: asked.bytes(query), query) == asked)
        let message = try world.answered(advice.element)
        #expect(try PaymentAdvice(message, to: "90000135", profile: profile) == advice)
        #expect(throws: MessageError.foreignAnswer) {
            try PaymentAdvice(message, to: "91234560", profile: profile)
        }
    }

    @Test(
        "only a booked credit in euro is one",
        arguments: [("CRDT", "DBIT"), ("BOOK", "PDNG"), ("Ccy=\"EUR\"", "Ccy=\"USD\"")])
    func credits(_ old: String, _ new: String) throws {
        let text = String(decoding: Writer.bytes(of: advice.element), as: UTF8.self)
        #expect(throws: MessageError.structure(what: "booked credit in euro")) {
            try PaymentAdvice(
                parsing: Array(text.replacing(old, with: new).utf8), to: "90000135")
        }
    }
}
