// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import Testing

@testable import Connector

@Suite("Pace of calls")
struct PacingTests {
    /// What a gate is told to wait while the clock stands still, in seconds.
    private func waits(for calls: Int, rates: [ServiceName: Double]) async throws -> [Double] {
        let waits = Mutex<[Double]>([])
        let start = Date(timeIntervalSince1970: 1_795_000_000)
        let gates = ServiceGates(
            rates: rates, now: { start }, jitter: { 0.5 },
            pause: { pause in
                waits.withLock { $0.append((pause / .seconds(1) * 100).rounded() / 100) }
            })
        for _ in 0..<calls { try await gates.call(.platform) {} }
        return waits.withLock { $0 }
    }

    @Test("a service that bears ten calls a second makes the later of ten wait their turn (RE-07)")
    func pace() async throws {
        let found = try await waits(for: 10, rates: [.platform: 10])
        #expect(found == [0.1, 0.2, 0.3, 0.4])
    }

    @Test("a few calls together wait for nobody, nor do those of a service without a pace")
    func burst() async throws {
        #expect(try await waits(for: 6, rates: [.platform: 10]).isEmpty)
        #expect(try await waits(for: 10, rates: [.timestamps: 10]).isEmpty)
    }
}
