// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import Testing

@testable import Connector

@Suite("Gates before the services (RE-07, RE-08)")
struct ServiceGatesTests {
    /// Time that only pauses and tests move, and what was noted.
    private final class World: Sendable {
        private let clock = Mutex(Date(timeIntervalSince1970: 1_795_000_000))
        private let seen = Mutex<[String]>([])

        var now: Date { clock.withLock { $0 } }
        var observed: [String] { seen.withLock { $0 } }

        func wait(_ seconds: Double) { clock.withLock { $0 += seconds } }

        func gates() -> ServiceGates {
            ServiceGates(
                now: { self.now }, jitter: { 0.5 }, pause: { _ in },
                observe: { service, failure in
                    let outcome = failure?.code.rawValue ?? "up"
                    self.seen.withLock { $0.append("\(service.rawValue) \(outcome)") }
                })
        }
    }

    private func failure(_ code: ProblemCode) -> StageFailure {
        StageFailure(code, "", actor: .mysecu, .retry)
    }

    /// Makes calls fail.
    private func fail(
        _ gates: ServiceGates, _ service: ServiceName, _ code: ProblemCode, times: Int
    ) async {
        for _ in 0..<times {
            await #expect(throws: failure(code)) {
                try await gates.call(service) { throw self.failure(code) }
            }
        }
    }

    @Test("a service that is out is not asked; whoever wants it learns until when")
    func spared() async throws {
        let world = World()
        let asked = Mutex(0)
        let gates = world.gates()
        await fail(gates, .platform, .platformUnreachable, times: 5)
        #expect(await gates.out == [.platform])
        world.wait(10.5)
        let refusal = await #expect(throws: StageFailure.self) {
            try await gates.call(.platform) { asked.withLock { $0 += 1 } }
        }
        #expect(asked.withLock { $0 } == 0)
        #expect(refusal?.isKnownOutage == true && refusal?.heldBy == .platform)
        #expect(refusal?.retryAfter == 20 && refusal?.code == .platformUnreachable)
        // Being spared is no observation.
        #expect(world.observed == Array(repeating: "platform ECN-2201", count: 5))
    }

    @Test("the first call after the pause probes, and its success is a recovery, told once")
    func recovery() async throws {
        let world = World()
        let gates = world.gates()
        await fail(gates, .timestamps, .timestampUnreachable, times: 5)
        world.wait(31)
        #expect(await gates.out.isEmpty)
        #expect(await gates.dueForProbe == [.timestamps])
        try await gates.call(.timestamps) {
            // While it is being asked nobody else asks.
            #expect(await gates.out == [.timestamps])
        }
        #expect(await gates.failingSince(.timestamps) == nil)
        var recoveries = gates.recoveries.makeAsyncIterator()
        #expect(await recoveries.next() == .timestamps)
        #expect(world.observed.last == "timestamps up")
    }

    @Test("a failure counts against the service that failed, not the one that was called")
    func blame() async {
        let gates = World().gates()
        await fail(gates, .platform, .identityUnreachable, times: 5)
        #expect(await gates.out == [.identity])
        #expect(await gates.failingSince(.platform) == nil)
    }

    @Test("a probe that never reached its service leaves it out")
    func unasked() async {
        let world = World()
        let gates = world.gates()
        await fail(gates, .platform, .platformUnreachable, times: 5)
        world.wait(31)
        await fail(gates, .platform, .identityUnreachable, times: 1)
        #expect(await gates.out == [.platform])
        world.wait(31)
        await #expect(throws: CancellationError.self) {
            try await gates.call(.platform) { throw CancellationError() }
        }
        #expect(await gates.out == [.platform])
    }

    @Test("what a service says no to proves that it works")
    func answered() async {
        let gates = World().gates()
        await fail(gates, .platform, .platformUnreachable, times: 4)
        await fail(gates, .platform, .refusedByPlatform, times: 1)
        #expect(await gates.failingSince(.platform) == nil)
    }

    @Test(
        "a failed message of PID is the insurer's outage, not the platform's",
        arguments: [
            ProblemCode.platformUnreachable, .outcomeUnknown, .answerNotTrusted, .platformFault,
        ])
    func insurer(_ code: ProblemCode) async {
        let gates = World().gates()
        await fail(gates, .insurer, code, times: 5)
        #expect(await gates.out == [.insurer])
        #expect(await gates.failingSince(.platform) == nil)
    }

    @Test("what a probe elsewhere learned counts")
    func noted() async {
        let gates = World().gates()
        for _ in 0..<5 { await gates.note(.timestamps, isUp: false) }
        #expect(await gates.out == [.timestamps])
        await gates.note(.timestamps, isUp: true)
        #expect(await gates.out.isEmpty)
    }
}
