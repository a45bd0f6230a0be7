// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import Foundation
import InProcess
import NationalAPI
import Sandbox
import StoreSupport
import Testing

@testable import Connector

@Suite("Delegates: who acts for whom, on both sides of the wire (GW-07)", .timeLimit(.minutes(5)))
struct DelegateTests {
    private static let pack = "memoire-honoraires"
    private let world: RoadWorld

    init() async throws { world = try await RoadWorld(signer: NationalSide.delegate) }

    private func mandate(
        grantor: String = NationalSide.provider, delegate: String = NationalSide.delegate,
        packs: [String] = [DelegateTests.pack], from: String = "2026-01-01",
        until: String? = nil
    ) throws -> Connector.Mandate {
        Connector.Mandate(
            id: "", grantor: grantor, delegate: delegate, delegateName: "Sophie Délégué",
            packs: packs, from: try #require(CalendarDate(from)),
            until: until.flatMap { CalendarDate($0) })
    }

    /// The same on the national side.
    private func certify(scopes: Set<String>) throws {
        let from = try #require(CalendarDate("2026-01-01"))
        #expect(
            world.side.exchange.mandates.give(
                Sandbox.Mandate(
                    delegate: NationalSide.delegate, provider: NationalSide.provider,
                    scopes: scopes, from: from)))
    }

    private func isRefused() async throws -> Bool {
        let answer = try await world.intake.submit(ReceivedForm(.json(world.side.form())))
        if case .notMandated = answer { return true }
        return false
    }

    @Test("without a mandate a delegate's form is refused; withdrawn, it is refused again")
    func givenAndWithdrawn() async throws {
        #expect(try await isRefused())
        let given = try await world.mandates.give(mandate())
        #expect(!given.id.isEmpty)
        #expect(try await world.mandates.all() == [given])
        let form = try await world.accept()
        #expect(
            form.parties
                == Parties(
                    provider: NationalSide.provider, actor: NationalSide.delegate,
                    mandate: given.id))
        #expect(try await world.mandates.withdraw(given.id))
        #expect(try await isRefused())
        #expect(try await !world.mandates.withdraw(given.id))
        let facts = await world.store.audit.map { String(decoding: $0.bytes, as: UTF8.self) }
        for action in ["give", "withdraw"] {
            #expect(facts.contains { $0.contains("\"action\":\"\(action)\"") })
        }
    }

    @Test("a mandate of another pack, day, grantor or delegate is none")
    func others() async throws {
        let others = [
            try mandate(packs: ["ordonnance"]), try mandate(from: "2027-01-01"),
            try mandate(until: "2026-11-01"), try mandate(grantor: "90000135"),
            try mandate(delegate: "1000900026"),
        ]
        for other in others {
            let given = try await world.mandates.give(other)
            #expect(try await isRefused(), "\(other)")
            _ = try await world.mandates.withdraw(given.id)
        }
        _ = try await world.mandates.give(mandate(until: "2026-12-31"))
        #expect(try await !isRefused())
    }

    @Test("both identities stand in the audit and in both signatures")
    func signature() async throws {
        try certify(scopes: [Self.pack])
        _ = try await world.mandates.give(mandate())
        let form = try await world.accept()
        try await world.settle()
        #expect(try await world.stand(form.uuid).state == .final)
        let entries = await world.store.audit.map { String(decoding: $0.bytes, as: UTF8.self) }
            .filter { $0.contains(form.uuid) }
        #expect(!entries.isEmpty)
        for entry in entries {
            #expect(entry.contains("\"actor\":\"\(NationalSide.delegate)\""))
            #expect(entry.contains("\"on_behalf_of\":\"\(NationalSide.provider)\""))
        }
        let role = DelegateRole(ofProvider: NationalSide.provider).text
        let xml = try #require(await world.store.output(.completeXML, of: form.uuid))
        #expect(
            String(decoding: xml, as: UTF8.self).contains(":ClaimedRole>\(role)</"))
        let pdf = try #require(await world.store.output(.standalonePDF, of: form.uuid))
        let hex = role.utf8.map { String(format: "%02x", $0) }.joined()
        #expect(String(decoding: pdf, as: UTF8.self).lowercased().contains(hex))
    }

    @Test("the platform refuses a delegate whom it knows no mandate of for this form")
    func platform() async throws {
        try certify(scopes: [Sandbox.Mandate.directPayment])
        _ = try await world.mandates.give(mandate())
        let form = try await world.accept()
        try await world.settle()
        let held = try await world.stand(form.uuid)
        #expect(held.state == .attention && held.problem?.code == "ECN-2204")
        #expect(held.problem?.detail.contains("OEC-SIG-007") == true)
    }

    @Test("without any mandate there the delegate gets no session of the provider's space")
    func session() async throws {
        _ = try await world.mandates.give(mandate())
        let form = try await world.accept()
        try await world.drain()
        let held = try await world.stand(form.uuid)
        #expect(held.problem?.code == "ECN-2211" && !held.state.isSettled)
        #expect(await world.ledger.entries.isEmpty)
        try certify(scopes: [Self.pack])
        try await world.settle()
        #expect(try await world.stand(form.uuid).state == .final)
    }

    @Test("the provider's own key needs no mandate")
    func provider() async throws {
        let own = try await RoadWorld()
        let form = try await own.accept()
        #expect(form.parties.actor == NationalSide.practitioner && form.parties.mandate == nil)
    }
}
