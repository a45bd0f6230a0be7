// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What a dispatcher needs beside its pipeline and its store.
package struct DispatcherEnvironment: Sendable {
    /// Names this worker in the store: the same after a restart, so that it takes up its own work.
    package var worker: String
    package var now: @Sendable () -> Date
    /// A number from 0 up to 1, for full jitter (RE-07).
    package var jitter: @Sendable () -> Double
    package var pause: @Sendable (Duration) async throws -> Void
    /// Called when something of which listeners are told is durable.
    package var onEvent: @Sendable () -> Void = {}

    package init(
        worker: String, now: @escaping @Sendable () -> Date,
        jitter: @escaping @Sendable () -> Double,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        (self.worker, self.now, self.jitter, self.pause) = (worker, now, jitter, pause)
    }
}

/// Drives every accepted form to its end, several at a time, through restarts and outages.
package actor Dispatcher {
    nonisolated let pipeline: Pipeline
    nonisolated let store: any TransmissionStore
    nonisolated let environment: DispatcherEnvironment
    private var formsInWork = 0
    private var isTryingSuspect = false
    private var isStopping = false
    private var lastLookForOverdue = Date.distantPast
    private var lastTick = Date.distantFuture
    private let wakeUps: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    package init(
        _ pipeline: Pipeline, store: any TransmissionStore, _ environment: DispatcherEnvironment
    ) {
        (self.pipeline, self.store, self.environment) = (pipeline, store, environment)
        (wakeUps, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Says that there is new work.
    package nonisolated func notify() { wake.yield() }

    /// Ends ``run()`` in an orderly way: no new work is taken, every form in hand finishes the step
    /// it is at.
    package func stop() {
        isStopping = true
        wake.finish()
    }

    /// Works until it is stopped, or until the task is cancelled. A step that a cancellation cuts
    /// off is taken again at the next start, a deposit as one whose outcome is unknown.
    package func run() async throws {
        try? await store.release(worker: environment.worker, isOrderly: false)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.tick() }
            group.addTask { await self.takeUpRecovered() }
            await work()
            group.cancelAll()
        }
        try Task.checkCancellation()
        try? await store.release(worker: environment.worker, isOrderly: true)
    }

    private func work() async {
        await withDiscardingTaskGroup { group in
            notify()
            for await _ in wakeUps {
                while !isStopping, let batch = try? await takeDue(), !batch.isEmpty {
                    group.addTask { await self.drive(batch) }
                }
            }
        }
    }

    /// Wakes the loop when the next form becomes due.
    private func tick() async {
        while !Task.isCancelled, !isStopping {
            await undoWrongClock()
            await sendProbes()
            let out = await pipeline.gates.out
            let next = (try? await store.nextDue(excluding: out)) ?? .distantFuture
            let wait = min(max(next.timeIntervalSince(environment.now()), 0.05), 1)
            do { try await environment.pause(.seconds(wait)) } catch { return }
            if next <= environment.now() { notify() }
            if isTimeForOverdue() { notify() }
        }
    }

    /// A clock that goes back would leave what it put off waiting for as long (RE-10).
    private func undoWrongClock() async {
        let moment = environment.now()
        let late = moment.addingTimeInterval(Limits.clockWarning)
        if lastTick > late { try? await store.makeDue(changedAfter: late, at: moment) }
        lastTick = moment
    }

    /// One form that waits for a service finds out whether it is back, however long its own retry
    /// would still wait (RE-08).
    private func sendProbes() async {
        for service in await pipeline.gates.dueForProbe {
            try? await store.makeDue(heldBy: service, at: environment.now(), limit: 1)
        }
    }

    /// What waits for a service that has come back goes on at once (RE-07).
    private func takeUpRecovered() async {
        for await service in pipeline.gates.recoveries {
            try? await store.makeDue(heldBy: service, at: environment.now(), limit: .max)
            notify()
        }
    }

    private func isTimeForOverdue() -> Bool {
        environment.now().timeIntervalSince(lastLookForOverdue) >= Limits.overdueInterval
    }

    // MARK: Taking work

    private func takeDue() async throws -> [Claim] {
        let room = min(Limits.concurrentForms - formsInWork, Limits.formsOfBatch)
        guard room > 0, !isTryingSuspect else { return [] }
        var request = ClaimRequest(
            worker: environment.worker, moment: environment.now(), lease: Limits.lease,
            limit: room, excluded: await pipeline.gates.out)
        // Before anything is awaited again the room is taken.
        formsInWork += room
        var claims: [Claim] = []
        defer { formsInWork += claims.count - room }
        pipeline.passing(CrashPoint(.claim, .beforeCommit))
        if isTimeForOverdue() {
            // Whoever died may have died of its work: while one of that is tried nothing else is
            // begun (RE-09).
            request.selection = .suspect
            request.limit = 1
            claims = try await store.claim(request)
            isTryingSuspect = !claims.isEmpty
            request.limit = room
        }
        if claims.isEmpty, isTimeForOverdue() {
            lastLookForOverdue = request.moment
            let accepted = request.moment.addingTimeInterval(-Limits.retryEnd)
            request.selection = .overdue(accepted)
            claims = try await store.claim(request)
        }
        if claims.isEmpty {
            request.selection = .sound
            claims = try await store.claim(request)
        }
        pipeline.passing(CrashPoint(.claim, .afterCommit))
        return claims
    }

    private func drive(_ batch: [Claim]) async {
        await advance(batch)
        formsInWork -= batch.count
        if batch.contains(where: { $0.crashes > 0 }) { isTryingSuspect = false }
        notify()
    }

    // MARK: Steps

    /// Takes forms as far as they go now, step by step together. A store that fails (a full disk)
    /// costs a pause, never the form: it stays where it stood, in this worker's hands.
    private nonisolated func advance(_ batch: [Claim]) async {
        var current = batch
        while !current.isEmpty {
            var next: [Claim] = []
            for (claim, outcome) in zip(current, await pipeline.steps(current)) {
                do {
                    if let moved = try await record(outcome, of: claim) { next.append(moved) }
                } catch {
                    if let again = await afterStoreFailure(claim) { next.append(again) }
                }
            }
            if await isStopping || Task.isCancelled { return }
            current = next
        }
    }

    /// Takes all due work as far as it goes now; for callers that have no loop.
    package nonisolated func drain() async throws {
        while true {
            let claims = try await store.claim(
                ClaimRequest(
                    worker: environment.worker, moment: environment.now(), lease: Limits.lease,
                    limit: Limits.formsOfBatch))
            guard !claims.isEmpty else { return }
            await advance(claims)
        }
    }

    private nonisolated func afterStoreFailure(_ claim: Claim) async -> Claim? {
        try? await environment.pause(.seconds(Limits.storePause))
        guard !Task.isCancelled else { return nil }
        guard let current = try? await store.transmission(claim.transmission.uuid) else {
            return claim
        }
        guard !current.state.isSettled else { return nil }
        var again = claim.moved(to: current)
        // What was in hand when the store failed may have had its effect.
        again.isFresh = true
        return again
    }

    /// Makes a step durable.
    ///
    /// - Returns: The form where it now stands; `nil` when it stopped or somebody else has it.
    private nonisolated func record(
        _ outcome: Result<Transition, any Error>, of claim: Claim
    ) async throws -> Claim? {
        let (step, transition): (PipelineStep, Transition)
        do {
            transition = try outcome.get()
            step = pipeline.step(of: claim.transmission, to: transition.transmission)
        } catch let failure as StageFailure {
            let stopped = stopped(claim.transmission, by: failure)
            _ = try await write(Transition(stopped), .hold, of: claim, then: .release)
            return nil
        }
        let moved = transition.transmission
        let lease = environment.now().addingTimeInterval(Limits.lease)
        let isOver = moved.state.isSettled || moved.dueAt > environment.now()
        let isWritten = try await write(
            transition, step, of: claim, then: isOver ? .release : .keep(until: lease))
        guard isWritten else {
            // What was to move along has moved, or is in somebody's hands: looked at again soon.
            guard !transition.companions.isEmpty else { return nil }
            let held = stopped(claim.transmission, by: .hold("Other work of its chain is in hand."))
            _ = try await write(Transition(held), .hold, of: claim, then: .release)
            return nil
        }
        guard !isOver else {
            try await wakeChain(of: moved)
            return nil
        }
        return claim.moved(to: moved)
    }

    private nonisolated func write(
        _ transition: Transition, _ step: PipelineStep, of claim: Claim, then: ClaimContinuation
    ) async throws -> Bool {
        pipeline.passing(CrashPoint(step, .beforeCommit))
        let isWritten = try await store.record(transition, of: claim, then: then)
        pipeline.passing(CrashPoint(step, .afterCommit))
        if isWritten, transition.transmission.event(after: claim.transmission) != nil {
            environment.onEvent()
        }
        return isWritten
    }

    /// What waits for this work looks again at once.
    private nonisolated func wakeChain(of transmission: Transmission) async throws {
        let links = transmission.links
        var waiting = [links.replacement, links.predecessor, links.subject].compactMap { $0 }
        waiting += try await store.transmissions(
            TransmissionQuery(linkedTo: transmission.uuid, limit: 8)
        ).map(\.uuid)
        try await store.makeDue(waiting, at: environment.now())
        notify()
    }

    /// A form that cannot go on now, with the moment at which it is tried again (RE-07).
    private nonisolated func stopped(
        _ transmission: Transmission, by failure: StageFailure
    ) -> Transmission {
        var stopped = transmission
        let moment = environment.now()
        stopped.problem = failure.problem
        stopped.heldBy = failure.heldBy
        stopped.changedAt = moment
        switch failure.consequence {
        case .attention: stopped.state = .attention
        case .unknown: stopped.state = .unknown
        case .retry: break
        case .hold:
            stopped.dueAt = moment.addingTimeInterval(Limits.chainPause)
            return stopped
        }
        stopped.failures += 1
        let isOver = moment.timeIntervalSince(transmission.acceptedAt) > Limits.retryEnd
        // A machine that was off for days gets its tries too, unless the service is known to be out.
        let hasTried = stopped.failures > Limits.leastRetries || failure.isKnownOutage
        // What may have arrived stays unknown until somebody answers.
        if isOver, hasTried, stopped.state != .unknown { stopped.state = .attention }
        let delay =
            failure.retryAfter.map(Double.init)
            ?? BackOff.delay(failures: stopped.failures, jitter: environment.jitter())
        stopped.dueAt = moment.addingTimeInterval(delay)
        return stopped
    }
}
