// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
package import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Sends requests to one group of services, with explicit trust and limits.
///
/// ``shutDown()`` must be called before it goes away.
package struct HTTPSender: Sendable {
    private let client: HTTPClient
    private let limits: HTTPLimits

    /// - Parameter tls: Needed for `https`; the system's own anchors are never used.
    package init(
        tls: ClientTLS? = nil, limits: HTTPLimits = .standard
    ) throws(TransportError) {
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = try (tls ?? ClientTLS(anchors: [])).configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            limits.connectionsPerHost
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.limits = limits
    }

    package func shutDown() async { try? await client.shutdown() }

    /// Sends one request and waits for the whole answer.
    ///
    /// - Throws: ``TransportError``, which says whether anything may have arrived.
    package func send(
        _ request: HTTPRequest, body: [UInt8], timeout: Duration = .seconds(30)
    ) async throws(TransportError) -> (HTTPResponse, [UInt8]) {
        let host = request.authority ?? ""
        do {
            let answer = try await client.execute(
                Self.message(request, body), timeout: TimeAmount(timeout))
            let bytes = try await answer.body.collect(upTo: limits.responseInBytes)
            var response = HTTPResponse(status: .init(code: Int(answer.status.code)))
            for (name, value) in answer.headers {
                guard let name = HTTPField.Name(name) else { continue }
                response.headerFields.append(HTTPField(name: name, value: value))
            }
            return (response, Array(bytes.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw .responseTooLarge(host: host, limit: limits.responseInBytes)
        } catch {
            throw Self.classified(error, host: host)
        }
    }

    private static func message(_ request: HTTPRequest, _ body: [UInt8]) -> HTTPClientRequest {
        let scheme = request.scheme ?? "http"
        var message = HTTPClientRequest(
            url: "\(scheme)://\(request.authority ?? "")\(request.path ?? "/")")
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        for field in request.headerFields {
            message.headers.add(name: field.name.rawName, value: field.value)
        }
        if !body.isEmpty { message.body = .bytes(body) }
        return message
    }

    private static func classified(_ error: any Error, host: String) -> TransportError {
        switch error {
        case is NIOConnectionError, is NIOSSLExtraError, NIOSSLError.handshakeFailed:
            .notSent(host: host, reason: reason(error))
        case let error as HTTPClientError where neverSent.contains(error):
            .notSent(host: host, reason: reason(error))
        default:
            .outcomeUnknown(host: host, reason: reason(error))
        }
    }

    private static let neverSent: [HTTPClientError] = [
        .connectTimeout, .invalidURL, .emptyHost, .emptyScheme, .getConnectionFromPoolTimeout,
        .tlsHandshakeTimeout,
    ]

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { "\($0.error)" } ?? "connection refused"
        case let error as HTTPClientError: error.shortDescription
        default: "\(error)"
        }
    }
}
