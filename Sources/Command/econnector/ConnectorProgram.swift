// SPDX-License-Identifier: Apache-2.0
import Connector
import Coverage
import FormPacks
import Foundation
import HTTPAPI
import HTTPTypes
import JSON
import Keys
import NationalAPI
import SQLiteStore
import Transport
import Trust
import Validation

/// The connector as one running program: store, pipeline, HTTP interface.
struct ConnectorProgram {
    var state: String
    /// 0 takes a free port; `nil` the first free one of the local edition's five (BL-02).
    var port: Int?
    var profile: String
    var packs: String?
    var addresses: SandboxAddresses
    /// Whose keys these are: sessions are opened for this space, and for others a mandate is needed.
    var providerCode: String?
    /// The keys are a delegate's: for that space too a mandate is needed.
    var isDelegate = false
    var signingKey: SoftwareKey
    var authenticationKey: SoftwareKey
    /// At a time (BL-05).
    var connections = HTTPLimits.standard.connections

    static let ports = Array(48_210...48_214)

    /// How long what is kept.
    var retention = RetentionRules()

    /// Between two looks at a dependency.
    var healthInterval = Limits.healthInterval

    /// Serves until the task is cancelled or `stop` returns.
    ///
    /// - Parameters:
    ///   - stop: When it returns, nothing new is taken on and what is in hand is finished.
    ///   - onReady: Called when the interface answers.
    func run(
        until stop: @escaping @Sendable () async -> Void = HTTPServer.never,
        onReady: @escaping @Sendable (ConnectorAddress) async throws -> Void
    ) async throws {
        let folder = try Installation.privateFolder(state)
        let lock = try StateLock(folder)
        defer { lock.release() }
        let senders = Senders(
            services: try HTTPSender(tls: clientTLS), hooks: try HTTPSender(tls: .publicWeb))
        do {
            try await serve(folder, senders, until: stop, onReady)
            await senders.shutDown()
        } catch {
            await senders.shutDown()
            throw error
        }
    }

    private struct Senders: Sendable {
        /// To the national side alone.
        let services: HTTPSender
        /// To webhooks, which may be anywhere.
        let hooks: HTTPSender

        func shutDown() async {
            await services.shutDown()
            await hooks.shutDown()
        }
    }

    private var clientTLS: ClientTLS {
        ClientTLS(
            anchors: addresses.anchors.map(\.der),
            identity: TLSIdentity(
                chain: authenticationKey.certificateChain.filter { !$0.isSelfIssued }.map(\.der),
                privateKey: authenticationKey.pkcs8))
    }

