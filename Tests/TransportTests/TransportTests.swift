// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import Keys
import Sandbox
import Synchronization
import Testing
import Transport
import Trust

@Suite("Transport: real sockets on loopback, real TLS", .timeLimit(.minutes(5)))
struct TransportTests {
    /// Runs a server that echoes its body while `body` talks to it.
    private func withServer(
        tls: ServerTLS? = nil, limit: Int = 1_000,
        _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        let server = HTTPServer(port: 0, tls: tls, bodyLimit: { _ in limit }) { _, bytes, peer in
            let status: HTTPResponse.Status = bytes == nil ? .contentTooLarge : .ok
            let answer = (bytes ?? []) + (peer.certificate == nil ? [] : [0xFF])
            return .whole(HTTPResponse(status: status), answer)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (ports, port) = AsyncStream<Int>.makeStream()
            group.addTask { try await server.run { port.yield($0) } }
            group.addTask {
                for await port in ports {
                    try await body(port)
                    break
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    private func post(
        _ port: Int, _ bytes: [UInt8], scheme: String = "http", tls: ClientTLS? = nil,
        limits: HTTPLimits = .standard
    ) async throws -> (Int, [UInt8]) {
        let sender = try HTTPSender(tls: tls, limits: limits)
        let request = HTTPRequest(
            method: .post, scheme: scheme, authority: "localhost:\(port)", path: "/")
        let outcome: Result<(HTTPResponse, [UInt8]), TransportError>
        do throws(TransportError) {
            outcome = .success(try await sender.send(request, body: bytes))
        } catch {
            outcome = .failure(error)
        }
        await sender.shutDown()
        let (response, answer) = try outcome.get()
        return (response.status.code, answer)
    }

    @Test("a body goes out and comes back; a larger one than the limit is told so")
    func echo() async throws {
        try await withServer { port in
            let small = try await post(port, [1, 2])
            #expect(small == (200, [1, 2]))
            let large = try await post(port, [UInt8](repeating: 0, count: 1_001))
            #expect(large.0 == 413)
        }
    }

    @Test("an answer larger than the client's limit is refused")
    func largeAnswer() async throws {
        var limits = HTTPLimits()
        limits.responseInBytes = 10
        let small = limits
        try await withServer { port in
            await #expect(
                throws: TransportError.responseTooLarge(host: "localhost:\(port)", limit: 10)
            ) {
                try await post(port, [UInt8](repeating: 0, count: 11), limits: small)
            }
        }
    }

    @Test("nobody listening means nothing was sent; a taken port is named")
    func refusals() async throws {
        try await withServer { port in
            let error = await #expect(throws: TransportError.self) { try await post(1, []) }
            guard case .notSent = error else {
                Issue.record("expected .notSent, got \(String(describing: error))")
                return
            }
            let second = HTTPServer(port: port, bodyLimit: { _ in 1 }) { _, _, _ in
                .whole(HTTPResponse(status: .ok), [])
            }
            await #expect(throws: TransportError.portInUse(port)) { try await second.run { _ in } }
        }
    }

    @Test("mutual TLS: the peer's certificate arrives, without one nothing does")
    func mutualTLS() async throws {
        let pki = try PKIService(
            directory: nil, addresses: PKIAddresses(base: "http://pki.test"),
            now: { Date() }, generator: SystemRandomNumberGenerator())
        let server = try await pki.makeParty(named: "localhost", profile: .localServer)
        let client = try await pki.makeParty(named: "client", profile: .authentication)
        let (root, issuing) = await (
            pki.authority.root.certificate.der, pki.authority.issuing.certificate.der
        )
        let tls = ServerTLS(
            identity: TLSIdentity(
                chain: [server.certificate.der, issuing], privateKey: server.key.pkcs8),
            clientAnchors: [root, issuing])
        let identity = TLSIdentity(
            chain: [client.certificate.der, issuing], privateKey: client.key.pkcs8)
        try await withServer(tls: tls) { port in
            let known = ClientTLS(anchors: [root], identity: identity)
            let answer = try await post(port, [1], scheme: "https", tls: known)
            #expect(answer == (200, [1, 0xFF]))
            await #expect(throws: TransportError.self) {
                try await post(port, [1], scheme: "https", tls: ClientTLS(anchors: [root]))
            }
            let stranger = ClientTLS(anchors: [client.certificate.der], identity: identity)
            let error = await #expect(throws: TransportError.self) {
                try await post(port, [1], scheme: "https", tls: stranger)
            }
            guard case .notSent = error else {
                Issue.record("expected .notSent, got \(String(describing: error))")
                return
            }
        }
    }
}
