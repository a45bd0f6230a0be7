// SPDX-License-Identifier: Apache-2.0
import HummingbirdCore
import Logging
import NIOCore

/// The library's HTTP/1.1 connection behind our ``ConnectionGuard``.
struct GuardedChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    let base: HTTP1Channel
    let limits: HTTPLimits
    let connections: OpenConnections
    let unhandled: UnhandledConnections

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        do {
            try channel.pipeline.syncOperations.addHandler(ConnectionGuard(limits, connections))
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
        return base.setup(channel: channel, logger: logger).map { connection in
            unhandled.keep(connection)
            return connection
        }
    }

    func handle(value: Value, logger: Logger) async {
        unhandled.take(value)
        await base.handle(value: value, logger: logger)
    }
}
