// SPDX-License-Identifier: Apache-2.0
import HummingbirdCore
import NIOCore
import Synchronization

/// Connections that were accepted and that nobody handles yet.
///
/// A server that ends may leave some behind. The library holds that each is closed and not just
/// dropped, on pain of ending the process, so they are kept here until somebody takes them.
final class UnhandledConnections: Sendable {
    private let connections = Mutex<[ObjectIdentifier: HTTP1Channel.Value]>([:])

    func keep(_ connection: HTTP1Channel.Value) {
        connections.withLock { $0[ObjectIdentifier(connection.channel)] = connection }
    }

    func take(_ connection: HTTP1Channel.Value) {
        _ = connections.withLock {
            $0.removeValue(forKey: ObjectIdentifier(connection.channel))
        }
    }

    /// Closes what is left when the server has ended.
    func closeAll() async {
        let left = connections.withLock { connections in
            defer { connections = [:] }
            return Array(connections.values)
        }
        for connection in left { try? await connection.executeThenClose { _, _ in } }
    }
}
