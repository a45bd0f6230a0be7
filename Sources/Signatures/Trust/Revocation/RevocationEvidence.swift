// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// One OCSP answer or revocation list that speaks about a certificate, and what it is worth.
package struct RevocationEvidence: Sendable, Hashable {
    package enum Source: Sendable, Hashable {
        case ocsp(OCSPResponse)
        case list(RevocationList)
    }

    /// Why a piece of evidence is set aside.
    package enum Fault: Sendable, Hashable {
        case invalidSignature
        case unsupportedSignature(String)
        case weakAlgorithm(String)
        /// Whoever signed it may not speak for the issuer (RFC 6960, 4.2.2.2).
        case unauthorisedResponder
        /// The responder's certificate was not valid when it answered.
        case responderOutOfValidity
        /// Nothing tells whether the responder's own certificate is revoked.
        case responderNotChecked
        /// thisUpdate lies in the future (AS-03).
        case fromTheFuture
        /// The certificate had expired before, and the source does not keep expired ones.
        case issuedAfterExpiry
        /// The list covers other certificates, some reasons only, or changes only.
        case outOfScope
        case unprocessedCriticalExtension
    }

    package let source: Source
    package let status: CertificateStatus
    package let thisUpdate: Date
    package let nextUpdate: Date?
    package let fault: Fault?
    /// Who signed it, and the chain above that: needed wherever the evidence goes.
    package let signers: [Certificate]
    /// What proves that the signers' own certificates were good.
    package let support: ValidationMaterial

    package var isUsable: Bool { fault == nil && status != .unknown }

    var isRevoked: Bool { if case .revoked = status { true } else { false } }

    /// Whether it still speaks for `moment` (EN 319 102-1, 5.2.5).
    ///
    /// - Parameter maximumAge: Seconds; nil means from thisUpdate to nextUpdate.
    package func isFresh(for moment: Date, maximumAge: Double?) -> Bool {
        if thisUpdate >= moment { return true }
        if let maximumAge { return thisUpdate >= moment.addingTimeInterval(-maximumAge) }
        return nextUpdate.map { moment <= $0 } ?? false
    }
}

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
    package let evidence: RevocationEvidence?
    /// Everything looked at, usable or not.
    package let considered: [RevocationEvidence]

    package var isGood: Bool {
        switch outcome {
        case .notRevoked, .revokedLater, .notNeeded: true
        case .revoked, .onHold, .stale, .noEvidence: false
        }
    }
}
