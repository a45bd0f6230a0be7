// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
package import Keys
import NationalAPI
import Trust

/// Identity provider and session service as HTTP handlers, on the same port as the exchange.
package struct IdentityFront: Sendable {
    private let saml: NationalProfile.SAML
    private let ways: SessionService.Ways
    private let provider: IdentityProvider
    package let openID: OpenIDProvider
    package let sessions: SessionService

    /// - Parameters:
    ///   - key: RSA, with its chain: the identity provider's, for assertions.
    ///   - tokenKey: P-256, for ID tokens.
    ///   - platform: Signs the answers of the session service.
    ///   - random: So many octets nobody can guess.
    package init(
        ways: SessionService.Ways, key: SoftwareKey, tokenKey: SoftwareKey, clients: ClientCheck,
        platform: PlatformIdentity, makeUUID: @escaping @Sendable () -> String,
        random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        (saml, self.ways) = (ways.saml, ways)
        provider = IdentityProvider(
            saml: ways.saml, key: key, clients: clients, makeUUID: makeUUID)
        openID = OpenIDProvider(
            openID: ways.openID, key: tokenKey, clients: clients, random: random)
        sessions = SessionService(
            ways: ways, clients: clients, platform: platform,
            identityProvider: key.certificateChain.first?.subject[.commonName] ?? "",
            openID: openID, makeUUID: makeUUID, random: random)
    }

    static let authorizePath = "/authorize"
    static let tokenPath = "/token"
    static let keysPath = "/jwks"

    /// Which service has the path; `nil` when none of them.
    func service(of path: String) -> SandboxService? {
        switch path {
        case saml.path, ways.openID.discoveryPath, Self.authorizePath, Self.tokenPath,
            Self.keysPath:
            .identity
        case ways.trust.path, ways.exchange.path: .sts
        default: nil
        }
    }

    /// Answers a request to one of the paths; `client` is the certificate of the connection, DER.
    func answer(
        _ request: HTTPRequest, _ body: [UInt8], client: [UInt8]?, fault: ServiceFault
    ) async -> (HTTPResponse, [UInt8]) {
        let target = request.path ?? ""
        let path = String(target.prefix { $0 != "?" })
        switch (request.method, path) {
        case (.post, saml.path):
            return Self.xml(await provider.respond(to: body, fault: fault))
        case (.post, ways.trust.path):
            return Self.xml(await sessions.respond(to: body, client: client, fault: fault))
        case (.post, ways.exchange.path):
            return Self.json(await sessions.exchange(body, client: client, fault: fault))
        case (.get, ways.openID.discoveryPath): return Self.json((200, await openID.metadata()))
        case (.get, Self.keysPath): return Self.json((200, await openID.keySet()))
        case (.get, Self.authorizePath):
            let query = String(target.dropFirst(path.count + 1))
            guard let location = await openID.authorize(query, client: client) else {
                return (HTTPResponse(status: .badRequest), [])
            }
            return (HTTPResponse(status: .found, headerFields: [.location: location]), [])
        case (.post, Self.tokenPath):
            return Self.json(await openID.token(body, client: client, fault: fault))
        default: return (HTTPResponse(status: .methodNotAllowed), [])
        }
    }

    private static func xml(_ answer: (Int, [UInt8])) -> (HTTPResponse, [UInt8]) {
        plain(answer, "text/xml; charset=utf-8")
    }

    private static func json(_ answer: (Int, [UInt8])) -> (HTTPResponse, [UInt8]) {
        var (response, body) = plain(answer, "application/json")
        response.headerFields[.cacheControl] = "no-store"
        return (response, body)
    }

    private static func plain(
        _ answer: (Int, [UInt8]), _ type: String
    ) -> (HTTPResponse, [UInt8]) {
        (HTTPResponse(status: .init(code: answer.0), headerFields: [.contentType: type]), answer.1)
    }
}
