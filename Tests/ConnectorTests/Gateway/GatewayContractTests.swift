// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import InProcess
import NationalAPI
import SQLiteStore
import Sandbox
import Testing

@testable import Connector

@Suite("National gateway: one contract for every way in (GW-09)")
struct GatewayContractTests {
    @Test("a form is deposited, in one session", arguments: GatewayWay.allCases)
    func deposit(_ way: GatewayWay) async throws {
        let side = try await NationalSide(way: way)
        let store = try await side.store()
        let form = try await side.accept(store)
        try await side.dispatcher(store).drain()
        #expect(try await store.transmission(form.uuid)?.state == .final)
        #expect(await side.exchange.ledger.entries.map(\.effects) == [1])
        #expect(await side.identity.sessions.opened == 1)
    }

    @Test("a direct payment is simulated and its state asked for", arguments: GatewayWay.allCases)
    func simulation(_ way: GatewayWay) async throws {
        let world = try await DeskWorld(way: way)
        let simulation = try await world.simulate(world.message())
        #expect(simulation.state == .simulated)
        world.line.plan(.answerLost)
        let other = try await world.simulate(world.message())
        #expect(other.state == .simulated)
        #expect(await world.side.identity.sessions.opened == 1)
    }

    @Test("a query is answered, and without a session it is not", arguments: GatewayWay.allCases)
    func query(_ way: GatewayWay) async throws {
        let world = try await GatewayWorld(way)
        #expect(try await world.ask() == .unknown)
        let bare = try await GatewayWorld(way) { environment in
            environment.profile.assertion = .none
            environment.profile.sessionToken = .none
        }
        let failure = await bare.failure()
        #expect(failure?.code == .sessionRefused && failure?.consequence == .unknown)
        #expect(bare.wire.count("/exchange") == 1)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var service: SandboxService
        var fault: ServiceFault
        var way: GatewayWay
        var code: ProblemCode?
        var testDescription: String { "\(service.rawValue), \(fault.rawValue), \(way)" }

        init(
            _ service: SandboxService, _ fault: ServiceFault, _ way: GatewayWay,
            _ code: ProblemCode?
        ) {
            (self.service, self.fault, self.way, self.code) = (service, fault, way, code)
        }

        static let all: [Case] = GatewayWay.allCases.flatMap { way in
            [
                Case(.identity, .unavailable, way, .identityUnreachable),
                Case(.identity, .lostAnswer, way, .identityUnreachable),
                Case(.identity, .wrongSignature, way, .identityNotTrusted),
                Case(.identity, .wrongClock, way, .identityNotTrusted),
                Case(.identity, .tokenExpired, way, .identityNotTrusted),
                Case(.sts, .unavailable, way, .identityUnreachable),
                Case(.sts, .lostAnswer, way, .identityUnreachable),
                Case(.sts, .tokenExpired, way, .sessionRefused),
                // An OAuth answer bears neither signature nor moment.
                Case(.sts, .wrongSignature, way, way == .saml ? .identityNotTrusted : nil),
                Case(.sts, .wrongClock, way, way == .saml ? .identityNotTrusted : nil),
            ]
        }
    }

    @Test(
        "a fault of identity or session service is named, and over when it is", arguments: Case.all)
    func faults(_ fault: Case) async throws {
        let world = try await GatewayWorld(fault.way)
        world.side.faults[fault.service] = fault.fault
        let failure = await world.failure()
        #expect(failure?.code == fault.code)
        if fault.code != .sessionRefused, failure != nil {
            #expect(failure?.consequence == .retry && world.wire.count("/exchange") == 0)
        }
        world.side.faults.clear()
        #expect(try await world.ask() == .unknown)
    }

    @Test("a form waits while nobody authenticates it, and goes on", arguments: GatewayWay.allCases)
    func waits(_ way: GatewayWay) async throws {
        let side = try await NationalSide(way: way)
        let store = try await side.store()
        side.faults[.identity] = .unavailable
        let form = try await side.accept(store)
        let dispatcher = await side.dispatcher(store)
        try await dispatcher.drain()
        let held = try #require(await store.transmission(form.uuid))
        #expect(held.problem?.code == "ECN-2207" && held.problem?.actor == .esante)
        #expect(await side.exchange.ledger.entries.isEmpty)
        side.faults.clear()
        side.clock.set(to: held.dueAt)
        try await dispatcher.drain()
        #expect(try await store.transmission(form.uuid)?.state == .final)
    }

    @Test(
        "an answer the platform did not sign changes no state (GW-05)",
        arguments: GatewayWay.allCases)
    func unsigned(_ way: GatewayWay) async throws {
        let side = try await NationalSide(way: way)
        let store = try await side.store()
        let form = try await side.accept(store)
        let dispatcher = await side.dispatcher(store) { answer in
            Array(
                String(decoding: answer, as: UTF8.self).replacing(
                    /UuidSecu>[0-9a-f]{8}/, with: "UuidSecu>00000000"
                ).utf8)
        }
        try await dispatcher.drain()
        let held = try #require(await store.transmission(form.uuid))
        #expect(held.state == .unknown && held.problem?.code == "ECN-2203")
        #expect(try await store.output(.receipt, of: form.uuid) == nil)
    }
}

