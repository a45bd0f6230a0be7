// SPDX-License-Identifier: Apache-2.0

/// Reads the log of events at a reader's own pace: whoever has read up to `n` misses nothing after it.
package struct EventReader: Sendable {
    private let events: @Sendable (_ after: Int, _ limit: Int) async throws -> [ConnectorEvent]
    private let bell: EventBell
    private let pause: @Sendable (Duration) async throws -> Void

    /// - Parameter events: The store's log.
    package init(
        events: @escaping @Sendable (_ after: Int, _ limit: Int) async throws -> [ConnectorEvent],
        bell: EventBell, pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        (self.events, self.bell, self.pause) = (events, bell, pause)
    }

    /// Whether the program is ending: no reader waits any more.
    package var isClosed: Bool { bell.isClosed }

    /// What happened after a position; waits for something to happen, at most so long.
    package func events(
        after sequence: Int, limit: Int, within wait: Duration
    ) async throws -> [ConnectorEvent] {
        var rest = wait
        while true {
            // Listening before looking: what happens between the two is heard.
            let rings = bell.listen()
            let found = try await events(sequence, limit)
            guard found.isEmpty, rest > .zero, !bell.isClosed, !Task.isCancelled else {
                return found
            }
            // Not everybody who writes rings.
            let nap = min(rest, Limits.eventPoll)
            await EventBell.wait(rings, atMost: nap, pause: pause)
            rest -= nap
        }
    }
}
