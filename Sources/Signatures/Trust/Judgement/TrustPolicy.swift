// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What a verifier believes and demands: the arguments of every judgement here.
package struct TrustPolicy: Sendable {
    package var anchors: TrustAnchors
    /// Which algorithms count until when; nil for all that are computed.
    package var crypto: CryptoPolicy?
    /// How much older than the moment in question an end entity's revocation data may be, in
    /// seconds (AS-03, `lt.maxRevocationAge`); nil means while thisUpdate to nextUpdate lasts.
    package var maximumRevocationAge: Double?
    /// Certificate policies of which the end entity must name one; nil for any.
    package var acceptedPolicies: Set<OID>?
    /// Time-stamp policies of which a token must name one; nil for any.
    package var acceptedTimestampPolicies: Set<OID>?
    /// How far a foreign clock may be ahead of ours, in seconds (AS-03: 5 minutes).
    package var clockTolerance: Double = 300
    /// Whether revocation is looked at; switched off only where an interface says so.
    package var checksRevocation = true
    /// From when on an authority keeps the status of expired certificates, as its trusted list
    /// says (TS 119 612, 5.5.9.1, ExpiredCertsRevocationInfo), by the authority's key.
    package var expiredCertificatesKeptSince: [PublicKey: Date] = [:]
    /// What path validation starts from (RFC 5280, 6.1.1).
    package var paths = PathParameters()
    /// What signature values were found to be; shared by all copies of this policy.
    package var memory = VerificationMemory()

    package init(
        anchors: TrustAnchors, crypto: CryptoPolicy? = CryptoPolicy.ts119312,
        maximumRevocationAge: Double? = nil, acceptedPolicies: Set<OID>? = nil,
        acceptedTimestampPolicies: Set<OID>? = nil
    ) {
        self.anchors = anchors
        self.crypto = crypto
        self.maximumRevocationAge = maximumRevocationAge
        self.acceptedPolicies = acceptedPolicies
        self.acceptedTimestampPolicies = acceptedTimestampPolicies
    }
}
