// SPDX-License-Identifier: Apache-2.0
import JSON

extension NationalProfile {
    /// Who says that the practitioner is who he is (GW-01).
    package enum AssertionProvider: Sendable, Hashable {
        case none
        case saml(SAML)
        case openID(OpenID)

        private enum Method: String, CaseIterable {
            case none
            case saml = "saml-soap"
            case openID = "openid-connect"
        }

        init(_ file: JSONReader) throws(JSONReadingError) {
            self =
                switch try file.method(Method.self) {
                case .none: .none
                case .saml: .saml(try SAML(file))
                case .openID: .openID(try OpenID(file))
                }
        }
    }

    /// SAML 2.0 over SOAP at the identity provider (mysecu-wire, section 1, step 1).
    package struct SAML: Sendable, Hashable {
        package var path: String
        /// What the assertion must give as its Issuer.
        package var issuer: String
        package var eHealthIDAttribute: String
        package var authenticationContext: String
        package var messageSecurity: MessageSecurity
        package var timeoutInSeconds: Int

        init(_ file: JSONReader) throws(JSONReadingError) {
            path = try file.member("path").string()
            issuer = try file.member("issuer").string()
            eHealthIDAttribute = try file.member("eHealthIDAttribute").string()
            authenticationContext = try file.member("authenticationContext").string()
            messageSecurity = try MessageSecurity(file.member("messageSecurity"))
            timeoutInSeconds = try file.member("timeoutInSeconds").int(in: 1...600)
        }
    }

    /// OpenID Connect, authorisation code with PKCE.
    package struct OpenID: Sendable, Hashable {
        /// How the practitioner logs in: his TLS certificate is enough, and no browser is needed.
        package enum Login: String, Sendable, CaseIterable { case certificate }

        package var login: Login
        package var discoveryPath: String
        package var clientID: String
        package var redirectURI: String
        package var scope: String
        package var algorithms: Set<TokenAlgorithm>
        package var timeoutInSeconds: Int

        init(_ file: JSONReader) throws(JSONReadingError) {
            login = try file.member("login").choice(Login.self)
            discoveryPath = try file.member("discoveryPath").string()
            clientID = try file.member("clientID").string()
            redirectURI = try file.member("redirectURI").string()
            scope = try file.member("scope").string()
            algorithms = []
            for algorithm in try file.member("algorithms").elements() {
                algorithms.insert(try algorithm.choice(TokenAlgorithm.self))
            }
            timeoutInSeconds = try file.member("timeoutInSeconds").int(in: 1...600)
        }
    }

    /// Who opens a session at the exchange for a proven identity.
    package enum SessionTokenService: Sendable, Hashable {
        case none
        case trust(WSTrust)
        case exchange(TokenExchange)

        private enum Method: String, CaseIterable {
            case none
            case trust = "ws-trust"
            case exchange = "token-exchange"
        }

        init(_ file: JSONReader) throws(JSONReadingError) {
            self =
                switch try file.method(Method.self) {
                case .none: .none
                case .trust: .trust(try WSTrust(file))
                case .exchange: .exchange(try TokenExchange(file))
                }
        }
    }

    /// WS-Trust 1.3 at the security token service (mysecu-wire, section 1, step 2).
    package struct WSTrust: Sendable, Hashable {
        package var path: String
        package var tokenType: String
        package var claimDialect: String
        package var claimElement: String
        package var messageSecurity: MessageSecurity
        /// A token that says it lives longer is used no longer than this.
        package var maxLifetimeInSeconds: Int
        package var timeoutInSeconds: Int

        init(_ file: JSONReader) throws(JSONReadingError) {
            path = try file.member("path").string()
            tokenType = try file.member("tokenType").string()
            let claims = try file.member("claims")
            claimDialect = try claims.member("dialect").string()
            claimElement = try claims.member("element").string()
            messageSecurity = try MessageSecurity(file.member("messageSecurity"))
            maxLifetimeInSeconds = try file.member("maxLifetimeInSeconds").int(in: 1...604_800)
            timeoutInSeconds = try file.member("timeoutInSeconds").int(in: 1...600)
        }
    }

    /// OAuth 2.0 token exchange (RFC 8693); the token goes as `Authorization: Bearer`.
    package struct TokenExchange: Sendable, Hashable {
        package var path: String
        /// The provider code follows it in the scope that is asked for.
        package var providerScope: String
        package var maxLifetimeInSeconds: Int
        package var timeoutInSeconds: Int

        init(_ file: JSONReader) throws(JSONReadingError) {
            path = try file.member("path").string()
            providerScope = try file.member("providerScope").string()
            maxLifetimeInSeconds = try file.member("maxLifetimeInSeconds").int(in: 1...604_800)
            timeoutInSeconds = try file.member("timeoutInSeconds").int(in: 1...600)
        }
    }
}

extension JSONReader {
    /// The member `method`, or the value itself where nothing else need be said (`"none"`).
    fileprivate func method<Method: RawRepresentable & CaseIterable>(
        _ type: Method.Type
    ) throws(JSONReadingError) -> Method where Method.RawValue == String {
        try value.string == nil ? member("method").choice(type) : choice(type)
    }
}
