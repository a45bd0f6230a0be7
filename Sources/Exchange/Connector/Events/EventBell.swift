// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Wakes everybody who waits for events, and sends all of them home when the program ends.
package final class EventBell: Sendable {
    private struct Listeners {
        var next = 0
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        var isClosed = false
    }

    private let state = Mutex(Listeners())

    package init() {}

    /// There is something new.
    package func ring() {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield() }
    }

    /// Nobody waits any more, now or later.
    package func close() {
        let listeners = state.withLock { state in
            state.isClosed = true
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }

    package var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Yields once for every ring since, at most one unheard; ends when the bell is closed.
    package func listen() -> AsyncStream<Void> {
        let (stream, listener) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let key = state.withLock { state -> Int? in
            guard !state.isClosed else { return nil }
            state.next += 1
            state.listeners[state.next] = listener
            return state.next
        }
        guard let key else {
            listener.finish()
            return stream
        }
        listener.onTermination = { [weak self] _ in
            self?.state.withLock { $0.listeners[key] = nil }
        }
        return stream
    }

    /// Waits for a ring, the end, or `limit`, whichever comes first.
    ///
    /// - Parameter pause: Waits so long; throws when it is cancelled.
    package static func wait(
        _ rings: AsyncStream<Void>, atMost limit: Duration,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in rings { return } }
            group.addTask { try? await pause(limit) }
            await group.next()
            group.cancelAll()
        }
    }
}
