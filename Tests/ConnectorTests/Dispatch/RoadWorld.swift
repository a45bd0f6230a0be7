// SPDX-License-Identifier: Apache-2.0
import FormPacks
import Foundation
import HTTPTypes
import InProcess
import NationalAPI
import Sandbox
import StoreSupport
import Synchronization
import Testing

@testable import Connector

/// A connector without its loop on a wire that is listened to, under a clock that stands still.
struct RoadWorld {
    let side: NationalSide
    let store: MemoryStore
    let environment: PipelineEnvironment
    let intake: Intake
    let desk: FormDesk
    let mandates: MandateBook
    let wire: Wire

    /// The messages that left for the exchange, in their order, and a hand on the answers.
    final class Wire: Sendable {
        private let log = Mutex<[(model: String, message: String)]>([])
        private let altering = Mutex<(@Sendable (String, [UInt8]) -> [UInt8])?>(nil)

        /// The model of every message, in order.
        var models: [String] { log.withLock { $0.map(\.model) } }

        /// The business parts of a model's messages: the same between two sendings if they are.
        func business(_ model: String, element: String) -> [String] {
            log.withLock { $0 }.filter { $0.model == model }.compactMap { entry in
                guard let start = entry.message.range(of: element),
                    let end = entry.message.range(of: element, options: .backwards)
                else { return nil }
                return String(entry.message[start.lowerBound..<end.upperBound])
            }
        }

        func alter(_ change: (@Sendable (String, [UInt8]) -> [UInt8])?) {
            altering.withLock { $0 = change }
        }

        fileprivate func note(_ body: [UInt8], _ models: [String]) -> String {
            let message = String(decoding: body, as: UTF8.self)
            let model = models.first(where: message.contains) ?? ""
            log.withLock { $0.append((model, message)) }
            return model
        }

        fileprivate func altered(_ model: String, _ answer: [UInt8]) -> [UInt8] {
            altering.withLock { $0 }?(model, answer) ?? answer
        }
    }

    static let deposit = "2022_CNS_MEMHON_DEPOT-V1"
    static let cancellation = "2022_CNS_MEMHON_ANNUL-V1"

    /// - Parameters:
    ///   - signer: Whose keys the connector has.
    ///   - hasStatusQuery: Whether the profile can ask what became of a message.
    ///   - adjusting: What else is otherwise.
    init(
        signer: String = NationalSide.practitioner, hasStatusQuery: Bool = true,
        adjusting: (inout PipelineEnvironment) -> Void = { _ in }
    ) async throws {
        let side = try await NationalSide(signer: signer)
        let (store, wire, clock) = (MemoryStore(), Wire(), side.clock)
        var profile = side.profile
        let query = profile.status?.operation.model
        if !hasStatusQuery { profile.status = nil }
        let models = [Self.deposit, Self.cancellation] + [query].compactMap { $0 }
        let (send, path) = (side.send { $0 }, profile.exchange.path)
        var environment = await side.environment(profile) { request, body, timeout in
            guard request.path == path else { return try await send(request, body, timeout) }
            let model = wire.note(body, models)
            let (response, answer) = try await send(request, body, timeout)
            return (response, wire.altered(model, answer))
        }
        adjusting(&environment)
        let makeUUID: @Sendable () -> String = { UUID().uuidString.lowercased() }
        mandates = MandateBook(store: store, now: { clock.now }, makeUUID: makeUUID)
        let isProvider = signer == NationalSide.practitioner
        intake = Intake(
            packs: side.packs, fonts: side.fonts, store: store,
            signer: Signer(
                identifier: signer, providers: isProvider ? [NationalSide.provider] : []),
            mandates: mandates, now: { clock.now }, makeUUID: makeUUID)
        desk = FormDesk(
            intake: intake, store: store, profile: profile, packs: side.packs,
            now: { clock.now })
        (self.side, self.store, self.wire, self.environment) = (side, store, wire, environment)
    }

    var dispatcher: Dispatcher {
        let clock = side.clock
        return Dispatcher(
            Pipeline(environment, store: store), store: store,
            DispatcherEnvironment(
                worker: "tests", now: { clock.now }, jitter: { 0.5 },
                // The loop turns as fast as it is let.
                pause: { _ in
                    try Task.checkCancellation()
                    await Task.yield()
                }))
    }

    /// Accepts the full example.
    func accept(
        _ uuid: String = UUID().uuidString.lowercased(), as kind: Transmission.Kind = .form
    ) async throws -> Transmission {
        let answer = try await intake.submit(ReceivedForm(.json(side.form(uuid: uuid))), as: kind)
        guard case .accepted(let form, _) = answer else {
            Issue.record("not accepted: \(answer)")
            throw CancellationError()
        }
        return form
    }

    func stand(_ uuid: String) async throws -> Transmission {
        try #require(await store.transmission(uuid))
    }

    /// Takes all that is due as far as it goes now.
    func drain() async throws { try await dispatcher.drain() }

    /// Moves the clock from one due moment to the next until everything has come to rest.
    func settle() async throws {
        for _ in 0..<40 {
            try await drain()
            guard let due = await store.nextDue(excluding: []) else { return }
            side.clock.set(to: max(due, side.clock.now))
        }
    }

    /// Runs the dispatcher's own loop until something holds.
    func run(until holds: @Sendable () async throws -> Bool) async throws {
        let dispatcher = dispatcher
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await dispatcher.run() }
            while try await !holds() { await Task.yield() }
            await dispatcher.stop()
            try await group.waitForAll()
        }
    }

    func areFinal(_ uuids: [String]) async throws -> Bool {
        for uuid in uuids {
            guard try await stand(uuid).state == .final else { return false }
        }
        return true
    }

    var ledger: Ledger { get async { await side.exchange.ledger } }
}
