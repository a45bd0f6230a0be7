// SPDX-License-Identifier: Apache-2.0
package import Connector
import HTTPTypes
import JSON

/// What happened, to be read at a reader's own pace: at once, waiting, or as a stream.
package struct EventsAPI: Sendable {
    private let reader: EventReader

    package init(_ reader: EventReader) { self.reader = reader }

    func respond(_ request: HTTPRequest) async throws(Problem) -> Answer {
        let query = try Query(request, taking: ["after", "limit", "wait"])
        let after = try query.number("after", in: 0...Int.max / 2) ?? 0
        let limit = try query.number("limit", in: Limits.events) ?? Limits.usualEvents
        if request.headerFields[.accept]?.lowercased().contains("text/event-stream") == true {
            return stream(after: try request.lastEvent ?? after)
        }
        let wait = try query.number("wait", in: Limits.waitInSeconds) ?? 0
        let events: [ConnectorEvent]
        do {
            events = try await reader.events(after: after, limit: limit, within: .seconds(wait))
        } catch {
            throw Problem(.storeUnusable, "The events cannot be read.")
        }
        return .json(
            .ok,
            [
                .init("events", .array(events.map(\.json))),
                .init("next", .int(events.last?.sequence ?? after)),
            ])
    }

    /// Server-sent events (WHATWG HTML, 9.2); a comment now and then shows that somebody is there.
    private func stream(after: Int) -> Answer {
        let reader = reader
        var answer = Answer(.ok, contentType: "text/event-stream", body: [])
        let (parts, part) = AsyncStream<[UInt8]>.makeStream(
            bufferingPolicy: .bufferingOldest(Limits.streamedParts))
        let task = Task {
            var position = after
            part.yield(Array(": ready\n\n".utf8))
            while !Task.isCancelled, !reader.isClosed {
                let events = try? await reader.events(
                    after: position, limit: Limits.usualEvents, within: Limits.streamPause)
                // A store that fails ends the stream: the reader comes back with its position.
                guard let events else { break }
                let text = events.isEmpty ? ": \n\n" : events.map(\.serverSentText).joined()
                guard case .enqueued = part.yield(Array(text.utf8)) else { break }
                position = events.last?.sequence ?? position
            }
            part.finish()
        }
        part.onTermination = { _ in task.cancel() }
        answer.stream = parts
        return answer
    }
}

extension ConnectorEvent {
    fileprivate var serverSentText: String {
        let data = String(decoding: json.serialized(), as: UTF8.self)
        return "id: \(sequence)\nevent: \(kind).\(state)\ndata: \(data)\n\n"
    }
}

extension HTTPRequest {
    /// The position after which a stream that was cut goes on.
    fileprivate var lastEvent: Int? {
        get throws(Problem) {
            guard let name = HTTPField.Name("Last-Event-ID"), let text = headerFields[name] else {
                return nil
            }
            guard let position = Int(text), position >= 0 else {
                throw Problem(.badRequest, "Last-Event-ID takes the id of an event.")
            }
            return position
        }
    }
}

extension Query {
    /// A whole number within bounds; `nil` when it is not asked for.
    func number(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw Problem(
                .badRequest,
                "\(name) takes a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }
}
