// SPDX-License-Identifier: Apache-2.0
import HTTPTypes

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Where a webhook stands: what it was told, and why it is not told more.
package struct WebhookState: Sendable, Hashable {
    package var hook: Webhook
    /// The last event that its receiver has taken.
    package var told: Int
    package var failures: Int
    package var failingSince: Date?
}

/// What a webhook cannot be.
package enum WebhookRefusal: Error, Hashable {
    /// Neither https nor on this machine.
    case address
    case tooMany
    case unknown
}

/// Tells webhooks what happens: every event, in order, until the receiver has taken it.
///
/// Position and secret are durable; one receiver that is out holds up no other.
package actor WebhookSender {
    private let documents: any DocumentStore
    private let reader: EventReader
    private let send: Send
    private let now: @Sendable () -> Date
    private let random: @Sendable (Int) -> [UInt8]
    /// A number from 0 up to 1, for full jitter (RE-07).
    private let jitter: @Sendable () -> Double
    private let pause: @Sendable (Duration) async throws -> Void
    private var states: [String: WebhookState] = [:]
    private let changes: AsyncStream<Void>
    private let change: AsyncStream<Void>.Continuation

    package init(
        documents: any DocumentStore, reader: EventReader, send: @escaping Send,
        now: @escaping @Sendable () -> Date, random: @escaping @Sendable (Int) -> [UInt8],
        jitter: @escaping @Sendable () -> Double,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        (self.documents, self.reader, self.send, self.now) = (documents, reader, send, now)
        (self.random, self.jitter, self.pause) = (random, jitter, pause)
        (changes, change) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: Which hooks there are

    package var hooks: [WebhookState] {
        states.values.sorted { $0.hook.createdAt < $1.hook.createdAt }
    }

    /// Makes a hook that is told what happens after `position`; durable when it returns.
    package func add(_ url: String, id: String, after position: Int) async throws -> Webhook {
        guard Webhook.isAllowed(url) else { throw WebhookRefusal.address }
        guard states.count < Limits.webhooks else { throw WebhookRefusal.tooMany }
        let hook = Webhook(
            id: id, url: url, secret: random(Limits.webhookSecret), createdAt: now())
        try await documents.put(
            Array(String(position).utf8), as: Self.position(id), audit: nil)
        try await documents.put(hook.bytes, as: "webhook/\(id)", audit: nil)
        states[id] = WebhookState(hook: hook, told: position, failures: 0)
        change.yield()
        return hook
    }

    package func remove(_ id: String) async throws {
        guard states[id] != nil else { throw WebhookRefusal.unknown }
        try await documents.delete("webhook/\(id)", audit: nil)
        try await documents.delete(Self.position(id), audit: nil)
        states[id] = nil
        change.yield()
    }

    private static func position(_ id: String) -> String { "webhook-position/\(id)" }

    /// Reads what is kept; before ``run()`` and before anything is asked.
    package func load() async throws {
        for (_, bytes) in try await documents.documents(prefix: "webhook/") {
            guard let hook = Webhook(bytes) else { continue }
            let kept = try await documents.document(Self.position(hook.id)) ?? []
            states[hook.id] = WebhookState(
                hook: hook, told: Int(String(decoding: kept, as: UTF8.self)) ?? 0, failures: 0)
        }
    }

    // MARK: Telling

    /// Tells until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            var told: Set<String> = []
            change.yield()
            for await _ in changes {
                for id in states.keys where told.insert(id).inserted {
                    group.addTask { await self.serve(id) }
                }
                told.formIntersection(states.keys)
            }
            group.cancelAll()
        }
    }

    private func serve(_ id: String) async {
        while !Task.isCancelled, !reader.isClosed, let state = states[id] {
            do {
                let events = try await reader.events(
                    after: state.told, limit: Limits.webhookBatch, within: Limits.webhookWait)
                for event in events { try await tell(event, to: id) }
            } catch is CancellationError {
                return
            } catch {
                guard let delay = noteFailure(of: id) else { return }
                do { try await pause(.seconds(delay)) } catch { return }
            }
        }
    }

    private struct NotTaken: Error {}

    private func tell(_ event: ConnectorEvent, to id: String) async throws {
        guard let hook = states[id]?.hook, let (request, body) = hook.request(event, at: now())
        else { return }
        let (response, _) = try await send(request, body, Limits.webhookTime)
        guard response.status.kind == .successful else { throw NotTaken() }
        guard states[id] != nil else { return }
        try await documents.put(
            Array(String(event.sequence).utf8), as: Self.position(id), audit: nil)
        states[id]?.told = event.sequence
        states[id]?.failures = 0
        states[id]?.failingSince = nil
    }

    /// - Returns: Seconds until the next attempt; `nil` when the hook is gone.
    private func noteFailure(of id: String) -> Double? {
        guard var state = states[id] else { return nil }
        state.failures += 1
        state.failingSince = state.failingSince ?? now()
        states[id] = state
        return max(BackOff.delay(failures: state.failures, jitter: jitter()), 0.1)
    }
}
