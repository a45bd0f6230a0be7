// SPDX-License-Identifier: Apache-2.0
import Connector
import FormPacks
import Foundation
import InProcess
import NationalAPI
import SQLiteStore
import Sandbox
import Testing
import Trust
import Validation

@Suite("The road of one form, against the sandbox's handlers")
struct RoadTests {
    private func state(_ store: any TransmissionStore, _ uuid: String) async throws -> Transmission
    {
        try #require(await store.transmission(uuid))
    }

    @Test(
        "an accepted form ends with a receipt, once in the ledger",
        arguments: NationalProfile.EmbeddedLevel.allCases)
    func arrives(_ level: NationalProfile.EmbeddedLevel) async throws {
        let side = try await NationalSide()
        let store = try await side.store()
        let form = try await side.accept(store)
        try await side.dispatcher(store, level: level).drain()
        #expect(try await state(store, form.uuid).state == .final)
        let ledger = await side.exchange.ledger.entries
        #expect(ledger.map(\.uuid) == [form.uuid] && ledger.map(\.effects) == [1])
        let deposited = try #require(await store.output(.completeXML, of: form.uuid))
        #expect(ledger[0].sha256 == DigestAlgorithm.sha256.digest(deposited).bytes.hexText)
    }

    @Test("what is deposited proves itself alone, and the embedded PDF begins the stand-alone one")
    func outputs() async throws {
        let side = try await NationalSide()
        let store = try await side.store()
        let form = try await side.accept(store)
        try await side.dispatcher(store).drain()
        let anchors = await side.pki.authority.anchors
        let judge = Judge(
            ValidationContext(
                policy: .nationalDeposit, trust: TrustPolicy(anchors: anchors), now: side.clock.now)
        )
        let xml = try #require(await store.output(.completeXML, of: form.uuid))
        let report = judge.report(on: xml)
        #expect(report.isPassed && report.signatures.map(\.level) == [.longTerm])
        #expect(report.signatures[0].inside.map(\.level) == [.timestamped])
        let pdf = try #require(await store.output(.standalonePDF, of: form.uuid))
        let embedded = try #require(await store.output(.embeddedPDF, of: form.uuid))
        #expect(pdf.starts(with: embedded))
        #expect(judge.report(on: pdf).isPassed)
    }

    @Test(
        "a service that is down holds the form up where it stands; it goes on afterwards",
        arguments: [
            (SandboxService.tsa, TransmissionState.signedPDF, "ECN-2001"),
            (.ocsp, .timestamped, "ECN-2101"), (.exchange, .unknown, "ECN-2202"),
        ])
    func outage(
        _ service: SandboxService, _ stage: TransmissionState, _ code: String
    ) async throws {
        let side = try await NationalSide()
        let store = try await side.store()
        side.faults[service] = .unavailable
        if service == .ocsp {
            (side.faults[.ocsp2], side.faults[.crl]) = (.unavailable, .unavailable)
        }
        let form = try await side.accept(store)
        let dispatcher = await side.dispatcher(store)
        try await dispatcher.drain()
        let held = try await state(store, form.uuid)
        #expect(held.state == stage && held.problem?.code == code && held.dueAt > side.clock.now)
        side.faults.clear()
        side.clock.set(to: held.dueAt)
        try await dispatcher.drain()
        #expect(try await state(store, form.uuid).state == .final)
        #expect(await side.exchange.ledger.entries.map(\.effects) == [1])
    }

