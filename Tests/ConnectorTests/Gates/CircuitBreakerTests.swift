// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Connector

@Suite("Circuit breaker: when a service is asked at all (RE-08)")
struct CircuitBreakerTests {
    private let start = Date(timeIntervalSince1970: 1_795_000_000)

    private func after(_ seconds: Double) -> Date { start.addingTimeInterval(seconds) }

    /// A breaker after so many outcomes, `true` for failures.
    private func breaker(_ outcomes: [Bool], jitter: Double = 0.5) -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for failed in outcomes {
            if failed {
                breaker.failed(at: start, jitter: jitter)
            } else {
                _ = breaker.succeeded()
            }
        }
        return breaker
    }

    @Test("opens after five failures in a row, not after four")
    func inARow() {
        #expect(breaker(Array(repeating: true, count: 4)).state == .closed)
        #expect(breaker(Array(repeating: true, count: 5)).state == .open(until: after(30)))
        let interrupted = Array(repeating: true, count: 4) + [false] + [true]
        #expect(breaker(interrupted).state == .closed)
    }

    @Test("opens when half of the last twenty failed, not before there are twenty, nor for less")
    func window() {
        let half = Array(repeating: [false, true], count: 10).flatMap { $0 }
        #expect(breaker(half).state == .open(until: after(30)))
        #expect(breaker(Array(half.dropFirst())).state == .closed)
        let less = [false] + half.dropFirst(2) + [false, true]
        #expect(breaker(Array(less.prefix(20))).state == .closed)
    }

    @Test(
        "the pause is 30 s with a spread of a fifth either way",
        arguments: [(0.0, 24.0), (0.5, 30), (0.999_999, 36)])
    func spread(_ jitter: Double, _ pause: Double) throws {
        guard case .open(let until) = breaker([true, true, true, true, true], jitter: jitter).state
        else {
            Issue.record("not open")
            return
        }
        #expect(abs(until.timeIntervalSince(start) - pause) < 0.001)
    }

    @Test("after the pause one asks, and the others wait for what it learns")
    func probe() {
        var breaker = breaker(Array(repeating: true, count: 5))
        #expect(breaker.isOut(at: after(29)) && !breaker.isDueForProbe(at: after(29)))
        let early = breaker.admit(at: after(29))
        #expect(early == .refused(until: after(30)))
        #expect(breaker.isDueForProbe(at: after(30)))
        let asked = [breaker.admit(at: after(30)), breaker.admit(at: after(30))]
        #expect(asked == [.admitted, .refused(until: after(150))])
        #expect(breaker.isOut(at: after(149)))
        // A probe that never came back counts as failed: the next one may ask.
        let next = breaker.admit(at: after(150))
        #expect(next == .admitted)
    }

    @Test("a probe that fails opens it again at once; one that succeeds closes it and forgets")
    func outcome() {
        var failing = breaker(Array(repeating: true, count: 5))
        _ = failing.admit(at: after(30))
        failing.failed(at: after(31), jitter: 0.5)
        #expect(failing.state == .open(until: after(61)) && failing.failingSince == start)
        var healed = failing
        _ = healed.admit(at: after(61))
        let hasRecovered = healed.succeeded()
        #expect(hasRecovered && healed.state == .closed && healed.failingSince == nil)
        for _ in 0..<4 { healed.failed(at: after(62), jitter: 0.5) }
        #expect(healed.state == .closed && healed.failingSince == after(62))
        let isNews = healed.succeeded()
        #expect(!isNews)
    }

    @Test("what fails while it is open does not lengthen the pause")
    func stragglers() {
        var breaker = breaker(Array(repeating: true, count: 5))
        breaker.failed(at: after(20), jitter: 0.5)
        #expect(breaker.state == .open(until: after(30)))
    }
}
