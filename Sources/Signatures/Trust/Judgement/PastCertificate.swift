// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// How long a certificate that is no longer good can be relied on in the past.
package struct PastCertificateConclusion: Sendable {
    package let conclusion: Conclusion
    /// What existed at this moment can be relied on; nil when nothing can.
    package let controlTime: Date?
    package let chain: CertificateChain?
    /// The revocation data it rests on.
    package let evidence: [RevocationStatement]

    /// Everything the verdict rests on.
    package var material: ValidationMaterial {
        evidence.reduce(into: ValidationMaterial(certificates: chain?.certificates ?? [])) {
            $0.formUnion($1.material)
        }
    }
}

extension TrustPolicy {
    /// Past certificate validation and control-time sliding (EN 319 102-1, 5.6.2.1 and 5.6.2.2).
    ///
    /// The standard slides to the issuance of revocation data that is not fresh. What was collected
    /// for a signature never lies before the data that speak of its certificate, so no archived
    /// signature could pass; here the control time becomes the last moment for which the data
    /// were fresh (decision 0012).
    ///
    /// - Parameter stampedAt: When the certificate's one time-stamp was made: a later revocation
    ///   without a compromise leaves it valid (RFC 3161, 4).
    package func judgePast(
        _ certificate: Certificate, for purpose: CertificatePurpose, stampedAt: Date? = nil,
        proofs: ProofsOfExistence, with material: ValidationMaterial
    ) -> PastCertificateConclusion {
        var best = PastCertificateConclusion(
            conclusion: .refused(
                .noCertificateChainFoundNoPOE,
                "No chain leads from the certificate of \(certificate.subject) to an anchor."),
            controlTime: nil, chain: nil, evidence: [])
        for chain in anchors.chains(
            from: certificate, through: material.certificates, memory: memory)
        {
            var slide = ControlTimeSlide(policy: self, proofs: proofs, material: material)
            slide.stampedAt = stampedAt
            let found = slide.judge(chain, purpose)
            let isBetter = found.controlTime ?? .distantPast > best.controlTime ?? .distantPast
            if best.chain == nil || isBetter { best = found }
        }
        return best
    }
}

extension Conclusion {
    /// Whether proofs of existence may mend this verdict (EN 319 102-1, 5.6.2.4).
    package var mayHoldInThePast: Bool {
        switch subIndication {
        case .revokedNoPOE, .revokedCANoPOE, .outOfBoundsNoPOE, .outOfBoundsNotRevoked,
            .cryptoConstraintsFailureNoPOE, .revocationOutOfBoundsNoPOE:
            true
        default: false
        }
    }

    /// The verdict after past validation: passed when what the certificate signed existed at the
    /// control time.
    package func heldInThePast(_ past: PastCertificateConclusion?, _ proof: Date) -> Conclusion {
        guard let past, mayHoldInThePast else { return self }
        guard let control = past.controlTime else {
            return past.conclusion.subIndication == .noPOE ? past.conclusion : self
        }
        return proof <= control ? .passed : self
    }
}

/// The sliding of the control time along one chain, from the anchor down.
private struct ControlTimeSlide {
    let policy: TrustPolicy
    let proofs: ProofsOfExistence
    let material: ValidationMaterial
    var stampedAt: Date?
    var control: Date
    var used: [RevocationStatement] = []

    init(policy: TrustPolicy, proofs: ProofsOfExistence, material: ValidationMaterial) {
        (self.policy, self.proofs, self.material) = (policy, proofs, material)
        control = proofs.now
    }

    mutating func judge(
        _ chain: CertificateChain, _ purpose: CertificatePurpose
    ) -> PastCertificateConclusion {
        if let refusal = refusal(of: chain, purpose) {
            return PastCertificateConclusion(
                conclusion: refusal, controlTime: nil, chain: chain, evidence: [])
        }
        for (subject, issuer) in chain.issuances.reversed() {
            let stampedAt = subject == chain.endEntity ? stampedAt : nil
            if let refusal = slide(below: issuer, to: subject, stampedAt: stampedAt) {
                return PastCertificateConclusion(
                    conclusion: refusal, controlTime: nil, chain: chain, evidence: used)
            }
        }
        return PastCertificateConclusion(
            conclusion: .passed, controlTime: control, chain: chain, evidence: used)
    }

