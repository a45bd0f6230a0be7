// SPDX-License-Identifier: Apache-2.0
import JSON

/// The names of OAuth 2.0 that both sides write.
package enum GrantType {
    package static let authorizationCode = "authorization_code"
    package static let tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange"
    package static let idToken = "urn:ietf:params:oauth:token-type:id_token"
    package static let accessToken = "urn:ietf:params:oauth:token-type:access_token"
}

/// Exchanges an ID token for a session token (RFC 8693, 2.1).
package struct TokenExchangeRequest: Sendable {
    package var idToken: String
    /// The address of the exchange.
    package var resource: String
    package var scope: String

    package init(idToken: String, resource: String, scope: String) {
        (self.idToken, self.resource, self.scope) = (idToken, resource, scope)
    }

    package var body: [UInt8] {
        Array(
            FormText.text([
                ("grant_type", GrantType.tokenExchange), ("subject_token", idToken),
                ("subject_token_type", GrantType.idToken),
                ("requested_token_type", GrantType.accessToken), ("resource", resource),
                ("scope", scope),
            ]).utf8)
    }
}

/// What a token endpoint answers (RFC 6749, 5.1 and 5.2).
package struct TokenResponse: Sendable {
    package var accessToken: String
    package var idToken: String?
    package var expiresInSeconds: Int

    /// - Throws: The endpoint refused, or answers with something else than tokens.
    package init(parsing bytes: [UInt8]) throws(OpenIDError) {
        let limits = JSONLimits(sizeInBytes: Limits.metadataInBytes, depth: Limits.webTokenDepth)
        guard let value = try? JSONValue(parsing: bytes, limits: limits) else {
            throw .malformed(what: "token response")
        }
        if let error = value["error"]?.string { throw .refused(code: Self.known(error)) }
        guard let token = value["access_token"]?.string, Self.isBearerToken(token),
            value["token_type"]?.string?.lowercased() == "bearer",
            let seconds = value["expires_in"]?.int, (1...31_536_000).contains(seconds)
        else { throw .malformed(what: "token response") }
        (accessToken, idToken, expiresInSeconds) = (token, value["id_token"]?.string, seconds)
    }

    /// The characters of RFC 6750, 2.1, so that a token is a header and nothing else.
    private static func isBearerToken(_ text: String) -> Bool {
        (1...Limits.sessionTokenInBytes).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-._~+/=".utf8.contains(byte)
                }
            }
    }

    /// Error codes are repeated only where they are the standard's.
    static func known(_ error: String) -> String {
        let codes = [
            "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
            "unsupported_grant_type", "invalid_scope", "access_denied", "invalid_target",
            "login_required", "server_error", "temporarily_unavailable",
        ]
        return codes.contains(error) ? error : "another error"
    }
}

extension TokenResponse: CustomStringConvertible, CustomReflectable {
    package var description: String { "TokenResponse(...)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension TokenExchangeRequest: CustomStringConvertible, CustomReflectable {
    package var description: String { "TokenExchangeRequest(...)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
