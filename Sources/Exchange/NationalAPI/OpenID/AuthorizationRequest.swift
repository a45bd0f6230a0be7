// SPDX-License-Identifier: Apache-2.0
import JSON
import Trust

/// Where an OpenID provider answers (OpenID Connect discovery, 3).
package struct OpenIDMetadata: Sendable, Hashable {
    package var issuer: String
    package var authorizationEndpoint: String
    package var tokenEndpoint: String
    package var keysAddress: String

    /// Reads the metadata of the issuer one asked; all of its addresses are his own (JW-01).
    package init(parsing bytes: [UInt8], issuer: String) throws(OpenIDError) {
        let limits = JSONLimits(sizeInBytes: Limits.metadataInBytes, depth: Limits.webTokenDepth)
        guard let value = try? JSONValue(parsing: bytes, limits: limits),
            let authorization = value["authorization_endpoint"]?.string,
            let token = value["token_endpoint"]?.string, let keys = value["jwks_uri"]?.string
        else { throw .malformed(what: "metadata") }
        guard value["issuer"]?.string == issuer,
            [authorization, token, keys].allSatisfy({ $0.hasPrefix(issuer + "/") })
        else { throw .foreignIssuer }
        self.issuer = issuer
        (authorizationEndpoint, tokenEndpoint, keysAddress) = (authorization, token, keys)
    }

    /// What a provider of ours publishes.
    package static func document(
        issuer: String, authorizationPath: String, tokenPath: String, keysPath: String
    ) -> [UInt8] {
        let metadata: JSONValue = [
            "issuer": .string(issuer),
            "authorization_endpoint": .string(issuer + authorizationPath),
            "token_endpoint": .string(issuer + tokenPath),
            "jwks_uri": .string(issuer + keysPath), "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["tls_client_auth"],
            "tls_client_certificate_bound_access_tokens": true,
            "authorization_response_iss_parameter_supported": true,
        ]
        return metadata.serialized(.pretty)
    }
}

/// One login: authorisation code with PKCE (RFC 6749, 4.1; RFC 7636), used once.
package struct AuthorizationRequest: Sendable {
    package let clientID: String
    package let redirectURI: String
    package let scope: String
    package let state: String
    package let nonce: String
    let verifier: String

    /// - Parameter random: 96 octets nobody else knows.
    package init(_ openID: NationalProfile.OpenID, random: [UInt8]) {
        (clientID, redirectURI) = (openID.clientID, openID.redirectURI)
        scope = openID.scope
        state = Base64URL.text(random.prefix(32))
        nonce = Base64URL.text(random.dropFirst(32).prefix(32))
        verifier = Base64URL.text(random.dropFirst(64))
    }

    /// The query of the authorisation address.
    package var query: String {
        FormText.text([
            ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirectURI),
            ("scope", scope), ("state", state), ("nonce", nonce),
            ("code_challenge", Self.challenge(verifier)), ("code_challenge_method", "S256"),
        ])
    }

    package static func challenge(_ verifier: String) -> String {
        Base64URL.text(DigestAlgorithm.sha256.digest(Array(verifier.utf8)).bytes)
    }

    /// The code that a redirect brings (RS-13: exact address, state, issuer).
    package func code(in location: String, issuer: String) throws(OpenIDError) -> String {
        guard location.utf8.count <= Limits.redirectInBytes, location.hasPrefix(redirectURI + "?"),
            let values = FormText.values(location.dropFirst(redirectURI.count + 1))
        else { throw .foreignRedirect }
        guard values["state"] == state else { throw .foreignState }
        guard values["iss"] == issuer else { throw .foreignIssuer }
        if let error = values["error"] { throw .refused(code: TokenResponse.known(error)) }
        guard let code = values["code"], !code.isEmpty else { throw .malformed(what: "code") }
        return code
    }

    /// The body with which the code is turned into tokens.
    package func redemption(of code: String) -> [UInt8] {
        Array(
            FormText.text([
                ("grant_type", "authorization_code"), ("code", code),
                ("redirect_uri", redirectURI), ("client_id", clientID),
                ("code_verifier", verifier),
            ]).utf8)
    }
}
