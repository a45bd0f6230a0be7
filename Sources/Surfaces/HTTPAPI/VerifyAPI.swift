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
        let query = try Query(request, taking: ["policy", "at", "fetch"])
        if let name = query["policy"] {
            guard let policy = PolicyName(rawValue: name) else {
                throw Problem(.badRequest, "The policy is general or national-deposit.")
            }
            self.policy = policy
        }
        if let text = query["at"] {
            guard let moment = try? Date(text, strategy: .iso8601) else {
                throw Problem(.badRequest, "at takes a time such as 2026-11-20T10:00:00Z.")
            }
            self.moment = moment
        }
        if let text = query["fetch"] {
            guard text == "true" || text == "false" else {
                throw Problem(.badRequest, "fetch is true or false.")
            }
            isFetching = text == "true"
        }
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
