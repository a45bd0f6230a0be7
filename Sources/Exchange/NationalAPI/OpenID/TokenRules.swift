// SPDX-License-Identifier: Apache-2.0
import JSON
import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What a token must say to be of use here (JW-03; OpenID Connect core, 3.1.3.7).
package struct TokenRules: Sendable {
    package enum Use: Sendable, Hashable {
        case identity
        /// RFC 9068.
        case access

        fileprivate func takes(_ type: String?) -> Bool {
            switch (self, type?.lowercased()) {
            case (.identity, nil), (.identity, "jwt"): true
            case (.access, "at+jwt"), (.access, "application/at+jwt"): true
            default: false
            }
        }
    }

    package var use: Use
    package var algorithms: Set<TokenAlgorithm>
    /// Compared byte by byte: a slash more is another issuer.
    package var issuer: String
    package var audience: String
    /// Of one's own request; without one the token's is not looked at.
    package var nonce: String?
    /// Given with an ID token: `at_hash` and `c_hash` must fit them where they are present.
    package var accessToken: String?
    package var code: String?
    /// Where `max_age` was asked for.
    package var maxAgeInSeconds: Int?
    /// The authentication classes that are enough; empty takes any.
    package var contextClasses: Set<String> = []

    package init(
        use: Use, algorithms: Set<TokenAlgorithm>, issuer: String, audience: String,
        nonce: String? = nil, accessToken: String? = nil, code: String? = nil
    ) {
        (self.use, self.algorithms, self.issuer) = (use, algorithms, issuer)
        (self.audience, self.nonce) = (audience, nonce)
        (self.accessToken, self.code) = (accessToken, code)
    }

    /// Checks form, signature and claims of a token.
    package func check(
        _ text: String, keys: JSONWebKeys, now: Date
    ) throws(TokenError) -> TokenClaims {
        let token = try JSONWebToken(parsing: text, algorithms: algorithms)
        guard use.takes(token.type) else { throw .typeRefused }
        let claims = try token.verified(with: keys)
        guard claims["iss"]?.string == issuer else { throw .foreign(claim: "iss") }
        try checkAudience(claims)
        let times = try checkTimes(claims, now)
        try checkRequest(claims)
        try checkHash("at_hash", of: accessToken, claims)
        try checkHash("c_hash", of: code, claims)
        guard let subject = claims["sub"]?.string, !subject.isEmpty else {
            throw .malformed(what: "sub")
        }
        return TokenClaims(
            subject: subject, nonce: claims["nonce"]?.string, tokenID: claims["jti"]?.string,
            expires: times.expires)
    }

    private func checkAudience(_ claims: JSONValue) throws(TokenError) {
        let audiences: [String]
        switch claims["aud"]?.content {
        case .string(let one): audiences = [one]
        case .array(let list): audiences = list.compactMap(\.string)
        default: throw .malformed(what: "aud")
        }
        guard audiences.contains(audience) else { throw .foreign(claim: "aud") }
        let party = claims["azp"]
        guard audiences.count == 1 || party != nil else { throw .foreign(claim: "azp") }
        guard party.map({ $0.string == audience }) ?? true else { throw .foreign(claim: "azp") }
    }

    private func checkTimes(
        _ claims: JSONValue, _ now: Date
    ) throws(TokenError) -> (expires: Date, issued: Date) {
        let skew = TimeInterval(Limits.tokenSkewInSeconds)
        guard let expires = try Self.moment("exp", claims) else { throw .malformed(what: "exp") }
        guard let issued = try Self.moment("iat", claims) else { throw .malformed(what: "iat") }
        guard now < expires.addingTimeInterval(skew) else { throw .expired }
        let start = max(try Self.moment("nbf", claims) ?? issued, issued)
        guard start <= now.addingTimeInterval(skew) else { throw .notYetValid }
        if let maxAgeInSeconds {
            guard let login = try Self.moment("auth_time", claims) else {
                throw .malformed(what: "auth_time")
            }
            guard now <= login.addingTimeInterval(TimeInterval(maxAgeInSeconds) + skew) else {
                throw .expired
            }
        }
        return (expires, issued)
    }

    /// Whole seconds from 1970 to the year 9999.
    private static func moment(_ name: String, _ claims: JSONValue) throws(TokenError) -> Date? {
        guard let claim = claims[name] else { return nil }
        guard let seconds = claim.int, (0...253_402_300_799).contains(seconds) else {
            throw .malformed(what: name)
        }
        return Date(timeIntervalSince1970: TimeInterval(seconds))
    }

    private func checkRequest(_ claims: JSONValue) throws(TokenError) {
        if let nonce, claims["nonce"]?.string != nonce { throw .foreign(claim: "nonce") }
        guard !contextClasses.isEmpty else { return }
        guard let given = claims["acr"]?.string, contextClasses.contains(given) else {
            throw .foreign(claim: "acr")
        }
    }

    /// The left half of the digest (OpenID Connect core, 3.1.3.6).
    private func checkHash(
        _ name: String, of value: String?, _ claims: JSONValue
    ) throws(TokenError) {
        guard let value, let hash = claims[name] else { return }
        guard hash.string == Self.hash(of: value) else { throw .foreign(claim: name) }
    }

    package static func hash(of value: String) -> String {
        Base64URL.text(DigestAlgorithm.sha256.digest(Array(value.utf8)).bytes.prefix(16))
    }
}

/// What a token that was checked says.
package struct TokenClaims: Sendable, Hashable {
    package var subject: String
    package var nonce: String?
    package var tokenID: String?
    package var expires: Date
}
