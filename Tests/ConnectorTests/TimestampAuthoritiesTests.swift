// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import Testing

@testable import Connector

@Suite("Time-stamp authorities: fail-over, fail-back, quotas")
final class TimestampAuthoritiesTests: Sendable {
    private let clock = Mutex(Date(timeIntervalSince1970: 1_795_000_000))

    private func authorities(_ list: TimestampAuthority...) -> TimestampAuthorities {
        TimestampAuthorities(list, now: { self.clock.withLock { $0 } }, jitter: { 0.5 })
    }

    private func wait(_ seconds: Double) { clock.withLock { $0 += seconds } }

    private let failure = StageFailure(.timestampUnreachable, "out", actor: .incert, .retry)

    @Test("the next one is asked when the first fails, and the first again when it may be back")
    func failOver() async throws {
        let (first, second) = (TimestampAuthority(url: "1"), TimestampAuthority(url: "2"))
        let authorities = authorities(first, second)
        for _ in 0..<5 {
            #expect(try await authorities.next(after: []) == first)
            await authorities.note(first, failure: failure)
            #expect(try await authorities.next(after: ["1"]) == second)
            await authorities.note(second, failure: nil)
        }
        // Known to be out: it is not asked at all.
        #expect(try await authorities.next(after: []) == second)
        wait(31)
        #expect(try await authorities.next(after: []) == first)
        await authorities.note(first, failure: nil)
        #expect(try await authorities.next(after: []) == first)
    }

    @Test("a quota is kept, and told when it is used up everywhere")
    func quotas() async throws {
        let authorities = authorities(
            TimestampAuthority(url: "1", perMinute: 2), TimestampAuthority(url: "2", perDay: 1))
        #expect(try await authorities.next(after: []).url == "1")
        #expect(try await authorities.next(after: []).url == "1")
        #expect(try await authorities.next(after: []).url == "2")
        let refusal = await #expect(throws: StageFailure.self) {
            try await authorities.next(after: [])
        }
        #expect(refusal?.retryAfter == 60)
        wait(60)
        #expect(try await authorities.next(after: []).url == "1")
    }

    @Test("Retry-After closes an authority for as long")
    func retryAfter() async throws {
        let only = TimestampAuthority(url: "1")
        let authorities = authorities(only)
        var busy = failure
        busy.retryAfter = 20
        await authorities.note(only, failure: busy)
        await #expect(throws: StageFailure.self) { try await authorities.next(after: []) }
        wait(20)
        #expect(try await authorities.next(after: []) == only)
    }
}
