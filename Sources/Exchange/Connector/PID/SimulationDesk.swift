// SPDX-License-Identifier: Apache-2.0
package import Coverage
import FormPacks
package import NationalAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Why a simulation cannot do what is asked of it now.
package enum SimulationRefusal: Error, Sendable, Hashable {
    case unknown
    /// It stands where that is not possible; `reason` says so in English.
    case notNow(SimulationState, reason: String)
    /// The reason for contesting is longer than its limit, or names lines that do not exist.
    case reason(String)
}

/// What a caller is told when it hands in something to simulate.
package enum SimulationReply: Sendable {
    /// Durable; where it stands after the wait.
    case accepted(Simulation, warnings: [Coverage.Anomaly])
    /// The same bytes were handed in before.
    case replayed(Simulation)
    /// It leaves no trace of its UUID.
    case refused([Coverage.Anomaly])
    case uuidReused
}

/// Why a practice contests.
package struct Contestation: Sendable, Hashable {
    package var reason: ContestationRequest.Reason
    package var text: String?
    /// Numbers of the contested lines; empty means all.
    package var lines: [Int]

    package init(reason: ContestationRequest.Reason, text: String? = nil, lines: [Int] = []) {
        (self.reason, self.text, self.lines) = (reason, text, lines)
    }
}

/// Immediate direct payment for one practice: takes simulations in, sends them, and carries out what
/// the practice decides.
///
/// What is begun goes on when the caller is gone: each simulation has at most one piece of work at
/// a time, and callers wait for it as long as they like.
package actor SimulationDesk {
    nonisolated let environment: SimulationEnvironment
    nonisolated let store: any SimulationStore
    nonisolated let road: SimulationRoad
    private var inHand: [String: WorkInHand] = [:]
    /// Whether the insurer was failing at the last look.
    private var wasFailing = false

    /// What is being done for one simulation, and who waits for it.
    private struct WorkInHand {
        var next: [@Sendable () async throws -> Void] = []
        var waiters: [AsyncStream<Void>.Continuation] = []
    }

    package init(_ environment: SimulationEnvironment, store: any SimulationStore) {
        (self.environment, self.store) = (environment, store)
        road = SimulationRoad(environment, store: store)
    }

    // MARK: Work in hand

    /// Does work on a simulation, after what is in hand for it.
    ///
    /// Unstructured on purpose: the work outlives the request that began it; at the end of the
    /// process it is cut off and taken up again at the next start.
    func start(_ uuid: String, _ work: @escaping @Sendable () async throws -> Void) {
        guard inHand[uuid] == nil else {
            inHand[uuid]?.next.append(work)
            return
        }
        inHand[uuid] = WorkInHand()
        Task { await drain(uuid, work) }
    }

    private func drain(
        _ uuid: String, _ first: @escaping @Sendable () async throws -> Void
    ) async {
        var work = first
        while true {
            // A store that fails leaves the simulation where it stood; it is due again later.
            try? await work()
            guard inHand[uuid]?.next.isEmpty == false, let next = inHand[uuid]?.next.removeFirst()
            else { break }
            work = next
        }
        for waiter in inHand.removeValue(forKey: uuid)?.waiters ?? [] { waiter.finish() }
    }

    /// Returns when no work on the simulation is in hand, or when time is over.
    package func wait(for uuid: String, within limit: Duration) async {
        guard inHand[uuid] != nil else { return }
        let (stream, waiter) = AsyncStream<Void>.makeStream()
        inHand[uuid]?.waiters.append(waiter)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in stream {} }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    // MARK: By itself

    /// Drives what is due until the task is cancelled: repeats, queries, expiry, payments.
    package func run() async throws {
        await takeUp()
        while !Task.isCancelled {
            await driveDue()
            let next = (try? await store.nextSimulationDue()) ?? .distantFuture
            let pause = min(max(next.timeIntervalSince(environment.now), 0.1), 1)
            try await Task.sleep(for: .seconds(pause))
        }
    }

    /// Takes up what an earlier process was sending: its outcome is unknown.
    package func takeUp() async {
        let sent = SimulationStep.allCases.map(\.sent)
        let left = try? await store.simulations(in: sent, limit: Limits.sentSimulations)
        for simulation in left ?? [] {
            start(simulation.uuid) { [road] in try await road.advance(simulation) }
        }
    }

    /// Starts what is due now.
    package func driveDue() async {
        await goOnAfterOutage()
        let moment = environment.now
        let due = try? await store.dueSimulations(at: moment, limit: Limits.dueSimulations)
        for simulation in due ?? [] where inHand[simulation.uuid] == nil {
            start(simulation.uuid) { [road, store] in
                // What was due may have moved while it was taken.
                guard let current = try await store.simulation(simulation.uuid),
                    current.dueAt <= moment
                else { return }
                try await road.advance(current)
            }
        }
    }

    /// One simulation that waits asks whether the insurer is back; once it is all go on, however
    /// long their own retries would still wait (RE-07, RE-08).
    private func goOnAfterOutage() async {
        let gates = environment.pipeline.gates
        let isFailing = await gates.failingSince(.insurer) != nil
        let hasRecovered = wasFailing && !isFailing
        wasFailing = isFailing
        let isDueForProbe = await gates.dueForProbe.contains(.insurer)
        guard hasRecovered || isDueForProbe else { return }
        let waiting = try? await store.simulations(
            in: Self.waiting, limit: hasRecovered ? Limits.sentSimulations : 1)
        for simulation in waiting ?? [] where inHand[simulation.uuid] == nil {
            start(simulation.uuid) { [road, store] in
                guard let current = try await store.simulation(simulation.uuid),
                    Self.waiting.contains(current.state)
                else { return }
                try await road.advance(current)
            }
        }
    }

    /// Where a simulation stands that goes on by itself once the insurer answers.
    private static let waiting: [SimulationState] = [.draft, .unknown]
}
