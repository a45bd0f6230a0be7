// SPDX-License-Identifier: Apache-2.0
import Connector
import FormPacks
import Foundation
import HTTPAPI
import HTTPTypes
import JSON
import SQLiteStore
import TestSupport
import Testing
import Transport
import Trust
import Validation
import XAdES

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
private let pki = TestPKI.shared
private let secret = "0123456789abcdef"

@Suite("POST /v1/verify, over real sockets", .timeLimit(.minutes(5)))
struct VerifyTests {
    private struct Reply {
        var status: Int
        var type: String
        var body: [UInt8]
        var json: JSONValue? { try? JSONDocument(parsing: body).root }
        var indication: String? { json?["indication"]?.string }
    }

    /// A connector's interface on a free port while `body` talks to it.
    private func withConnector(
        _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(root)/Data/problems.json"))
        let problems = try ProblemCatalogue(JSONReader(JSONDocument(parsing: [UInt8](data)).root))
        let store = try await SQLiteTransmissionStore(
            path: NSTemporaryDirectory() + UUID().uuidString + ".sqlite")
        let packs = try PackLibrary.load(directory: "\(root)/Packs")
        let uuid: @Sendable () -> String = { "00000000-0000-4000-8000-000000000000" }
        let intake = Intake(
            packs: packs, fonts: try PackFonts.load(for: packs), store: store,
            now: { TestPKI.clock }, makeUUID: uuid)
        let verify = VerifyAPI(
            context: { policy, moment in
                ValidationContext(
                    policy: policy, trust: pki.policy, now: moment ?? TestPKI.clock + 60,
                    timestampDelay: nil)
            },
            complete: { facts, context, _ in
                var richer = context
                richer.material = (try? pki.material()) ?? ValidationMaterial()
                return Judge(richer).report(on: facts)
            })
        let (ports, port) = AsyncStream<Int>.makeStream()
        let api: @Sendable (Int) -> ConnectorAPI = { bound in
            ConnectorAPI(
                access: AccessRules(port: bound, secret: secret), problems: problems,
                instance: "i",
                forms: FormsAPI(
                    intake: intake, store: store, problems: problems, onAccepted: {}),
                verify: verify, makeUUID: uuid)
        }
        let server = HTTPServer(port: 0, bodyLimit: { ConnectorAPI.bodyLimit(for: $0) }) {
            request, bytes, _ in
            let own = Int(request.authority?.split(separator: ":").last ?? "") ?? 0
            return await api(own).respond(request, bytes)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run { port.yield($0) } }
            group.addTask {
                for await port in ports {
                    try await body(port)
                    break
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    private func post(
        _ port: Int, _ bytes: [UInt8], query: String = "", type: String = "application/xml",
        accept: String? = nil, headers: HTTPFields = [.authorization: "Bearer \(secret)"],
        method: HTTPRequest.Method = .post
    ) async throws -> Reply {
        let sender = try HTTPSender()
        var fields = headers
        fields[.contentType] = type
        if let accept { fields[.accept] = accept }
        let request = HTTPRequest(
            method: method, scheme: "http", authority: "127.0.0.1:\(port)",
            path: "/v1/verify\(query)", headerFields: fields)
        let outcome: Result<(HTTPResponse, [UInt8]), any Error>
        do { outcome = .success(try await sender.send(request, body: bytes)) } catch {
            outcome = .failure(error)
        }
        await sender.shutDown()
        let (response, body) = try outcome.get()
        return Reply(
            status: response.status.code, type: response.headerFields[.contentType] ?? "",
            body: body)
    }

    private func signed(_ text: String = "<a><s></s></a>") throws -> [UInt8] {
        let prepared = try PreparedSignature(
            enveloping: Array(text.utf8), seat: "s",
            parameters: SignatureParameters(
                identifier: "id-1", signingTime: TestPKI.clock,
                certificates: [pki.signer.certificate] + pki.signer.intermediates,
                algorithm: pki.signer.key.algorithm))
        return try prepared.signed(with: pki.signer.key.sign(prepared.toBeSigned))
    }

    @Test("the verdict comes back as verify --json prints it, a bad one too with status 200")
    func json() async throws {
        let good = try signed()
        let bad = Array(String(decoding: good, as: UTF8.self).replacing("<a>", with: "<a>x").utf8)
        try await withConnector { port in
            let first = try await post(port, good)
            #expect(first.status == 200 && first.type == "application/json")
            #expect(first.indication == "INDETERMINATE")
            #expect(first.json?["subIndication"]?.string == "TRY_LATER")
            let signature = try #require(first.json?["signatures"]?.array?.first)
            #expect(signature["format"]?.string == "XAdES" && signature["level"]?.string == "B-B")
            #expect(signature["missing"]?["revocation"]?.array?.isEmpty == false)
            #expect(try await post(port, good, query: "?fetch=true").indication == "TOTAL-PASSED")
            let second = try await post(port, bad)
            #expect(second.status == 200 && second.indication == "TOTAL-FAILED")
        }
    }

    @Test("Accept chooses the XML report of TS 119 102-2")
    func xml() async throws {
        let good = try signed()
        try await withConnector { port in
            let reply = try await post(port, good, accept: "application/xml, */*;q=0.1")
            #expect(reply.status == 200 && reply.type == "application/xml")
            #expect(
                String(decoding: reply.body, as: UTF8.self).contains(
                    "http://uri.etsi.org/19102/v1.4.1#"))
            let none = try await post(port, good, accept: "image/png")
            #expect(none.status == 406 && none.json?["code"]?.string == "ECN-1014")
        }
    }

    @Test("policy and moment come in the query; anything else there is refused")
    func query() async throws {
        let good = try signed()
        try await withConnector { port in
            let strict = try await post(port, good, query: "?policy=national-deposit&fetch=true")
            #expect(strict.indication == "INDETERMINATE")
            let past = try await post(
                port, good, query: "?at=2020-01-01T00%3A00%3A00Z&fetch=true")
            #expect(past.indication == "INDETERMINATE")
            #expect(past.json?["validationTime"]?.string == "2020-01-01T00:00:00Z")
            for query in ["?policy=mild", "?at=yesterday", "?fetch=maybe", "?other=1", "?at=%zz"] {
                let reply = try await post(port, good, query: query)
                #expect(reply.status == 400 && reply.json?["code"]?.string == "ECN-1013")
            }
        }
    }

    @Test("detached data come in JSON with base64 members")
    func detached() async throws {
        let content: [UInt8] = Array("content".utf8)
        let signature = try pki.sign(content).der
        @Sendable func wrapped(_ detached: String) -> [UInt8] {
            Array(
                "{\"file\":\"\(Data(signature).base64EncodedString())\",\"detached\":[\(detached)]}"
                    .utf8)
        }
        let plain = wrapped("\"\(Data(content).base64EncodedString())\"")
        let named = wrapped(
            "{\"name\":\"a.txt\",\"content\":\"\(Data(content).base64EncodedString())\"}")
        try await withConnector { port in
            for body in [plain, named] {
                let reply = try await post(
                    port, body, query: "?fetch=true", type: "application/json")
                #expect(
                    reply.json?["signatures"]?.array?.first?["checks"]?["integrity"]?.string
                        == "passed")
            }
            let without = try await post(port, wrapped(""), type: "application/json")
            #expect(without.json?["subIndication"]?.string == "SIGNED_DATA_NOT_FOUND")
            for body in ["{", "{\"file\":\"*\"}", "{\"x\":1}", "{}"] {
                let reply = try await post(port, Array(body.utf8), type: "application/json")
                #expect(reply.status == 400 && reply.json?["code"]?.string == "ECN-1001")
            }
        }
    }

    @Test("type, method, origin, secret and size are as on the other routes")
    func rules() async throws {
        let good = try signed()
        try await withConnector { port in
            #expect(try await post(port, good, type: "text/plain").status == 415)
            #expect(try await post(port, good, method: .put).status == 405)
            #expect(try await post(port, good, headers: [:]).status == 403)
            let page: HTTPFields = [
                .authorization: "Bearer \(secret)", .origin: "https://good.example",
            ]
            #expect(try await post(port, good, headers: page).status == 403)
            let large = [UInt8](repeating: 0x20, count: Limits.file + 1)
            #expect(try await post(port, large, type: "application/octet-stream").status == 413)
            let unreadable = try await post(port, [1, 2, 3], type: "application/octet-stream")
            #expect(unreadable.status == 200)
            #expect(unreadable.json?["subIndication"]?.string == "FORMAT_FAILURE")
        }
    }
}
