// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import JSON
import Keys
import InProcess
import NationalAPI
import Sandbox
import Testing
import Trust

/// The sandbox's OpenID provider as somebody else's client sees it.
@Suite("Sandbox: codes and tokens of the login (RFC 6749, RFC 7636)")
struct LoginServiceTests {
    private let side: NationalSide
    private let openID: NationalProfile.OpenID

    init() async throws {
        side = try await NationalSide(way: .openID)
        guard case .openID(let openID) = side.profile.assertion else { throw CancellationError() }
        self.openID = openID
    }

    private func call(
        _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8] = [], isClient: Bool = true
    ) async -> (HTTPResponse, [UInt8]) {
        await side.front.answerExchange(
            HTTPRequest(method: method, scheme: "https", authority: "exchange.test:1", path: path),
            body, client: isClient ? side.authentication.certificateChain[0].der : nil)
    }

    private func code(_ request: AuthorizationRequest, isClient: Bool = true) async throws -> String
    {
        let (response, _) = await call(.get, "/authorize?\(request.query)", isClient: isClient)
        return try request.code(
            in: response.headerFields[.location] ?? "", issuer: "https://exchange.test:1")
    }

    private func error(_ body: [UInt8]) async throws -> String? {
        try JSONValue(parsing: await call(.post, "/token", body).1)["error"]?.string
    }

    private func request(_ first: UInt8 = 0) -> AuthorizationRequest {
        AuthorizationRequest(openID, random: (0..<96).map { $0 ^ first })
    }

    @Test("a code is good once, for who asked for it with his verifier")
    func codes() async throws {
        let request = request()
        let wrong = try await code(request)
        #expect(try await error(self.request(1).redemption(of: wrong)) == "invalid_grant")
        #expect(try await error(request.redemption(of: wrong)) == "invalid_grant")
        let good = try await code(request)
        #expect(try await error(request.redemption(of: good)) == nil)
        #expect(try await error(request.redemption(of: good)) == "invalid_grant")
        let late = try await code(request)
        side.clock.set(to: side.clock.now.addingTimeInterval(60))
        #expect(try await error(request.redemption(of: late)) == "invalid_grant")
    }

    @Test("without a certificate nobody is logged in; to other addresses nobody is sent")
    func refused() async throws {
        let request = request()
        await #expect(throws: OpenIDError.refused(code: "access_denied")) {
            try await code(request, isClient: false)
        }
        let elsewhere = request.query.replacing("callback", with: "elsewhere")
        let (response, _) = await call(.get, "/authorize?\(elsewhere)")
        #expect(response.status == .badRequest && response.headerFields[.location] == nil)
    }

    @Test("an ID token opens one session (J-11), and a changed one none")
    func exchanged() async throws {
        let request = request()
        let body = await call(.post, "/token", request.redemption(of: try await code(request))).1
        let idToken = try #require(TokenResponse(parsing: body).idToken)
        func session(_ token: String) async throws -> String? {
            let exchange = TokenExchangeRequest(
                idToken: token, resource: "https://exchange.test:1/exchange",
                scope: "provider:\(NationalSide.provider)")
            return try JSONValue(parsing: await call(.post, "/sts/token", exchange.body).1)[
                "error"]?.string
        }
        #expect(try await session(idToken + "A") == "invalid_grant")
        #expect(try await session(idToken) == nil)
        #expect(try await session(idToken) == "invalid_grant")
    }
}
