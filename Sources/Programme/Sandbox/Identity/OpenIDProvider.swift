// SPDX-License-Identifier: Apache-2.0
import JSON
package import Keys
package import NationalAPI
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The identity provider, OpenID Connect side: authorisation code with PKCE, where the certificate
/// of the connection is the login.
package actor OpenIDProvider {
    /// One code, until it is redeemed.
    private struct Grant {
        var eHealthID: String
        var redirectURI: String
        var nonce: String
        var challenge: String
        var expiresAt: Date
    }

    private let openID: NationalProfile.OpenID
    private let clients: ClientCheck
    private let random: @Sendable (Int) -> [UInt8]
    private var key: SoftwareKey
    private var keyID: String
    private var issuer = ""
    private var grants: [String: Grant] = [:]

    /// - Parameter key: P-256; another one may take its place later.
    package init(
        openID: NationalProfile.OpenID, key: SoftwareKey, clients: ClientCheck,
        random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        (self.openID, self.clients, self.random) = (openID, clients, random)
        (self.key, keyID) = (key, Self.name(key))
    }

    private static let codeLifeInSeconds = 60.0
    private static let tokenLifeInSeconds = 300
    private static let wrongClock = 7_200.0

    private static func name(_ key: SoftwareKey) -> String {
        Base64URL.text(DigestAlgorithm.sha256.digest(key.publicKey.keyBits).bytes.prefix(8))
    }

    /// Known under the address it is reached at, which ports decide.
    package func setIssuer(_ address: String) { issuer = address }

    /// Signs with another key from now on; the old one is not published any more.
    package func rotate(to key: SoftwareKey) { (self.key, keyID) = (key, Self.name(key)) }

    // MARK: Answers

    func metadata() -> [UInt8] {
        OpenIDMetadata.document(
            issuer: issuer, authorizationPath: IdentityFront.authorizePath,
            tokenPath: IdentityFront.tokenPath, keysPath: IdentityFront.keysPath)
    }

    func keySet() -> [UInt8] {
        let member = JSONWebKeys.member(key.publicKey, id: keyID)
        return JSONValue.object([
            JSONMember("keys", .array([member].compactMap { $0 }))
        ]).serialized(.pretty)
    }

    /// Where the browser, or who acts as one, is sent back to; `nil` when the address cannot be
    /// trusted and nobody is sent anywhere (RFC 6749, 4.1.2.1).
    func authorize(_ query: String, client: [UInt8]?) async -> String? {
        guard let values = FormText.values(query), values["client_id"] == openID.clientID,
            values["redirect_uri"] == openID.redirectURI, let state = values["state"]
        else { return nil }
        func redirect(_ result: (String, String)) -> String {
            openID.redirectURI + "?" + FormText.text([result, ("state", state), ("iss", issuer)])
        }
        guard values["response_type"] == "code", values["scope"] == openID.scope,
            let nonce = values["nonce"], let challenge = values["code_challenge"],
            values["code_challenge_method"] == "S256"
        else { return redirect(("error", "invalid_request")) }
        guard let eHealthID = await clients.eHealthID(of: client) else {
            return redirect(("error", "access_denied"))
        }
        let code = Base64URL.text(random(32))
        grants = grants.filter { clients.now() < $0.value.expiresAt }
        grants[code] = Grant(
            eHealthID: eHealthID, redirectURI: openID.redirectURI, nonce: nonce,
            challenge: challenge,
            expiresAt: clients.now().addingTimeInterval(Self.codeLifeInSeconds))
        return redirect(("code", code))
    }

    /// Turns a code into tokens, once.
    func token(
        _ body: [UInt8], client: [UInt8]?, fault: ServiceFault
    ) async -> (Int, [UInt8]) {
        guard let form = FormText.values(String(decoding: body, as: UTF8.self)),
            form["grant_type"] == GrantType.authorizationCode, let code = form["code"],
            let verifier = form["code_verifier"]
        else { return OAuthAnswer.error("invalid_request") }
        guard let eHealthID = await clients.eHealthID(of: client),
            form["client_id"] == openID.clientID
        else { return OAuthAnswer.error("invalid_client", status: 401) }
        guard let grant = grants.removeValue(forKey: code), clients.now() < grant.expiresAt,
            grant.eHealthID == eHealthID, form["redirect_uri"] == grant.redirectURI,
            AuthorizationRequest.challenge(verifier) == grant.challenge
        else { return OAuthAnswer.error("invalid_grant") }
        let access = Base64URL.text(random(32))
        guard let idToken = try? idToken(grant, code: code, access: access, fault) else {
            return OAuthAnswer.error("server_error", status: 500)
        }
        return OAuthAnswer.tokens([
            ("access_token", .string(access)), ("token_type", "Bearer"),
            ("expires_in", .int(Self.tokenLifeInSeconds)), ("id_token", .string(idToken)),
        ])
    }

    private func idToken(
        _ grant: Grant, code: String, access: String, _ fault: ServiceFault
    ) throws -> String {
        var now = clients.now()
        switch fault {
        case .wrongClock: now += Self.wrongClock
        case .tokenExpired: now -= Self.wrongClock
        default: break
        }
        let issued = Int(now.timeIntervalSince1970)
        let claims: JSONValue = [
            "iss": .string(issuer), "sub": .string(grant.eHealthID),
            "aud": .string(openID.clientID), "iat": .int(issued), "auth_time": .int(issued),
            "exp": .int(issued + Self.tokenLifeInSeconds), "nonce": .string(grant.nonce),
            "jti": .string(Base64URL.text(random(16))),
            "at_hash": .string(TokenRules.hash(of: access)),
            "c_hash": .string(TokenRules.hash(of: code)),
        ]
        let header: JSONValue = ["alg": "ES256", "kid": .string(keyID), "typ": "JWT"]
        return try JSONWebToken.compact(header: header, claims: claims) { input in
            let value = try ECDSASignature(der: key.signature(over: input))
            var raw = value.raw(for: .p256) ?? []
            if fault == .wrongSignature, !raw.isEmpty { raw[raw.count / 2] ^= 1 }
            return raw
        }
    }

    // MARK: The session service asks

    /// What an ID token of this provider says (JW-02, JW-03).
    func claims(of token: String) throws -> TokenClaims {
        let rules = TokenRules(
            use: .identity, algorithms: [.es256], issuer: issuer, audience: openID.clientID)
        return try rules.check(
            token, keys: JSONWebKeys(parsing: keySet()), now: clients.now())
    }
}
