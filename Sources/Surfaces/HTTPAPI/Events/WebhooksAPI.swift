// SPDX-License-Identifier: Apache-2.0
package import Connector
import HTTPTypes
import JSON

/// Gives and takes back webhooks; only for who knows the client secret.
package struct WebhooksAPI: Sendable {
    private let sender: WebhookSender
    private let lastEvent: @Sendable () async throws -> Int
    private let makeUUID: @Sendable () -> String

    package init(
        _ sender: WebhookSender, lastEvent: @escaping @Sendable () async throws -> Int,
        makeUUID: @escaping @Sendable () -> String
    ) {
        (self.sender, self.lastEvent, self.makeUUID) = (sender, lastEvent, makeUUID)
    }

    func respond(
        _ route: Route, _ values: [String], _ request: HTTPRequest, _ body: [UInt8]
    ) async throws(Problem) -> Answer {
        do {
            switch route {
            case .addWebhook: return try await add(request.json(body))
            case .removeWebhook:
                try await sender.remove(values[0])
                return Answer(.noContent, contentType: "application/json", body: [])
            default:
                return .json(
                    .ok, [.init("webhooks", .array(await sender.hooks.map(\.json)))])
            }
        } catch let problem as Problem {
            throw problem
        } catch let refusal as WebhookRefusal {
            throw Self.problem(for: refusal)
        } catch let error as JSONReadingError {
            throw Problem(.badRequest, "\(error)")
        } catch {
            throw Problem(.storeUnusable, "The webhooks cannot be kept.")
        }
    }

    private func add(_ body: JSONReader) async throws -> Answer {
        try body.allowOnly(["url", "after"])
        let last = try await lastEvent()
        let after = try body.optional("after")?.int(in: 0...last) ?? last
        let hook = try await sender.add(
            try body.member("url").string(), id: makeUUID(), after: after)
        return .json(
            .created,
            [
                .init("id", .string(hook.id)), .init("url", .string(hook.url)),
                .init("after", .int(after)), .init("secret", .string(hook.secretText)),
            ])
    }

    private static func problem(for refusal: WebhookRefusal) -> Problem {
        switch refusal {
        case .address:
            Problem(.badRequest, "/url: must be https, or http on this machine.")
        case .tooMany: Problem(.badRequest, "There are as many webhooks as there may be.")
        case .unknown: Problem(.unknownWebhook, "There is no webhook of this identifier.")
        }
    }
}
