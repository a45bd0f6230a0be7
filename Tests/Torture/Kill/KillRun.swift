// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import HTTPTypes

/// The connector's lives, one after the other: each is cut off at a named place or at a random time.
struct KillRun: Sendable {
    let installation: TortureInstallation
    let practice: Practice

    struct Count: Sendable {
        var named = 0
        var random = 0
        /// How often each place was reached and killed the process.
        var reached: [String: Int] = [:]
        var slowestStart = Duration.zero
        var violations: [String] = []
    }

    /// How the exchange fails for the form of a life, so that it passes a place.
    private static func fault(for place: CrashPoint) -> String? {
        switch place.step {
        // The answer does not come, and the platform never heard of it.
        case .query: "cut-before"
        case .hold: "unavailable"
        default: nil
        }
    }

    // MARK: Lives

    /// Forms that are there before anything is killed: they can be cancelled later.
    func warmUp(forms: Int, _ count: inout Count) async throws {
        let connector = try await start(&count)
        for _ in 0..<forms { await practice.wantForm() }
        try await work(connector, within: .seconds(60)) { await !practice.hasOpenErrands }
        connector.kill()
        try await connector.ends(within: .seconds(5))
    }

    /// One life that ends at a place.
    func kill(at place: CrashPoint, _ count: inout Count) async throws {
        // Only the attempt of a life before is found as one whose outcome is unknown.
        if place.step == .send, [.beforeCommit, .afterCommit].contains(place.moment) {
            try await live(until: CrashPoint(.send, .afterEffect), &count)
        }
        try await live(until: place, &count)
    }

    private func live(until place: CrashPoint, _ count: inout Count) async throws {
        let uuid = await practice.wantForm()
        if let fault = Self.fault(for: place) {
            try await installation.admin(
                .post, "faults",
                #"{"service": "exchange", "fault": "\#(fault)", "uuid": "\#(uuid)", "count": 1}"#)
        }
        if place.step == .simulate { await practice.wantSimulation() }
        if place.step == .prepareCancellation { await practice.wantCancellation() }
        let connector = try await launch(crashAt: place.description, &count)
        try await work(connector, within: .seconds(10)) { false }
        if connector.wasKilled { count.reached[place.description, default: 0] += 1 }
        connector.kill()
        try await connector.ends(within: .seconds(5))
        count.named += 1
    }

    /// One life that ends at a time nobody chose.
    ///
    /// - Parameter isStarting: The time runs from the launch, not from when it is ready.
    func kill(after time: Duration, isStarting: Bool, _ count: inout Count) async throws {
        await practice.wantForm()
        switch count.random % 4 {
        case 0: await practice.wantCancellation()
        case 1: await practice.wantSimulation()
        default: break
        }
        let connector: ChildProcess
        if isStarting {
            // The last start was not cut off while a key opened, or this one would say "too soon".
            try await start(&count).stop()
            connector = try installation.launch(crashAt: nil)
            try await ChildProcess.until(time) { !connector.isRunning }
        } else {
            connector = try await start(&count)
            try await work(connector, within: time) { false }
        }
        connector.kill()
        try await connector.ends(within: .seconds(5))
        count.random += 1
    }

    /// A life in which everything comes to rest; ended in order.
    func settle(_ count: inout Count, _ judge: (ConnectorAtWork) async throws -> Void) async throws
    {
        let connector = try await start(&count)
        try await work(connector, within: .seconds(60)) { await !practice.hasOpenErrands }
        try await judge(try ConnectorAtWork(state: installation.state))
        try await connector.stop()
    }

    // MARK: Steps

    private func start(_ count: inout Count) async throws -> ChildProcess {
        let connector = try await launch(crashAt: nil, &count)
        guard connector.isRunning else {
            throw ChildProcess.NotReady(description: "the connector: \(connector.said)")
        }
        return connector
    }

    /// Starts until it is ready or has been killed; a key says "too soon" after an attempt that was
    /// cut off.
    private func launch(
        crashAt place: String?, _ count: inout Count
    ) async throws -> ChildProcess {
        for _ in 0..<40 {
            let start = ContinuousClock.now
            let connector = try installation.launch(crashAt: place)
            if try await connector.becomesReady() {
                count.slowestStart = max(count.slowestStart, .now - start)
                return connector
            }
            if connector.wasKilled { return connector }
            // A real process: nothing tells when it listens again.
            try await Task.sleep(for: .milliseconds(300))
        }
        throw ChildProcess.NotReady(description: "the connector does not start again")
    }

    /// Runs errands until the process ends, time is over or `isDone`.
    private func work(
        _ connector: ChildProcess, within limit: Duration, isDone: () async -> Bool
    ) async throws {
        let end = ContinuousClock.now + limit
        guard let address = try? ConnectorAtWork(state: installation.state) else { return }
        while connector.isRunning, ContinuousClock.now < end, await !isDone() {
            await practice.runErrands(at: address)
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