@Suite("National gateway: sessions over the wire (GW-03)")
struct GatewaySessionTests {
    @Test(
        "fifty callers open one session, and one again when it is over",
        arguments: GatewayWay.allCases)
    func singleFlight(_ way: GatewayWay) async throws {
        let world = try await GatewayWorld(way)
        for opened in 1...2 {
            try await withThrowingTaskGroup(of: StatusAnswer.Knowledge.self) { group in
                for _ in 0..<50 { group.addTask { try await world.ask() } }
                for try await knowledge in group { #expect(knowledge == .unknown) }
            }
            #expect(await world.opened == opened)
            await world.side.identity.sessions.forgetSessions()
        }
    }

    @Test(
        "a session that ends mid-way is renewed once and the call repeated",
        arguments: GatewayWay.allCases)
    func midWay(_ way: GatewayWay) async throws {
        let world = try await GatewayWorld(way)
        _ = try await world.ask()
        await world.side.identity.sessions.forgetSessions()
        #expect(try await world.ask() == .unknown)
        #expect(await world.opened == 2)
        #expect(world.wire.count("/exchange") == 3)
    }

    @Test("a call is repeated once and never more", arguments: GatewayWay.allCases)
    func onlyOnce(_ way: GatewayWay) async throws {
        let world = try await GatewayWorld(way)
        world.wire.alter("/exchange") { response, body in
            response.status = way == .saml ? .internalServerError : .unauthorized
            body = way == .saml ? Fault(.invalidSecurityToken, "no").message : []
        }
        #expect(await world.failure()?.code == .sessionRefused)
        #expect(world.wire.count("/exchange") == 2)
        #expect(await world.opened == 2)
    }

    @Test("a session is renewed at 80 % of its life", arguments: GatewayWay.allCases)
    func renewal(_ way: GatewayWay) async throws {
        let world = try await GatewayWorld(way)
        let start = world.side.clock.now
        for (share, opened) in [(0.0, 1), (0.79, 1), (0.8, 2)] {
            world.side.clock.set(to: start.addingTimeInterval(3_600 * share))
            _ = try await world.ask()
            #expect(await world.opened == opened)
        }
        #expect(world.wire.count("/exchange") == 3)
    }

    @Test("at the end the session is given back")
    func end() async throws {
        let world = try await GatewayWorld(.saml)
        _ = try await world.ask()
        let gateway = Gateway(world.environment)
        let session = try #require(await gateway.session())
        try await gateway.end()
        #expect(try await gateway.session() != session)
        #expect(await world.opened == 2)
    }
}

@Suite("National gateway: who is believed")
struct GatewayTrustTests {
    @Test("another certificate of the same authority is not the identity provider")
    func otherSigner() async throws {
        let world = try await GatewayWorld(.saml) { $0.addresses.identityProvider = "Somebody" }
        let failure = await world.failure()
        #expect(failure?.code == .identityNotTrusted && failure?.actor == .esante)
    }

    @Test("a session that somebody else's platform opened is not taken (GW-05)")
    func otherPlatform() async throws {
        let world = try await GatewayWorld(.saml) { $0.addresses.platform = "Somebody" }
        let failure = await world.failure()
        #expect(failure?.code == .identityNotTrusted && failure?.actor == .mysecu)
        #expect(world.wire.count("/exchange") == 0)
    }

    @Test("a space that is not the practitioner's opens no session", arguments: GatewayWay.allCases)
    func otherSpace(_ way: GatewayWay) async throws {
        for code in ["90000135", "11111111", nil] {
            let world = try await GatewayWorld(way) { $0.identity.providerCode = code }
            let failure = await world.failure()
            #expect(failure?.code == .sessionRefused && failure?.consequence == .retry)
        }
    }

    @Test("a redirect of another login is not followed (RS-13)")
    func redirect() async throws {
        let world = try await GatewayWorld(.openID)
        for (old, new) in [("state=", "state=x"), ("iss=", "iss=x"), ("/callback", "/elsewhere")] {
            world.wire.alter("/authorize") { response, _ in
                let location = response.headerFields[.location] ?? ""
                response.headerFields[.location] = location.replacing(old, with: new)
            }
            #expect(await world.failure()?.code == .identityNotTrusted)
        }
        #expect(world.wire.count("/token") == 0)
    }

    @Test("a key set without the key, and one of somebody else (JW-01)")
    func keys() async throws {
        let world = try await GatewayWorld(.openID)
        world.wire.alter("/jwks") { _, body in body = Array(#"{"keys":[]}"#.utf8) }
        let failure = await world.failure()
        #expect(failure?.code == .identityNotTrusted)
        #expect(failure?.detail.contains("not one of the issuer's") == true)
    }

    @Test("no failure repeats a token (DP-04)", arguments: GatewayWay.allCases)
    func redacted(_ way: GatewayWay) async throws {
        let world = try await GatewayWorld(way)
        let session = try #require(await Gateway(world.environment).session())
        world.side.faults[.sts] = .tokenExpired
        await world.side.identity.sessions.forgetSessions()
        let failure = try #require(await world.failure())
        #expect(!"\(failure)".contains(session.token.value))
        #expect(!"\(session)".contains(session.token.value))
    }
}
