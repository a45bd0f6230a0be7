// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What one OCSP answer, or one or several lists together, says about a certificate, and whether
/// it may be believed.
package struct RevocationStatement: Sendable, Hashable {
    package enum Source: Sendable, Hashable {
        case ocsp(OCSPResponse)
        /// A complete list; with its changes; or several that cover all reasons together.
        case lists([RevocationList])
    }

    package enum Status: Sendable, Hashable {
        case good
        case revoked(at: Date, reason: RevocationReason?)
        /// Suspended (certificateHold); the answer may change.
        case onHold(since: Date)
        case unknown
    }

    /// Why the certificate of whoever signed the statement needs no revocation data of its own.
    package enum Exemption: Sendable, Hashable {
        /// It is the issuer of the certificate in question, which the path looks at.
        case isIssuer
        /// id-pkix-ocsp-nocheck (RFC 6960, 4.2.2.2.1).
        case noCheck
        /// It names nothing to ask: the third way of RFC 6960, 4.2.2.2.1.
        case namesNoSource
        /// It is an anchor.
        case isAnchor
    }

    /// Why a statement is set aside.
    package enum Fault: Sendable, Hashable {
        case invalidSignature
        case unsupportedSignature(String)
        case weakAlgorithm(String)
        /// Whoever signed it may not speak for the issuer (RFC 6960, 4.2.2.2; RFC 5280, 6.3.3 f).
        case unauthorisedResponder
        /// The signer's certificate was not valid when it answered.
        case responderOutOfValidity
        /// Nothing tells whether the signer's own certificate is revoked, or it is.
        case responderNotChecked
        /// thisUpdate lies in the future (AS-03).
        case fromTheFuture
        /// The certificate had expired before, and the source does not keep expired ones.
        case issuedAfterExpiry
        /// The list covers other certificates.
        case outOfScope
        /// The list states changes to a list that is not at hand.
        case changesOnly
        /// The list covers some reasons only, and does not say that the certificate is revoked.
        case someReasonsOnly
        case unprocessedCriticalExtension
        /// The responder knows another certificate under this number (CertHash).
        case otherCertificate
        /// More statements than are looked at.
        case notExamined
    }

    package let certificate: Certificate
    package let issuer: Certificate
    package let source: Source
    package let status: Status
    package let thisUpdate: Date
    package let nextUpdate: Date?
    /// When an OCSP response was signed; nil for lists.
    package let producedAt: Date?
    /// From when on expired certificates are still covered: archiveCutoff, expiredCertsOnCRL or
    /// the policy's own date, whichever reaches further back.
    package let coversExpiredSince: Date?
    /// Who signed it first, and the chain above as far as it is needed to believe it.
    package let signers: [Certificate]
    /// Why the signer itself was not checked; nil when it was, by ``support``.
    package let exemption: Exemption?
    /// What proves that the signers' own certificates were good.
    package let support: ValidationMaterial
    /// Why the statement does not count; nil when it does.
    package let fault: Fault?

    package var signer: Certificate? { signers.first }

    /// The evidence as received.
    package var evidence: [[UInt8]] {
        switch source {
        case .ocsp(let response): [response.der]
        case .lists(let lists): lists.map(\.der)
        }
    }

    package var isUsable: Bool { fault == nil && status != .unknown }

    /// What outweighs newer statements of less weight.
    var weight: Int { if case .revoked = status { 1 } else { 0 } }

    var holdWeight: Int { if case .onHold = status { 1 } else { 0 } }

    /// Whether it still speaks for `moment` (EN 319 102-1, 5.2.5).
    ///
    /// - Parameter maximumAge: Seconds; nil means from thisUpdate to nextUpdate.
    package func isFresh(for moment: Date, maximumAge: Double?) -> Bool {
        if thisUpdate >= moment { return true }
        if let maximumAge { return thisUpdate >= moment.addingTimeInterval(-maximumAge) }
        return nextUpdate.map { moment <= $0 } ?? false
    }

    /// The evidence with all that is needed to believe it again later.
    package var material: ValidationMaterial {
        var material = support
        switch source {
        case .ocsp(let response): material.ocspResponses.append(response)
        case .lists(let lists): material.revocationLists += lists
        }
        material.formUnion(ValidationMaterial(certificates: signers))
        return material
    }
}

extension RevocationStatement.Status {
    init(_ status: CertificateStatus) {
        switch status {
        case .good: self = .good
        case .unknown: self = .unknown
        case .revoked(let date, .certificateHold): self = .onHold(since: date)
        case .revoked(_, .removeFromCRL): self = .good
        case .revoked(let date, let reason): self = .revoked(at: date, reason: reason)
        }
    }

    /// What an entry of a list says; without one the certificate is good.
    init(_ entry: RevocationList.Entry?) {
        self.init(entry.map { .revoked(at: $0.revokedAt, reason: $0.reason) } ?? .good)
    }
}
