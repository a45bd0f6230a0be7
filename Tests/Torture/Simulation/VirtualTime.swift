// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// A random generator whose whole course follows from its seed (SplitMix64).
struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Whether something of this probability happens now.
    mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &self) < probability
    }
}

/// Runs everything on one thread in an order drawn from a seed; time passes only when nothing else
/// can happen.
///
/// Its state is touched by the thread that runs and by jobs on that thread; the lock says so to the
/// compiler.
final class VirtualTime: TaskExecutor, Sendable {
    private struct Timer: Sendable {
        var at: Double
        var number: Int
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State: Sendable {
        var random: SeededRandom
        var ready: [UnownedJob] = []
        var timers: [Int: Timer] = [:]
        var lastNumber = 0
        var seconds = 0.0
        var isDone = false
    }

    private let state: Mutex<State>
    private let start: Date

    init(seed: UInt64, start: Date) {
        state = Mutex(State(random: SeededRandom(seed: seed)))
        self.start = start
    }

    var seconds: Double { state.withLock { $0.seconds } }
    var now: Date { start.addingTimeInterval(seconds) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
    }

    func draw<Value: Sendable>(_ body: (inout SeededRandom) -> Value) -> Value {
        state.withLock { body(&$0.random) }
    }

    /// Waits until virtual time has passed.
    ///
    /// - Throws: `CancellationError`.
    @Sendable func pause(_ duration: Duration) async throws {
        try Task.checkCancellation()
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    guard !Task.isCancelled else { return true }
                    state.timers[number] = Timer(
                        at: state.seconds + max(0, duration / .seconds(1)), number: number,
                        continuation: continuation)
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let timer = state.withLock { $0.timers.removeValue(forKey: number) }
            timer?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Runs `body` to its end.
    ///
    /// - Returns: False when it can never end: nobody is ready and nobody waits for a time.
    func run(_ body: @escaping @Sendable () async -> Void) -> Bool {
        let task = Task(executorPreference: self) {
            await body()
            self.state.withLock { $0.isDone = true }
        }
        while !state.withLock({ $0.isDone }) {
            if let job = nextJob() {
                job.runSynchronously(on: asUnownedTaskExecutor())
            } else if !advance() {
                task.cancel()
                return false
            }
        }
        return true
    }

    private func nextJob() -> UnownedJob? {
        state.withLock { state in
            guard !state.ready.isEmpty else { return nil }
            let index = Int.random(in: 0..<state.ready.count, using: &state.random)
            return state.ready.remove(at: index)
        }
    }

    /// Goes to the next moment at which somebody wakes up.
    private func advance() -> Bool {
        let timer: Timer? = state.withLock { state in
            let next = state.timers.values.min { ($0.at, $0.number) < ($1.at, $1.number) }
            guard let next else { return nil }
            state.timers[next.number] = nil
            state.seconds = max(state.seconds, next.at)
            return next
        }
        timer?.continuation.resume()
        return timer != nil
    }
}
