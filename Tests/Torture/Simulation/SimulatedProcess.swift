// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import InProcess
import StoreSupport
import Synchronization

/// The connector's process over its lives: it starts, ends at a place nobody chose, and starts again.
final class SimulatedProcess: Sendable {
    private let side: NationalSide
    private let time: VirtualTime
    private let weather: Weather
    private let store: MemoryStore
    private let network: FaultyNetwork
    private let state = Mutex(State())

    private struct State: Sendable {
        var life: Life?
        var dispatcher: Dispatcher?
        var crashes = 0
        var mayEnd = true
        var clockJump = 0.0
    }

    init(
        side: NationalSide, time: VirtualTime, weather: Weather, store: MemoryStore,
        network: FaultyNetwork
    ) {
        (self.side, self.time, self.weather) = (side, time, weather)
        (self.store, self.network) = (store, network)
        state.withLock { $0.clockJump = weather.clockJump }
    }

    var crashes: Int { state.withLock { $0.crashes } }

    private var now: Date { time.now.addingTimeInterval(state.withLock { $0.clockJump }) }

    func endFaults() async {
        state.withLock { state in
            state.mayEnd = false
            state.clockJump = 0
        }
        notifyLiving()
    }

    func notify() async { notifyLiving() }

    private func notifyLiving() { state.withLock { $0.dispatcher }?.notify() }

    /// Lives one life after the other until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let (ended, end) = AsyncStream<Void>.makeStream()
            let life = Life(steps: places()) { end.yield() }
            await withTaskGroup(of: Void.self) { group in
                guard let dispatcher = await begin(life) else { return }
                group.addTask { try? await dispatcher.run() }
                group.addTask { for await _ in ended { break } }
                await group.next()
                group.cancelAll()
            }
            state.withLock { $0.dispatcher = nil }
            guard !Task.isCancelled else { return }
            state.withLock { $0.crashes += 1 }
            let down = time.draw { Int.random(in: 1...20, using: &$0) }
            try? await time.pause(.seconds(down))
        }
    }

    private func places() -> Int? {
        let (mayEnd, crashes) = state.withLock { ($0.mayEnd, $0.crashes) }
        guard mayEnd, crashes < weather.lives else { return nil }
        return time.draw { Int.random(in: 1...weather.placesOfLife, using: &$0) }
    }

    private func begin(_ life: Life) async -> Dispatcher? {
        let (time, network) = (time, network)
        var environment = await side.environment(side.profile) { request, body, timeout in
            try await network.send(request, body, timeout, in: life)
        }
        environment.now = { self.now }
        environment.random = { count in
            time.draw { random in (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
        }
        let clock = ClockWatch(now: { self.now })
        environment.clock = clock
        environment.send = clock.watching(environment.send)
        environment.gates = ServiceGates(
            now: { time.now }, jitter: { time.draw { Double.random(in: 0..<1, using: &$0) } },
            pause: time.pause)
        environment.authorities = TimestampAuthorities(
            environment.addresses.timestampAuthorities, now: { time.now }, jitter: { 0.5 })
        let store = MortalStore(base: store, life: life)
        let dispatcher = Dispatcher(
            Pipeline(environment, store: store), store: store,
            DispatcherEnvironment(
                worker: "simulated", now: { self.now },
                jitter: { time.draw { Double.random(in: 0..<1, using: &$0) } },
                pause: time.pause))
        state.withLock { ($0.life, $0.dispatcher) = (life, dispatcher) }
        return dispatcher
    }

    /// The process as a practice reaches it now; nothing answers while it is down.
    private func livingStore() throws -> MortalStore {
        guard let life = state.withLock({ $0.life }), !life.isOver else { throw Life.Ended() }
        return MortalStore(base: store, life: life)
    }

    func intake() throws -> Intake { side.intake(try livingStore()) }

    func desk() throws -> FormDesk {
        let store = try livingStore()
        return FormDesk(
            intake: side.intake(store), store: store, profile: side.profile, packs: side.packs,
            now: { self.now })
    }
}
