// SPDX-License-Identifier: Apache-2.0

import JSON

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Wrong passphrases in a row, kept on disk (KC-11).
///
/// An attempt is counted and synced before it is evaluated, so that killing the process gives no
/// free try.
struct AttemptCounter {
    let path: String

    struct State: Hashable {
        var failures = 0
        /// Seconds since 1970 of the last attempt.
        var lastAttempt = 0.0

        /// When the next attempt may be made; nil for never, until recovery.
        var nextAttempt: Date? {
            if failures >= Limits.failuresBeforeRecovery { return nil }
            if failures == 0 { return .distantPast }
            let delay =
                failures >= Limits.failuresBeforePause
                ? Limits.pauseInSeconds : Double(1 << (failures - 1))
            return Date(timeIntervalSince1970: lastAttempt + delay)
        }
    }

    func state() throws -> State {
        guard let bytes = try DurableFile.read(path, limit: Limits.fileSizeInBytes) else {
            return State()
        }
        guard let root = try? JSONDocument(parsing: bytes).root,
            let failures = root["failures"]?.int, failures >= 0,
            let lastAttempt = root["lastAttempt"]?.int
        else { throw KeyStoreError.damaged("the counter of attempts") }
        return State(failures: failures, lastAttempt: Double(lastAttempt))
    }

    func write(_ state: State) throws {
        let seconds = Int(state.lastAttempt.rounded(.up))
        let value: JSONValue = ["failures": .int(state.failures), "lastAttempt": .int(seconds)]
        try DurableFile.write(value.serialized(.pretty), to: path)
    }

    /// Counts an attempt as failed before it is made.
    ///
    /// - Returns: The state before.
    /// - Throws: It may not be made yet, or never.
    @discardableResult
    func begin(now: Date) throws -> State {
        let before = try state()
        var state = before
        guard let next = state.nextAttempt else { throw KeyStoreError.locked(until: nil) }
        guard now >= next else {
            throw state.failures >= Limits.failuresBeforePause
                ? KeyStoreError.locked(until: next) : KeyStoreError.tooSoon(until: next)
        }
        state.failures += 1
        state.lastAttempt = now.timeIntervalSince1970
        try write(state)
        return before
    }

    /// The attempt was right: the count starts anew.
    func succeed() throws { try write(State()) }
}
