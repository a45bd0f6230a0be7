// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import NationalAPI
import Testing
import Trust

@Suite("Login by OpenID Connect: redirect, metadata, forms (RS-13)")
struct LoginTests {
    private static let issuer = "https://identity.test"
    private let request: AuthorizationRequest

    init() throws {
        let folder =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .path + "/Data/profiles/"
        func reader(_ name: String) throws -> JSONReader {
            JSONReader(
                try JSONValue(
                    parsing: [UInt8](
                        Data(contentsOf: URL(fileURLWithPath: "\(folder)\(name).json")))))
        }
        let profile = try NationalProfile(
            reader("open-oidc-2026"), base: reader("lu-mysecu-2023"))
        guard case .openID(let openID) = profile.assertion else { throw CancellationError() }
        request = AuthorizationRequest(openID, random: Array(0..<96))
    }

    private func location(_ changes: [String: String?] = [:], at address: String? = nil) -> String {
        var values = ["code": "c", "state": request.state, "iss": Self.issuer]
        for (name, value) in changes { values[name] = value }
        let query = FormText.text(values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        return (address ?? request.redirectURI) + "?" + query
    }

    @Test("the code comes by the redirect that was asked for")
    func good() throws {
        #expect(try request.code(in: location(), issuer: Self.issuer) == "c")
        let query = try #require(FormText.values(request.query))
        #expect(query["code_challenge_method"] == "S256" && query["response_type"] == "code")
        #expect(Set([query["state"], query["nonce"], query["code_challenge"]]).count == 3)
    }

    @Test("another address, state or issuer, and a refusal")
    func foreign() {
        func refuses(_ error: OpenIDError, _ location: String) {
            #expect(throws: error) { try request.code(in: location, issuer: Self.issuer) }
        }
        refuses(.foreignRedirect, location(at: request.redirectURI + ".evil.test"))
        refuses(.foreignRedirect, location(at: "https://evil.test"))
        refuses(.foreignRedirect, location() + "&code=d")
        refuses(.foreignState, location(["state": "other"]))
        refuses(.foreignState, location(["state": nil]))
        refuses(.foreignIssuer, location(["iss": Self.issuer + "/"]))
        refuses(.foreignIssuer, location(["iss": nil]))
        refuses(.malformed(what: "code"), location(["code": ""]))
        refuses(.refused(code: "access_denied"), location(["error": "access_denied"]))
        refuses(.refused(code: "another error"), location(["error": "<script>"]))
    }

    @Test("metadata of another issuer, or that leads elsewhere, is refused (JW-01)")
    func metadata() throws {
        let bytes = OpenIDMetadata.document(
            issuer: Self.issuer, authorizationPath: "/a", tokenPath: "/t", keysPath: "/k")
        let metadata = try OpenIDMetadata(parsing: bytes, issuer: Self.issuer)
        #expect(metadata.keysAddress == "https://identity.test/k")
        #expect(throws: OpenIDError.foreignIssuer) {
            try OpenIDMetadata(parsing: bytes, issuer: "https://other.test")
        }
        let moved = String(decoding: bytes, as: UTF8.self).replacing(
            "https://identity.test/k", with: "https://identity.test.evil/k")
        #expect(throws: OpenIDError.foreignIssuer) {
            try OpenIDMetadata(parsing: Array(moved.utf8), issuer: Self.issuer)
        }
    }

    @Test("forms keep every character, and hold a name once")
    func forms() {
        let text = FormText.text([("a b", "ü&=+%"), ("c", "")])
        #expect(text == "a%20b=%C3%BC%26%3D%2B%25&c=")
        #expect(FormText.values(text) == ["a b": "ü&=+%", "c": ""])
        for bad in ["a=1&a=2", "a=%", "a=%2", "a=%zz", "a=%+1", "a=%FF"] {
            #expect(FormText.values(bad) == nil)
        }
    }

    @Test("base64url is read in its one form")
    func base64url() {
        #expect(Base64URL.bytes("-_8") == [0xFB, 0xFF])
        for bad in ["-_8=", "+/8", "-_9", "a", "a b", "é"] { #expect(Base64URL.bytes(bad) == nil) }
    }

    @Test("a token response that is no bearer token is none, and shows none")
    func response() throws {
        func read(_ text: String) throws(OpenIDError) -> TokenResponse {
            try TokenResponse(parsing: Array(text.utf8))
        }
        let good = try read(#"{"access_token":"secret","token_type":"Bearer","expires_in":60}"#)
        #expect(!"\(good)".contains("secret"))
        for bad in [
            #"{"access_token":"a b","token_type":"Bearer","expires_in":60}"#,
            #"{"access_token":"a\r\nX: y","token_type":"Bearer","expires_in":60}"#,
            #"{"access_token":"a","token_type":"mac","expires_in":60}"#,
            #"{"access_token":"a","token_type":"Bearer","expires_in":0}"#,
            #"{"access_token":"a","token_type":"Bearer"}"#, "<html>",
        ] {
            #expect(throws: OpenIDError.malformed(what: "token response")) { try read(bad) }
        }
        #expect(throws: OpenIDError.refused(code: "invalid_grant")) {
            try read(#"{"error":"invalid_grant"}"#)
        }
    }
}
