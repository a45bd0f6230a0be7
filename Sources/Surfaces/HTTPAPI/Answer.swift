// SPDX-License-Identifier: Apache-2.0
import Connector
package import Coverage
import HTTPTypes
package import JSON
import Transport

/// An HTTP answer with its body, made in one place so that every answer has the same headers.
struct Answer {
    var response: HTTPResponse
    var body: [UInt8]
    /// The body as it comes, instead of ``body``.
    var stream: AsyncStream<[UInt8]>?

    init(_ status: HTTPResponse.Status, contentType: String, body: [UInt8]) {
        response = HTTPResponse(status: status)
        self.body = body
        response.headerFields[.contentType] = contentType
        for (name, value) in Self.protection { response.headerFields[name] = value }
    }

    /// BL-16.
    private static let protection: [(HTTPField.Name, String)] =
        [
            (.cacheControl, "no-store"), (.xContentTypeOptions, "nosniff"),
            (.contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'"),
        ]
        + [
            ("Cross-Origin-Resource-Policy", "same-origin"), ("Referrer-Policy", "no-referrer"),
        ].compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }

    var forTransport: HTTPAnswer {
        stream.map { .stream(response, $0) } ?? .whole(response, body)
    }

    static func json(_ status: HTTPResponse.Status, _ members: [JSONMember]) -> Answer {
        Answer(
            status, contentType: "application/json",
            body: JSONValue(.object(members)).serialized())
    }

    /// The same, said to be the stored answer to the same bytes (RE-01).
    var replayed: Answer {
        var answer = self
        if let name = HTTPField.Name("Idempotency-Replayed") {
            answer.response.headerFields[name] = "true"
        }
        return answer
    }
}

/// A problem as RFC 9457 wants it, with the members of docs/design.md, section 7.
struct Problem: Error {
    var code: ProblemCode
    var detail: String
    var anomalies: [Coverage.Anomaly] = []
    var retryAfter: Int?
    /// The methods an address answers, with 405.
    var allow: String?

    init(_ code: ProblemCode, _ detail: String, anomalies: [Coverage.Anomaly] = []) {
        (self.code, self.detail, self.anomalies) = (code, detail, anomalies)
    }

    func answer(_ catalogue: ProblemCatalogue, language: String, traceID: String) -> Answer {
        let entry = catalogue.entry(code)
        var members: [JSONMember] = [
            .init(
                "type", .init(.string("docs/operations/problems.md#\(code.rawValue.lowercased())"))),
            .init("title", .init(.string(entry.titles[language] ?? ""))),
            .init("status", .init(integerLiteral: entry.status)),
            .init("detail", .init(.string(detail))),
            .init("code", .init(.string(code.rawValue))),
            .init("do", .init(.string(entry.advice[language] ?? ""))),
            .init("retry", .init(.string(entry.retry))),
            .init("actor", .init(.string(entry.actor))),
            .init("traceId", .init(.string(traceID))),
        ]
        if !anomalies.isEmpty {
            members.append(.init("anomalies", .init(.array(anomalies.map(\.json)))))
        }
        var answer = Answer(
            .init(code: entry.status), contentType: "application/problem+json",
            body: JSONValue(.object(members)).serialized())
        if let allow { answer.response.headerFields[.allow] = allow }
        if let retryAfter { answer.response.headerFields[.retryAfter] = String(retryAfter) }
        return answer
    }
}

extension Coverage.Anomaly {
    /// The anomaly as clients see it, in every language.
    package var json: JSONValue {
        var members: [JSONMember] = [
            .init("code", .init(.string(code))),
            .init("severity", .init(.string(severity.rawValue))),
            .init("pointer", .init(.string(pointer))),
            .init(
                "text",
                [
                    "fr": .init(.string(text.fr)), "de": .init(.string(text.de)),
                    "en": .init(.string(text.en)),
                ]),
        ]
        if let detail { members.insert(.init("detail", .init(.string(detail))), at: 1) }
        if let source { members.append(.init("source", .init(.string(source)))) }
        return JSONValue(.object(members))
    }
}
