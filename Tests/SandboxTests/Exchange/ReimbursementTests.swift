// SPDX-License-Identifier: Apache-2.0
import Coverage
import Foundation
import JSON
import NationalAPI
import Testing

@testable import Sandbox

@Suite("Exchange: the patient's side")
struct ReimbursementTests {
    private let world: DocumentWorld

    init() async throws { world = try await DocumentWorld() }

    private func consent(
        _ document: Ledger.Entry, person: String = DocumentWorld.person
    ) async throws -> ConsentAnswer {
        let query = try #require(world.profile.consent)
        let request = try ConsentRequest(
            documentNationalUUID: document.nationalUUID, person: person)
        let sent = try await world.exchange.send(query.operation.model, request.bytes(query))
        return try ConsentAnswer(
            #require(sent.message), to: document.nationalUUID, profile: world.profile,
            query: query)
    }

    @Test("a document shows up for its person, and arrives in his space")
    func documents() async throws {
        let path = "/admin/documents?person=\(DocumentWorld.person)"
        let shown = try await world.exchange.show(path)
        #expect(
            shown.array?.map { $0["uuid"]?.string } == [world.document.uuid, world.foreign.uuid])
        #expect(
            try await world.exchange.show("/admin/documents?person=1893120105732").array == [])
        let uuid: JSONValue = ["uuid": .string(world.document.uuid)]
        #expect(await world.exchange.change("/admin/documents", uuid) == 200)
        #expect(try await world.entry(world.document.uuid)["state"]?.string == "SENT")
        _ = try await world.cancel(world.request())
        #expect(await world.exchange.change("/admin/documents", uuid) == 409)
    }

    @Test("a consent is paid once to the person, on the next banking day")
    func paid() async throws {
        #expect(try await consent(world.document).anomalies.isEmpty)
        let again = try await consent(world.document)
        #expect(again.anomalies.map(\.code) == ["OEC-DUP-003"] && !again.isRefused)
        let payments = try await world.exchange.show("/admin/payments")
        #expect(payments.array?.count == 1)
        #expect(payments[0]?["amount"]?.string == "55.09" && payments[0]?["effects"]?.int == 1)
        #expect(payments[0]?["bookedOn"]?.string == "2026-07-16")
        #expect(
            try await world.entry(world.document.uuid)["state"]?.string == "REIMBURSEMENT_ASKED")

        world.exchange.clock.set(to: InsurerWorld.now.addingTimeInterval(86_400))
        #expect(
            try await world.entry(world.document.uuid)["state"]?.string == "REIMBURSEMENT_SENT")
        let advice = await world.exchange.get(
            "/admin/payment-advice?person=\(DocumentWorld.person)"
        ).1
        let entries = try PaymentAdvice(parsing: advice, to: DocumentWorld.person).entries
        #expect(entries.map(\.amount) == [55_09])
        #expect(entries.map(\.reference) == [payments[0]?["reference"]?.string])
    }

    @Test("a document of another person is not known")
    func foreignPerson() async throws {
        let answer = try await consent(world.document, person: "1893120105732")
        #expect(answer.isRefused && answer.anomalies.map(\.code) == ["OEC-REM-001"])
    }

    @Test("a cancelled document is not paid")
    func cancelled() async throws {
        _ = try await world.cancel(world.request())
        #expect(try await consent(world.document).anomalies.map(\.code) == ["OEC-REM-002"])
        #expect(try await world.exchange.show("/admin/payments").array == [])
    }

    @Test("what was paid to persons is found again in the journal")
    func journal() throws {
        let payment = Reimbursement(
            reference: "R2026071500000001", document: world.document.uuid,
            person: DocumentWorld.person, amount: 5, bookedOn: .init("2026-07-16")!)  // constant
        let event = InsurerEvent(effect: .reimbursed(payment), exchange: nil)
        let read = try InsurerEvent(
            JSONReader(event.json), register: world.exchange.insurer.register)
        guard case .reimbursed(let found) = read.effect else {
            Issue.record("\(read)")
            return
        }
        #expect(found == payment && read.exchange == nil)
        #expect(!"\(event) \(payment)".contains(DocumentWorld.person))
    }
}
