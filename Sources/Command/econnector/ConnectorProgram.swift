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
    /// The space at MySecu that sessions are opened for.
    var providerCode: String?
    var signingKey: SoftwareKey
    var authenticationKey: SoftwareKey
    /// At a time (BL-05).
    var connections = HTTPLimits.standard.connections

    static let ports = Array(48_210...48_214)

    /// Serves until the task is cancelled.
    ///
    /// - Parameter onReady: Called when the interface answers.
    func run(onReady: @escaping @Sendable (ConnectorAddress) async throws -> Void) async throws {
        let folder = try Installation.privateFolder(state)
        let lock = try StateLock(folder)
        defer { lock.release() }
        let sender = try HTTPSender(tls: clientTLS)
        do {
            try await serve(folder, sender, onReady)
            await sender.shutDown()
        } catch {
            await sender.shutDown()
            throw error
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
        _ folder: String, _ sender: HTTPSender,
        _ onReady: @escaping @Sendable (ConnectorAddress) async throws -> Void
    ) async throws {
        let library = try Installation.packs(packs)
        let store = try await Installation.store(folder)
        let now: @Sendable () -> Date = { Date() }
        let environment = try environment(library, sender, now)
        try requireOneEnvironment(environment, now())
        let pipeline = Pipeline(environment, store: store)
        let dispatcher = Dispatcher(
            pipeline, store: store,
            DispatcherEnvironment(
                worker: "local", now: now, jitter: { Double.random(in: 0..<1) },
                pause: { try await Task.sleep(for: $0) }))
        let intake = Intake(
            packs: library, fonts: try Installation.fonts(for: library), store: store, now: now,
            makeUUID: { Installation.makeUUID() })
        let problems = try Installation.problems()
        let desk = try desk(environment, store, library)
        let surface = Surface(
            problems: problems,
            forms: FormsAPI(
                intake: intake, store: store, problems: problems,
                onAccepted: { dispatcher.notify() }),
            verify: verifyAPI(sender),
            pricing: PricingAPI(
                tariffs: try Installation.tariffs(), packs: library,
                today: { CalendarDate(inLuxembourg: now()) }),
            simulations: SimulationsAPI(desk: desk, problems: problems),
            description: try Installation.openAPI())
        let secret = Installation.random(32).hexText
        let instance = try Self.instance(folder)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await pipeline.prepare()
                try await dispatcher.run()
            }
            group.addTask { try await desk.run() }
            group.addTask {
                try await listen(on: port.map { [$0] } ?? Self.ports) { bound in
                    ConnectorAPI(
                        access: AccessRules(port: bound, secret: secret),
                        problems: surface.problems, instance: instance, forms: surface.forms,
                        verify: surface.verify, pricing: surface.pricing,
                        simulations: surface.simulations, description: surface.description,
                        makeUUID: { Installation.makeUUID() })
                } onReady: { bound in
                    let address = ConnectorAddress(url: "http://127.0.0.1:\(bound)", secret: secret)
                    let file: JSONValue = [
                        "url": .init(.string(address.url)), "instance": .init(.string(instance)),
                    ]
                    try Installation.writePrivate(
                        Array(secret.utf8), to: "\(folder)/client-secret")
                    try Installation.writePrivate(
                        file.serialized(.pretty), to: "\(folder)/connector.json")
                    try await onReady(address)
                }
            }
            // Either part ending ends the program.
            try await group.next()
            group.cancelAll()
        }
    }

    /// What the interface offers, whatever port it is bound to.
    private struct Surface: Sendable {
        var problems: ProblemCatalogue
        var forms: FormsAPI
        var verify: VerifyAPI
        var pricing: PricingAPI
        var simulations: SimulationsAPI
        var description: [UInt8]
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

    /// Judges files with this installation's anchors, trusted list and clock.
    private func verifyAPI(_ sender: HTTPSender) -> VerifyAPI {
        let services = addresses.services
        let send: Send = { try await sender.send($0, body: $1, timeout: $2) }
        let client = TrustedListClient(addresses: services, send: send, now: { Date() })
        return VerifyAPI(
            context: { policy, moment in
                // Without its list the judge still judges, and says that it had none.
                let lists = (try? await client.lists()) ?? TrustedLists()
                let anchors = services.anchors + lists.anchors(beside: services.anchors)
                var context = ValidationContext(
                    policy: policy, trust: TrustPolicy(anchors: TrustAnchors(anchors)),
                    now: moment ?? Date(),
                    timestampDelay: policy == .nationalDeposit
                        ? PolicySettings.nationalTimestampDelay : nil)
                context.rely(on: lists)
                return context
            },
            complete: { facts, context, first in
                await PublicMaterial(send: send, random: { Installation.random($0) })
                    .verdict(on: facts, context, first: first)
            })
    }

    /// Binds the first port that is free.
    private func listen(
        on ports: [Int], api: @escaping @Sendable (Int) -> ConnectorAPI,
        onReady: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        for (index, port) in ports.enumerated() {
            let chosen = port == 0 ? try FreePort.find() : port
            let api = api(chosen)
            var limits = HTTPLimits.standard
            limits.connections = connections
            let server = HTTPServer(
                port: chosen, limits: limits, bodyLimit: { ConnectorAPI.bodyLimit(for: $0) },
                handler: { request, body, _ in await api.respond(request, body) })
            let (events, event) = AsyncStream<Void>.makeStream()
            do {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await server.run { _ in event.yield() } }
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
        _ library: PackLibrary, _ sender: HTTPSender, _ now: @escaping @Sendable () -> Date
    ) throws -> PipelineEnvironment {
        let authentication = authenticationKey
        guard let certificate = authentication.certificate else {
            throw CommandFailure(
                .unavailable,
                "the authentication key has no certificate; run `econnector keys enrol`")
        }
        return PipelineEnvironment(
            packs: library, profile: try Installation.profile(profile),
            addresses: addresses.services,
            key: signingKey,
            identity: MessageIdentity(
                certificate: certificate,
                platformIntermediates: authentication.intermediates, providerCode: providerCode,
                sign: { try authentication.signature(over: $0) }),
            send: { try await sender.send($0, body: $1, timeout: $2) }, now: now,
            random: { Installation.random($0) },
            gates: ServiceGates(
                now: now, jitter: { Double.random(in: 0..<1) },
                pause: { try await Task.sleep(for: $0) }))
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
