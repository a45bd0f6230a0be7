// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import Foundation
import JSON
import Keys
import NationalAPI
import Testing
import Trust
import Validation
import XAdES

@testable import Sandbox

@Suite("Mandates: who acts for whom")
struct MandateTests {
    private static let delegate = "1000900018"
    private static let stranger = "1000900026"
    private static let model = "2022_CNS_MEMHON_DEPOT-V1"
    private let world: ExchangeWorld
    private var mandates: Mandates { world.exchange.mandates }

    init() async throws { world = try await ExchangeWorld() }

    // MARK: Signing a form

    /// What the check on entry says of a form that somebody signed for the practitioner. Its
    /// signature is of level B-B and it carries no PDF, which the check says too.
    private func codes(
        signedBy eHealthID: String, role: String?, packs: PackLibrary? = nil
    ) async throws -> Set<String> {
        let library = packs ?? world.insurer.insurer.packs
        let root = "\(InsurerWorld.root)/Packs/memoire-honoraires/2025.1/examples"
        let example = try Data(contentsOf: URL(fileURLWithPath: "\(root)/valid-minimal.json"))
        let today = try #require(CalendarDate("2026-08-01"))
        let document = try #require(
            library.check(.json([UInt8](example)), today: today).document)
        var key = try SoftwareKey(generating: .p256)
        key.certificateChain = try await world.pki.enrol(
            key.certificationRequest(subject: DistinguishedName([])).der, profile: .signature,
            subject: CertificateSubject(
                givenName: "S", surname: "D", serialNumber: eHealthID))
        let seat = try #require(document.pack.manifest.deposit?.seats.signature)
        let prepared = try PreparedSignature(
            enveloping: document.xml, seat: seat.description,
            parameters: SignatureParameters(
                identifier: "id-1", signingTime: InsurerWorld.now,
                certificates: key.certificateChain, algorithm: key.algorithm,
                claimedRoles: [role].compactMap { $0 }))
        let signed = try prepared.signed(with: key.signature(over: prepared.toBeSigned))
        let check = EntryCheck(
            packs: library, register: world.insurer.register, mandates: mandates,
            trust: TrustPolicy(anchors: await world.pki.authority.anchors),
            profile: world.insurer.profile, lists: TrustedLists(), now: InsurerWorld.now,
            today: today)
        return Set(try check.check(signed, model: Self.model).anomalies.map(\.code))
    }

    private static let role = DelegateRole(ofProvider: "90000135").text

    @Test("a delegate with a current mandate signs, and says for whom (GW-07)")
    func accepted() async throws {
        let codes = try await codes(signedBy: Self.delegate, role: Self.role)
        #expect(codes.contains("OEC-SIG-004") && !codes.contains("OEC-SIG-007"))
        #expect(!(try await self.codes(signedBy: "1000000135", role: nil)).contains("OEC-SIG-007"))
    }

    @Test(
        "a delegate who claims nothing, or another provider, is a stranger (GW-07)",
        arguments: [nil, "Délégué autorisé", DelegateRole(ofProvider: "91234560").text])
    func role(_ role: String?) async throws {
        #expect(try await codes(signedBy: Self.delegate, role: role).contains("OEC-SIG-007"))
    }

    @Test("nobody signs without a mandate (GW-07)")
    func stranger() async throws {
        #expect(
            try await codes(signedBy: Self.stranger, role: Self.role).contains("OEC-SIG-007"))
    }

    @Test(
        "a mandate that is over, not yet, for another form or withdrawn is none (GW-07)",
        arguments: [
            ["from": "2026-01-01", "to": "2026-07-31", "scopes": ["memoire-honoraires"]],
            ["from": "2026-08-02", "scopes": ["memoire-honoraires"]],
            ["from": "2026-01-01", "scopes": ["pid"]], ["withdraw": true],
        ] as [JSONValue])
    func limits(_ change: JSONValue) async throws {
        guard case .object(let members) = change.content else { return }
        let parties = [
            JSONMember("delegate", .string(Self.delegate)), JSONMember("provider", "90000135"),
        ]
        #expect(await world.change("/admin/mandates", .object(parties + members)) == 200)
        #expect(
            try await codes(signedBy: Self.delegate, role: Self.role).contains("OEC-SIG-007"))
        #expect(await world.change("/admin/reset", [:]) == 200)
        #expect(
            try await !codes(signedBy: Self.delegate, role: Self.role).contains("OEC-SIG-007"))
    }

    @Test("what a pack does not open to delegates, none signs")
    func closedPack() async throws {
        let root = "\(InsurerWorld.root)/Packs/memoire-honoraires/2025.1"
        var files: [String: [UInt8]] = [:]
        let names = try FileManager.default.subpathsOfDirectory(atPath: root)
        for name in names where name.contains(".") {
            files[name] = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(name)")))
        }
        let manifest = String(decoding: files["pack.json"] ?? [], as: UTF8.self)
            .replacing("\"allowsDelegate\": true", with: "\"allowsDelegate\": false")
        files["pack.json"] = Array(manifest.utf8)
        let packs = PackLibrary(folders: ["memoire-honoraires/2025.1": files])
        #expect(packs.refusals.isEmpty)
        let codes = try await codes(signedBy: Self.delegate, role: Self.role, packs: packs)
        #expect(codes.contains("OEC-SIG-007"))
    }

    // MARK: Giving

    @Test("a mandate is given between registered people only")
    func registered() async throws {
        let unknown: JSONValue = [
            "delegate": "1999999999", "provider": "90000135", "scopes": ["pid"],
            "from": "2026-01-01",
        ]
        #expect(await world.change("/admin/mandates", unknown) == 400)
        let colleague: JSONValue = [
            "delegate": "1000234560", "provider": "90000135", "scopes": ["pid"],
            "from": "2026-01-01",
        ]
        #expect(await world.change("/admin/mandates", colleague) == 200)
        #expect(try await world.show("/admin/mandates").array?.count == 2)
    }

    // MARK: Direct payments

    @Test("a delegate enters a direct payment for his provider, nobody else does")
    func directPayment() async throws {
        for (eHealthID, code) in [(Self.delegate, nil), (Self.stranger, "OEC-PRE-002")] {
            let world = try await ExchangeWorld(as: eHealthID)
            let profile = world.insurer.profile
            let business = try world.insurer.simulation()
            let sent = try await world.send(profile.pid.simulation.model, business)
            let simulated = try SimulationAnswer(
                #require(sent.message), to: InsurerWorld.uuid(of: business), profile: profile)
            #expect(simulated.anomalies.map(\.code) == [code].compactMap { $0 })
            guard code == nil else { continue }
            let validation = try world.insurer.validation(of: simulated)
            let paid = try await world.send(profile.pid.validation.model, validation)
            let answer = try ValidationAnswer(
                #require(paid.message), to: InsurerWorld.uuid(of: validation), profile: profile)
            #expect(answer.payment != nil)
        }
    }
}
