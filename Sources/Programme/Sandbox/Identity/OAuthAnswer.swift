// SPDX-License-Identifier: Apache-2.0
import JSON

/// Answers of token endpoints (RFC 6749, 5).
enum OAuthAnswer {
    static func tokens(_ members: [(String, JSONValue)]) -> (Int, [UInt8]) {
        (200, JSONValue.object(members.map { JSONMember($0.0, $0.1) }).serialized())
    }

    static func error(_ code: String, status: Int = 400) -> (Int, [UInt8]) {
        (status, JSONValue.object([JSONMember("error", .string(code))]).serialized())
    }
}