    private func serve(
        _ folder: String, _ senders: Senders, until stop: @escaping @Sendable () async -> Void,
        _ onReady: @escaping @Sendable (ConnectorAddress) async throws -> Void
    ) async throws {
        let library = try Installation.packs(packs)
        let store = try await Installation.store(folder)
        if let asked = try await Reconciliation(store, now: { Date() }).run(
            published: PublishedRoot(file: PublishedRoot.file(in: folder)).root)
        {
            Terminal.note(
                "the database is an old copy: the platform is asked about \(asked) forms first")
        }
        let clock = ClockWatch(now: { Date() })
        let (sights, sight) = AsyncStream.makeStream(
            of: ServiceWatch.Sight.self, bufferingPolicy: .bufferingNewest(64))
        let environment = try environment(library, senders.services, clock) {
            sight.yield(($0, $1))
        }
        try requireOneEnvironment(environment, environment.now())
        let watch = ServiceWatch(
            environment, clock: clock, store: store, folder: folder, sights: sights,
            hooks: senders.hooks, interval: healthInterval)
        try await watch.webhooks.load()
        let pipeline = Pipeline(environment, store: store)
        var driving = DispatcherEnvironment(
            worker: "local", now: environment.now, jitter: { Double.random(in: 0..<1) },
            pause: { try await Task.sleep(for: $0) })
        driving.onEvent = { watch.bell.ring() }
        let dispatcher = Dispatcher(pipeline, store: store, driving)
        let desk = try desk(environment, store, library)
        let instance = try Self.instance(folder)
        let surface = try surface(
            environment, store, desk, watch, instance: instance, senders.services
        ) {
            dispatcher.notify()
            watch.bell.ring()
        }
        let secret = Installation.random(32).hexText
        try await withThrowingTaskGroup(of: Part.self) { group in
            group.addTask {
                await stop()
                watch.bell.close()
                return .signal
            }
            group.addTask {
                await pipeline.prepare()
                try await dispatcher.run()
                return .road
            }
            group.addTask {
                try await desk.run()
                return .desk
            }
            group.addTask {
                await watch.run()
                return .watch
            }
            group.addTask {
                await Self.keepHouse(environment, store, retention, instance, folder)
                return .house
            }
            group.addTask {
                try await listen(
                    on: port.map { [$0] } ?? Self.ports, until: { await watch.ended() }
                ) { bound in
                    surface.api(AccessRules(port: bound, secret: secret), instance)
                } onReady: { bound in
                    let address = ConnectorAddress(url: "http://127.0.0.1:\(bound)", secret: secret)
                    try Self.publish(address, instance, in: folder)
                    try await onReady(address)
                }
                return .surface
            }
            try await Self.end(&group, dispatcher)
        }
        await Self.giveBackSession(environment)
    }

    /// What runs side by side.
    private enum Part: Sendable { case signal, road, desk, watch, house, surface, impatience }

    /// Any part ending ends the program; when the interface has been asked to end, the road first
    /// finishes the steps in hand.
    private static func end(
        _ group: inout ThrowingTaskGroup<Part, any Error>, _ dispatcher: Dispatcher
    ) async throws {
        var isEnding = false
        while let part = try await group.next() {
            if part == .signal { continue }
            guard part == .surface, !isEnding else { break }
            isEnding = true
            await dispatcher.stop()
            group.addTask {
                try await Task.sleep(for: HTTPLimits.standard.drain)
                return .impatience
            }
        }
        group.cancelAll()
    }

    /// Signs the audit's roots and forgets what must not be kept longer.
    private static func keepHouse(
        _ environment: PipelineEnvironment, _ store: SealedStore, _ rules: RetentionRules,
        _ instance: String, _ folder: String
    ) async {
        let pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
        let keeper = AuditKeeper(store, environment, instance: instance) {
            try PublishedRoot.write($0, in: folder)
        }
        let retention = Retention(store, rules: rules, now: environment.now)
        await withDiscardingTaskGroup { group in
            group.addTask { await keeper.run(pause: pause) }
            group.addTask { await retention.run(pause: pause) }
        }
    }

    /// Whose key signs, for whom without a mandate.
    var signer: Signer? {
        guard let certificate = signingKey.certificate,
            let identifier = certificate.subject[.serialNumber], let providerCode
        else { return nil }
        return Signer(identifier: identifier, providers: isDelegate ? [] : [providerCode])
    }

    /// Tells programs of this user where the connector answers.
    private static func publish(
        _ address: ConnectorAddress, _ instance: String, in folder: String
    ) throws {
        let file: JSONValue = ["url": .string(address.url), "instance": .string(instance)]
        try Installation.writePrivate(Array(address.secret.utf8), to: "\(folder)/client-secret")
        try Installation.writePrivate(file.serialized(.pretty), to: "\(folder)/connector.json")
    }

    private func desk(
        _ environment: PipelineEnvironment, _ store: SealedStore,
        _ library: PackLibrary
    ) throws -> SimulationDesk {
        SimulationDesk(
            SimulationEnvironment(
                environment, forms: try Installation.pidForms(),
                fonts: try Installation.fonts(for: library),
                software: .init(
                    name: "Open eConnector", version: EConnector.version,
                    vendor: "Open eConnector"),
                environment: .test, makeUUID: { Installation.makeUUID() },
                jitter: { Double.random(in: 0..<1) }),
            store: store)
    }

