// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import JSON

extension SandboxFront {
    static func path(of request: HTTPRequest) -> String {
        String((request.path ?? "").prefix { $0 != "?" })
    }

    static func query(of request: HTTPRequest) -> [String: String] {
        let text = (request.path ?? "").drop { $0 != "?" }.dropFirst()
        let pairs = text.split(separator: "&").map {
            $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        }
        return Dictionary(
            pairs.map { (String($0[0]), $0.count > 1 ? String($0[1]) : "") },
            uniquingKeysWith: { first, _ in first })
    }

    static func bearer(of request: HTTPRequest) -> String? {
        let field = request.headerFields[.authorization] ?? ""
        return field.hasPrefix("Bearer ") ? String(field.dropFirst(7)) : nil
    }

    static func answer(
        _ status: HTTPResponse.Status, _ type: String, _ body: [UInt8]
    ) -> Answer {
        (HTTPResponse(status: status, headerFields: [.contentType: type]), body)
    }

    static func status(_ status: HTTPResponse.Status) -> Answer {
        (HTTPResponse(status: status), [])
    }

    static func list(_ der: [UInt8]?) -> Answer {
        der.map { answer(.ok, "application/pkix-crl", $0) } ?? status(.internalServerError)
    }

    static func json(_ value: JSONValue) -> Answer {
        answer(.ok, "application/json", value.serialized(.pretty))
    }

    static func refusal(
        _ text: String, status: HTTPResponse.Status = .badRequest
    ) -> Answer {
        answer(status, "text/plain; charset=utf-8", Array((text + "\n").utf8))
    }
}
