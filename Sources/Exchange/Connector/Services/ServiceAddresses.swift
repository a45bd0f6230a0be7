// SPDX-License-Identifier: Apache-2.0
package import Trust

/// Where the national side is, and whom to believe there (GW-04, GW-08).
package struct ServiceAddresses: Sendable {
    /// Base of the exchange; the profile's path follows.
    package var exchange: String
    package var timestampAuthority: String
    /// Common name of the certificate with which the platform signs its answers.
    package var platform: String
    /// Where chains of signers, time-stamps and the platform end.
    package var anchors: [Certificate]
    /// Hosts with port that certificates may send us to (AS-05).
    package var allowedHosts: Set<String>
    /// Where the trusted list is that says which time-stamps are qualified; nil for none.
    package var trustedList: String?
    /// Who may sign that list.
    package var listSigners: [Certificate]

    package init(
        exchange: String, timestampAuthority: String, platform: String, anchors: [Certificate],
        allowedHosts: Set<String>, trustedList: String? = nil, listSigners: [Certificate] = []
    ) {
        (self.exchange, self.timestampAuthority) = (exchange, timestampAuthority)
        (self.platform, self.anchors, self.allowedHosts) = (platform, anchors, allowedHosts)
        (self.trustedList, self.listSigners) = (trustedList, listSigners)
    }
}
