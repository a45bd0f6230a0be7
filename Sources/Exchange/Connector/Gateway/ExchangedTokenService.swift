// SPDX-License-Identifier: Apache-2.0
import NationalAPI

/// Exchanges an ID token for a session token (RFC 8693).
struct ExchangedTokenService: SessionTokenService {
    let wire: GatewayWire
    let exchange: NationalProfile.TokenExchange

    private var service: GatewayService {
        GatewayService(
            wire: wire, title: "MySecu's session service", actor: .mysecu,
            timeoutInSeconds: exchange.timeoutInSeconds)
    }

    func open(with proof: ProvenIdentity) async throws -> Session? {
        guard case .idToken(let idToken) = proof, let code = wire.identity.providerCode else {
            throw StageFailure(
                .sessionRefused, "The provider code is not known; give it with --provider.",
                actor: .you, .retry)
        }
        let openedAt = wire.now()
        let request = TokenExchangeRequest(
            idToken: idToken, resource: wire.exchangeAddress, scope: exchange.providerScope + code)
        let (_, body) = try await service.post(
            wire.addresses.sessions + exchange.path, request.body,
            contentType: "application/x-www-form-urlencoded")
        do {
            let answer = try TokenResponse(parsing: body)
            let lifetime = min(answer.expiresInSeconds, exchange.maxLifetimeInSeconds)
            return Session(
                token: SessionToken(.bearer, value: answer.accessToken), openedAt: openedAt,
                lifetimeInSeconds: Double(lifetime))
        } catch OpenIDError.refused(let code) {
            throw service.refusal("no session was opened: \(code)")
        } catch {
            throw service.distrust(error)
        }
    }

    /// Tokens of this kind end by themselves.
    func end(_ session: Session) async throws {}
}
