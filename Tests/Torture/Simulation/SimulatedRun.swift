// SPDX-License-Identifier: Apache-2.0
import Connector
import FormPacks
import Foundation
import InProcess
import NationalAPI
import Sandbox
import StoreSupport
import Synchronization
import Trust

/// One seed: connector and sandbox in one process under virtual time, with faults drawn at random
/// (security-requirements, 8.2, layer A).
struct SimulatedRun: Sendable {
    let seed: UInt64
    let side: NationalSide

    /// Why a disk refuses a write.
    struct DiskError: StoreFailure {
        var code: ProblemCode { .diskFull }
        var description: String { "simulated" }
    }

    struct Outcome: Sendable {
        var violations: [String] = []
        var accepted = 0
        var faults = 0
        var crashes = 0
        var states: [TransmissionState: Int] = [:]
        /// Why forms need a person, and how many.
        var problems: [String: Int] = [:]
    }

    /// What the practices were told.
    private final class Told: Sendable {
        struct Facts: Sendable {
            var accepted: Set<String> = []
            var crashes = 0
        }
        let facts = Mutex(Facts())
    }

    func run() -> Outcome {
        let start = Date(timeIntervalSince1970: 1_795_000_000)
        let time = VirtualTime(seed: seed, start: start)
        let weather = time.draw { Weather.drawn(&$0) }
        let disk = Mutex(weather.disk)
        let told = Told()
        let outcome = Mutex(Outcome())
        let store = MemoryStore {
            let probability = disk.withLock { $0 }
            if time.draw({ $0.chance(probability) }) { throw DiskError() }
        }
        let isOver = time.run {
            side.clock.set(to: time.now)
            await side.exchange.reset()
            side.faults.clear()
            let network = FaultyNetwork(time, weather: weather, direct: send(time))
            await live(time, weather, store, network, told) {
                disk.withLock { $0 = 0 }
            }
            var result = await Invariants(
                store: store, side: side, accepted: told.facts.withLock { $0.accepted }
            ).outcome()
            result.faults = network.faultsSeen
            result.crashes = told.facts.withLock { $0.crashes }
            outcome.withLock { [result] in $0 = result }
        }
        if !isOver { outcome.withLock { $0.violations.append("nobody goes on") } }
        return outcome.withLock { $0 }
    }

    /// The sandbox's clock shows virtual time whenever it is asked.
    private func send(_ time: VirtualTime) -> Send {
        let (direct, clock) = (side.send { $0 }, side.clock)
        return { request, body, timeout in
            clock.set(to: time.now)
            return try await direct(request, body, timeout)
        }
    }

    // MARK: The practices and the process

    private func live(
        _ time: VirtualTime, _ weather: Weather, _ store: MemoryStore, _ network: FaultyNetwork,
        _ told: Told, clearUp: @escaping @Sendable () -> Void
    ) async {
        let process = SimulatedProcess(
            side: side, time: time, weather: weather, store: store, network: network)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await process.run() }
            await withTaskGroup(of: Void.self) { practices in
                let count = time.draw { Int.random(in: 1...4, using: &$0) }
                for index in 0..<count {
                    practices.addTask { await practice(index, time, process, told) }
                }
                practices.addTask {
                    try? await time.pause(.seconds(max(120, weather.outage?.seconds ?? 0)))
                }
            }
            network.clearUp()
            clearUp()
            await process.endFaults()
            // I1: within 15 virtual minutes everything has come to rest.
            for _ in 0..<180 {
                if await store.isAtRest { break }
                try? await time.pause(.seconds(5))
            }
            group.cancelAll()
        }
        told.facts.withLock { $0.crashes = process.crashes }
    }

    /// A practice that sends one form, repeats it until it has an answer, and sometimes takes it
    /// back or replaces it.
    private func practice(
        _ index: Int, _ time: VirtualTime, _ process: SimulatedProcess, _ told: Told
    ) async {
        let uuid = Self.uuid(seed, index)
        guard let bytes = try? side.form(uuid: uuid) else { return }
        try? await time.pause(.milliseconds(time.draw { Int.random(in: 0...30_000, using: &$0) }))
        guard await submit(bytes, uuid, time, process, told) else { return }
        guard time.draw({ $0.chance(0.3) }) else { return }
        try? await time.pause(.milliseconds(time.draw { Int.random(in: 0...60_000, using: &$0) }))
        let other = time.draw { $0.chance(0.5) } ? Self.uuid(seed, index + 100) : nil
        await cancel(uuid, replacingWith: other, time, process, told)
    }

    private func submit(
        _ bytes: [UInt8], _ uuid: String, _ time: VirtualTime, _ process: SimulatedProcess,
        _ told: Told
    ) async -> Bool {
        for _ in 0..<40 {
            do {
                switch try await process.intake().submit(ReceivedForm(.json(bytes))) {
                case .accepted, .replayed:
                    _ = told.facts.withLock { $0.accepted.insert(uuid) }
                    await process.notify()
                    return true
                default: return false
                }
            } catch {
                try? await time.pause(.seconds(3))
            }
        }
        return false
    }

    private func cancel(
        _ uuid: String, replacingWith other: String?, _ time: VirtualTime,
        _ process: SimulatedProcess, _ told: Told
    ) async {
        for _ in 0..<40 {
            do {
                let replacement = try other.map { ReceivedForm(.json(try side.form(uuid: $0))) }
                let reply = try await process.desk().cancel(
                    uuid, reason: "Erreur de saisie", replacement: replacement)
                switch reply {
                case .accepted(let cancellation, let replacement):
                    told.facts.withLock { facts in
                        facts.accepted.insert(cancellation.uuid)
                        if let replacement { facts.accepted.insert(replacement.uuid) }
                    }
                    await process.notify()
                case .replayed(let cancellation):
                    _ = told.facts.withLock { $0.accepted.insert(cancellation.uuid) }
                default: break
                }
                return
            } catch {
                try? await time.pause(.seconds(3))
            }
        }
    }

    private static func uuid(_ seed: UInt64, _ index: Int) -> String {
        var random = SeededRandom(seed: seed &* 1_000 &+ UInt64(index))
        let bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
        var tuple = bytes
        tuple[6] = tuple[6] & 0x0F | 0x40
        tuple[8] = tuple[8] & 0x3F | 0x80
        let text = tuple.hexText
        let ends = [8, 12, 16, 20, 32]
        return zip([0] + ends, ends).map { String(text.dropFirst($0).prefix($1 - $0)) }
            .joined(separator: "-")
    }
}

extension MemoryStore {
    /// Nothing is left to do.
    var isAtRest: Bool {
        transmissions(TransmissionQuery(limit: .max)).allSatisfy(\.state.isSettled)
    }
}
