// SPDX-License-Identifier: Apache-2.0
package import NationalAPI
package import Trust

/// Where the national side is, and whom to believe there (GW-04, GW-08).
package struct ServiceAddresses: Sendable {
    package var environment: NationalProfile.Environment
    /// Base of the exchange; the profile's path follows. MySecu is known by it.
    package var exchange: String
    /// Base of the identity provider and its name as an OpenID issuer; the profile's path follows.
    package var identity: String
    /// Base of the session service; the profile's path follows.
    package var sessions: String
    /// In the order of preference.
    package var timestampAuthorities: [TimestampAuthority]
    /// Common name of the certificate with which the platform signs its answers.
    package var platform: String
    /// Common name of the certificate with which the identity provider signs assertions.
    package var identityProvider: String
    /// Where chains of signers, time-stamps and the platform end.
    package var anchors: [Certificate]
    /// Hosts with port that certificates may send us to (AS-05).
    package var allowedHosts: Set<String>
    /// Where the trusted list is that says which time-stamps are qualified; nil for none.
    package var trustedList: String?
    /// Who may sign that list.
    package var listSigners: [Certificate]

    /// - Parameters:
    ///   - identity: Under the exchange's base where it is not told.
    ///   - sessions: Likewise.
    package init(
        environment: NationalProfile.Environment = .sandbox, exchange: String,
        identity: String? = nil, sessions: String? = nil, timestampAuthority: String,
        otherAuthorities: [TimestampAuthority] = [], platform: String,
        identityProvider: String = "", anchors: [Certificate],
        allowedHosts: Set<String>, trustedList: String? = nil, listSigners: [Certificate] = []
    ) {
        (self.environment, self.exchange) = (environment, exchange)
        (self.identity, self.sessions) = (identity ?? exchange, sessions ?? exchange)
        timestampAuthorities =
            (timestampAuthority.isEmpty ? [] : [TimestampAuthority(url: timestampAuthority)])
            + otherAuthorities
        self.platform = platform
        (self.identityProvider, self.anchors) = (identityProvider, anchors)
        (self.allowedHosts, self.trustedList) = (allowedHosts, trustedList)
        self.listSigners = listSigners
    }

    /// The one that is asked first; empty when there is none.
    package var timestampAuthority: String { timestampAuthorities.first?.url ?? "" }
}
