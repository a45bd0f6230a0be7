// SPDX-License-Identifier: Apache-2.0
import Foundation
import InProcess
import Sandbox
import Synchronization
import Testing

@testable import Connector

@Suite("Audit keeper: when roots are signed and stamped (DP-07)", .timeLimit(.minutes(5)))
struct AuditKeeperTests {
    private actor Audit: AuditStore {
        private(set) var entries: [AuditEntry] = []
        private var roots: [AuditRoot] = []

        func happen(_ count: Int, at moment: Date) {
            for _ in 0..<count {
                let fact = AuditFact(
                    moment: moment, actor: "a", action: "move", objectType: "form",
                    objectID: "1", outcome: "final", origin: "pipeline")
                entries.append(
                    AuditEntry(
                        fact, sequence: entries.count + 1,
                        previous: entries.last?.hash ?? AuditEntry.start))
            }
        }

        func auditEntries(from sequence: Int, limit: Int) -> [AuditEntry] {
            Array(entries.dropFirst(sequence - 1).prefix(limit))
        }
        func lastAuditEntry() -> AuditEntry? { entries.last }
        func auditRoots() -> [AuditRoot] { roots }
        func lastAuditRoot(isStamped: Bool) -> AuditRoot? {
            roots.last { !isStamped || $0.token != nil }
        }
        func auditRoot(endingAt last: Int) -> AuditRoot? { roots.first { $0.last == last } }
        func append(_ root: AuditRoot) { roots.append(root) }
    }

    private final class Published: Sendable {
        private let roots = Mutex<[AuditRoot]>([])
        var all: [AuditRoot] { roots.withLock { $0 } }
        func append(_ root: AuditRoot) { roots.withLock { $0.append(root) } }
    }

    private let side: NationalSide
    private let audit = Audit()
    private let published = Published()
    private let keeper: AuditKeeper

    init() async throws {
        let (side, published) = (try await NationalSide(), published)
        self.side = side
        let environment = await side.environment(side.profile, send: side.send { $0 })
        keeper = AuditKeeper(audit, environment, instance: "i") { published.append($0) }
    }

    /// Entries come, time passes, and the keeper looks.
    private func look(after seconds: Double, entries: Int) async throws {
        await audit.happen(entries, at: side.clock.now)
        side.clock.set(to: side.clock.now.addingTimeInterval(seconds))
        try await keeper.look()
    }

    private var stretches: [ClosedRange<Int>] {
        get async { await audit.auditRoots().map { $0.first...$0.last } }
    }

    @Test("a root covers what came since the last: after an hour, or a thousand entries")
    func stretches() async throws {
        try await look(after: 0, entries: 0)
        #expect(await stretches.isEmpty)
        try await look(after: 60, entries: 3)
        #expect(await stretches == [1...3])
        try await look(after: 3_599, entries: 4)
        #expect(await stretches == [1...3])
        try await look(after: 1, entries: 0)
        #expect(await stretches == [1...3, 4...7])
        try await look(after: 1, entries: 999)
        #expect(await stretches == [1...3, 4...7])
        try await look(after: 1, entries: 1)
        #expect(await stretches == [1...3, 4...7, 8...1_007])
        // Nothing happened: there is nothing to sign.
        try await look(after: 7_200, entries: 0)
        #expect(await stretches.count == 3)

        let roots = await audit.auditRoots()
        #expect(published.all == roots)
        let report = try await AuditVerification(audit).report(published: published.all.last)
        #expect(report.faults.isEmpty && report.roots == 3 && report.unsigned == 0)
    }

    @Test("one root a day carries a time-stamp; one that could not be had comes with the next")
    func stamps() async throws {
        side.faults[.tsa] = .unavailable
        try await look(after: 0, entries: 1)
        side.faults.clear()
        for _ in 0..<26 { try await look(after: 3_600, entries: 1) }
        let isStamped = await audit.auditRoots().map { $0.token != nil }
        let expected = (0..<27).map { $0 == 1 || $0 == 25 }
        #expect(isStamped == expected)
        let report = try await AuditVerification(audit).report()
        #expect(report.faults.isEmpty && report.stampedRoots == 2)
    }

    @Test("a token over something else is a fault of its root")
    func foreignToken() async throws {
        for _ in 0..<2 { try await look(after: 86_400, entries: 1) }
        let roots = await audit.auditRoots()
        var bad = roots[1]
        bad.token = roots[0].token
        #expect(bad.holds(over: await audit.auditEntries(from: 2, limit: 1)) == false)
        #expect(roots[1].holds(over: await audit.auditEntries(from: 2, limit: 1)))
    }
}
