// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Decides whether a service is asked at all (RE-08): a pure value, given the time and a number for
/// the spread of the pause.
package struct CircuitBreaker: Sendable, Hashable {
    package enum State: Sendable, Hashable {
        case closed
        /// Nobody asks until then.
        case open(until: Date)
        /// One asks; the others wait for what it learns.
        case probing(since: Date)
    }

    package enum Admission: Sendable, Hashable {
        case admitted
        /// Known to be out; worth asking again from then on.
        case refused(until: Date)
    }

    package private(set) var state = State.closed
    /// When the service was first found to be out.
    package private(set) var failingSince: Date?
    private var inARow = 0
    /// The last outcomes, true for failures.
    private var recent: [Bool] = []

    package init() {}

    /// Whether work that needs the service should be left where it is.
    package func isOut(at moment: Date) -> Bool {
        switch state {
        case .closed: false
        case .open(let until): moment < until
        case .probing(let since): moment < since.addingTimeInterval(Limits.circuitProbe)
        }
    }

    /// Whether it was out, and whoever asks next finds out whether it still is.
    package func isDueForProbe(at moment: Date) -> Bool { state != .closed && !isOut(at: moment) }

    package mutating func admit(at moment: Date) -> Admission {
        switch state {
        case .closed: return .admitted
        case .open(let until):
            guard until <= moment else { return .refused(until: until) }
        case .probing(let since):
            let end = since.addingTimeInterval(Limits.circuitProbe)
            guard end <= moment else { return .refused(until: end) }
        }
        state = .probing(since: moment)
        return .admitted
    }

    /// - Returns: Whether the service was out and has come back.
    package mutating func succeeded() -> Bool {
        let wasOut = state != .closed
        // A proof that it works outweighs what was before.
        recent = wasOut ? [] : Array((recent + [false]).suffix(Limits.circuitWindow))
        (state, inARow, failingSince) = (.closed, 0, nil)
        return wasOut
    }

    /// - Parameter jitter: From 0 up to 1, for the spread of the pause.
    package mutating func failed(at moment: Date, jitter: Double) {
        inARow += 1
        recent = Array((recent + [true]).suffix(Limits.circuitWindow))
        failingSince = failingSince ?? moment
        let isWindowBad =
            recent.count == Limits.circuitWindow
            && recent.count(where: { $0 }) * 2 >= Limits.circuitWindow
        guard state != .closed || inARow >= Limits.circuitFailures || isWindowBad else { return }
        if case .open(let until) = state, moment < until { return }
        let spread = 1 + Limits.circuitSpread * (2 * jitter - 1)
        state = .open(until: moment.addingTimeInterval(Limits.circuitPause * spread))
    }
}
