// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What is known about the revocation of one certificate of a chain.
package struct RevocationFinding: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case notRevoked
        /// Revoked at or before the moment in question.
        case revoked(at: Date, reason: RevocationReason?)
        /// Revoked, but after the moment in question: good for it.
        case revokedLater(at: Date, reason: RevocationReason?)
        /// Suspended: ask again later.
        case onHold
        /// Evidence exists and is too old for the moment in question.
        case stale
        case noEvidence
        /// The issuer promises that there is nothing to check.
        case notNeeded
    }

    package let certificate: Certificate
    package let issuer: Certificate
    package let outcome: Outcome
    /// What the outcome rests on.
    package let evidence: RevocationStatement?
    /// Everything looked at, usable or not.
    package let considered: [RevocationStatement]

    package var isGood: Bool {
        switch outcome {
        case .notRevoked, .revokedLater, .notNeeded: true
        case .revoked, .onHold, .stale, .noEvidence: false
        }
    }
}
