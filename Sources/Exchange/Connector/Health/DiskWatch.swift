// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The room on the disk that holds the store, in bytes.
package struct DiskSpace: Sendable, Hashable {
    package var free: Int
    package var total: Int

    package init(free: Int, total: Int) { (self.free, self.total) = (free, total) }

    /// RE-11: below 500 MiB or 5 % nothing new is accepted.
    package var isLow: Bool {
        free < Limits.diskLow || Double(free) < Double(total) * Limits.diskLowShare
    }
}

/// Keeps room to finish what was accepted when the disk fills up (RE-11).
///
/// A reserve file takes up space in good times. It is released when the disk is nearly full, so that
/// forms in flight reach their end, and made again when there is room.
package final class DiskWatch: Sendable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case ample
        /// Nothing new is accepted.
        case low
        /// The reserve was given up: what is in flight lives on it.
        case reserve
    }

    private let space: @Sendable () -> DiskSpace?
    /// Makes the reserve, true, or removes it; false when that cannot be done.
    private let keepReserve: @Sendable (Bool) -> Bool
    private let current: Mutex<(state: State, space: DiskSpace?)>

    /// - Parameters:
    ///   - space: `nil` when it cannot be told: then nothing is refused.
    ///   - keepReserve: Makes (true) or removes (false) a file of ``Limits/diskReserve`` bytes.
    package init(
        space: @escaping @Sendable () -> DiskSpace?,
        keepReserve: @escaping @Sendable (Bool) -> Bool
    ) {
        (self.space, self.keepReserve) = (space, keepReserve)
        current = Mutex((.ample, nil))
    }

    package var state: State { current.withLock { $0.state } }

    package var lastSpace: DiskSpace? { current.withLock { $0.space } }

    /// Looks at the disk; to be called before something is accepted, and now and then.
    @discardableResult
    package func look() -> State {
        guard let space = space() else { return state }
        return current.withLock { current in
            current.space = space
            if space.free < Limits.diskReserve {
                if current.state != .reserve { _ = keepReserve(false) }
                current.state = .reserve
            } else if space.isLow {
                // A reserve that was given up is not missing room: it is made again with room to spare.
                if current.state != .reserve { current.state = .low }
            } else {
                current.state = keepReserve(true) ? .ample : .low
            }
            return current.state
        }
    }

    /// Whether something new may be accepted.
    package var mayAccept: Bool { look() == .ample }
}
