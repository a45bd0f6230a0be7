// SPDX-License-Identifier: Apache-2.0
import Synchronization

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The sandbox's clock: the caller's, moved by as many seconds as it was told.
package final class SandboxClock: Sendable {
    private let base: @Sendable () -> Date
    private let offset: Mutex<Double>

    /// - Parameter start: What the clock shows now; the caller's time if nil.
    package init(_ base: @escaping @Sendable () -> Date, start: Date? = nil) {
        self.base = base
        offset = Mutex(start.map { $0.timeIntervalSince(base()) } ?? 0)
    }

    package var now: Date { base().addingTimeInterval(offset.withLock { $0 }) }

    package func set(to moment: Date) {
        let seconds = moment.timeIntervalSince(base())
        offset.withLock { $0 = seconds }
    }
}