    /// Binds the first port that is free.
    private func listen(
        on ports: [Int], until stop: @escaping @Sendable () async -> Void,
        api: @escaping @Sendable (Int) -> ConnectorAPI,
        onReady: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        for (index, port) in ports.enumerated() {
            let chosen = port == 0 ? try FreePort.find() : port
            let api = api(chosen)
            var limits = HTTPLimits.standard
            limits.connections = connections
            let server = HTTPServer(
                port: chosen, limits: limits, bodyLimit: { api.wantedBytes(of: $0) },
                handler: { request, body, _ in await api.respond(request, body) })
            let (events, event) = AsyncStream<Void>.makeStream()
            do {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await server.run(until: stop) { _ in event.yield() } }
                    group.addTask {
                        for await _ in events {
                            try await onReady(chosen)
                            break
                        }
                    }
                    while try await group.next() != nil {}
                }
                return
            } catch TransportError.portInUse where index < ports.count - 1 {
                continue
            }
        }
    }

    private func environment(
        _ library: PackLibrary, _ sender: HTTPSender, _ clock: ClockWatch,
        observe: @escaping ServiceGates.Observe
    ) throws -> PipelineEnvironment {
        let authentication = authenticationKey
        guard let certificate = authentication.certificate else {
            throw CommandFailure(
                .unavailable,
                "the authentication key has no certificate; run `econnector keys enrol`")
        }
        let now: @Sendable () -> Date = { Date() }
        let profile = try Installation.profile(profile)
        var environment = PipelineEnvironment(
            packs: library, profile: profile,
            addresses: addresses.services,
            key: signingKey,
            identity: MessageIdentity(
                certificate: certificate,
                platformIntermediates: authentication.intermediates, providerCode: providerCode,
                sign: { try authentication.signature(over: $0) }),
            send: clock.watching { try await sender.send($0, body: $1, timeout: $2) }, now: now,
            random: { Installation.random($0) },
            gates: ServiceGates(
                rates: profile.rates, now: Self.steadyClock(), jitter: { Double.random(in: 0..<1) },
                pause: { try await Task.sleep(for: $0) }, observe: observe))
        environment.clock = clock
        environment.passing = CrashSwitch.passing
        return environment
    }

    /// Ends the session at the exchange; one that cannot be ended quickly runs out by itself.
    private static func giveBackSession(_ environment: PipelineEnvironment) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Gateway(environment).end() }
            group.addTask { try? await Task.sleep(for: .seconds(2)) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Profile, addresses and keys are of one environment, and name a space where one is needed.
    private func requireOneEnvironment(_ environment: PipelineEnvironment, _ now: Date) throws {
        do {
            try environment.addresses.check(
                environment.profile,
                chains: [signingKey.certificateChain, authenticationKey.certificateChain], now: now)
        } catch {
            throw CommandFailure(.refused, "\(error)")
        }
        guard environment.profile.sessionToken == .none || providerCode != nil else {
            throw CommandFailure(
                .usage, "the profile opens sessions for a provider; give --provider CODE")
        }
    }

    /// The time of now, and from then on what has passed since: it never jumps (RE-10).
    private static func steadyClock() -> @Sendable () -> Date {
        let (start, instant) = (Date(), ContinuousClock.now)
        return { start.addingTimeInterval((ContinuousClock.now - instant) / .seconds(1)) }
    }

    /// Tells installations apart; made once.
    private static func instance(_ folder: String) throws -> String {
        let file = "\(folder)/instance"
        if FileManager.default.fileExists(atPath: file) {
            return String(decoding: try Terminal.read(file, limit: 100), as: UTF8.self)
        }
        let instance = Installation.makeUUID()
        try Installation.writePrivate(Array(instance.utf8), to: file)
        return instance
    }
}
