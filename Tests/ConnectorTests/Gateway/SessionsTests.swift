// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import Keys
import InProcess
import NationalAPI
import Sandbox
import Synchronization
import TestSupport
import Testing
import Trust

@testable import Connector

@Suite("Sessions: kept, renewed, opened once (GW-03)")
struct SessionsTests {
    private static let key = Sessions.Key(
        profile: "p", environment: .sandbox, person: "1000234560", providerCode: "90000135")
    private static let start = Date(timeIntervalSince1970: 1_795_000_000)
    private let clock = SandboxClock { Self.start }
    private let sessions = Sessions()

    private func session(_ name: String) -> Session {
        Session(
            token: SessionToken(.bearer, value: name), openedAt: clock.now,
            lifetimeInSeconds: 100)
    }

    private func get(
        replacing refused: Session? = nil, _ open: @escaping @Sendable () async throws -> Session?
    ) async throws -> Session? {
        let clock = clock
        return try await sessions.session(
            for: Self.key, replacing: refused, now: { clock.now }, open: open)
    }

    @Test("a session serves until 80 % of its life, and beyond when no other is to be had")
    func renewal() async throws {
        let first = session("a")
        let second = Mutex(0)
        #expect(try await get { first } == first)
        clock.set(to: Self.start.addingTimeInterval(79))
        #expect(try await get { nil } == first)
        clock.set(to: Self.start.addingTimeInterval(80))
        let kept = try await get {
            second.withLock { $0 += 1 }
            throw CancellationError()
        }
        #expect(kept == first && second.withLock { $0 } == 1)
        clock.set(to: Self.start.addingTimeInterval(100))
        await #expect(throws: CancellationError.self) {
            try await get { throw CancellationError() }
        }
    }

    @Test("a refused session is not given out again; one that took its place is")
    func refused() async throws {
        let (first, second) = (session("a"), session("b"))
        _ = try await get { first }
        #expect(try await get(replacing: first) { second } == second)
        #expect(try await get(replacing: first) { nil } == second)
    }

    @Test("who waits for an opening shares its failure, and the next call tries again")
    func failure() async throws {
        struct Failure: Error {}
        let calls = Calls()
        let failures = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        _ = try await get {
                            calls.add()
                            for _ in 0..<50 { await Task.yield() }
                            throw Failure()
                        }
                        return false
                    } catch {
                        return error is Failure
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(failures == 20 && calls.count < 20)
        let good = session("a")
        #expect(try await get { good } == good)
    }

    private final class Calls: Sendable {
        private let number = Mutex(0)
        var count: Int { number.withLock { $0 } }
        func add() { number.withLock { $0 += 1 } }
    }

    @Test("other persons and spaces have sessions of their own")
    func keys() async throws {
        let (mine, theirs) = (session("a"), session("b"))
        _ = try await get { mine }
        var other = Self.key
        other.providerCode = "91234560"
        let clock = clock
        let got = try await sessions.session(for: other, now: { clock.now }) { theirs }
        #expect(got == theirs)
    }
}

@Suite("Keys of issuers: kept ten minutes, searched rarely (JW-01)")
struct IssuerKeysTests {
    private static let start = Date(timeIntervalSince1970: 1_795_000_000)
    private let clock = SandboxClock { Self.start }

    private func set(_ id: String) throws -> JSONWebKeys {
        let member = try #require(
            JSONWebKeys.member(TestPKI.shared.signer.key.publicKey, id: id))
        return try JSONWebKeys(
            parsing: Array("{\"keys\":[".utf8) + member.serialized() + Array("]}".utf8))
    }

    @Test("a retired key counts while the set is kept, and not afterwards (J-12)")
    func retired() async throws {
        let (keys, clock) = (IssuerKeys(), clock)
        let (old, new) = (try set("old"), try set("new"))
        _ = try await keys.keys(of: "i", holding: "old", now: { clock.now }) { old }
        clock.set(to: Self.start.addingTimeInterval(599))
        let kept = try await keys.keys(of: "i", holding: "old", now: { clock.now }) { new }
        #expect(kept["old"] != nil)
        clock.set(to: Self.start.addingTimeInterval(600))
        let fresh = try await keys.keys(of: "i", holding: "old", now: { clock.now }) { new }
        #expect(fresh["old"] == nil)
    }

    @Test("an unknown key is looked for once in five minutes")
    func unknown() async throws {
        let (keys, clock, set) = (IssuerKeys(), clock, try set("k"))
        let fetches = Mutex(0)
        func ask() async throws {
            _ = try await keys.keys(of: "i", holding: "x", now: { clock.now }) {
                fetches.withLock { $0 += 1 }
                return set
            }
        }
        for (seconds, count) in [(0.0, 1), (1, 2), (2, 2), (300, 2), (301, 3)] {
            clock.set(to: Self.start.addingTimeInterval(seconds))
            try await ask()
            #expect(fetches.withLock { $0 } == count)
        }
    }
}

@Suite("One environment for profile, addresses and keys (GW-08)")
struct EnvironmentRulesTests {
    private let now = TestPKI.clock

    private func addresses(_ anchor: Certificate) -> ServiceAddresses {
        ServiceAddresses(
            exchange: "https://x", timestampAuthority: "", platform: "", anchors: [anchor],
            allowedHosts: [])
    }

    @Test("keys of the environment start, in its own profile alone")
    func environments() async throws {
        let side = try await NationalSide()
        let pki = TestPKI.shared
        let addresses = addresses(pki.root.certificate)
        try addresses.check(side.profile, chains: [pki.signer.chain], now: now)
        var production = side.profile
        production.environment = .production
        #expect(
            throws: EnvironmentError.otherEnvironment(profile: .production, addresses: .sandbox)
        ) {
            try addresses.check(production, chains: [pki.signer.chain], now: now)
        }
    }

    @Test("a key of another environment does not")
    func foreignKey() async throws {
        let side = try await NationalSide()
        let chain = side.authentication.certificateChain
        let error = EnvironmentError.foreignCertificate(
            subject: chain[0].subject[.commonName] ?? "")
        #expect(throws: error) {
            try addresses(TestPKI.shared.root.certificate).check(
                side.profile, chains: [chain], now: now)
        }
    }
}