    /// Whether the chain ever held, revocation and algorithms aside (5.6.2.1).
    private func refusal(of chain: CertificateChain, _ purpose: CertificatePurpose) -> Conclusion? {
        guard let moment = chain.commonMoment else {
            return .refused(
                .outOfBoundsNoPOE, "The certificates of the chain were never valid together.")
        }
        return policy.faults(of: chain, at: moment, for: purpose, crypto: nil).first.map {
            .refused($0.subIndication, $0.sentence)
        }
    }

    private mutating func slide(
        below issuer: Certificate, to subject: Certificate, stampedAt: Date?
    ) -> Conclusion? {
        control = min(control, subject.notAfter)
        if let crypto = policy.crypto {
            let sunset = SignatureAlgorithm(subject.signatureAlgorithm).map {
                crypto.sunset(of: $0, key: issuer.publicKey)
            }
            control = min(control, sunset ?? .distantPast)
        }
        guard policy.checksRevocation, !subject.extensions.needsNoRevocationCheck else {
            return nil
        }
        let judge = RevocationJudge(policy: policy, material: material, now: proofs.now)
        let statements = judge.statements(about: subject, issuer: issuer).filter(\.isUsable)
        // A revocation that is known counts, whenever the knowledge came.
        let revocations = statements.filter { $0.revokes(aStampMadeAt: stampedAt) }
        if let revoked = revocations.compactMap(\.revocationTime).min() {
            // What was made in the very second of the revocation is not before it.
            control = min(control, revoked.addingTimeInterval(-1))
        }
        let proven = statements.filter { proofs.time(of: $0) <= control }
        guard
            let newest = proven.max(by: { $0.thisUpdate < $1.thisUpdate })
                ?? statements.first(where: { $0.revocationTime != nil })
        else {
            return .refused(
                .noPOE,
                "Nothing proves that revocation data about the certificate of \(subject.subject) existed in time."
            )
        }
        used.append(newest)
        if newest.revocationTime == nil {
            control = min(control, newest.end(maximumAge: policy.maximumRevocationAge))
        }
        return nil
    }
}

extension RevocationReason {
    /// RFC 3161, 4: the authority stopped, its key was not compromised.
    package var leavesTimestampsValid: Bool {
        switch self {
        case .unspecified, .affiliationChanged, .superseded, .cessationOfOperation: true
        default: false
        }
    }
}

extension CertificateChain {
    /// A moment at which all certificates below the anchor were valid.
    fileprivate var commonMoment: Date? {
        let below = certificates.dropLast()
        guard let from = below.map(\.notBefore).max(), let to = below.map(\.notAfter).min() else {
            return endEntity.notBefore
        }
        return from <= to ? from : nil
    }
}

extension RevocationStatement {
    /// When the certificate was revoked for good.
    fileprivate var revocationTime: Date? {
        guard case .revoked(let date, let reason) = status, reason != .certificateHold else {
            return nil
        }
        return date
    }

    /// Whether a revocation touches a time-stamp made before it: not when the key was not
    /// compromised and the reason says so (RFC 3161, 4).
    fileprivate func revokes(aStampMadeAt moment: Date?) -> Bool {
        guard case .revoked(let date, let reason) = status, let moment else { return true }
        return !(moment < date && (reason?.leavesTimestampsValid ?? false))
    }

    /// The last moment for which this evidence is fresh (EN 319 102-1, 5.2.5).
    fileprivate func end(maximumAge: Double?) -> Date {
        maximumAge.map(thisUpdate.addingTimeInterval) ?? nextUpdate ?? thisUpdate
    }
}
