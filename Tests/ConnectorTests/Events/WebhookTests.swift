// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import HTTPTypes
import JSON
import Synchronization
import Testing
import Trust

@Suite("Webhooks: every event, in order, at least once (Standard Webhooks)")
struct WebhookTests {
    /// Documents in memory.
    private final class Documents: DocumentStore {
        private let held = Mutex<[String: [UInt8]]>([:])
        func document(_ name: String) -> [UInt8]? { held.withLock { $0[name] } }
        func documents(prefix: String) -> [(name: String, bytes: [UInt8])] {
            held.withLock { held in
                held.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }
                    .map { (name: $0.key, bytes: $0.value) }
            }
        }
        func put(_ bytes: [UInt8], as name: String, audit: AuditFact?) {
            held.withLock { $0[name] = bytes }
        }
        func delete(_ name: String, audit: AuditFact?) { held.withLock { $0[name] = nil } }
    }

    /// A receiver that takes what it is told to take, and remembers every attempt.
    private final class Receiver: Sendable {
        let attempts = Mutex<[(HTTPRequest, [UInt8])]>([])
        private let refusals: Mutex<Int>
        private let wanted: Int
        private let isDone = AsyncStream<Void>.makeStream()

        init(refusing count: Int = 0, wanting wanted: Int) {
            refusals = Mutex(count)
            self.wanted = wanted
        }

        func take(_ request: HTTPRequest, _ body: [UInt8]) -> HTTPResponse {
            let isRefused = refusals.withLock { left in
                left -= 1
                return left >= 0
            }
            let count = attempts.withLock { attempts in
                attempts.append((request, body))
                return attempts.count
            }
            if count == wanted { isDone.continuation.finish() }
            return HTTPResponse(status: isRefused ? .internalServerError : .ok)
        }

        func done() async { for await _ in isDone.stream {} }
    }

    private static let now = Date(timeIntervalSince1970: 1_795_000_000)

    private static let log = (1...3).map {
        ConnectorEvent(
            sequence: $0, moment: now, uuid: "u", kind: "form", state: "final", code: nil)
    }

    private func sender(_ receiver: Receiver, _ documents: Documents) -> WebhookSender {
        let reader = EventReader(
            events: { after, _ in Self.log.filter { $0.sequence > after } }, bell: EventBell(),
            // For ever: only a ring or the end of the test goes on from here.
            pause: { _ in try await Task.sleep(for: .seconds(3_600)) })
        return WebhookSender(
            documents: documents, reader: reader,
            send: { request, body, _ in (receiver.take(request, body), []) }, now: { Self.now },
            random: { [UInt8](repeating: 7, count: $0) }, jitter: { 0.5 }, pause: { _ in })
    }

    @Test("what is signed is identifier, time and body, under the hook's secret")
    func signature() async throws {
        let (receiver, documents) = (Receiver(wanting: 3), Documents())
        let sender = sender(receiver, documents)
        let hook = try await sender.add("http://127.0.0.1:9000/hook", id: "h", after: 0)
        #expect(hook.secretText.hasPrefix("whsec_"))
        let running = Task { await sender.run() }
        await receiver.done()
        running.cancel()
        let (request, body) = try #require(receiver.attempts.withLock { $0.first })
        func field(_ name: String) throws -> String {
            let name = try #require(HTTPField.Name(name))
            return try #require(request.headerFields[name])
        }
        #expect(try field("webhook-id") == "msg_h_1")
        #expect(try field("webhook-timestamp") == "1795000000")
        let signed = Array("msg_h_1.1795000000.".utf8) + body
        let text = try field("webhook-signature")
        let code = try #require(Data(base64Encoded: String(text.dropFirst(3))))
        #expect(text.hasPrefix("v1,"))
        #expect(HMACVerifier(.sha256, secret: hook.secret).isValid([UInt8](code), over: signed))
        let sequences = receiver.attempts.withLock { attempts in
            attempts.map { try? JSONValue(parsing: $0.1)["sequence"]?.int }
        }
        #expect(sequences == [1, 2, 3])
    }

    @Test("what is not taken comes again under the same identifier, and nothing overtakes it")
    func again() async throws {
        let (receiver, documents) = (Receiver(refusing: 2, wanting: 5), Documents())
        let sender = sender(receiver, documents)
        _ = try await sender.add("https://a.example/hook", id: "h", after: 0)
        let running = Task { await sender.run() }
        await receiver.done()
        running.cancel()
        let name = try #require(HTTPField.Name("webhook-id"))
        let ids = receiver.attempts.withLock { $0.map { $0.0.headerFields[name] } }
        #expect(ids == ["msg_h_1", "msg_h_1", "msg_h_1", "msg_h_2", "msg_h_3"])
    }

    @Test("a restart goes on after what was taken")
    func restart() async throws {
        let documents = Documents()
        let first = sender(Receiver(wanting: 1), documents)
        _ = try await first.add("https://a.example/hook", id: "h", after: 2)
        let receiver = Receiver(wanting: 1)
        let second = sender(receiver, documents)
        try await second.load()
        #expect(await second.hooks.map(\.told) == [2])
        let running = Task { await second.run() }
        await receiver.done()
        running.cancel()
        let name = try #require(HTTPField.Name("webhook-id"))
        #expect(receiver.attempts.withLock { $0.first?.0.headerFields[name] } == "msg_h_3")
    }

    @Test(
        "events go encrypted or stay on this machine",
        arguments: [
            ("https://a.example/hook", true), ("http://127.0.0.1:9000/hook", true),
            ("http://localhost/hook", true), ("http://[::1]:9000/hook", true),
            ("http://a.example/hook", false), ("http://127.0.0.1.a.example/", false),
            ("http://user@127.0.0.1/", false), ("ftp://127.0.0.1/", false), ("", false),
            ("https://a.example/\r\nX: y", false),
        ])
    func addresses(_ url: String, _ isAllowed: Bool) {
        #expect(Webhook.isAllowed(url) == isAllowed)
    }
}

