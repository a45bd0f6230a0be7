// SPDX-License-Identifier: Apache-2.0
import NIOCore
import Synchronization

/// The connections of one server, so that slow ones make room for others (W-29).
///
/// At the limit a new connection takes the place of the one that has waited longest without a
/// whole request; when every one is at work, the new one is turned away.
final class OpenConnections: Sendable {
    private struct Entry {
        var channel: any Channel
        /// Grows with every change, so that the lowest has waited longest.
        var order: Int
        var isAtWork = false
    }

    private struct Register {
        var entries: [ObjectIdentifier: Entry] = [:]
        var order = 0
    }

    private let limit: Int
    private let register = Mutex(Register())

    init(limit: Int) { self.limit = limit }

    /// - Returns: False when there is no room: the caller closes the connection.
    func open(_ channel: any Channel) -> Bool {
        let (isOpen, evicted) = register.withLock { register -> (Bool, (any Channel)?) in
            var evicted: (any Channel)?
            if register.entries.count >= limit {
                let waiting = register.entries.filter { !$0.value.isAtWork }
                guard let oldest = waiting.min(by: { $0.value.order < $1.value.order }) else {
                    return (false, nil)
                }
                evicted = oldest.value.channel
                register.entries[oldest.key] = nil
            }
            register.order += 1
            register.entries[ObjectIdentifier(channel)] = Entry(
                channel: channel, order: register.order)
            return (true, evicted)
        }
        evicted?.close(promise: nil)
        return isOpen
    }

    func note(_ channel: any Channel, isAtWork: Bool) {
        register.withLock { register in
            register.order += 1
            register.entries[ObjectIdentifier(channel)]?.isAtWork = isAtWork
            register.entries[ObjectIdentifier(channel)]?.order = register.order
        }
    }

    func close(_ channel: any Channel) {
        register.withLock { $0.entries[ObjectIdentifier(channel)] = nil }
    }
}
