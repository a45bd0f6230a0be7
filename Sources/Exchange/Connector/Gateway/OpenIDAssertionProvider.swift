// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import NationalAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Logs in by OpenID Connect with the certificate of the connection: authorisation code with PKCE,
/// whose redirect is read here instead of in a browser (RS-13).
struct OpenIDAssertionProvider: AssertionProvider {
    let wire: GatewayWire
    let openID: NationalProfile.OpenID

    private var service: GatewayService {
        GatewayService(
            wire: wire, title: "The identity provider", actor: .esante,
            timeoutInSeconds: openID.timeoutInSeconds)
    }

    func prove() async throws -> ProvenIdentity {
        do {
            let metadata = try await metadata()
            let request = AuthorizationRequest(openID, random: wire.random(96))
            let code = try await code(request, metadata)
            let tokens = try await tokens(request, code, metadata)
            guard let idToken = tokens.idToken else {
                throw OpenIDError.malformed(what: "ID token")
            }
            try await check(idToken, request, code, tokens, metadata)
            return .idToken(idToken)
        } catch OpenIDError.refused(let code) {
            throw service.refusal("the login was refused with \(code)", by: .you)
        } catch let error as OpenIDError {
            throw service.distrust(error)
        } catch let error as TokenError {
            throw service.distrust(error)
        }
    }

    /// The issuer is the address one was told, and nothing else (JW-01).
    private func metadata() async throws -> OpenIDMetadata {
        let issuer = wire.addresses.identity
        let (response, body) = try await service.get(issuer + openID.discoveryPath)
        guard response.status == .ok else { throw OpenIDError.malformed(what: "metadata") }
        return try OpenIDMetadata(parsing: body, issuer: issuer)
    }

    private func code(
        _ request: AuthorizationRequest, _ metadata: OpenIDMetadata
    ) async throws -> String {
        let (response, _) = try await service.get(
            metadata.authorizationEndpoint + "?" + request.query)
        guard response.status.kind == .redirection,
            let location = response.headerFields[.location]
        else { throw OpenIDError.malformed(what: "redirect") }
        return try request.code(in: location, issuer: metadata.issuer)
    }

    private func tokens(
        _ request: AuthorizationRequest, _ code: String, _ metadata: OpenIDMetadata
    ) async throws -> TokenResponse {
        let (_, body) = try await service.post(
            metadata.tokenEndpoint, request.redemption(of: code),
            contentType: "application/x-www-form-urlencoded")
        return try TokenResponse(parsing: body)
    }

    private func check(
        _ idToken: String, _ request: AuthorizationRequest, _ code: String,
        _ tokens: TokenResponse, _ metadata: OpenIDMetadata
    ) async throws {
        let rules = TokenRules(
            use: .identity, algorithms: openID.algorithms, issuer: metadata.issuer,
            audience: openID.clientID, nonce: request.nonce, accessToken: tokens.accessToken,
            code: code)
        let token = try JSONWebToken(parsing: idToken, algorithms: openID.algorithms)
        let keys = try await wire.identity.memory.issuerKeys.keys(
            of: metadata.issuer, holding: token.keyID, now: wire.now
        ) {
            let (response, body) = try await service.get(metadata.keysAddress)
            guard response.status == .ok else { throw TokenError.malformed(what: "key set") }
            return try JSONWebKeys(parsing: body)
        }
        let claims = try rules.check(idToken, keys: keys, now: wire.now())
        let identity: any ClientIdentity = wire.identity
        guard claims.subject == identity.eHealthID else { throw TokenError.foreign(claim: "sub") }
    }
}
