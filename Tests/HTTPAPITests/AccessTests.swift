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

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

@Suite("HTTP interface: who may ask, and what is answered")
struct AccessTests {
    private let api: ConnectorAPI
    private let problems: ProblemCatalogue

    init() async throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(root)/Data/problems.json"))
        problems = try ProblemCatalogue(JSONReader(JSONDocument(parsing: [UInt8](data)).root))
        let store = try await SQLiteTransmissionStore(
            path: NSTemporaryDirectory() + UUID().uuidString + ".sqlite")
        let uuid: @Sendable () -> String = { "00000000-0000-4000-8000-000000000000" }
        let packs = try PackLibrary.load(directory: "\(root)/Packs")
        let intake = Intake(
            packs: packs, fonts: try PackFonts.load(for: packs), store: store,
            now: { Date(timeIntervalSince1970: 1_795_000_000) }, makeUUID: uuid)
        api = ConnectorAPI(
            access: AccessRules(port: 48_210, secret: "s"), problems: problems, instance: "i",
            forms: FormsAPI(
                intake: intake, store: store, problems: problems, onAccepted: {}),
            makeUUID: uuid)
    }

    private func ask(
        _ method: HTTPRequest.Method, _ path: String, host: String = "127.0.0.1:48210",
        headers: HTTPFields = [.authorization: "Bearer s"], body: [UInt8]? = []
    ) async throws -> (status: Int, code: String?) {
        let request = HTTPRequest(
            method: method, scheme: "http", authority: host, path: path, headerFields: headers)
        let (response, bytes) = try #require(await api.respond(request, body).whole)
        #expect(response.headerFields[.cacheControl] == "no-store")
        let answer = try? JSONDocument(parsing: bytes).root
        return (response.status.code, answer?["code"]?.string)
    }

    @Test("info needs no secret, everything else does")
    func secret() async throws {
        #expect(try await ask(.get, "/v1/info", headers: [:]).status == 200)
        for headers in [[:], [.authorization: "Bearer x"], [.authorization: "s"]] as [HTTPFields] {
            let answer = try await ask(.post, "/v1/uuid", headers: headers)
            #expect(answer == (403, "ECN-1009"))
        }
        #expect(try await ask(.post, "/v1/uuid").status == 200)
    }

    @Test(
        "a foreign host name is misdirected (BL-03)",
        arguments: [
            "evil.example", "127.0.0.1.evil.example:48210", "localhost.:48210", "127.0.0.2:48210",
            "0x7f000001:48210", "2130706433:48210", "127.0.0.1", "127.0.0.1:48211",
        ])
    func host(_ name: String) async throws {
        #expect(try await ask(.get, "/v1/info", host: name) == (421, "ECN-1008"))
    }

    @Test(
        "each of its own names is taken",
        arguments: ["localhost:48210", "LOCALHOST:48210", "[::1]:48210"])
    func ownHost(_ name: String) async throws {
        #expect(try await ask(.get, "/v1/info", host: name).status == 200)
    }

    @Test("a web page is refused whatever it knows (BL-11)")
    func origin() async throws {
        let headers: HTTPFields = [.authorization: "Bearer s", .origin: "https://good.example"]
        #expect(try await ask(.post, "/v1/uuid", headers: headers) == (403, "ECN-1012"))
    }

    @Test(
        "forms come as JSON or XML (BL-14)",
        arguments: ["text/plain", "application/x-www-form-urlencoded", "application/json; a=b", ""])
    func contentType(_ type: String) async throws {
        let headers: HTTPFields = [.authorization: "Bearer s", .contentType: type]
        #expect(try await ask(.post, "/v1/forms", headers: headers) == (415, "ECN-1003"))
    }

    @Test("unknown addresses, methods, forms and oversized bodies have their codes")
    func routes() async throws {
        #expect(try await ask(.get, "/v1/nothing") == (404, "ECN-1010"))
        #expect(try await ask(.get, "/v1/forms/../admin") == (404, "ECN-1006"))
        #expect(try await ask(.get, "/v1/uuid") == (405, "ECN-1011"))
        #expect(
            try await ask(.get, "/v1/forms/3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2a01") == (
                404, "ECN-1006"
            ))
        let headers: HTTPFields = [.authorization: "Bearer s", .contentType: "application/json"]
        #expect(try await ask(.post, "/v1/forms", headers: headers, body: nil) == (413, "ECN-1002"))
        #expect(try await ask(.post, "/v1/forms", headers: headers, body: []) == (400, "ECN-1001"))
        let unknown = try await ask(
            .post, "/v1/forms", headers: headers, body: Array("{\"a\":1}".utf8))
        #expect(unknown == (422, "ECN-1004"))
    }

    @Test("a character no font has is refused by name, before anything is accepted")
    func undrawable() async throws {
        let example = try String(
            contentsOfFile: "\(root)/Packs/memoire-honoraires/2025.1/examples/valid-minimal.json",
            encoding: .utf8)
        let form = Array(example.replacing("Dominique", with: "漢").utf8)
        let headers: HTTPFields = [.authorization: "Bearer s", .contentType: "application/json"]
        let answer = try await ask(.post, "/v1/forms", headers: headers, body: form)
        #expect(answer == (422, "ECN-2401"))
        let good = try await ask(.post, "/v1/forms", headers: headers, body: Array(example.utf8))
        #expect(good.status == 202)
    }

    @Test("every code has its section in the operator's manual")
    func manual() throws {
        let text = try String(
            contentsOfFile: "\(root)/docs/operations/problems.md", encoding: .utf8)
        let sections = text.components(separatedBy: "\n## ").dropFirst()
        #expect(
            sections.map { String($0.prefix(8)) } == ProblemCode.allCases.map(\.rawValue).sorted())
        for section in sections {
            let code = try #require(ProblemCode(rawValue: String(section.prefix(8))))
            for language in ProblemCatalogue.languages {
                let title = problems.title(code, language: language)
                let advice = problems.advice(code, language: language)
                #expect(section.contains("- **\(title).** \(advice)\n"), "\(code) \(language)")
            }
        }
    }

    @Test("title and advice come in the caller's language", arguments: ["fr", "de", "en"])
    func language(_ language: String) async throws {
        let request = HTTPRequest(
            method: .get, scheme: "http", authority: "127.0.0.1:48210", path: "/v1/forms/x",
            headerFields: [.acceptLanguage: language])
        let (_, body) = try #require(await api.respond(request, []).whole)
        let said = try JSONValue(parsing: body)
        #expect(said["title"]?.string == problems.title(.notAuthorised, language: language))
        #expect(said["do"]?.string == problems.advice(.notAuthorised, language: language))
    }

    @Test("a catalogue that lacks a sentence in one language is refused")
    func incomplete() throws {
        let text = try String(contentsOfFile: "\(root)/Data/problems.json", encoding: .utf8)
        for cut in [
            text.replacing(/"do":\{"fr":"[^"]*",/, with: "\"do\":{", maxReplacements: 1),
            text.replacing(/"do":\{"fr":"[^"]*"/, with: "\"do\":{\"fr\":\"\"", maxReplacements: 1),
        ] {
            let file = JSONReader(try JSONDocument(parsing: Array(cut.utf8)).root)
            #expect(throws: JSONReadingError.self) { try ProblemCatalogue(file) }
        }
    }
}
