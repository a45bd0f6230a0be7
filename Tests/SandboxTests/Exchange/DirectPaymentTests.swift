// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import NationalAPI
import Testing
import XML

@testable import Sandbox

@Suite("Exchange: the messages of the direct payment")
struct DirectPaymentTests {
    private let world: ExchangeWorld
    private var profile: NationalProfile { world.insurer.profile }

    init() async throws { world = try await ExchangeWorld() }

    private func simulate(_ business: [UInt8]) async throws -> SimulationAnswer {
        let sent = try await world.send(profile.pid.simulation.model, business)
        return try SimulationAnswer(
            #require(sent.message), to: InsurerWorld.uuid(of: business), profile: profile)
    }

    private func validate(_ answer: SimulationAnswer) async throws -> ValidationAnswer {
        let business = try world.insurer.validation(of: answer)
        let sent = try await world.send(profile.pid.validation.model, business)
        return try ValidationAnswer(
            #require(sent.message), to: InsurerWorld.uuid(of: business), profile: profile)
    }

    private func status(_ uuid: String) async throws -> StatusAnswer {
        let query = try #require(profile.status)
        let sent = try await world.send(
            query.operation.model, StatusRequest(uuid: uuid).bytes(query))
        return try StatusAnswer(#require(sent.message), to: uuid, profile: profile, query: query)
    }

    private func json(_ path: String) async throws -> JSONValue {
        try JSONDocument(parsing: await world.get(path).1).root
    }

    @Test("simulate, validate, ask, and be told of the money: one payment in the ledger")
    func road() async throws {
        let simulated = try await simulate(world.insurer.simulation())
        let validated = try await validate(simulated)
        let reference = try #require(validated.payment?.reference)

        let known = try await status(simulated.requestUUID)
        guard case .known(_, let kept) = known.knowledge else {
            Issue.record("\(known)")
            return
        }
        #expect(
            try SimulationAnswer(
                parsing: kept, to: simulated.requestUUID, profile: profile) == simulated)

        let query = try #require(profile.paymentAdvice)
        let asked = PaymentAdviceRequest(
            uuid: InsurerWorld.uuid(), providerCode: InsurerWorld.practitioner.code)
        let sent = try await world.send(query.operation.model, asked.bytes(query))
        let advice = try PaymentAdvice(
            #require(sent.message), to: asked.providerCode, profile: profile)
        #expect(advice.entries.map(\.reference) == [reference])

        let payments = try await json("/admin/payments")
        #expect(payments.array?.map { $0["reference"]?.string } == [reference])
        #expect(payments[0]?["amount"]?.string == "55.09")
        let ledger = try await json("/admin/ledger")
        #expect(
            ledger.array?.compactMap { $0["model"]?.string } == [
                profile.pid.simulation.model, profile.pid.validation.model,
            ])
        let document = await world.get("/admin/payment-advice?provider=90000135").1
        #expect(
            try PaymentAdvice(parsing: document, to: "90000135").entries == advice.entries)
    }

    @Test("a message that never arrived is unknown")
    func unknown() async throws {
        #expect(try await status(InsurerWorld.uuid()).knowledge == .unknown)
    }

    @Test("the state of a magic person's messages is out or late")
    func magicStatus() async throws {
        let query = try #require(profile.status)
        let silent = try await simulate(world.insurer.simulation(matricule: "1972040521994"))
        let asked = StatusRequest(uuid: silent.requestUUID).bytes(query)
        #expect(try await world.send(query.operation.model, asked).status == 503)
        let slow = try await simulate(world.insurer.simulation(matricule: "1972040522077"))
        #expect(try await status(slow.requestUUID).knowledge != .unknown)
        #expect(world.pauses.all == [.milliseconds(20_000)])
    }

    @Test("what became of a deposit is told to its sender alone")
    func depositor() async throws {
        let (own, foreign) = (InsurerWorld.uuid(), InsurerWorld.uuid())
        var ledger = Ledger()
        for (uuid, sender) in [(own, InsurerWorld.practitioner.eHealthID), (foreign, "1000234560")]
        {
            ledger.note(
                Ledger.Entry(
                    uuid: uuid, nationalUUID: InsurerWorld.uuid(), model: "M",
                    receivedAt: InsurerWorld.now, sha256: "", sender: sender))
        }
        let world = try await ExchangeWorld(ledger: ledger)
        let query = try #require(profile.status)
        for (uuid, isKnown) in [(own, true), (foreign, false)] {
            let sent = try await world.send(
                query.operation.model, StatusRequest(uuid: uuid).bytes(query))
            let answer = try StatusAnswer(
                #require(sent.message), to: uuid, profile: profile, query: query)
            #expect((answer.knowledge != .unknown) == isKnown)
        }
    }

    @Test("nobody asks for another provider's money")
    func foreign() async throws {
        let query = try #require(profile.paymentAdvice)
        let asked = PaymentAdviceRequest(uuid: InsurerWorld.uuid(), providerCode: "91234560")
        #expect(try await world.send(query.operation.model, asked.bytes(query)).status == 500)
    }

    @Test("an operation that is out does nothing; one whose answer is lost took effect")
    func faults() async throws {
        #expect(await world.setFault(["service": "pid-simulation", "fault": "unavailable"]) == 200)
        let first = try world.insurer.simulation()
        let model = profile.pid.simulation.model
        #expect(try await world.send(model, first).status == 503)
        #expect(try await status(InsurerWorld.uuid(of: first)).knowledge == .unknown)

        #expect(await world.setFault(["service": "pid-simulation", "fault": "lost-answer"]) == 200)
        #expect(try await world.send(model, first).status == 503)
        let known = try await status(InsurerWorld.uuid(of: first))
        #expect(known.knowledge != .unknown)
        #expect(world.pauses.all.isEmpty)
    }

    @Test("a closed or overloaded service refuses by name and leaves no trace")
    func closed() async throws {
        let business = try world.insurer.simulation()
        for (fault, code) in [("closed", "OEC-TEC-001"), ("overloaded", "OEC-TEC-002")] {
            let body: JSONValue = ["service": "pid-simulation", "fault": .string(fault)]
            #expect(await world.setFault(body) == 200)
            #expect(try await simulate(business).anomalies.map(\.code) == [code])
        }
        #expect(await world.setFault(["service": "pid-simulation", "fault": "none"]) == 200)
        #expect(try await simulate(business).status == .accepted)
    }

    @Test("a delay is waited, for the service or for a magic person")
    func delays() async throws {
        let fault: JSONValue = [
            "service": "pid-simulation", "fault": "none", "delayMilliseconds": 250,
        ]
        #expect(await world.setFault(fault) == 200)
        _ = try await simulate(world.insurer.simulation())
        #expect(world.pauses.all == [.milliseconds(250)])
        _ = try await simulate(world.insurer.simulation(matricule: "1972040520663"))
        #expect(world.pauses.all.last == .milliseconds(3_000))
    }

    @Test("an outage of the person's simulation is an outage, a lost answer arrives when repeated")
    func magic() async throws {
        let model = profile.pid.simulation.model
        let out = try world.insurer.simulation(matricule: "1972040520825")
        #expect(try await world.send(model, out).status == 503)
        let lost = try world.insurer.simulation(matricule: "1972040520902")
        #expect(try await world.send(model, lost).status == 503)
        #expect(try await world.send(model, lost).status == 200)
    }
}
