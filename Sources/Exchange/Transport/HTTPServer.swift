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

/// Who sent a request: the leaf certificate of mutual TLS, DER, already verified to an anchor.
package struct Peer: Sendable {
    package var certificate: [UInt8]?
    package init(certificate: [UInt8]? = nil) { self.certificate = certificate }
}

/// Answers a request; the body is `nil` when it was larger than the limit for that request.
package typealias HTTPHandler =
    @Sendable (HTTPRequest, [UInt8]?, Peer) async -> (HTTPResponse, [UInt8])

/// Binds a handler to a loopback socket.
package struct HTTPServer: Sendable {
    private let port: Int
    private let tls: ServerTLS?
    private let limits: HTTPLimits
    private let bodyLimit: @Sendable (HTTPRequest) -> Int
    private let handler: HTTPHandler

    /// - Parameters:
    ///   - port: 0 takes a free one.
    ///   - bodyLimit: In bytes, by request.
    package init(
        port: Int, tls: ServerTLS? = nil, limits: HTTPLimits = .standard,
        bodyLimit: @escaping @Sendable (HTTPRequest) -> Int, handler: @escaping HTTPHandler
    ) {
        (self.port, self.tls, self.limits) = (port, tls, limits)
        (self.bodyLimit, self.handler) = (bodyLimit, handler)
    }

    /// Serves on `127.0.0.1` until the task is cancelled or the service group shuts down.
    ///
    /// - Parameter onListening: Called once with the port that was bound.
    /// - Throws: ``TransportError`` when it cannot listen.
    package func run(onListening: @escaping @Sendable (Int) async -> Void) async throws {
        let service = try builder().buildServer(
            configuration: ServerConfiguration(
                address: .hostname("127.0.0.1", port: port), reuseAddress: true,
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: Self.silent,
            responder: { request, writer, channel in
                let (response, body) = await answer(request, channel)
                try await Self.write(response, body, to: writer)
            },
            onServerRunning: { channel in
                await onListening(channel.localAddress?.port ?? 0)
            })
        do {
            try await service.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw TransportError.portInUse(port)
        } catch let error as IOError {
            throw TransportError.cannotListen(reason: "\(error)")
        }
    }

    /// The library's own log may quote requests, so nothing of it is kept (DP-04).
    private static let silent = Logger(label: "transport") { _ in SwiftLogNoOpLogHandler() }

    private func builder() throws -> HTTPServerBuilder {
        var decoder = HTTP1Channel.Configuration.DecoderConfiguration()
        decoder.maxHeaderFieldSize = limits.headerFieldInBytes
        decoder.maxHeaderListSize = limits.headerBlockInBytes
        decoder.maxHeaderFieldCount = limits.headerFields
        let plain = HTTPServerBuilder.http1(
            configuration: .init(
                idleTimeout: TimeAmount(limits.idle), httpDecoderConfiguration: decoder))
        guard let tls else { return plain }
        return try .tls(plain, tlsConfiguration: try tls.configuration())
    }

    private func answer(
        _ request: Request, _ channel: any Channel
    ) async -> (HTTPResponse, [UInt8]) {
        let body = try? await request.body.collect(upTo: bodyLimit(request.head))
        let certificate = tls == nil ? nil : try? await channel.nioSSL_peerCertificate().get()
        let peer = Peer(certificate: try? certificate?.toDERBytes())
        var (response, bytes) = await handler(
            request.head, body.map { Array($0.readableBytesView) }, peer)
        if body == nil { response.headerFields[.connection] = "close" }
        return (response, bytes)
    }

    private static func write(
        _ response: HTTPResponse, _ body: [UInt8], to writer: consuming ResponseWriter
    ) async throws {
        var head = response
        head.headerFields[.contentLength] = String(body.count)
        // Whole and at once: one TLS record and one turn of the event loop, not three.
        try await writer.write(
            response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
