// SPDX-License-Identifier: Apache-2.0
import FormPacks
import Foundation
import InProcess
import NationalAPI
import Sandbox
import StoreSupport
import Testing
import Trust

@testable import Connector

@Suite("Taking forms back, alone or with another in their place", .timeLimit(.minutes(5)))
struct CancellationTests {
    private let world: RoadWorld
    private let query: String

    init() async throws {
        world = try await RoadWorld()
        query = try #require(world.side.profile.status?.operation.model)
    }

    /// A form that has arrived.
    private func arrived() async throws -> Transmission {
        let form = try await world.accept()
        try await world.settle()
        return try await world.stand(form.uuid)
    }

    private func cancel(
        _ uuid: String, reason: String = "Erreur", replacement: String? = nil
    ) async throws -> (cancellation: Transmission, replacement: Transmission?) {
        let received = try replacement.map { ReceivedForm(.json(try world.side.form(uuid: $0))) }
        let reply = try await world.desk.cancel(uuid, reason: reason, replacement: received)
        guard case .accepted(let cancellation, let replacement) = reply else {
            Issue.record("not accepted: \(reply)")
            throw CancellationError()
        }
        return (cancellation, replacement)
    }

    private func impossibility(_ reply: CancellationReply) -> String? {
        guard case .impossible(let reason) = reply else { return nil }
        return reason
    }

    private func run(_ service: SandboxService, _ fault: ServiceFault) {
        var rule = FaultRule(service, fault)
        rule.count = 1
        world.side.faults.run([rule])
    }

    @Test("a form that arrived is taken back at the platform, and both say so")
    func simple() async throws {
        let form = try await arrived()
        let (cancellation, replacement) = try await cancel(form.uuid)
        #expect(cancellation.links.subject == form.uuid && replacement == nil)
        #expect(cancellation.parties == form.parties)
        try await world.settle()
        #expect(try await world.stand(cancellation.uuid).state == .final)
        #expect(try await world.stand(form.uuid).state == .cancelled)
        #expect(world.wire.models == [RoadWorld.deposit, RoadWorld.cancellation])
        let entry = await world.ledger[form.uuid]
        #expect(entry?.state == .canceled && entry?.cancelledBy == cancellation.uuid)
    }

    @Test("a form that has not left goes no further, and no message leaves")
    func unsent() async throws {
        world.side.faults[.tsa] = .unavailable
        let form = try await world.accept()
        try await world.drain()
        let (cancellation, _) = try await cancel(form.uuid)
        try await world.drain()
        #expect(try await world.stand(cancellation.uuid).state == .final)
        #expect(try await world.stand(form.uuid).state == .cancelled)
        world.side.faults.clear()
        try await world.settle()
        #expect(try await world.stand(form.uuid).state == .cancelled)
        #expect(world.wire.models.isEmpty)
    }

    @Test("a form that is in hand at that moment is taken back as soon as it rests")
    func inHand() async throws {
        let form = try await world.accept()
        let (cancellation, _) = try await cancel(form.uuid)
        try await world.settle()
        #expect(try await world.stand(cancellation.uuid).state == .final)
        #expect(try await world.stand(form.uuid).state == .cancelled)
        #expect(world.side.clock.now.timeIntervalSince(form.acceptedAt) <= 10)
    }

    @Test("a refused cancellation leaves the form deposited and stops what was to replace it")
    func refused() async throws {
        let form = try await arrived()
        #expect(try await world.side.exchange.askReimbursement(of: form.uuid).isEmpty)
        let second = UUID().uuidString.lowercased()
        let (cancellation, _) = try await cancel(form.uuid, replacement: second)
        try await world.settle()
        let held = try await world.stand(cancellation.uuid)
        #expect(held.state == .attention && held.problem?.code == "ECN-2208")
        #expect(held.problem?.detail.contains("OEC-ANN-003") == true)
        #expect(try await world.stand(form.uuid).state == .final)
        let stopped = try await world.stand(second)
        #expect(stopped.state == .attention && stopped.problem?.code == "ECN-2209")
        #expect(world.wire.models == [RoadWorld.deposit, RoadWorld.cancellation])
        #expect(await world.ledger[second] == nil)
    }

    @Test("after a refusal it may be asked for again, as a cancellation of its own")
    func again() async throws {
        let form = try await arrived()
        run(.cancellation, .businessError)
        let (first, _) = try await cancel(form.uuid)
        try await world.settle()
        #expect(try await world.stand(first.uuid).problem?.code == "ECN-2208")
        let (second, _) = try await cancel(form.uuid)
        #expect(second.uuid != first.uuid)
        try await world.settle()
        #expect(try await world.stand(form.uuid).state == .cancelled)
    }

