// SPDX-License-Identifier: Apache-2.0
package import HTTPTypes
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Binds a handler to a loopback socket.
package struct HTTPServer: Sendable {
    private let port: Int
    private let tls: ServerTLS?
    private let limits: HTTPLimits
    private let bodyLimit: @Sendable (HTTPRequest) -> Int
    private let handler: HTTPHandler

    /// - Parameters:
    ///   - port: 0 takes a free one.
    ///   - bodyLimit: In bytes, by request; 0 when the body is not wanted.
    package init(
        port: Int, tls: ServerTLS? = nil, limits: HTTPLimits = .standard,
        bodyLimit: @escaping @Sendable (HTTPRequest) -> Int, handler: @escaping HTTPHandler
    ) {
        (self.port, self.tls, self.limits) = (port, tls, limits)
        (self.bodyLimit, self.handler) = (bodyLimit, handler)
    }

    /// Serves on `127.0.0.1` until the task is cancelled or `stop` returns.
    ///
    /// - Parameters:
    ///   - stop: When it returns, no connection is taken any more and requests in flight are
    ///     finished, within the limit for that.
    ///   - onListening: Called once with the port that was bound.
    /// - Throws: ``TransportError`` when it cannot listen.
    package func run(
        until stop: @escaping @Sendable () async -> Void = HTTPServer.never,
        onListening: @escaping @Sendable (Int) async -> Void
    ) async throws {
        let unhandled = UnhandledConnections()
        let channel = GuardedChannel(
            base: HTTP1Channel(responder: respond, configuration: configuration), limits: limits,
            connections: OpenConnections(limit: limits.connections), unhandled: unhandled)
        do {
            if let tls {
                let secured = try TLSChannel(channel, tlsConfiguration: tls.configuration())
                try await serve(secured, until: stop, onListening)
            } else {
                try await serve(channel, until: stop, onListening)
            }
        } catch {
            await unhandled.closeAll()
            throw error
        }
        await unhandled.closeAll()
    }

    /// Returns when the task is cancelled.
    package static let never: @Sendable () async -> Void = {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(86_400)) }
    }

    private func serve(
        _ channel: some ServerChildChannel, until stop: @escaping @Sendable () async -> Void,
        _ onListening: @escaping @Sendable (Int) async -> Void
    ) async throws {
        let server = Server(
            childChannelSetup: channel,
            configuration: ServerConfiguration(
                address: .hostname("127.0.0.1", port: port), reuseAddress: true),
            onServerRunning: { await onListening($0.localAddress?.port ?? 0) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: Self.silent)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                group.addTask {
                    await stop()
                    try Task.checkCancellation()
                    try await drain(server)
                }
                try await group.next()
                group.cancelAll()
            }
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw TransportError.portInUse(port)
        } catch let error as IOError {
            throw TransportError.cannotListen(reason: "\(error)")
        }
    }

    /// Returns when every request in flight is answered, or its time is over.
    private func drain(_ server: Server<some ServerChildChannel>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.shutdownGracefully() }
            group.addTask { try await Task.sleep(for: limits.drain) }
            try await group.next()
            group.cancelAll()
        }
    }

    /// The library's own log may quote requests, so nothing of it is kept (DP-04).
    private static let silent = Logger(label: "transport") { _ in SwiftLogNoOpLogHandler() }

    private var configuration: HTTP1Channel.Configuration {
        var decoder = HTTP1Channel.Configuration.DecoderConfiguration()
        decoder.maxHeaderFieldSize = limits.headerFieldInBytes
        decoder.maxHeaderListSize = limits.headerBlockInBytes
        decoder.maxHeaderFieldCount = limits.headerFields
        return .init(idleTimeout: TimeAmount(limits.idle), httpDecoderConfiguration: decoder)
    }

    private func respond(
        _ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel
    ) async throws {
        let body = try await body(of: request, writer)
        let certificate = tls == nil ? nil : try? await channel.nioSSL_peerCertificate().get()
        let peer = Peer(certificate: try? certificate?.toDERBytes())
        switch await handler(request.head, body, peer) {
        case .whole(var head, let bytes):
            head.headerFields[.contentLength] = String(bytes.count)
            if body == nil { head.headerFields[.connection] = "close" }
            // Whole and at once: one TLS record and one turn of the event loop, not three.
            try await writer.write(
                response: head,
                body: request.head.method == .head
                    ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        case .stream(let head, let parts):
            try await writer.write(
                response: head,
                body: ResponseBody { writer in
                    for await part in parts { try await writer.write(ByteBuffer(bytes: part)) }
                    try await writer.finish(nil)
                })
        case .close: throw Hangup()
        }
        let notice: ConnectionGuard.Notice = body == nil ? .answeredUnread : .answered
        channel.triggerUserOutboundEvent(notice, promise: nil)
    }

    /// The whole body; `nil` when it is larger than its limit, told from its length if it has one.
    private func body(
        of request: Request, _ writer: borrowing ResponseWriter
    ) async throws -> [UInt8]? {
        let limit = bodyLimit(request.head)
        let fields = request.head.headerFields
        if let length = fields[.contentLength].flatMap({ Int($0) }), length > limit { return nil }
        if fields[.expect]?.lowercased() == "100-continue" {
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
        }
        do {
            return Array(try await request.body.collect(upTo: limit).readableBytesView)
        } catch is NIOTooManyBytesError {
            return nil
        }
    }

    /// Ends a connection without an answer.
    private struct Hangup: Error {}
}
