// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import HTTPTypes
import Synchronization
import Testing

@Suite("Our clock against everybody else's (RE-10)")
struct ClockWatchTests {
    private let now = Date(timeIntervalSince1970: 1_795_000_000)

    private func watch() -> ClockWatch {
        let now = now
        return ClockWatch(now: { now })
    }

    @Test(
        "a minute is warned about, five stop signing",
        arguments: [
            (0.0, ClockWatch.Verdict.right), (60, .right), (61, .warning(skew: 61)),
            (-300, .warning(skew: -300)), (301, .wrong(skew: 301)),
            (-86_400, .wrong(skew: -86_400)),
        ])
    func bounds(_ skew: Double, _ verdict: ClockWatch.Verdict) {
        let watch = watch()
        #expect(watch.verdict == .unknown)
        watch.note(now + skew, of: .timestamp, host: "tsa")
        #expect(watch.verdict == verdict)
    }

    @Test("one service with a wrong clock is that service's affair")
    func outvoted() {
        let watch = watch()
        watch.note(now + 1_000, of: .timestamp, host: "tsa")
        watch.note(now + 2, of: .http, host: "mysecu")
        #expect(watch.verdict == .right)
    }

    @Test("nothing is signed under a wrong clock, and the reason says by how much")
    func refusal() {
        let watch = watch()
        #expect(throws: Never.self) { try watch.requireRight() }
        watch.note(now + 400, of: .http, host: "a")
        let failure = #expect(throws: StageFailure.self) { try watch.requireRight() }
        #expect(failure?.code == .clockWrong)
        #expect(failure?.consequence == .retry)
        #expect(failure?.detail.contains("400 seconds behind") == true)
    }

    @Test("the Date of an answer is a clock like any other")
    func httpDate() async throws {
        let watch = watch()
        let send = watch.watching { _, _, _ in
            (
                HTTPResponse(
                    status: .ok, headerFields: [.date: "Sat, 21 Nov 2026 22:40:00 GMT"]), []
            )
        }
        _ = try await send(
            HTTPRequest(method: .get, scheme: "http", authority: "a", path: "/"), [], .zero)
        let shown = try Date("2026-11-21T22:40:00Z", strategy: .iso8601)
        #expect(watch.verdict.skew == shown.timeIntervalSince(now))
    }
}

@Suite("Room on the disk (RE-11)")
struct DiskWatchTests {
    /// A disk whose room a test sets, and the reserve on it.
    private final class Disk: Sendable {
        let free = Mutex(10 << 30)
        let hasReserve = Mutex(false)

        func watch(total: Int = 100 << 30) -> DiskWatch {
            DiskWatch(
                space: { DiskSpace(free: self.free.withLock { $0 }, total: total) },
                keepReserve: { kept in
                    self.hasReserve.withLock { $0 = kept }
                    return true
                })
        }

        func set(_ bytes: Int) { free.withLock { $0 = bytes } }
        var isReserved: Bool { hasReserve.withLock { $0 } }
    }

    @Test("below 500 MiB, or below five in a hundred, nothing new is accepted")
    func low() {
        let disk = Disk()
        let watch = disk.watch(total: 1 << 30)
        disk.set(500 << 20)
        #expect(watch.mayAccept)
        disk.set((500 << 20) - 1)
        #expect(!watch.mayAccept)
        #expect(watch.state == .low)
        let large = disk.watch()
        disk.set((5 << 30) - 1)
        #expect(!large.mayAccept)
        disk.set(5 << 30)
        #expect(large.mayAccept)
    }

    @Test("the reserve is given up for work in flight, and made again when there is room")
    func reserve() {
        let disk = Disk()
        let watch = disk.watch()
        #expect(watch.look() == .ample)
        #expect(disk.isReserved)
        disk.set((64 << 20) - 1)
        #expect(watch.look() == .reserve)
        #expect(!disk.isReserved)
        // What the reserve gave back is no room for new work.
        disk.set(128 << 20)
        #expect(watch.look() == .reserve)
        #expect(!disk.isReserved)
        disk.set(10 << 30)
        #expect(watch.look() == .ample)
        #expect(disk.isReserved)
    }
}
