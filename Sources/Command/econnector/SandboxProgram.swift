// SPDX-License-Identifier: Apache-2.0
import FormPacks
import Foundation
import HTTPTypes
import JSON
import Keys
import NationalAPI
import Sandbox
import Transport
import Trust

/// The whole other side as one running program: PKI, time-stamps, exchange and admin on real sockets.
struct SandboxProgram {
    /// P exchange (mutual TLS), P+1 PKI and time-stamps (HTTP), P+2 admin (HTTP); 0 takes free ports.
    var port: Int
    var state: String
    var seed: UInt64?
    var start: Date?
    var packs: String?
    private var ports: [Int] { port == 0 ? [0, 0, 0] : [port, port + 1, port + 2] }

    init(port: Int, state: String, seed: UInt64? = nil, start: Date? = nil, packs: String? = nil) {
        (self.port, self.state, self.seed) = (port, state, seed)
        (self.start, self.packs) = (start, packs)
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter onReady: Called when all three services answer and `sandbox.json` is written.
    func run(onReady: @escaping @Sendable (SandboxAddresses) async throws -> Void) async throws {
        let folder = try Installation.privateFolder(state)
        let lock = try StateLock(folder)
        defer { lock.release() }
        let pkiPort = try pkiPort(folder)
        let clock = SandboxClock({ Date() }, start: start)
        let generator = SeededGenerator(seed: seed)
        let pki = try PKIService(
            directory: "\(folder)/pki",
            addresses: PKIAddresses(base: "http://127.0.0.1:\(pkiPort)"), now: { clock.now },
            generator: generator)
        let front = try await front(pki, clock, folder)
        let tls = try await tls(pki)
        let anchors = await [pki.authority.root.certificate]
        let exchange = HTTPServer(
            port: ports[0], tls: tls, limits: Self.limits,
            bodyLimit: { _ in SandboxFront.bodyLimit },
            handler: { Self.whole(await front.answerExchange($0, $1, client: $2.certificate)) })
        let services = HTTPServer(
            port: pkiPort, limits: Self.limits, bodyLimit: { _ in SandboxFront.bodyLimit },
            handler: { request, body, _ in Self.whole(await front.answerPKI(request, body)) })
        let admin = HTTPServer(
            port: ports[2], limits: Self.limits, bodyLimit: { _ in SandboxFront.bodyLimit },
            handler: { request, body, _ in Self.whole(await front.answerAdmin(request, body)) })
        let (listening, listens) = AsyncStream<(Int, Int)>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, server) in [exchange, services, admin].enumerated() {
                group.addTask { try await server.run { listens.yield((index, $0)) } }
            }
            group.addTask {
                var bound = [0, 0, 0]
                for await (index, port) in listening {
                    bound[index] = port
                    guard !bound.contains(0) else { continue }
                    await front.setAddress("https://localhost:\(bound[0])")
                    let addresses = SandboxAddresses(
                        exchange: "https://localhost:\(bound[0])",
                        pki: "http://127.0.0.1:\(bound[1])",
                        admin: "http://127.0.0.1:\(bound[2])", platform: Self.platformName,
                        identityProvider: Self.identityName, anchors: anchors,
                        listSigners: [pki.schemeOperator.certificate])
                    try Installation.writePrivate(
                        addresses.json.serialized(.pretty), to: "\(folder)/sandbox.json")
                    try await onReady(addresses)
                    break
                }
            }
            // Rethrows at once, which cancels the others.
            while try await group.next() != nil {}
        }
    }

    private static func whole(_ answer: SandboxAnswer) -> HTTPAnswer {
        answer.0.status == .connectionCut ? .close : .whole(answer.0, answer.1)
    }

    /// Certificates name the PKI's port, so a PKI keeps the one it was founded with. When another
    /// program has taken a port that was free to choose, the sandbox founds a new PKI.
    private func pkiPort(_ folder: String) throws -> Int {
        guard port == 0 else { return ports[1] }
        let file = "\(folder)/sandbox.json"
        guard FileManager.default.fileExists(atPath: file),
            let stored = Int(try SandboxAddresses(file: file).pki.split(separator: ":").last ?? "")
        else { return try FreePort.find() }
        if FreePort.isFree(stored) { return stored }
        let keys = ["platform.key", "platform.pem", "identity.key", "identity.pem"]
        for name in ["pki"] + keys {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
        return try FreePort.find()
    }

    private static let platformName = "Sandbox MySecu"
    private static let identityName = "Sandbox Identity Provider"

    private static var limits: HTTPLimits {
        var limits = HTTPLimits()
        limits.connections = 256
        return limits
    }

    private func front(
        _ pki: PKIService, _ clock: SandboxClock, _ folder: String
    ) async throws -> SandboxFront {
        let profile = try Installation.profile("lu-mysecu-2023")
        let platformKey = try await messageKey("platform", Self.platformName, pki, folder)
        let platform = PlatformIdentity(certificate: platformKey.certificateChain[0]) {
            try platformKey.signature(over: $0)
        }
        let journal = try LedgerJournal(path: "\(folder)/ledger.jsonl")
        let (library, register) = (try Installation.packs(packs), try Installation.register())
        let faults = FaultSwitches()
        // A sleep of no time would still cost every message a timer.
        let pause: @Sendable (Duration) async -> Void = { time in
            if time > .zero { try? await Task.sleep(for: time) }
        }
        let insurer = try Insurer(
            register: register, packs: library, tariffs: try Installation.tariffs(),
            profile: profile, makeUUID: { Installation.makeUUID() },
            journal: InsurerJournal(path: "\(folder)/insurer.jsonl"))
        let identity = try await identity(
            pki, clock, folder, profile, register, insurer.mandates, platform)
        let exchange = ExchangeService(
            packs: library, register: register,
            profile: profile,
            platform: platform,
            trust: TrustPolicy(anchors: await pki.authority.anchors),
            intermediates: [await pki.authority.issuing.certificate],
            lists: { try await pki.trustedLists() }, sessions: identity.sessions,
            ledger: try journal.ledger(), now: { clock.now },
            makeUUID: { Installation.makeUUID() },
            isRevoked: { await pki.authority.issued[$0.serialNumber]?.revokedAt != nil },
            persist: { try journal.apply($0) }, insurer: insurer,
            faults: faults, pause: pause)
        return SandboxFront(
            pki: pki, exchange: exchange, identity: identity, register: register, faults: faults,
            clock: clock, pause: pause)
    }

    /// Identity provider and session service, for both profiles that lead to the exchange.
    private func identity(
        _ pki: PKIService, _ clock: SandboxClock, _ folder: String, _ profile: NationalProfile,
        _ register: Register, _ mandates: Mandates, _ platform: PlatformIdentity
    ) async throws -> IdentityFront {
        let openID = try Installation.profile("open-oidc-2026")
        guard let ways = SessionService.Ways(saml: profile, openID: openID) else {
            throw CommandFailure(
                .unavailable, "the profiles of the sandbox do not name its identity services")
        }
        let clients = ClientCheck(
            register: register, mandates: mandates,
            trust: TrustPolicy(anchors: await pki.authority.anchors),
            intermediates: [await pki.authority.issuing.certificate], now: { clock.now },
            isRevoked: { await pki.authority.issued[$0.serialNumber]?.revokedAt != nil })
        return IdentityFront(
            ways: ways, key: try await messageKey("identity", Self.identityName, pki, folder),
            tokenKey: try SoftwareKey(generating: .p256), clients: clients, platform: platform,
            makeUUID: { Installation.makeUUID() }, random: { Installation.random($0) })
    }

    /// An RSA key for messages, kept with the sandbox's other test keys.
    private func messageKey(
        _ file: String, _ name: String, _ pki: PKIService, _ folder: String
    ) async throws -> SoftwareKey {
        let (keyFile, chainFile) = ("\(folder)/\(file).key", "\(folder)/\(file).pem")
        if FileManager.default.fileExists(atPath: chainFile) {
            return try SoftwareKey(
                pkcs8: Terminal.read(keyFile),
                certificateChain: Certificate.certificates(in: Terminal.read(chainFile)))
        }
        var key = try SoftwareKey(generating: .rsa3072)
        key.certificateChain = try await pki.certify(
            key.publicKey, named: name, profile: .platform)
        try DurableFile.write(key.pkcs8, to: keyFile)
        try DurableFile.write(Array(key.certificateChain.map(\.pem).joined().utf8), to: chainFile)
        return key
    }

    private func tls(_ pki: PKIService) async throws -> ServerTLS {
        let server = try await pki.makeParty(named: "localhost", profile: .localServer)
        let issuing = await pki.authority.issuing.certificate
        let root = await pki.authority.root.certificate
        return ServerTLS(
            identity: TLSIdentity(
                chain: [server.certificate.der, issuing.der], privateKey: server.key.pkcs8),
            clientAnchors: [root.der, issuing.der])
    }
}

/// The system's randomness, or a sequence that a seed repeats (SplitMix64).
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64?

    init(seed: UInt64?) { state = seed }

    mutating func next() -> UInt64 {
        guard let current = state else {
            var system = SystemRandomNumberGenerator()
            return system.next()
        }
        let advanced = current &+ 0x9E37_79B9_7F4A_7C15
        state = advanced
        var mixed = (advanced ^ (advanced >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A TCP port nobody listens on just now; certificates must name the port before it is bound.
enum FreePort {
    static func find() throws -> Int {
        guard let port = bound(to: 0) else {
            throw CommandFailure(.unavailable, "no free port was found")
        }
        return port
    }

    static func isFree(_ port: Int) -> Bool { bound(to: port) != nil }

    /// The port that a socket got which was bound for a moment; `nil` when it is taken.
    private static func bound(to port: Int) -> Int? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var reuse: Int32 = 1
        setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        guard let number = UInt16(exactly: port) else { return nil }
        address.sin_port = in_port_t(number.bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 ? getsockname(descriptor, $0, &size) : -1
            }
        }
        return status == 0 ? Int(UInt16(bigEndian: address.sin_port)) : nil
    }
}
