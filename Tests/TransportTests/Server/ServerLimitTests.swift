// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import Synchronization
import Testing
import Transport

@Suite("Limits of the server on real sockets", .timeLimit(.minutes(5)))
struct ServerLimitTests {
    /// Limits small enough for a test.
    private static var quick: HTTPLimits {
        var limits = HTTPLimits()
        limits.headerRead = .milliseconds(300)
        limits.bodyInactivity = .milliseconds(300)
        limits.request = .milliseconds(900)
        limits.linger = .milliseconds(100)
        return limits
    }

    private static let echo: HTTPHandler = { request, body, _ in
        switch request.path {
        case "/close": return .close
        case "/stream":
            let (parts, part) = AsyncStream<[UInt8]>.makeStream()
            part.yield(Array("one".utf8))
            part.yield(Array("two".utf8))
            part.finish()
            return .stream(HTTPResponse(status: .ok), parts)
        default:
            return .whole(
                HTTPResponse(status: body == nil ? .contentTooLarge : .ok), body ?? [])
        }
    }

    private func withServer(
        _ limits: HTTPLimits = ServerLimitTests.quick,
        until stop: @escaping @Sendable () async -> Void = HTTPServer.never,
        handler: @escaping HTTPHandler = ServerLimitTests.echo,
        _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        let server = HTTPServer(
            port: 0, limits: limits, bodyLimit: { _ in 1_000 }, handler: handler)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (ports, port) = AsyncStream<Int>.makeStream()
            group.addTask { try await server.run(until: stop) { port.yield($0) } }
            for await port in ports {
                try await body(port)
                break
            }
            group.cancelAll()
        }
    }

    private func status(_ answer: String) -> Int? {
        answer.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }

    @Test(
        "a request in doubt is answered 400 and the connection ends (W-04, W-28)",
        arguments: [
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "GET / HTTP/1.1\nHost: a\n\n",
            "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
        ])
    func smuggling(_ request: String) async throws {
        try await withServer { port in
            let client = try RawClient(port: port)
            client.send(request + "GET /second HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = await client.readAll()
            #expect(status(answer) == 400)
            #expect(answer.components(separatedBy: "HTTP/1.1").count == 2)
            client.close()
        }
    }

    @Test("413 comes before the body does, by its length or as it grows (W-30)")
    func tooLarge() async throws {
        // No clock but the linger's: a busy machine must not be what ends the connection.
        var limits = HTTPLimits.standard
        limits.linger = .milliseconds(100)
        try await withServer(limits) { port in
            let client = try RawClient(port: port)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2147483648\r\n\r\n")
            #expect(status(await client.readAll()) == 413)
            client.close()
            let chunked = try RawClient(port: port)
            chunked.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            chunked.send("7d0\r\n" + String(repeating: "x", count: 2_000) + "\r\n")
            #expect(status(await chunked.readAll()) == 413)
            chunked.close()
        }
    }

    @Test("who waits to be told to go on is told")
    func expectation() async throws {
        try await withServer(.standard) { port in
            let client = try RawClient(port: port)
            client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(status(await client.read(until: "\r\n\r\n")) == 100)
            client.send("hi")
            #expect(await client.read(until: "hi").hasPrefix("HTTP/1.1 200"))
            client.close()
        }
    }

    @Test("a slow head, a stalled body and a dripping one are closed (W-29, BL-06)")
    func slow() async throws {
        try await withServer { port in
            for start in [
                "", "GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab",
            ] {
                let client = try RawClient(port: port)
                if !start.isEmpty { client.send(start) }
                #expect(await client.readAll().isEmpty)
                client.close()
            }
        }
    }

    @Test("a kept connection outlives the time for a head")
    func keptAlive() async throws {
        let (turns, turn) = AsyncStream<Void>.makeStream()
        try await withServer(handler: { request, body, _ in
            // Answers later than a head may take.
            if request.path == "/late" { for await _ in turns { break } }
            return .whole(HTTPResponse(status: .ok), body ?? [])
        }) { port in
            let client = try RawClient(port: port)
            client.send("GET /late HTTP/1.1\r\nHost: a\r\n\r\n")
            let slow = try RawClient(port: port)
            #expect(await slow.readAll().isEmpty)
            slow.close()
            turn.yield()
            #expect(status(await client.read(until: "\r\n\r\n")) == 200)
            let other = try RawClient(port: port)
            #expect(await other.readAll().isEmpty)
            other.close()
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(status(await client.read(until: "\r\n\r\n")) == 200)
            client.close()
        }
    }

    @Test("a stream arrives in parts; a hang-up is no answer")
    func answers() async throws {
        try await withServer { port in
            let client = try RawClient(port: port)
            client.send("GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let answer = await client.read(until: "0\r\n\r\n").lowercased()
            #expect(answer.contains("transfer-encoding: chunked"))
            #expect(answer.hasSuffix("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"))
            client.close()
            let cut = try RawClient(port: port)
            cut.send("GET /close HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await cut.readAll().isEmpty)
            cut.close()
        }
    }

    @Test("many slow clients do not keep out one that is ready (W-29)")
    func crowd() async throws {
        var limits = HTTPLimits()
        limits.connections = 8
        try await withServer(limits) { port in
            let slow = try (0..<40).map { _ in
                let client = try RawClient(port: port)
                client.send("G")
                return client
            }
            for _ in 0..<20 {
                let client = try RawClient(port: port)
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(status(await client.read(until: "\r\n\r\n")) == 200)
                client.close()
            }
            for client in slow { client.close() }
        }
    }

    @Test("when all are at work a new one is told to come back")
    func busy() async throws {
        var limits = Self.quick
        limits.connections = 2
        let (turns, turn) = AsyncStream<Void>.makeStream()
        let arrived = AsyncStream<Void>.makeStream()
        try await withServer(
            limits,
            handler: { _, _, _ in
                arrived.continuation.yield()
                for await _ in turns { break }
                return .whole(HTTPResponse(status: .ok), [])
            }
        ) { port in
            let working = try (0..<2).map { _ in
                let client = try RawClient(port: port)
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                return client
            }
            var count = 0
            for await _ in arrived.stream {
                count += 1
                if count == 2 { break }
            }
            let third = try RawClient(port: port)
            third.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = await third.readAll()
            #expect(status(answer) == 503)
            #expect(answer.contains("Retry-After: 1"))
            third.close()
            turn.finish()
            for client in working {
                #expect(status(await client.read(until: "\r\n\r\n")) == 200)
                client.close()
            }
        }
    }

    @Test("a stop finishes what is in flight and takes nothing new")
    func drain() async throws {
        let (stops, stop) = AsyncStream<Void>.makeStream()
        let (turns, turn) = AsyncStream<Void>.makeStream()
        let arrived = AsyncStream<Void>.makeStream()
        let server = HTTPServer(port: 0, limits: Self.quick, bodyLimit: { _ in 1 }) { _, _, _ in
            arrived.continuation.yield()
            for await _ in turns { break }
            return .whole(HTTPResponse(status: .ok), Array("done".utf8))
        }
        let (ports, port) = AsyncStream<Int>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await server.run(until: { for await _ in stops { break } }) { port.yield($0) }
            }
            for await port in ports {
                let client = try RawClient(port: port)
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                for await _ in arrived.stream { break }
                stop.yield()
                // The listening socket goes first.
                while let late = try? RawClient(port: port) {
                    late.close()
                    await Task.yield()
                }
                turn.yield()
                #expect(await client.readAll().hasSuffix("done"))
                client.close()
                break
            }
            try await group.waitForAll()
        }
    }
}
