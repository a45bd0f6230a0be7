// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import NationalAPI
import Testing

@testable import Sandbox

@Suite("Exchange: cancellations")
struct CancellationTests {
    private let world: DocumentWorld

    init() async throws { world = try await DocumentWorld() }

    private func codes(_ answer: CancellationAnswer) -> [String] { answer.anomalies.map(\.code) }

    @Test("a document is taken back once, however often it is asked")
    func simple() async throws {
        let request = try world.request()
        let first = try await world.cancel(request)
        #expect(first.outcome(world.profile) == .answer(first) && first.anomalies.isEmpty)
        let document = try await world.entry(world.document.uuid)
        #expect(document["state"]?.string == "CANCELED")
        #expect(document["cancelledBy"]?.string == request.uuid)

        let again = try await world.cancel(request)
        #expect(codes(again) == ["OEC-DUP-003"] && again.nationalUUID == first.nationalUUID)
        let cancellation = try await world.entry(request.uuid)
        #expect(cancellation["effects"]?.int == 1)
        #expect(cancellation["cancels"]?.string == world.document.uuid)
    }

    @Test("the state of a cancellation is told to its sender, with its answer")
    func status() async throws {
        let request = try world.request()
        let answered = try await world.cancel(request)
        let query = try #require(world.profile.status)
        let sent = try await world.exchange.send(
            query.operation.model, StatusRequest(uuid: request.uuid).bytes(query))
        let status = try StatusAnswer(
            #require(sent.message), to: request.uuid, profile: world.profile, query: query)
        guard case .known(_, let kept) = status.knowledge else {
            Issue.record("\(status)")
            return
        }
        #expect(
            try CancellationAnswer(
                parsing: kept, to: request.uuid, profile: world.profile, names: world.names())
                == answered)
    }

    @Test("a UUID belongs to one content")
    func reused() async throws {
        let request = try world.request()
        _ = try await world.cancel(request)
        let other = try world.request(uuid: request.uuid, reason: "Autre")
        #expect(try await codes(world.cancel(other)) == ["OEC-DUP-001"])
    }

    @Test("another doctor's document is as unknown as none")
    func unknown() async throws {
        #expect(try await codes(world.cancel(world.request(world.foreign))) == ["OEC-ANN-001"])
        let none = DocumentWorld.entry(sender: "1000000135")
        #expect(try await codes(world.cancel(world.request(none))) == ["OEC-ANN-001"])
        #expect(try await world.entry(world.foreign.uuid)["state"]?.string == "RECEIVED")
    }

    @Test("what is cancelled is not cancelled again under another UUID")
    func twice() async throws {
        _ = try await world.cancel(world.request())
        #expect(try await codes(world.cancel(world.request())) == ["OEC-ANN-002"])
    }

    @Test("a late cancellation is refused, and leaves no trace")
    func late() async throws {
        let asked: JSONValue = ["uuid": .string(world.document.uuid)]
        #expect(await world.exchange.change("/admin/reimbursement", asked) == 200)
        let request = try world.request()
        #expect(try await codes(world.cancel(request)) == ["OEC-ANN-003"])
        #expect(
            try await world.entry(world.document.uuid)["state"]?.string == "REIMBURSEMENT_ASKED")
        #expect(try await world.exchange.show("/admin/ledger").array?.count == 2)
    }

    @Test("a cancelled document that another one replaces says which")
    func replaced() async throws {
        let replacement = InsurerWorld.uuid()
        let answer = try await world.cancel(world.request(replacement: replacement))
        #expect(answer.anomalies.isEmpty)
        let document = try await world.entry(world.document.uuid)
        #expect(document["state"]?.string == "CANCEL_REPLACED")
        #expect(document["replacedBy"]?.string == replacement)
        #expect(
            await world.exchange.exchange.ledger.document(replacedBy: replacement)
                == world.document.uuid)
    }

    @Test("a replacing cancellation without a document that can replace is refused")
    func replacementMissing() async throws {
        let itself = try world.request(replacement: world.document.uuid)
        #expect(try await codes(world.cancel(itself)) == ["OEC-ANN-004"])
        let foreign = try world.request(replacement: world.foreign.uuid)
        #expect(try await codes(world.cancel(foreign)) == ["OEC-ANN-004"])

        let names = try world.names()
        let simple = try world.request()
        let bytes = String(decoding: simple.bytes(names), as: UTF8.self)
            .replacing(">1</cns:TypeAnnulation>", with: ">2</cns:TypeAnnulation>")
        let sent = try await world.exchange.send(DocumentWorld.cancelModel, Array(bytes.utf8))
        let answer = try CancellationAnswer(
            #require(sent.message), to: simple.uuid, profile: world.profile, names: names)
        #expect(codes(answer) == ["OEC-ANN-004"])
    }

    @Test("a document is cancelled by the model that its pack names")
    func model() async throws {
        let answer = try await world.cancel(world.request(), model: "OPEN_FORM_ANNUL-V1")
        #expect(codes(answer) == ["OEC-XML-002"])
    }

    @Test("a cancellation has a UUID of version 4")
    func version() async throws {
        let request = try world.request(uuid: "00000000-0000-1000-8000-000000000000")
        #expect(try await codes(world.cancel(request)) == ["OEC-XML-003"])
    }

    @Test("the ledger counts honestly: what takes effect twice shows two")
    func effects() {
        var ledger = Ledger()
        let entry = DocumentWorld.entry(sender: "1000000135")
        ledger.note(ledger.takingEffect(entry))
        #expect(ledger[entry.uuid]?.effects == 1)
        ledger.note(ledger.takingEffect(entry))
        #expect(ledger[entry.uuid]?.effects == 2 && ledger.entries.count == 1)
    }

    @Test("a request that the line doubled takes effect once")
    func doubled() async throws {
        #expect(
            await world.exchange.setFault(["service": "cancellation", "fault": "duplicate"]) == 200)
        let request = try world.request()
        #expect(try await codes(world.cancel(request)) == ["OEC-DUP-003"])
        #expect(try await world.entry(request.uuid)["effects"]?.int == 1)
    }
}
