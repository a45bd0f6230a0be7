// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import JSON
import NationalAPI
import Testing
import XML

@testable import Sandbox

@Suite("Exchange: faults of its messages")
struct MessageFaultTests {
    private let world: DocumentWorld

    init() async throws { world = try await DocumentWorld() }

    private func set(_ fault: String, _ service: String = "cancellation") async {
        #expect(
            await world.exchange.setFault([
                "service": .string(service), "fault": .string(fault),
            ]) == 200)
    }

    private func state() async throws -> String? {
        try await world.entry(world.document.uuid)["state"]?.string
    }

    @Test(
        "an answer that must not be believed, though it took effect (GW-05)",
        arguments: [
            ("wrong-signature", MessageError.signatureInvalid), ("wrong-clock", .expired),
            ("wrong-uuid", .foreignAnswer),
        ], ["cancellation", "exchange"])
    func unbelievable(_ fault: (String, MessageError), _ service: String) async throws {
        await set(fault.0, service)
        let request = try world.request()
        await #expect(throws: fault.1) { try await world.cancel(request) }
        #expect(try await state() == "CANCELED")
    }

    @Test("a wrong clock goes as wrong as it is told")
    func clock() async throws {
        let rule: JSONValue = [
            "service": "cancellation", "fault": "wrong-clock", "offsetSeconds": -200,
        ]
        #expect(await world.exchange.setFault(rule) == 200)
        #expect(try await world.cancel(world.request()).anomalies.isEmpty)
    }

    @Test("an answer out of order belongs to another request")
    func order() async throws {
        let first = try world.request(world.foreign)
        _ = try await world.cancel(first)
        await set("out-of-order")
        let request = try world.request()
        await #expect(throws: MessageError.foreignAnswer) { try await world.cancel(request) }
        #expect(try await state() == "CANCELED")
    }

    @Test("a business error in a 200 is an anomaly where there is a seat for it")
    func anomaly() async throws {
        await set("business-error")
        #expect(try await world.cancel(world.request()).anomalies.map(\.code) == ["OEC-TEC-001"])
        #expect(try await state() == "RECEIVED")
    }

    @Test("and a fault elsewhere")
    func faultWithOK() async throws {
        await set("business-error", "status")
        let query = try #require(world.profile.status)
        let bytes = StatusRequest(uuid: world.document.uuid).bytes(query)
        await #expect(
            throws: MessageError.fault(code: "soap:Server", text: "The service is closed.")
        ) {
            try await world.exchange.send(query.operation.model, bytes)
        }
    }

    @Test(
        "a session that is over, and a refusal, are faults before the effect",
        arguments: ["token-expired", "refusal"])
    func refusals(_ fault: String) async throws {
        await set(fault)
        let request = try world.request()
        let (response, body) = try await world.exchange.post(
            DocumentWorld.cancelModel, request.bytes(world.names()))
        #expect(response.status == .internalServerError)
        #expect(String(decoding: body, as: UTF8.self).contains("faultcode"))
        #expect(try await state() == "RECEIVED")
    }

    @Test(
        "a socket closed before or after the effect",
        arguments: [("cut-before", "RECEIVED"), ("cut-after", "CANCELED")])
    func cuts(_ fault: String, _ expected: String) async throws {
        await set(fault)
        let request = try world.request()
        let sent = try await world.exchange.send(
            DocumentWorld.cancelModel, request.bytes(world.names()))
        #expect(sent.status == HTTPResponse.Status.connectionCut.code)
        #expect(try await state() == expected)
    }

    @Test("an id is unknown for a while, then known")
    func unknownAtFirst() async throws {
        let rules: JSONValue = [
            ["service": "status", "fault": "unknown-at-first", "count": 1],
            ["service": "cancellation", "fault": "unknown-at-first", "count": 1],
        ]
        #expect(await world.exchange.setFault(rules) == 200)
        let query = try #require(world.profile.status)
        var answers: [Bool] = []
        for _ in 0..<2 {
            let sent = try await world.exchange.send(
                query.operation.model, StatusRequest(uuid: world.document.uuid).bytes(query))
            let answer = try StatusAnswer(
                #require(sent.message), to: world.document.uuid, profile: world.profile,
                query: query)
            answers.append(answer.knowledge != .unknown)
        }
        #expect(answers == [false, true])
        let request = try world.request()
        #expect(try await world.cancel(request).anomalies.map(\.code) == ["OEC-ANN-001"])
        #expect(try await world.cancel(request).anomalies.isEmpty)
    }

    @Test("a rule of the exchange for one UUID strikes it alone")
    func named() async throws {
        let (struck, spared) = (try world.request(), try world.request())
        let rule: JSONValue = [
            "service": "exchange", "fault": "html", "uuid": .string(struck.uuid),
        ]
        #expect(await world.exchange.setFault(rule) == 200)
        let (_, page) = try await world.exchange.post(
            DocumentWorld.cancelModel, struck.bytes(world.names()))
        #expect(String(decoding: page, as: UTF8.self).contains("<html>"))
        #expect(try await world.cancel(spared).anomalies.isEmpty)
    }

    @Test("a document of a magic person strikes its cancellation once")
    func magic() async throws {
        var document = DocumentWorld.entry(sender: InsurerWorld.practitioner.eHealthID)
        document.person = try #require(
            world.exchange.insurer.register.persons.first {
                $0.effect == .fault(.cancellation, .unknownAtFirst)
            }
        ).matricule
        try await world.exchange.exchange.commit(document)
        let request = try world.request(document)
        #expect(try await world.cancel(request).anomalies.map(\.code) == ["OEC-ANN-001"])
        #expect(try await world.cancel(request).anomalies.isEmpty)
    }
}
