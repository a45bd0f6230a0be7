// SPDX-License-Identifier: Apache-2.0
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Under which rules a file is judged (security-requirements, 7).
package enum PolicyName: String, Sendable, CaseIterable {
    /// Any signature: the indications of EN 319 102-1 beside the facts.
    case general
    /// What the national side demands on entry, and we of ourselves before sending.
    case nationalDeposit = "national-deposit"
}

/// Everything a verdict depends on beside the file: nothing is read from a clock or the network.
package struct ValidationContext: Sendable {
    package var policy: PolicyName
    package var trust: TrustPolicy
    /// Certificates and revocation data from elsewhere than the file.
    package var material: ValidationMaterial
    package var now: Date
    /// The most that may lie between the claimed signing time and the time-stamp, in seconds
    /// (AS-03); nil for any.
    package var timestampDelay: Double?
    /// How much later than the time-stamp the claimed signing time may be, in seconds (AS-03).
    package var signingTimeTolerance: Double = 60
    /// The lists that say which services are qualified; empty when none was consulted.
    package var trustedLists = TrustedLists()
    /// Whether `national-deposit` asks for a time-stamp that a trusted list names as qualified.
    package var requiresQualifiedTimestamp = false
    /// Whether signed PDFs inside a verified XML are judged too.
    package var looksInside = true
    /// The level a deposit must have.
    package var requiredLevel: SignatureReport.Level

    package init(
        policy: PolicyName, trust: TrustPolicy, material: ValidationMaterial = ValidationMaterial(),
        now: Date, timestampDelay: Double? = 72 * 3600,
        requiredLevel: SignatureReport.Level = .longTerm
    ) {
        (self.policy, self.trust, self.material, self.now) = (policy, trust, material, now)
        (self.timestampDelay, self.requiredLevel) = (timestampDelay, requiredLevel)
    }

    /// Relies on trusted lists: they give the legal grades, `national-deposit` demands a qualified
    /// time-stamp, and what they say of expired certificates counts as policy.
    package mutating func rely(on lists: TrustedLists) {
        trustedLists = lists
        requiresQualifiedTimestamp = !lists.isEmpty
        trust.expiredCertificatesKeptSince.merge(
            lists.expiredCertificatesKeptSince(now: now), uniquingKeysWith: { max($0, $1) })
    }
}
