// SPDX-License-Identifier: Apache-2.0
import Connector
import HTTPTypes
import JSON
import Trust
package import Validation
import XMLSignature

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// `POST /v1/verify`: judges the file in the body and answers with the report.
///
/// Query: `policy` (general or national-deposit), `at` (RFC 3339), `fetch` (true asks for what is
/// missing at the addresses certificates name). Accept chooses between JSON as `verify --json` and
/// the XML of TS 119 102-2. A bad signature is an answer, not a problem: the status is 200.
package struct VerifyAPI: Sendable {
    package typealias MakeContext = @Sendable (PolicyName, Date?) async -> ValidationContext
    package typealias Complete =
        @Sendable (FileFacts, ValidationContext, FileReport) async -> FileReport

    private let makeContext: MakeContext
    private let complete: Complete

    /// - Parameters:
    ///   - context: Anchors, lists and clock of this installation, for a policy and a moment.
    ///   - complete: Fetches what a verdict is missing and judges again.
    package init(context: @escaping MakeContext, complete: @escaping Complete) {
        (makeContext, self.complete) = (context, complete)
    }

    func respond(_ request: HTTPRequest, _ body: [UInt8]) async throws(Problem) -> Answer {
        let query = try VerifyQuery(request)
        let wantsXML = try request.wantsXMLReport()
        let input = try request.fileInput(body)
        let context = await makeContext(query.policy, query.moment)
        let facts = FileReader(
            detached: input.detached, certificates: context.material.certificates
        ).facts(of: input.file)
        var report = Judge(context).report(on: facts)
        if query.isFetching, !report.missing.isEmpty {
            report = await complete(facts, context, report)
        }
        if wantsXML {
            return Answer(
                .ok, contentType: "application/xml", body: report.xmlReport(of: input.file))
        }
        return Answer(
            .ok, contentType: "application/json", body: report.json(file: "body").serialized())
    }
}

/// What the query asks for; anything unknown in it is refused.
private struct VerifyQuery {
    var policy = PolicyName.general
    var moment: Date?
    var isFetching = false

    init(_ request: HTTPRequest) throws(Problem) {
        let text = (request.path ?? "").drop { $0 != "?" }.dropFirst()
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            let value = parts.count == 2 ? Self.decoded(parts[1]) : nil
            try take(parts.first ?? "", value ?? "")
        }
    }

    private mutating func take(_ name: String, _ value: String) throws(Problem) {
        switch name {
        case "policy":
            guard let policy = PolicyName(rawValue: value) else {
                throw Problem(.badRequest, "The policy is general or national-deposit.")
            }
            self.policy = policy
        case "at":
            guard let moment = try? Date(value, strategy: .iso8601) else {
                throw Problem(.badRequest, "at takes a time such as 2026-11-20T10:00:00Z.")
            }
            self.moment = moment
        case "fetch":
            guard value == "true" || value == "false" else {
                throw Problem(.badRequest, "fetch is true or false.")
            }
            isFetching = value == "true"
        default: throw Problem(.badRequest, "The query takes policy, at and fetch.")
        }
    }

    /// Undoes percent-encoding (RFC 3986, 2.1); nil when it is malformed.
    private static func decoded(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension HTTPRequest {
    /// The file, and what was signed beside it; by the declared type (BL-14).
    fileprivate func fileInput(
        _ body: [UInt8]
    ) throws(Problem) -> (file: [UInt8], detached: [DetachedData]) {
        switch plainContentType {
        case "application/xml", "application/pdf", "application/octet-stream": return (body, [])
        case "application/json": return try Self.wrapped(body)
        default:
            throw Problem(
                .unsupportedMediaType,
                "Files come as application/xml, application/pdf, application/octet-stream, or as application/json with base64 members."
            )
        }
    }

    /// `{"file": BASE64, "detached": [BASE64 or {"name", "content": BASE64}]}`.
    private static func wrapped(
        _ body: [UInt8]
    ) throws(Problem) -> (file: [UInt8], detached: [DetachedData]) {
        do {
            let root = JSONReader(try JSONDocument(parsing: body).root)
            try root.allowOnly(["file", "detached"])
            var detached: [DetachedData] = []
            for item in try root.optional("detached")?.elements() ?? [] {
                let isNamed = item.value.string == nil
                detached.append(
                    DetachedData(
                        name: isNamed ? try item.member("name").string() : "",
                        bytes: try bytes(isNamed ? item.member("content") : item)))
            }
            return (try bytes(root.member("file")), detached)
        } catch let error as Problem {
            throw error
        } catch {
            throw Problem(.unreadable, "The body is not JSON of the shape expected: \(error)")
        }
    }

    private static func bytes(_ reader: JSONReader) throws -> [UInt8] {
        guard let data = Data(base64Encoded: try reader.string()) else {
            throw Problem(.unreadable, "A member of the body is not base64.")
        }
        return [UInt8](data)
    }

    /// Whether the caller prefers the XML report; JSON is for all who do not say.
    fileprivate func wantsXMLReport() throws(Problem) -> Bool {
        let accepted = (headerFields[.accept] ?? "*/*").lowercased().split(separator: ",").map {
            String($0.prefix { $0 != ";" }).filter { $0 != " " }
        }
        for type in accepted {
            switch type {
            case "application/json", "application/*", "*/*": return false
            case "application/xml", "text/xml": return true
            default: continue
            }
        }
        throw Problem(.notAcceptable, "Reports are application/json or application/xml.")
    }
}
