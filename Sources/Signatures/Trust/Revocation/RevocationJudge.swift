// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Finds out from given material whether a certificate is revoked (EN 319 102-1, 5.2.5 and 5.2.6;
/// RFC 5280, 6.3; RFC 6960).
package struct RevocationJudge: Sendable {
    let policy: TrustPolicy
    let material: ValidationMaterial
    let now: Date
    /// How many signers of evidence may still be checked in turn.
    var depth = Limits.revocationDepth
    /// Certificates whose status is being looked for: none of them may speak for itself.
    var pending: [Certificate] = []
    private(set) var effort = Effort(Limits.revocationChecks)

    /// - Parameters:
    ///   - material: All that may speak about the certificate; nothing in it is believed.
    ///   - now: The time of validation: nothing may come from later.
    package init(policy: TrustPolicy, material: ValidationMaterial, now: Date) {
        self.policy = policy
        self.material = material
        self.now = now
    }

    /// Everything in the material that speaks about a certificate, the believable and the refused.
    ///
    /// Freshness is left to whoever reads the statements; all else is judged.
    package func statements(
        about certificate: Certificate, issuer: Certificate
    ) -> [RevocationStatement] {
        var judge = self
        // Each certificate of a chain has its own share; its signers draw on the same.
        if pending.isEmpty { judge.effort = Effort(Limits.revocationChecks) }
        return judge.answers(about: certificate, issuer: issuer)
            + judge.lists(about: certificate, issuer: issuer)
    }

    /// What the statements say together.
    ///
    /// - Parameters:
    ///   - moment: The certificate must not have been revoked at or before it.
    ///   - reference: The evidence must be fresh for this moment.
    ///   - maximumAge: Seconds the evidence may be older; nil as ``RevocationStatement`` says.
    package func finding(
        about certificate: Certificate, issuer: Certificate, at moment: Date, reference: Date,
        maximumAge: Double?
    ) -> RevocationFinding {
        func finding(
            _ outcome: RevocationFinding.Outcome, _ evidence: RevocationStatement? = nil,
            _ considered: [RevocationStatement] = []
        ) -> RevocationFinding {
            RevocationFinding(
                certificate: certificate, issuer: issuer, outcome: outcome, evidence: evidence,
                considered: considered)
        }
        if certificate.extensions.needsNoRevocationCheck { return finding(.notNeeded) }
        let considered = statements(about: certificate, issuer: issuer)
        // A revocation is for good, whatever others say later (RFC 5280, 5.3.1: only a hold ends);
        // else the newest counts, and of two of the same moment the one that says suspended.
        let newest = considered.filter(\.isUsable).max {
            ($0.weight, $0.thisUpdate, $0.holdWeight)
                < ($1.weight, $1.thisUpdate, $1.holdWeight)
        }
        guard let newest else { return finding(.noEvidence, nil, considered) }
        switch newest.status {
        case .onHold: return finding(.onHold, newest, considered)
        case .revoked(let date, let reason) where date <= moment:
            return finding(.revoked(at: date, reason: reason), newest, considered)
        case .revoked(let date, let reason):
            return finding(.revokedLater(at: date, reason: reason), newest, considered)
        case .good, .unknown:
            let isFresh = newest.isFresh(for: reference, maximumAge: maximumAge)
            return finding(isFresh ? .notRevoked : .stale, newest, considered)
        }
    }

    /// Faults of any statement that its dates alone show.
    ///
    /// - Parameter keptSince: From when on the source keeps expired certificates.
    func dateFault(
        thisUpdate: Date, keptSince: Date?, _ certificate: Certificate
    ) -> RevocationStatement.Fault? {
        if thisUpdate > now.addingTimeInterval(policy.clockTolerance) { return .fromTheFuture }
        guard thisUpdate > certificate.notAfter else { return nil }
        return keptSince.map { $0 <= certificate.notAfter } ?? false ? nil : .issuedAfterExpiry
    }

    /// The earlier of what a source says and what the policy knows of its authority.
    func keptSince(_ stated: Date?, issuer: Certificate) -> Date? {
        [stated, policy.expiredCertificatesKeptSince[issuer.publicKey]].compactMap { $0 }.min()
    }

    /// The faults of a signature value and of its algorithm at the moment it was made.
    func fault(
        _ check: SignatureCheck, _ identifier: AlgorithmIdentifier, _ key: PublicKey,
        at moment: Date
    ) -> RevocationStatement.Fault? {
        switch check {
        case .invalid: return .invalidSignature
        case .unsupported(let what): return .unsupportedSignature(what)
        case .valid: break
        }
        guard let crypto = policy.crypto, let algorithm = SignatureAlgorithm(identifier) else {
            return nil
        }
        return crypto.refusal(of: algorithm, key: key, at: moment).map { .weakAlgorithm($0) }
    }
}

/// How many signers may still be looked for; shared by a judge and those it asks in turn.
final class Effort: Sendable {
    private let left: Mutex<Int>

    init(_ amount: Int) { left = Mutex(amount) }

    /// Takes one; false when nothing is left.
    func take() -> Bool {
        left.withLock { left in
            guard left > 0 else { return false }
            left -= 1
            return true
        }
    }
}