    @Test("a batch is signed in two levels, one activation of the key each (RS-02)")
    func levels() async throws {
        let side = try await NationalSide()
        let store = try await side.store()
        var batch: [Transmission] = []
        for _ in 0..<3 { batch.append(try await side.accept(store)) }
        try await side.dispatcher(store).drain()
        for form in batch { #expect(try await state(store, form.uuid).state == .final) }
        #expect(side.activations.counts == [3, 3])
    }

    @Test("a lost answer is asked for again with the same form and takes effect once (RE-05)")
    func lostAnswer() async throws {
        let side = try await NationalSide()
        let store = try await side.store()
        side.faults[.exchange] = .lostAnswer
        let form = try await side.accept(store)
        try await side.dispatcher(store).drain()
        let unknown = try await state(store, form.uuid)
        #expect(unknown.state == .unknown)
        #expect(await side.exchange.ledger.entries.count == 1)
        side.faults.clear()
        side.clock.set(to: unknown.dueAt)
        try await side.dispatcher(store).drain()
        #expect(try await state(store, form.uuid).state == .final)
        #expect(await side.exchange.ledger.entries.map(\.effects) == [1])
    }

    @Test("an answer changed on the way is not believed (GW-05)")
    func changedAnswer() async throws {
        let side = try await NationalSide()
        let store = try await side.store()
        let form = try await side.accept(store)
        let dispatcher = await side.dispatcher(store) { answer in
            Array(
                String(decoding: answer, as: UTF8.self).replacing(
                    /UuidSecu>[0-9a-f]{8}/, with: "UuidSecu>00000000"
                ).utf8)
        }
        try await dispatcher.drain()
        let held = try await state(store, form.uuid)
        #expect(held.state == .unknown && held.problem?.code == "ECN-2203")
    }

    @Test("a revoked certificate stops the form before it is sent")
    func revoked() async throws {
        let side = try await NationalSide()
        let store = try await side.store()
        let form = try await side.accept(store)
        for entry in await side.pki.authority.issued.values
        where entry.profile == "qualified-signature" {
            try await side.pki.revoke(entry.certificate.serialNumber, reason: .keyCompromise)
        }
        try await side.dispatcher(store).drain()
        let held = try await state(store, form.uuid)
        #expect(held.state == .attention && held.problem?.code == "ECN-2102")
        #expect(await side.exchange.ledger.entries.isEmpty)
    }

    @Test("a form goes on in another process from where it stood, signing nothing twice (RE-06)")
    func resumes() async throws {
        let side = try await NationalSide()
        side.faults[.tsa] = .unavailable
        let form: Transmission
        do {
            let store = try await side.store()
            form = try await side.accept(store)
            try await side.dispatcher(store).drain()
        }
        let store = try await side.store()
        let before = try await store.output(.signedPDF, of: form.uuid)
        side.faults.clear()
        side.clock.set(to: try await state(store, form.uuid).dueAt)
        try await side.dispatcher(store).drain()
        #expect(try await state(store, form.uuid).state == .final)
        #expect(try await store.output(.signedPDF, of: form.uuid) == before)
    }
}

@Suite("Intake: what is accepted, replayed and refused (RE-01)")
struct IntakeTests {
    @Test("the same bytes get the stored answer, other bytes under the UUID are refused")
    func idempotency() async throws {
        let side = try await NationalSide()
        let store = try await side.store()
        let intake = side.intake(store)
        let uuid = UUID().uuidString.lowercased()
        let form = try side.form(uuid: uuid)
        guard case .accepted = try await intake.submit(ReceivedForm(.json(form))) else {
            Issue.record("not accepted")
            return
        }
        guard case .replayed(let known) = try await intake.submit(ReceivedForm(.json(form))) else {
            Issue.record("not replayed")
            return
        }
        #expect(known.uuid == uuid)
        guard case .uuidReused = try await intake.submit(ReceivedForm(.json(form + [0x20]))) else {
            Issue.record("not refused")
            return
        }
    }

    @Test("a refused form leaves no trace of its UUID")
    func refused() async throws {
        let side = try await NationalSide()
        let store = try await side.store()
        let uuid = UUID().uuidString.lowercased()
        let good = try side.form(uuid: uuid)
        let bad = Array(
            String(decoding: good, as: UTF8.self).replacing("\"EUR\"", with: "\"USD\"").utf8)
        guard
            case .refused(let anomalies) = try await side.intake(store).submit(
                ReceivedForm(.json(bad)))
        else {
            Issue.record("not refused")
            return
        }
        #expect(!anomalies.isEmpty)
        #expect(try await store.transmission(uuid) == nil)
        guard case .accepted = try await side.intake(store).submit(ReceivedForm(.json(good))) else {
            Issue.record("the UUID is not free")
            return
        }
    }
}
