// SPDX-License-Identifier: Apache-2.0
package import Connector
import Coverage
package import FormPacks
import Foundation
import HTTPTypes
package import JSON
package import Keys
package import NationalAPI
package import PDF
package import SQLiteStore
package import Sandbox
import Synchronization
import TestSupport
import Transport
package import Trust

/// How many values each activation of the signing key gave.
package final class Activations: Sendable {
    private let list = Mutex<[Int]>([])
    package var counts: [Int] { list.withLock { $0 } }
    package func add(_ count: Int) { list.withLock { $0.append(count) } }
}

/// A key as a remote service has it: it is activated for a batch.
package struct CountingKey: SigningKey {
    package let key: SoftwareKey
    package let activations: Activations
    package var certificateChain: [Certificate] { key.certificateChain }
    package var algorithm: SignatureAlgorithm { key.algorithm }

    package func signature(over bytes: [UInt8]) throws -> [UInt8] { try key.signature(over: bytes) }

    package func signatures(over batch: [[UInt8]]) throws -> [[UInt8]] {
        activations.add(batch.count)
        return try batch.map(key.signature)
    }
}

/// The ways to a session at the exchange, each a profile.
package enum GatewayWay: Int, CaseIterable, Sendable {
    case saml, openID
}

/// The whole road in one process without sockets: the connector's requests go straight to the
/// sandbox's handlers, under a clock that stands still until it is moved.
package struct NationalSide: Sendable {
    package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    package static let provider = "91234560"
    package static let practitioner = "1000234560"
    /// Somebody who may act for others, and has no mandate of the provider yet.
    package static let delegate = "1000900018"

    package let clock: SandboxClock
    package let faults = FaultSwitches()
    package let activations = Activations()
    package let pki: PKIService
    package let exchange: ExchangeService
    package let insurer: Insurer
    package let identity: IdentityFront
    package let front: SandboxFront
    package let packs: PackLibrary
    package let profile: NationalProfile
    package let folder: String
    package let fonts: FontSet
    private let signing: SoftwareKey
    package let authentication: SoftwareKey

    /// - Parameters:
    ///   - isListPublished: Whether the check on entry relies on the sandbox's trusted list.
    ///   - way: How the connector comes to its sessions; the sandbox serves every way.
    ///   - signer: eHealth ID of whose keys the connector has.
    package init(
        isListPublished: Bool = false, way: GatewayWay = .saml,
        signer: String = NationalSide.practitioner
    ) async throws {
        let clock = SandboxClock({ Date(timeIntervalSince1970: 1_795_000_000) })
        self.clock = clock
        folder = NSTemporaryDirectory() + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        packs = try PackLibrary.load(directory: "\(Self.root)/Packs")
        fonts = try PackFonts.load(for: packs)
        let profiles = [
            try Self.profile("lu-mysecu-2023"), try Self.profile("open-oidc-2026"),
        ]
        profile = profiles[way.rawValue]
        let register = try Register(Self.data("sandbox/register.json"))
        pki = try PKIService(
            directory: nil, addresses: PKIAddresses(base: "http://pki.test:1"),
            now: { clock.now }, generator: SystemRandomNumberGenerator())
        signing = try await Self.certified(.p256, .qualifiedSignature, signer, pki, register)
        authentication = try await Self.certified(.rsa3072, .authentication, signer, pki, register)
        var platform = try Self.platformKey.get()
        platform.certificateChain = try await pki.certify(
            platform.publicKey, named: "Platform of tests", profile: .platform)
        let platformKey = platform
        let identityOfPlatform = PlatformIdentity(certificate: platform.certificateChain[0]) {
            try platformKey.signature(over: $0)
        }
        let service = pki
        insurer = Insurer(
            register: register, packs: packs, tariffs: try Self.tariffs(), profile: profiles[0],
            makeUUID: { UUID().uuidString.lowercased() })
        let clients = ClientCheck(
            register: register, mandates: insurer.mandates,
            trust: TrustPolicy(anchors: await pki.authority.anchors),
            intermediates: [await pki.authority.issuing.certificate], now: { clock.now },
            isRevoked: { await service.authority.issued[$0.serialNumber]?.revokedAt != nil })
        identity = try await Self.identity(pki, clients, identityOfPlatform, profiles)
        exchange = ExchangeService(
            packs: packs, register: register, profile: profile,
            platform: identityOfPlatform,
            trust: TrustPolicy(anchors: await pki.authority.anchors),
            intermediates: [await pki.authority.issuing.certificate],
            lists: { isListPublished ? try await service.trustedLists() : TrustedLists() },
            sessions: identity.sessions, ledger: Ledger(),
            now: { clock.now }, makeUUID: { UUID().uuidString.lowercased() },
            isRevoked: { await service.authority.issued[$0.serialNumber]?.revokedAt != nil },
            persist: { _ in }, insurer: insurer, faults: faults)
        front = SandboxFront(
            pki: pki, exchange: exchange, identity: identity, register: register, faults: faults,
            clock: clock)
    }

    private static func profile(_ name: String) throws -> NationalProfile {
        let file = try data("profiles/\(name).json")
        let base = try NationalProfile.base(of: file).map { try data("profiles/\($0).json") }
        return try NationalProfile(file, base: base)
    }

    private static func identity(
        _ pki: PKIService, _ clients: ClientCheck, _ platform: PlatformIdentity,
        _ profiles: [NationalProfile]
    ) async throws -> IdentityFront {
        var key = try identityKey.get()
        key.certificateChain = try await pki.certify(
            key.publicKey, named: "Identity of tests", profile: .platform)
        guard let ways = SessionService.Ways(saml: profiles[0], openID: profiles[1]) else {
            throw CancellationError()
        }
        let front = IdentityFront(
            ways: ways, key: key, tokenKey: try SoftwareKey(generating: .p256),
            clients: clients,
            platform: platform, makeUUID: { UUID().uuidString.lowercased() },
            random: { count in (0..<count).map { _ in UInt8.random(in: 0...255) } })
        await front.openID.setIssuer("https://exchange.test:1")
        return front
    }

    /// RSA keys take long to make: every side has the same three.
    private static let platformKey = Result { try SoftwareKey(generating: .rsa3072) }
    private static let identityKey = Result { try SoftwareKey(generating: .rsa3072) }
    private static let authenticationKey = Result { try SoftwareKey(generating: .rsa3072) }

    private static func certified(
        _ kind: SoftwareKeyKind, _ profile: CertificateProfile, _ signer: String,
        _ pki: PKIService, _ register: Register
    ) async throws -> SoftwareKey {
        var key =
            kind == .rsa3072
            ? try authenticationKey.get() : try SoftwareKey(generating: kind)
        let request = try key.certificationRequest(subject: DistinguishedName([]))
        let provider = register.providers.first { $0.eHealthID == signer }
        let delegate = register.delegates.first { $0.eHealthID == signer }
        key.certificateChain = try await pki.enrol(
            request.der, profile: profile,
            subject: CertificateSubject(
                givenName: provider?.givenName ?? delegate?.givenName ?? "",
                surname: provider?.surname ?? delegate?.surname ?? "", serialNumber: signer))
        return key
    }

    private static func tariffs() throws -> Tariffs {
        let folder = "\(root)/Data/coverage"
        var files: [String: [UInt8]] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            files[name] = try bytes("\(folder)/\(name)")
        }
        return try Tariffs(files: files)
    }

    package static func data(_ path: String) throws -> JSONReader {
        JSONReader(try JSONDocument(parsing: bytes("\(root)/Data/\(path)")).root)
    }

    package static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// The full example under a UUID of its own.
    package func form(uuid: String = UUID().uuidString.lowercased()) throws -> [UInt8] {
        let example = try Self.bytes(
            "\(Self.root)/Packs/memoire-honoraires/2025.1/examples/valid-full.json")
        let text = String(decoding: example, as: UTF8.self)
        return Array(
            text.replacing(/"UUID": *"[^"]*"/, with: "\"UUID\": \"\(uuid)\"").utf8)
    }

    package func store() async throws -> SQLiteTransmissionStore {
        try await SQLiteTransmissionStore(path: "\(folder)/transmissions.sqlite")
    }

    package func intake(_ store: any TransmissionStore) -> Intake {
        let clock = clock
        return Intake(
            packs: packs, fonts: fonts, store: store, now: { clock.now },
            makeUUID: { UUID().uuidString.lowercased() })
    }

    /// A dispatcher whose retries come at once when the clock is moved by a second.
    package func dispatcher(
        _ store: any TransmissionStore, level: NationalProfile.EmbeddedLevel = .timestamped,
        reliesOnList: Bool = false,
        altering: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }
    ) async -> Dispatcher {
        var profile = profile
        profile.embeddedLevel = level
        let clock = clock
        return Dispatcher(
            Pipeline(
                await environment(profile, reliesOnList: reliesOnList, send: send(altering)),
                store: store), store: store,
            DispatcherEnvironment(
                worker: "tests", now: { clock.now }, jitter: { 0.5 }, pause: { _ in }))
    }

    /// What the connector's side knows and has.
    package func environment(
        _ profile: NationalProfile, reliesOnList: Bool = false, send: @escaping Send
    ) async -> PipelineEnvironment {
        let (clock, authentication) = (clock, authentication)
        return PipelineEnvironment(
            packs: packs, profile: profile,
            addresses: ServiceAddresses(
                exchange: "https://exchange.test:1", timestampAuthority: "http://pki.test:1/tsa",
                platform: "Platform of tests", identityProvider: "Identity of tests",
                anchors: await pki.authority.anchors.certificates, allowedHosts: ["pki.test:1"],
                trustedList: reliesOnList ? "http://pki.test:1/trusted-list.xml" : nil,
                listSigners: [pki.schemeOperator.certificate]),
            key: CountingKey(key: signing, activations: activations),
            identity: MessageIdentity(
                certificate: authentication.certificateChain[0],
                platformIntermediates: authentication.intermediates,
                providerCode: Self.provider,
                sign: { try authentication.signature(over: $0) }),
            send: send, now: { clock.now },
            random: { count in (0..<count).map { _ in UInt8.random(in: 0...255) } },
            gates: ServiceGates(now: { clock.now }, jitter: { 0.5 }, pause: { _ in }))
    }

    package func send(_ altering: @escaping @Sendable ([UInt8]) -> [UInt8]) -> Send {
        let (front, client) = (front, authentication.certificateChain[0].der)
        return { request, body, _ in
            guard request.authority == "exchange.test:1" else {
                return await front.answerPKI(request, body)
            }
            let (response, answer) = await front.answerExchange(request, body, client: client)
            return (response, request.path == "/exchange" ? altering(answer) : answer)
        }
    }

    /// Accepts a form and takes it as far as it goes.
    package func accept(_ store: any TransmissionStore) async throws -> Transmission {
        guard
            case .accepted(let transmission, _) = try await intake(store).submit(
                ReceivedForm(.json(form())))
        else { throw CancellationError() }
        return transmission
    }
}
