// SPDX-License-Identifier: Apache-2.0
import Connector
import Coverage
import FormPacks
import Foundation
import HTTPAPI
import HTTPTypes
import JSON
import SQLiteStore
import TestSupport
import Testing
import Transport

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
private let secret = "0123456789abcdef"

@Suite("POST /v1/price and GET /v1/acts, over real sockets", .timeLimit(.minutes(5)))
struct PricingTests {
    private static let tariffs = Result {
        let folder = "\(root)/Data/coverage"
        var files: [String: [UInt8]] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            files[name] = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
        }
        return try Tariffs(files: files)
    }
    private let request: JSONValue = [
        "date": "2026-09-15", "place": "practice", "speciality": "C1",
        "patient": ["birthDate": "1985-06-15"],
        "lines": [["line": 1, "code": "C1"]],
    ]

    private struct Reply {
        var status: Int
        var json: JSONValue?
        var code: String? { json?["code"]?.string }
    }

    /// The interface on a free port while `body` talks to it.
    private func withConnector(
        _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(root)/Data/problems.json"))
        let problems = try ProblemCatalogue(JSONReader(JSONDocument(parsing: [UInt8](data)).root))
        let store = try await SQLiteTransmissionStore(
            path: NSTemporaryDirectory() + UUID().uuidString + ".sqlite")
        let packs = try PackLibrary.load(directory: "\(root)/Packs")
        let uuid: @Sendable () -> String = { "00000000-0000-4000-8000-000000000000" }
        let forms = FormsAPI(
            intake: Intake(
                packs: packs, fonts: try PackFonts.load(for: packs), store: store,
                now: { TestPKI.clock }, makeUUID: uuid),
            store: store, problems: problems, onAccepted: {})
        let today = try #require(CalendarDate("2026-09-15"))
        let pricing = PricingAPI(
            tariffs: try Self.tariffs.get(), packs: packs, today: { today })
        let (ports, port) = AsyncStream<Int>.makeStream()
        let server = HTTPServer(port: 0, bodyLimit: { ConnectorAPI.bodyLimit(for: $0) }) {
            request, bytes, _ in
            let own = Int(request.authority?.split(separator: ":").last ?? "") ?? 0
            return await ConnectorAPI(
                access: AccessRules(port: own, secret: secret), problems: problems, instance: "i",
                forms: forms, pricing: pricing, makeUUID: uuid
            ).respond(request, bytes)
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

    private func ask(
        _ port: Int, _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8] = [],
        type: String = "application/json"
    ) async throws -> Reply {
        var request = HTTPRequest(
            method: method, scheme: "http", authority: "127.0.0.1:\(port)", path: path)
        request.headerFields[.authorization] = "Bearer \(secret)"
        if method == .post { request.headerFields[.contentType] = type }
        let sender = try HTTPSender()
        let (response, bytes) = try await sender.send(request, body: body)
        await sender.shutDown()
        return Reply(status: response.status.code, json: try? JSONValue(parsing: bytes))
    }

    @Test("a REQUEST is priced, its sentences in the language asked for")
    func prices() async throws {
        let body = request.serialized()
        try await withConnector { port in
            let reply = try await ask(port, .post, "/v1/price?language=de", body)
            #expect(reply.status == 200)
            let line = reply.json?["lines"]?[0]
            #expect(line?["opposable"] == "62.60" && line?["participation"] == "7.51")
            #expect(reply.json?["dataAsOf"]?.string != nil)
        }
    }

    @Test("a fee statement is priced when the speciality stands beside it")
    func statement() async throws {
        let example = "\(root)/Packs/memoire-honoraires/2025.1/examples/valid-minimal"
        let json = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(example).json")))
        let xml = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(example).xml")))
        try await withConnector { port in
            let fromJSON = try await ask(port, .post, "/v1/price?speciality=C1", json)
            let fromXML = try await ask(
                port, .post, "/v1/price?speciality=C1", xml, type: "application/xml")
            #expect(fromJSON.status == 200 && fromJSON.json == fromXML.json)
            let without = try await ask(port, .post, "/v1/price", json)
            #expect((without.status, without.code) == (422, "ECN-1017"))
        }
    }

    @Test("a declared device beside the REQUEST counts as one inside")
    func devices() async throws {
        let body = request.serialized()
        try await withConnector { port in
            let both = try await ask(port, .post, "/v1/price?device=GCJ11&reduced=X1", body)
            #expect(both.status == 200)
        }
    }

    @Test("what cannot be priced is refused by its code")
    func refusals() async throws {
        func with(_ name: String, _ value: JSONValue) -> [UInt8] {
            let members = (request.object ?? []).filter { $0.name != name }
            return JSONValue.object(members + [JSONMember(name, value)]).serialized()
        }
        let cases: [(String, [UInt8], Int, String)] = [
            ("", Array("{".utf8), 400, "ECN-1001"), ("", with("colour", "red"), 400, "ECN-1013"),
            ("", with("date", "tomorrow"), 400, "ECN-1013"),
            ("", with("speciality", "alchemy"), 422, "ECN-1017"),
            ("", with("lines", []), 422, "ECN-1017"), ("", Array("{}".utf8), 400, "ECN-1013"),
            ("", Array("[]".utf8), 400, "ECN-1013"), ("", Array("null".utf8), 400, "ECN-1013"),
            ("", Array(#"{"foreign":{}}"#.utf8), 422, "ECN-1004"),
            ("?language=lb", request.serialized(), 400, "ECN-1013"),
            ("?colour=red", request.serialized(), 400, "ECN-1013"),
        ]
        try await withConnector { port in
            for (query, body, status, code) in cases {
                let reply = try await ask(port, .post, "/v1/price\(query)", body)
                #expect((reply.status, reply.code) == (status, code))
            }
            let large = try await ask(
                port, .post, "/v1/price", [UInt8](repeating: 0x20, count: (1 << 20) + 1))
            #expect((large.status, large.code) == (413, "ECN-1002"))
        }
    }

    @Test("acts are found by code and words, and shown with their history")
    func acts() async throws {
        try await withConnector { port in
            let found = try await ask(port, .get, "/v1/acts?q=%C3%A9chographie+abdominale&limit=2")
            #expect(found.status == 200 && found.json?["acts"]?.array?.isEmpty == false)
            let act = try await ask(port, .get, "/v1/acts/C1?date=2024-01-15")
            #expect(act.json?["tariff"] == "57.70")
            #expect(act.json?["rules"]?[0]?["text"]?["en"]?.string?.isEmpty == false)
            let cases: [(String, Int, String)] = [
                ("/v1/acts", 400, "ECN-1013"), ("/v1/acts?q=", 400, "ECN-1013"),
                ("/v1/acts?q=a&limit=0", 400, "ECN-1013"),
                ("/v1/acts?q=%FF", 400, "ECN-1013"), ("/v1/acts/ZZZZ9", 404, "ECN-1018"),
                ("/v1/acts/C1?date=today", 400, "ECN-1013"),
            ]
            for (path, status, code) in cases {
                let reply = try await ask(port, .get, path)
                #expect((reply.status, reply.code) == (status, code))
            }
        }
    }
}
