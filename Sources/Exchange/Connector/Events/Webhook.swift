// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
package import JSON
import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// An address that is told every event, in order, at least once (Standard Webhooks).
package struct Webhook: Sendable, Hashable {
    package var id: String
    /// `https`, or `http` on this machine.
    package var url: String
    /// The key of the signatures: told once, when the hook is made.
    package var secret: [UInt8]
    package var createdAt: Date

    package init(id: String, url: String, secret: [UInt8], createdAt: Date) {
        (self.id, self.url, self.secret, self.createdAt) = (id, url, secret, createdAt)
    }

    /// The secret as the specification writes it.
    package var secretText: String { "whsec_" + Data(secret).base64EncodedString() }

    /// Whether events may be sent there: encrypted, or not leaving this machine.
    package static func isAllowed(_ url: String) -> Bool {
        guard url.utf8.count <= Limits.webhookAddress, url.allSatisfy({ $0.isASCII }),
            url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), !url.contains("#"),
            let request = HTTPRequest.post(url, contentType: ""),
            let authority = request.authority, !authority.contains("@")
        else { return false }
        if request.scheme == "https" { return true }
        let host = authority.lowercased()
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
        return ["127.0.0.1", "localhost", "[::1]"].contains(name)
    }

    /// The request that tells an event, signed over identifier, time and body.
    ///
    /// - Parameter moment: Of this attempt.
    func request(_ event: ConnectorEvent, at moment: Date) -> (HTTPRequest, [UInt8])? {
        guard var request = HTTPRequest.post(url, contentType: "application/json") else {
            return nil
        }
        let body = event.json.serialized()
        // The same for every attempt: a receiver knows by it what it has had already.
        let message = "msg_\(id)_\(event.sequence)"
        let seconds = String(Int(moment.timeIntervalSince1970))
        let signed = Array("\(message).\(seconds).".utf8) + body
        let code = HMACVerifier(.sha256, secret: secret).code(over: signed)
        let fields = [
            "webhook-id": message, "webhook-timestamp": seconds,
            "webhook-signature": "v1," + Data(code).base64EncodedString(),
        ]
        for (name, value) in fields {
            if let name = HTTPField.Name(name) { request.headerFields[name] = value }
        }
        return (request, body)
    }
}

extension ConnectorEvent {
    /// What readers of events see: identifiers and states, no content.
    package var json: JSONValue {
        var members: [JSONMember] = [
            .init("sequence", .int(sequence)),
            .init("at", .string(moment.formatted(Self.time))),
            .init("type", .string("\(kind).\(state)")), .init("uuid", .string(uuid)),
            .init("kind", .string(kind)), .init("state", .string(state)),
        ]
        if let code { members.append(.init("code", .string(code))) }
        return .object(members)
    }

    private static let time = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}

extension Webhook {
    /// As it is kept.
    var bytes: [UInt8] {
        let json: JSONValue = [
            "id": .string(id), "url": .string(url),
            "secret": .string(Data(secret).base64EncodedString()),
            "createdAt": .string(createdAt.formatted(.iso8601)),
        ]
        return json.serialized()
    }

    init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let id = json["id"]?.string,
            let url = json["url"]?.string,
            let secret = json["secret"]?.string.flatMap({ Data(base64Encoded: $0) }),
            let createdAt = json["createdAt"]?.string.flatMap({
                try? Date($0, strategy: .iso8601)
            })
        else { return nil }
        self.init(id: id, url: url, secret: [UInt8](secret), createdAt: createdAt)
    }
}