    @Test("nothing is cancelled for a replacement that cannot be signed")
    func unsignable() async throws {
        let form = try await arrived()
        for entry in await world.side.pki.authority.issued.values
        where entry.profile == "qualified-signature" {
            try await world.side.pki.revoke(
                entry.certificate.serialNumber, reason: .keyCompromise)
        }
        let second = UUID().uuidString.lowercased()
        let (cancellation, _) = try await cancel(form.uuid, replacement: second)
        try await world.settle()
        #expect(try await world.stand(second).problem?.code == "ECN-2102")
        let held = try await world.stand(cancellation.uuid)
        #expect(held.state == .attention && held.problem?.code == "ECN-1019")
        #expect(try await world.stand(form.uuid).state == .final)
        #expect(world.wire.models == [RoadWorld.deposit])
    }

    @Test("a replacement that is no good form is refused, and nothing is written")
    func badReplacement() async throws {
        let form = try await arrived()
        let bad = String(decoding: try world.side.form(), as: UTF8.self)
            .replacing("\"EUR\"", with: "\"USD\"")
        let reply = try await world.desk.cancel(
            form.uuid, reason: "Erreur", replacement: ReceivedForm(.json(Array(bad.utf8))))
        guard case .replacementRefused(.refused(let anomalies)) = reply else {
            Issue.record("\(reply)")
            return
        }
        #expect(!anomalies.isEmpty)
        #expect(await world.store.transmissions(.init(limit: 9)).map(\.uuid) == [form.uuid])
    }

    @Test(
        "a lost answer to a cancellation is asked for; what did not arrive goes out again (RE-05)",
        arguments: [ServiceFault.cutAfter, .cutBefore])
    func lost(_ fault: ServiceFault) async throws {
        let form = try await arrived()
        run(.cancellation, fault)
        let (cancellation, _) = try await cancel(form.uuid)
        try await world.drain()
        #expect(try await world.stand(cancellation.uuid).state == .unknown)
        #expect(try await world.stand(form.uuid).state == .final)
        try await world.settle()
        #expect(try await world.stand(form.uuid).state == .cancelled)
        let again = fault == .cutBefore ? [RoadWorld.cancellation] : []
        #expect(
            world.wire.models == [RoadWorld.deposit, RoadWorld.cancellation, query] + again)
        let sent = world.wire.business(
            RoadWorld.cancellation, element: "annulationMemoireHonoraire")
        #expect(Set(sent).count == 1)
    }

    @Test("asked for twice it happens once; asked for otherwise it is refused")
    func replayed() async throws {
        let form = try await arrived()
        let (first, _) = try await cancel(form.uuid)
        guard
            case .replayed(let known) = try await world.desk.cancel(form.uuid, reason: "Erreur")
        else {
            Issue.record("not replayed")
            return
        }
        #expect(known.uuid == first.uuid)
        let other = try await world.desk.cancel(form.uuid, reason: "Autre")
        #expect(impossibility(other) == "The form is being cancelled already.")
        try await world.settle()
        #expect(world.wire.models.count { $0 == RoadWorld.cancellation } == 1)
    }

    @Test("a correction cancels before it deposits, and all three are linked (RE-12)")
    func correction() async throws {
        let form = try await arrived()
        let second = UUID().uuidString.lowercased()
        let (cancellation, replacement) = try await cancel(form.uuid, replacement: second)
        #expect(cancellation.links.replacement == second)
        #expect(replacement?.links.predecessor == cancellation.uuid)
        try await world.settle()
        #expect(
            world.wire.models == [RoadWorld.deposit, RoadWorld.cancellation, RoadWorld.deposit])
        #expect(try await world.stand(form.uuid).state == .cancelled)
        #expect(try await world.stand(second).state == .final)
        let ledger = await world.ledger
        #expect(ledger[form.uuid]?.state == .cancelReplaced)
        #expect(ledger[form.uuid]?.replacedBy == second)
        #expect(ledger[second]?.replaces == form.uuid)
    }

    @Test("what cannot be cancelled says why, and nothing is written")
    func impossible() async throws {
        let form = try await arrived()
        guard case .unknownForm = try await world.desk.cancel("x", reason: "Erreur") else {
            Issue.record("known")
            return
        }
        let empty = try await world.desk.cancel(form.uuid, reason: "")
        #expect(impossibility(empty) == "A reason has 1 to 200 characters that XML allows.")
        let itself = try await world.desk.cancel(
            form.uuid, reason: "Erreur",
            replacement: ReceivedForm(.json(world.side.form(uuid: form.uuid))))
        #expect(impossibility(itself) == "The form in its place needs a UUID of its own.")
        _ = try await cancel(form.uuid)
        try await world.settle()
        let late = try await world.desk.cancel(form.uuid, reason: "Autre")
        #expect(impossibility(late) != nil)
        #expect(await world.store.transmissions(.init(limit: 9)).count == 2)
    }
}
