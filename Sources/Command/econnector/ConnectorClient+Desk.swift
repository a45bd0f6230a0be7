// SPDX-License-Identifier: Apache-2.0
import FormPacks
import Foundation
import HTTPTypes
import JSON

// Cancellation, mandates and events.
extension ConnectorClient {
    /// - Parameter replacement: The form in its place, JSON or XML.
    func cancel(
        _ uuid: String, reason: String, replacement: [UInt8]?
    ) async throws -> JSONReader {
        var members = [JSONMember("reason", .string(reason))]
        if let replacement {
            members.append(.init("replacement", try Self.embedded(replacement)))
        }
        return try await answer(
            .post, "/v1/forms/\(Self.part(uuid))/cancel", .object(members), expecting: 202)
    }

    /// A form as a member of another JSON value.
    private static func embedded(_ form: [UInt8]) throws -> JSONValue {
        if case .xml = FormInput(guessing: form) {
            return .string(String(decoding: form, as: UTF8.self))
        }
        guard let value = try? JSONValue(parsing: form) else {
            throw CommandFailure(.unreadableInput, "the form in its place is not JSON")
        }
        return value
    }

    func events(after position: Int, wait: Int) async throws -> JSONReader {
        try await answer(.get, "/v1/events?after=\(position)&wait=\(wait)")
    }

    func mandates() async throws -> JSONReader { try await answer(.get, "/v1/mandates") }

    func giveMandate(_ mandate: JSONValue) async throws -> JSONReader {
        try await answer(.post, "/v1/mandates", mandate, expecting: 201)
    }

    func withdrawMandate(_ id: String) async throws {
        let (status, body) = try await send(.delete, "/v1/mandates/\(Self.part(id))")
        guard status == 204 else { throw refusal(try Self.reader(body), status: status) }
    }

    /// Something of the user's as one part of an address.
    static func part(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["-", "_", "."]))
            ?? ""
    }

    private func answer(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil,
        expecting wanted: Int = 200
    ) async throws -> JSONReader {
        let (status, bytes) = try await send(
            method, path, contentType: body == nil ? nil : "application/json",
            body: body?.serialized() ?? [])
        let answer = try Self.reader(bytes)
        guard status == wanted else { throw refusal(answer, status: status) }
        return answer
    }
}
