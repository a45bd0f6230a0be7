// SPDX-License-Identifier: Apache-2.0
import JSON
package import NationalAPI
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// MySecu's security token service: opens sessions by WS-Trust or token exchange, and knows which
/// ones count (mysecu-wire, section 1, step 2).
///
/// Tokens are opaque and kept by their digest, in memory alone: after a restart every client has to
/// open its session anew.
package actor SessionService {
    /// For whom a session was opened.
    package struct Holder: Sendable, Hashable {
        package var eHealthID: String
        package var providerCode: String
        var expiresAt: Date
    }

    /// The two ways in; the exchange takes the tokens of both.
    package struct Ways: Sendable {
        var profile: NationalProfile
        var saml: NationalProfile.SAML
        var trust: NationalProfile.WSTrust
        var openID: NationalProfile.OpenID
        var exchange: NationalProfile.TokenExchange

        /// - Returns: `nil` when a profile has not the parts it is named for.
        package init?(saml first: NationalProfile, openID second: NationalProfile) {
            guard case .saml(let saml) = first.assertion,
                case .trust(let trust) = first.sessionToken,
                case .openID(let openID) = second.assertion,
                case .exchange(let exchange) = second.sessionToken
            else { return nil }
            (profile, self.saml, self.trust) = (first, saml, trust)
            (self.openID, self.exchange) = (openID, exchange)
        }
    }

    private let ways: Ways
    private let clients: ClientCheck
    private let platform: PlatformIdentity
    /// Common name of the identity provider's certificate.
    private let identityProvider: String
    private let openID: OpenIDProvider
    private let makeUUID: @Sendable () -> String
    private let random: @Sendable (Int) -> [UInt8]
    package var lifetimeInSeconds = 3_600.0
    private var holders: [Digest: Holder] = [:]
    /// Assertions and ID tokens that opened a session, until they end: each opens one.
    private var spent: [String: Date] = [:]
    /// How many sessions were opened.
    private(set) package var opened = 0

    package init(
        ways: Ways, clients: ClientCheck, platform: PlatformIdentity, identityProvider: String,
        openID: OpenIDProvider, makeUUID: @escaping @Sendable () -> String,
        random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        (self.ways, self.clients, self.platform) = (ways, clients, platform)
        (self.identityProvider, self.openID) = (identityProvider, openID)
        (self.makeUUID, self.random) = (makeUUID, random)
    }

    package func setLifetime(inSeconds seconds: Double) { lifetimeInSeconds = seconds }

    /// Forgets every session, as a restart does.
    package func forgetSessions() { holders = [:] }

    // MARK: The exchange asks

    /// Whose session a token is, while it lasts.
    func holder(of token: String) -> Holder? {
        guard let holder = holders[Self.digest(token)], clients.now() < holder.expiresAt else {
            return nil
        }
        return holder
    }

    // MARK: WS-Trust

    /// Answers one SOAP message; `client` is the certificate of the connection, DER.
    ///
    /// - Returns: HTTP status and message.
    func respond(
        to message: [UInt8], client: [UInt8]?, fault: ServiceFault
    ) async -> (Int, [UInt8]) {
        do {
            let verified = try VerifiedMessage(
                parsing: message, security: ways.trust.messageSecurity, now: clients.now(),
                memory: clients.memory)
            guard verified.certificate.der == client,
                let eHealthID = await clients.eHealthID(of: verified.certificate)
            else { throw Refusal.certificate }
            switch try SessionRequest(verified, ways.trust) {
            case .issue(let address, let code):
                return try await issue(verified, address, code, eHealthID, fault)
            case .cancel(let id): return try await cancel(verified, id, eHealthID, fault)
            }
        } catch is MessageError {
            return (500, Fault(.client, "The message is not what it must be.").message)
        } catch is Refusal, is AssertionError {
            return (500, Fault(.failedAuthentication, "No session.").message)
        } catch {
            return (500, Fault(.server, "The session service has a fault.").message)
        }
    }

    private enum Refusal: Error { case certificate, address, space, proof, spent }

    private func issue(
        _ message: VerifiedMessage, _ address: String, _ code: String,
        _ eHealthID: String, _ fault: ServiceFault
    ) async throws -> (Int, [UInt8]) {
        try requireSpace(code, of: eHealthID)
        guard address.hasSuffix(ways.profile.exchange.path), let node = message.token else {
            throw Refusal.address
        }
        let assertion = try VerifiedAssertion(node, ways.saml, memory: clients.memory)
        guard clients.chains(assertion.certificate, for: .any),
            assertion.certificate.subject[.commonName] == identityProvider
        else { throw Refusal.proof }
        try assertion.check(
            AssertionExpectation(
                issuer: ways.saml.issuer,
                relyingParty: String(address.dropLast(ways.profile.exchange.path.count)),
                holder: message.certificate, eHealthID: eHealthID, requestID: nil),
            now: clients.now())
        try spend(assertion.content.id, until: assertion.content.notOnOrAfter)
        let now = clients.now()
        let (token, expires) = open(eHealthID, code, fault)
        let answer = SessionAnswer(
            token: SessionToken(
                .binary(id: "id-\(makeUUID())", valueType: ways.trust.tokenType), value: token),
            created: now, expires: expires)
        let unsigned = try answer.message(
            ways.trust, profile: ways.profile, certificate: platform.certificate,
            now: now.addingTimeInterval(fault == .wrongClock ? Self.wrongClock : 0))
        return (200, try await signed(unsigned, fault))
    }

    private func cancel(
        _ message: VerifiedMessage, _ id: String, _ eHealthID: String,
        _ fault: ServiceFault
    ) async throws -> (Int, [UInt8]) {
        guard let token = message.sessionToken,
            token.kind
                == .binary(
                    id: id, valueType: ways.trust.tokenType),
            holders[Self.digest(token.value)]?.eHealthID == eHealthID
        else { throw Refusal.proof }
        holders[Self.digest(token.value)] = nil
        let unsigned = try SessionAnswer.cancelled(
            profile: ways.profile, certificate: platform.certificate, now: clients.now())
        return (200, try await signed(unsigned, fault))
    }

    private func signed(_ unsigned: UnsignedMessage, _ fault: ServiceFault) async throws -> [UInt8]
    {
        var value = try await platform.sign(unsigned.toBeSigned)
        if fault == .wrongSignature { value[value.count / 2] ^= 1 }
        return unsigned.signed(with: value)
    }

    // MARK: Token exchange

    /// Answers one form-encoded request (RFC 8693).
    ///
    /// - Returns: HTTP status and JSON.
    func exchange(
        _ body: [UInt8], client: [UInt8]?, fault: ServiceFault
    ) async -> (Int, [UInt8]) {
        guard let form = FormText.values(String(decoding: body, as: UTF8.self)),
            form["grant_type"] == GrantType.tokenExchange,
            form["subject_token_type"] == GrantType.idToken, let token = form["subject_token"],
            let scope = form["scope"], scope.hasPrefix(ways.exchange.providerScope)
        else { return OAuthAnswer.error("invalid_request") }
        guard let eHealthID = await clients.eHealthID(of: client) else {
            return OAuthAnswer.error("invalid_client", status: 401)
        }
        let code = String(scope.dropFirst(ways.exchange.providerScope.count))
        do {
            let claims = try await openID.claims(of: token)
            guard claims.subject == eHealthID else { throw Refusal.proof }
            try requireSpace(code, of: eHealthID)
            try spend(claims.tokenID ?? token, until: claims.expires)
        } catch Refusal.space {
            return OAuthAnswer.error("invalid_scope")
        } catch {
            return OAuthAnswer.error("invalid_grant")
        }
        let (session, expires) = open(eHealthID, code, fault)
        return OAuthAnswer.tokens([
            ("access_token", .string(session)),
            ("issued_token_type", .string(GrantType.accessToken)),
            ("token_type", "Bearer"),
            ("expires_in", .int(max(1, Int(expires.timeIntervalSince(clients.now()))))),
        ])
    }

    // MARK: Sessions

    private static let wrongClock = 7_200.0

    private static func digest(_ token: String) -> Digest {
        DigestAlgorithm.sha256.digest(Array(token.utf8))
    }

    private func requireSpace(_ code: String, of eHealthID: String) throws(Refusal) {
        guard clients.mayEnter(spaceOf: code, eHealthID) else { throw .space }
    }

    private func spend(_ id: String, until end: Date) throws(Refusal) {
        let now = clients.now()
        spent = spent.filter { now < $0.value.addingTimeInterval(600) }
        guard spent.updateValue(end, forKey: id) == nil else { throw .spent }
    }

    /// A session that the fault lets end at once counts for nobody.
    private func open(
        _ eHealthID: String, _ code: String, _ fault: ServiceFault
    ) -> (token: String, expires: Date) {
        let token = Base64URL.text(random(32))
        let now = clients.now()
        let expires = now.addingTimeInterval(lifetimeInSeconds)
        holders = holders.filter { now < $0.value.expiresAt }
        holders[Self.digest(token)] = Holder(
            eHealthID: eHealthID, providerCode: code,
            expiresAt: fault == .tokenExpired ? now : expires)
        opened += 1
        return (token, expires)
    }
}
