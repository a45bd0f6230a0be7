// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import Synchronization
import Testing

@Suite("Health: whether it is us, them or the line")
struct ServiceHealthTests {
    private let start = Date(timeIntervalSince1970: 1_795_000_000)

    private func down(
        _ service: ServiceName, _ failure: HealthObservation.Failure
    ) -> ServiceHealth {
        var health = ServiceHealth(Dependency(service))
        health.note(HealthObservation(at: start, failure: failure))
        return health
    }

    private func up(_ service: ServiceName) -> ServiceHealth {
        var health = ServiceHealth(Dependency(service))
        health.note(HealthObservation(at: start))
        return health
    }

    private static let silent = HealthObservation.Failure(
        .timestampUnreachable, actor: .incert, isUnreachable: true)
    private static let refusing = HealthObservation.Failure(.timestampRefused, actor: .incert)

    @Test("since when counts from the change, not from every look")
    func since() {
        var health = ServiceHealth(Dependency(.timestamps))
        #expect(health.state == .unknown)
        health.note(HealthObservation(at: start))
        health.note(HealthObservation(at: start + 15))
        #expect(health.since == start)
        #expect(health.lastSuccess == start + 15)
        health.note(HealthObservation(at: start + 30, failure: Self.silent))
        health.note(HealthObservation(at: start + 45, failure: Self.silent))
        #expect(health.state == .down)
        #expect(health.since == start + 30)
        #expect(health.actor == .incert)
        health.note(HealthObservation(at: start + 60))
        #expect(health.state == .up)
        #expect(health.actor == nil)
        #expect(health.lastFailure?.moment == start + 45)
    }

    @Test("what was seen earlier does not overrule what was seen later")
    func order() {
        var health = up(.platform)
        health.note(HealthObservation(at: start - 1, failure: Self.silent))
        #expect(health.state == .up)
    }

    @Test("the cause names who can do something about it")
    func cause() {
        #expect(HealthCause([up(.store), ServiceHealth(Dependency(.insurer))]) == .none)
        let mine = HealthObservation.Failure(.signingFailed, actor: .you)
        #expect(HealthCause([up(.store), down(.key, mine)]) == .you)
        let ours = HealthObservation.Failure(.internalFault, actor: .connector)
        #expect(HealthCause([down(.store, ours), down(.key, mine)]) == .us)
        #expect(HealthCause([up(.platform), down(.timestamps, Self.silent)]) == .them)
        #expect(
            HealthCause([down(.platform, Self.refusing), down(.timestamps, Self.silent)]) == .them)
    }

    @Test("when nothing outside can be reached it is the line; one service alone is not")
    func line() {
        let cut = [up(.store), down(.platform, Self.silent), down(.timestamps, Self.silent)]
        #expect(HealthCause(cut) == .line)
        #expect(HealthCause([up(.store), down(.timestamps, Self.silent)]) == .them)
    }
}

@Suite("Health: watching by letting services do their job")
struct HealthMonitorTests {
    /// Time that moves when somebody waits for it to.
    private final class Clock: Sendable {
        private let seconds = Mutex(0.0)
        var now: Date { Date(timeIntervalSince1970: 1_795_000_000 + seconds.withLock { $0 }) }
        func advance(_ by: Double) { seconds.withLock { $0 += by } }
    }

    private func monitor(
        _ clock: Clock, service: ServiceName = .timestamps, rounds: Int,
        probe: @escaping @Sendable () async throws -> Void
    ) -> HealthMonitor {
        let left = Mutex(rounds)
        return HealthMonitor(
            probes: [HealthProbe(Dependency(service), run: probe)], now: { clock.now },
            pause: { time in
                // A probe's own limit never comes; rounds pass at once.
                guard time == Limits.healthInterval else {
                    // For ever: the second look never comes; the test ends by cancelling.
                    try await Task.sleep(for: .seconds(3_600))
                    return
                }
                clock.advance(15)
                let isOver = left.withLock { rounds in
                    rounds -= 1
                    return rounds <= 0
                }
                if isOver { throw CancellationError() }
            })
    }

    @Test("a dead time-stamp authority is red within thirty seconds")
    func dead() async {
        let clock = Clock()
        let died = clock.now + 1
        let monitor = monitor(clock, rounds: 3) {
            guard clock.now < died else {
                throw StageFailure(.timestampUnreachable, "down", actor: .incert, .retry)
            }
        }
        await monitor.run()
        let health = await monitor.services[0]
        #expect(health.state == .down)
        #expect((health.since ?? .distantFuture).timeIntervalSince(died) < 30)
        #expect(health.lastFailure?.failure?.code == .timestampUnreachable)
    }

    @Test("work that was done for a form spares a look")
    func spared() async {
        let clock = Clock()
        let looks = Mutex(0)
        let monitor = monitor(clock, rounds: 4) { looks.withLock { $0 += 1 } }
        await monitor.note(.timestamps)
        await monitor.run()
        // The first round finds the note, the second its age; every look is then fresh for one.
        #expect(looks.withLock { $0 } == 3)
    }

    @Test("what a probe throws becomes a code and somebody who can act")
    func failures() async {
        struct Odd: Error {}
        let clock = Clock()
        let monitor = monitor(clock, service: .store, rounds: 1) { throw Odd() }
        await monitor.check()
        let health = await monitor.services[0]
        #expect(health.lastFailure?.failure == .init(.internalFault, actor: .connector))
    }
}
