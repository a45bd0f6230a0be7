// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import Foundation
import HTTPTypes
import JSON
import Transport

/// Talks to a running connector as practice software does.
struct ConnectorClient {
    let address: ConnectorAddress
    let sender: HTTPSender
    /// Of the sentences in refusals.
    var language = Language.fr

    func send(
        _ method: HTTPRequest.Method, _ path: String, contentType: String? = nil,
        accept: String? = nil, body: [UInt8] = []
    ) async throws -> (Int, [UInt8]) {
        let separator = address.url.firstRange(of: "://")
        let authority = separator.map { String(address.url[$0.upperBound...]) } ?? address.url
        var request = HTTPRequest(method: method, scheme: "http", authority: authority, path: path)
        request.headerFields[.authorization] = "Bearer \(address.secret)"
        request.headerFields[.acceptLanguage] = language.rawValue
        if let contentType { request.headerFields[.contentType] = contentType }
        if let accept { request.headerFields[.accept] = accept }
        do {
            let (response, bytes) = try await sender.send(
                request, body: body, timeout: .seconds(60))
            return (response.status.code, bytes)
        } catch {
            throw CommandFailure(.unavailable, "the connector: \(error)")
        }
    }

    /// Hands in a form.
    ///
    /// - Returns: Its state; a refusal is thrown with every anomaly printed.
    func submit(_ form: [UInt8]) async throws -> JSONReader {
        let (status, body) = try await send(
            .post, "/v1/forms", contentType: Self.contentType(of: form), body: form)
        let answer = try Self.reader(body)
        guard status == 202 else { throw refusal(answer, status: status) }
        return answer
    }

    func status(of uuid: String) async throws -> JSONReader {
        let (status, body) = try await send(.get, "/v1/forms/\(uuid)")
        let answer = try Self.reader(body)
        guard status == 200 else { throw refusal(answer, status: status) }
        return answer
    }

    /// Waits until the form's road has ended, at most so long: what is held up may go on later.
    func settled(
        _ uuid: String, within limit: Duration, onChange: (String) -> Void
    ) async throws -> JSONReader {
        let end = ContinuousClock.now + limit
        var shown = ""
        while true {
            let answer = try await status(of: uuid)
            let state = try answer.member("state").string()
            if state != shown { onChange(state) }
            shown = state
            if ["final", "attention", "cancelled"].contains(state) || ContinuousClock.now > end {
                return answer
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    func document(_ name: String, of uuid: String) async throws -> [UInt8]? {
        let (status, body) = try await send(.get, "/v1/forms/\(uuid)/\(name)")
        return status == 200 ? body : nil
    }

    static func contentType(of form: [UInt8]) -> String {
        if case .xml = FormInput(guessing: form) { "application/xml" } else { "application/json" }
    }

    static func reader(_ body: [UInt8]) throws -> JSONReader {
        guard let document = try? JSONDocument(parsing: body) else {
            throw CommandFailure(.ourFault, "the connector's answer is not JSON")
        }
        return JSONReader(document.root)
    }

    func refusal(_ answer: JSONReader, status: Int) -> CommandFailure {
        for anomaly in answer.value["anomalies"]?.array ?? [] {
            Terminal.note(
                "\(anomaly["severity"]?.string ?? "") \(anomaly["code"]?.string ?? "") \(anomaly["pointer"]?.string ?? ""): \(anomaly["text"]?[language.rawValue]?.string ?? "")"
            )
        }
        let code = answer.value["code"]?.string ?? "HTTP \(status)"
        let title = answer.value["title"]?.string ?? ""
        let detail = answer.value["detail"]?.string ?? ""
        let advice = answer.value["do"]?.string ?? ""
        return CommandFailure(
            status >= 500 ? .unavailable : .refused, "\(code) \(title): \(detail) \(advice)")
    }
}
