// SPDX-License-Identifier: Apache-2.0
import Connector
import FormPacks
import Foundation
import HTTPTypes
import InProcess
import NationalAPI
import SQLiteStore
import Sandbox
import Testing

@Suite("The road of one form under the faults of the other side")
struct FaultRoadTests {
    /// Takes a form as far as it goes, however often it has to wait.
    private func drive(
        _ side: NationalSide, _ store: any TransmissionStore, _ uuid: String
    ) async throws -> Transmission {
        let dispatcher = await side.dispatcher(store)
        for _ in 0..<8 {
            try await dispatcher.drain()
            let form = try #require(await store.transmission(uuid))
            if form.state == .final { return form }
            side.clock.set(to: max(form.dueAt, side.clock.now.addingTimeInterval(1)))
        }
        return try #require(await store.transmission(uuid))
    }

    private static let faults: [ServiceFault] = [
        .unavailable, .lostAnswer, .cutBefore, .cutAfter, .duplicate, .wrongSignature, .wrongClock,
        .html, .empty, .truncated, .wrongUUID,
    ]

    @Test(
        "whatever strikes a deposit once, the form arrives and counts once (RE-05)",
        arguments: faults)
    func deposit(_ fault: ServiceFault) async throws {
        let side = try await NationalSide()
        let store = try await side.store()
        var rule = FaultRule(.deposit, fault)
        rule.count = 1
        side.faults.run([rule])
        let form = try await side.accept(store)
        #expect(try await drive(side, store, form.uuid).state == .final)
        #expect(await side.exchange.ledger.entries.map(\.effects) == [1])
    }

    @Test("a form of a magic person is struck once and arrives once")
    func magic() async throws {
        let side = try await NationalSide()
        let store = try await side.store()
        let person = "1972040522234"
        let form = String(decoding: try side.form(), as: UTF8.self)
            .replacing(/"matricule": *"\d{13}"/, with: "\"matricule\": \"\(person)\"")
        guard
            case .accepted(let transmission, _) = try await side.intake(store).submit(
                ReceivedForm(.json(Array(form.utf8))))
        else {
            Issue.record("the form was not accepted")
            return
        }
        let dispatcher = await side.dispatcher(store)
        try await dispatcher.drain()
        #expect(try await store.transmission(transmission.uuid)?.state == .unknown)
        #expect(try await drive(side, store, transmission.uuid).state == .final)
        let entries = await side.exchange.documents(of: person)
        #expect(entries.map(\.uuid) == [transmission.uuid] && entries.map(\.effects) == [1])
        #expect(entries[0].amount != nil && entries[0].provider == NationalSide.provider)
    }

    @Test("a form that replaces a cancelled one says so when it arrives")
    func replacement() async throws {
        let side = try await NationalSide()
        let store = try await side.store()
        let first = try await side.accept(store)
        _ = try await drive(side, store, first.uuid)
        let second = UUID().uuidString.lowercased()
        let deposited = try #require(await side.exchange.ledger[first.uuid])
        #expect(try await cancel(deposited, replacement: second, side).anomalies.isEmpty)

        guard
            case .accepted = try await side.intake(store).submit(
                ReceivedForm(.json(side.form(uuid: second))))
        else {
            Issue.record("the form was not accepted")
            return
        }
        _ = try await drive(side, store, second)
        let ledger = await side.exchange.ledger
        #expect(ledger[first.uuid]?.state == .cancelReplaced)
        #expect(ledger[first.uuid]?.replacedBy == second && ledger[second]?.replaces == first.uuid)
    }

    private func cancel(
        _ document: Ledger.Entry, replacement: String, _ side: NationalSide
    ) async throws -> CancellationAnswer {
        let model = "2022_CNS_MEMHON_ANNUL-V1"
        let names = try #require(side.profile.cancellation(model: model))
        let request = try CancellationRequest(
            uuid: UUID().uuidString.lowercased(), documentNationalUUID: document.nationalUUID,
            replacement: replacement, reason: "Erreur")
        let send = side.send { $0 }
        let environment = await side.environment(side.profile, send: send)
        let (identity, session) = (
            environment.identity, try await Gateway(environment).session()
        )
        let message = try ExchangeRequest.message(
            modelUID: model, business: request.bytes(names), session: session?.token,
            profile: side.profile,
            certificate: identity.certificate, now: side.clock.now)
        let bytes = message.signed(with: try await identity.sign(message.toBeSigned))
        let (_, answer) = try await send(
            HTTPRequest(
                method: .post, scheme: "https", authority: "exchange.test:1", path: "/exchange"),
            bytes, .seconds(1))
        return try CancellationAnswer(
            VerifiedMessage(
                parsing: answer, security: side.profile.messageSecurity, now: side.clock.now),
            to: request.uuid, profile: side.profile, names: names)
    }
}
