// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import InProcess
import HTTPTypes
import JSON
import NationalAPI
import SQLiteStore
import Sandbox
import Testing
import Trust
import Validation

@Suite("The trusted list on the road of a form")
struct TrustedListRoadTests {
    private func road(
        _ side: NationalSide, level: NationalProfile.EmbeddedLevel = .timestamped
    ) async throws -> (state: Transmission, store: SQLiteTransmissionStore) {
        let store = try await side.store()
        let form = try await side.accept(store)
        try await side.dispatcher(store, level: level, reliesOnList: true).drain()
        return (try #require(await store.transmission(form.uuid)), store)
    }

    @Test(
        "with the sandbox's list a form arrives, its time-stamp qualified on both sides",
        arguments: NationalProfile.EmbeddedLevel.allCases)
    func arrives(_ level: NationalProfile.EmbeddedLevel) async throws {
        let side = try await NationalSide(isListPublished: true)
        let (form, store) = try await road(side, level: level)
        #expect(form.state == .final)
        let own = String(
            decoding: try #require(await store.output(.report, of: form.uuid)), as: UTF8.self)
        #expect(own.contains("AdESigQC"))
        let entry = try #require(await side.exchange.report(on: form.uuid))
        #expect(String(decoding: entry, as: UTF8.self).contains("mainindication:total-passed"))
    }

    @Test("a time-stamping service that lost its status stops the form before it is sent")
    func withdrawn() async throws {
        let side = try await NationalSide(isListPublished: true)
        await side.pki.setTimestampService(isGranted: false)
        let form = try await road(side).state
        #expect(form.state == .attention && form.problem?.code == "ECN-2103")
        #expect(form.problem?.detail.contains("did not have the qualified status") == true)
        #expect(await side.exchange.ledger.entries.isEmpty)
    }

    @Test("the check on entry refuses a stamp that is not qualified (OEC-SIG-006), and reports it")
    func entry() async throws {
        let side = try await NationalSide(isListPublished: true)
        await side.pki.setTimestampService(isGranted: false)
        let store = try await side.store()
        let form = try await side.accept(store)
        try await side.dispatcher(store).drain()
        let held = try #require(await store.transmission(form.uuid))
        #expect(held.state == .attention && held.problem?.code == "ECN-2204")
        #expect(held.problem?.detail.contains("OEC-SIG-006") == true)
        let request = HTTPRequest(
            method: .get, scheme: "http", authority: "a", path: "/admin/report?uuid=\(form.uuid)")
        let (response, body) = await side.front.answerAdmin(request, [])
        #expect(response.status == .ok)
        #expect(String(decoding: body, as: UTF8.self).contains("SIG_CONSTRAINTS_FAILURE"))
    }

    @Test("without a list to be had the form waits; it goes on when the list is there")
    func outage() async throws {
        let side = try await NationalSide(isListPublished: true)
        side.faults[.trustedList] = .unavailable
        let (held, store) = try await road(side)
        #expect(held.state == .timestamped && held.problem?.code == "ECN-2105")
        side.faults.clear()
        side.clock.set(to: held.dueAt)
        try await side.dispatcher(store, reliesOnList: true).drain()
        #expect(try await store.transmission(held.uuid)?.state == .final)
    }
}

@Suite("Fetching the trusted list")
struct TrustedListClientTests {
    private func client(_ side: NationalSide, signers: [Certificate]? = nil) -> TrustedListClient {
        let (front, clock) = (side.front, side.clock)
        let addresses = ServiceAddresses(
            exchange: "", timestampAuthority: "", platform: "", anchors: [], allowedHosts: [],
            trustedList: "http://pki.test:1/trusted-list.xml",
            listSigners: signers ?? [side.pki.schemeOperator.certificate])
        return TrustedListClient(
            addresses: addresses,
            send: { request, body, _ in await front.answerPKI(request, body) },
            now: { clock.now })
    }

    @Test("it is kept for a day, and used until nextUpdate when no newer one can be had")
    func keeps() async throws {
        let side = try await NationalSide(isListPublished: true)
        let client = client(side)
        let first = try await client.lists()
        #expect(first.lists.count == 1)
        side.faults[.trustedList] = .unavailable
        side.clock.set(to: side.clock.now.addingTimeInterval(3 * 86_400))
        #expect(try await client.lists().lists.map(\.issued) == first.lists.map(\.issued))
        side.faults.clear()
        #expect(try await client.lists().lists[0].issued > first.lists[0].issued)
        side.faults[.trustedList] = .unavailable
        side.clock.set(to: side.clock.now.addingTimeInterval(40 * 86_400))
        await #expect(throws: StageFailure.self) { try await client.lists() }
    }

    @Test("a list of another signer is not believed; without an address there is none")
    func signer() async throws {
        let side = try await NationalSide(isListPublished: true)
        let other = await side.pki.authority.root.certificate
        await #expect(throws: StageFailure.self) {
            try await client(side, signers: [other]).lists()
        }
        let none = TrustedListClient(
            addresses: ServiceAddresses(
                exchange: "", timestampAuthority: "", platform: "", anchors: [], allowedHosts: []),
            send: { _, _, _ in (HTTPResponse(status: .ok), []) }, now: { Date.distantPast })
        #expect(try await none.lists().isEmpty)
    }
}
