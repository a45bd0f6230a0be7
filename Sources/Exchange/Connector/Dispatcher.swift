// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Drives every accepted form to its end, several at a time, through restarts and outages.
package actor Dispatcher {
    private let pipeline: Pipeline
    private let store: any TransmissionStore
    private let now: @Sendable () -> Date
    /// A number from 0 up to 1, for full jitter (RE-07).
    private let jitter: @Sendable () -> Double
    private var inWork: Set<String> = []
    private let wakeUps: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    package init(
        _ pipeline: Pipeline, store: any TransmissionStore, now: @escaping @Sendable () -> Date,
        jitter: @escaping @Sendable () -> Double
    ) {
        (self.pipeline, self.store, self.now, self.jitter) = (pipeline, store, now, jitter)
        (wakeUps, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Says that there is new work.
    package nonisolated func notify() { wake.yield() }

    /// Works until the task is cancelled. A step in hand is given up; it is taken again at the next
    /// start, a deposit as one whose outcome is unknown.
    package func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await self.tick() }
            notify()
            for await _ in wakeUps {
                let batch = (try? await takeDue()) ?? []
                guard !batch.isEmpty else { continue }
                group.addTask { await self.drive(batch) }
            }
            group.cancelAll()
        }
    }

    /// Wakes the loop when the next form becomes due.
    private func tick() async throws {
        while !Task.isCancelled {
            let next = (try? await store.nextDue()) ?? .distantFuture
            let wait = min(max(next.timeIntervalSince(now()), 0.05), 1)
            try await Task.sleep(for: .seconds(wait))
            notify()
        }
    }

    private func takeDue() async throws -> [Transmission] {
        let room = Limits.concurrentForms - inWork.count
        guard room > 0 else { return [] }
        let due = try await store.due(at: now(), limit: Limits.dueForms)
        let taken = due.filter { !inWork.contains($0.uuid) }.prefix(room)
        inWork.formUnion(taken.map(\.uuid))
        return Array(taken)
    }

    /// A store that fails (a full disk) costs a pause, never the form: it stays where it stood.
    private func drive(_ batch: [Transmission]) async {
        do {
            var fresh: [Transmission] = []
            for transmission in batch {
                // What was due may have moved while it was taken.
                if let current = try await store.transmission(transmission.uuid),
                    current.dueAt <= now()
                {
                    fresh.append(current)
                }
            }
            try await advance(fresh)
        } catch {
            try? await Task.sleep(for: .seconds(Limits.storePause))
        }
        inWork.subtract(batch.map(\.uuid))
        notify()
    }

    /// Takes forms as far as they go now, step by step together.
    ///
    /// - Throws: The store's error, when every other form has had its step; what a stage says
    ///   becomes the form's problem.
    package nonisolated func advance(_ batch: [Transmission]) async throws {
        var current = batch.filter { !$0.state.isSettled }
        while !current.isEmpty, !Task.isCancelled {
            var next: [Transmission] = []
            var storeFailure: (any Error)?
            for (transmission, outcome) in zip(current, await pipeline.steps(current)) {
                do {
                    let moved = try await record(outcome, of: transmission)
                    if let moved, !moved.state.isSettled { next.append(moved) }
                } catch {
                    storeFailure = error
                }
            }
            if let storeFailure { throw storeFailure }
            current = next
        }
    }

    /// Makes a step durable.
    ///
    /// - Returns: The form where it now stands; `nil` when it stopped or somebody else moved it.
    private nonisolated func record(
        _ outcome: Result<Transition, any Error>, of transmission: Transmission
    ) async throws -> Transmission? {
        do {
            let transition = try outcome.get()
            let isRecorded = try await store.record(transition, from: transmission.state)
            return isRecorded ? transition.transmission : nil
        } catch let failure as StageFailure {
            try await record(failure, of: transmission)
            return nil
        }
    }

    private nonisolated func record(_ failure: StageFailure, of transmission: Transmission)
        async throws
    {
        var stopped = transmission
        let moment = now()
        stopped.problem = failure.problem
        stopped.failures += 1
        stopped.changedAt = moment
        switch failure.consequence {
        case .attention: stopped.state = .attention
        case .unknown: stopped.state = .unknown
        case .retry: break
        }
        let isOver = moment.timeIntervalSince(transmission.acceptedAt) > Limits.retryEnd
        // A machine that was off for days gets its tries too.
        // What may have arrived stays unknown until somebody answers.
        if isOver, stopped.failures > Limits.leastRetries, stopped.state != .unknown {
            stopped.state = .attention
        }
        let delay =
            failure.retryAfter.map(Double.init)
            ?? BackOff.delay(failures: stopped.failures, jitter: jitter())
        stopped.dueAt = moment.addingTimeInterval(delay)
        _ = try await store.record(Transition(stopped), from: transmission.state)
    }
}