@Suite("Events: nobody who waits misses one, and nobody waits when the program ends")
struct EventReaderTests {
    private final class Log: Sendable {
        let events = Mutex<[ConnectorEvent]>([])
        func add() {
            events.withLock {
                $0.append(
                    ConnectorEvent(
                        sequence: $0.count + 1, moment: .distantPast, uuid: "u", kind: "form",
                        state: "final", code: nil))
            }
        }
    }

    private func reader(_ log: Log, _ bell: EventBell) -> EventReader {
        EventReader(
            events: { after, limit in
                log.events.withLock { Array($0.dropFirst(after).prefix(limit)) }
                // For ever: only a ring or the end of the test goes on from here.
            }, bell: bell, pause: { _ in try await Task.sleep(for: .seconds(3_600)) })
    }

    @Test("a ring wakes who waits", .timeLimit(.minutes(5)))
    func ring() async throws {
        let (log, bell) = (Log(), EventBell())
        let reader = reader(log, bell)
        async let waiting = reader.events(after: 0, limit: 10, within: .seconds(50))
        log.add()
        // Whoever began to wait after this finds the event at once.
        bell.ring()
        #expect(try await waiting.map(\.sequence) == [1])
    }

    @Test("the end of the program wakes who waits", .timeLimit(.minutes(5)))
    func end() async throws {
        let (log, bell) = (Log(), EventBell())
        let reader = reader(log, bell)
        async let waiting = reader.events(after: 0, limit: 10, within: .seconds(50))
        bell.close()
        #expect(try await waiting.isEmpty)
        #expect(reader.isClosed)
    }

    @Test("a page is as long as it was asked for")
    func page() async throws {
        let log = Log()
        for _ in 0..<5 { log.add() }
        let page = try await reader(log, EventBell()).events(after: 1, limit: 2, within: .zero)
        #expect(page.map(\.sequence) == [2, 3])
    }
}
