// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The verdict on a time-stamp token (EN 319 102-1, 5.4).
package struct TimestampConclusion: Sendable {
    package let token: TimestampToken
    package let conclusion: Conclusion
    /// Whether the token stamps the bytes in question; nil when they were not given.
    package let isBindingGood: Bool?
    /// The token's own signature; nil when its certificate was not found.
    package let check: CMSCheck?
    /// The authority's certificate; nil when it was not found.
    package let authority: CertificateConclusion?
    /// How long the authority's certificate could be relied on, if it cannot now.
    package let past: PastCertificateConclusion?

    package var isPassed: Bool { conclusion.isPassed }

    package var missing: MissingMaterial {
        isPassed ? MissingMaterial() : authority?.missing ?? MissingMaterial()
    }

    /// Everything the verdict rests on.
    package var material: ValidationMaterial {
        past?.material ?? authority?.material ?? ValidationMaterial()
    }
}

extension TrustPolicy {
    /// Judges a time-stamp token with nothing proven but the present.
    package func judge(
        _ token: TimestampToken, over digest: Digest?, now: Date, with material: ValidationMaterial
    ) -> TimestampConclusion {
        judge(token, over: digest, proofs: ProofsOfExistence(now: now), with: material)
    }

    /// Judges a time-stamp token: now, and when its certificate is no longer good, in the past
    /// (EN 319 102-1, 5.4 and 5.6.2.4).
    ///
    /// - Parameters:
    ///   - digest: What it should stamp, computed with the token's own digest function.
    ///   - proofs: What later time-stamps prove, and the time of validation.
    package func judge(
        _ token: TimestampToken, over digest: Digest?, proofs: ProofsOfExistence,
        with material: ValidationMaterial
    ) -> TimestampConclusion {
        let isBindingGood = digest.map { $0 == token.imprint.digest }
        let known = material.certificates + anchors.certificates
        guard let certificate = token.authorityCertificate(among: known) else {
            let conclusion = Conclusion.refused(
                .noSigningCertificateFound, "The time-stamp authority's certificate is missing.")
            return TimestampConclusion(
                token: token, conclusion: conclusion, isBindingGood: isBindingGood, check: nil,
                authority: nil, past: nil)
        }
        let check = token.check(by: certificate, memory: memory)
        let all = material.union(ValidationMaterial(certificates: token.certificates))
        let authority = judge(
            certificate, for: .timeStamping, at: proofs.now, reference: token.genTime,
            proofs: proofs, with: all)
        let past =
            authority.conclusion.mayHoldInThePast && proofs.proof(of: .timestamp(token)) != nil
            ? judgePast(
                certificate, for: .timeStamping, stampedAt: token.genTime, proofs: proofs, with: all
            )
            : nil
        let standing = Self.afterHarmlessRevocation(authority, stampedAt: token.genTime)
        let reached =
            [
                binding(isBindingGood, check),
                constraints(token, authority.certificate, now: proofs.now),
                standing.heldInThePast(past, proofs.time(of: .timestamp(token))),
                cryptoRefusal(token, certificate, proofs.time(of: .timestamp(token))),
            ].compactMap { $0 }
        return TimestampConclusion(
            token: token, conclusion: reached.first { !$0.isPassed } ?? .passed,
            isBindingGood: isBindingGood, check: check, authority: authority, past: past)
    }

    /// A revocation without a compromise leaves the time-stamps made before it valid (RFC 3161, 4).
    private static func afterHarmlessRevocation(
        _ authority: CertificateConclusion, stampedAt moment: Date
    ) -> Conclusion {
        guard authority.conclusion.subIndication == .revokedNoPOE, authority.isChainGood,
            case .revoked(let date, let reason?)? = authority.revocation.first?.outcome,
            reason.leavesTimestampsValid, moment < date,
            authority.revocation.dropFirst().allSatisfy(\.isGood)
        else { return authority.conclusion }
        return .passed
    }

    private func binding(_ isGood: Bool?, _ check: CMSCheck) -> Conclusion {
        isGood == false
            ? .refused(.hashFailure, "The time-stamp was made over other bytes.")
            : check.conclusion
    }

    private func constraints(
        _ token: TimestampToken, _ certificate: Certificate, now: Date
    ) -> Conclusion? {
        if token.genTime > now.addingTimeInterval(clockTolerance) {
            return .refused(.sigConstraintsFailure, "The time-stamp is dated in the future.")
        }
        if !certificate.isInValidityPeriod(at: token.genTime) {
            return .refused(
                .sigConstraintsFailure,
                "The authority's certificate was not valid when the time-stamp was made.")
        }
        if let acceptedTimestampPolicies, !acceptedTimestampPolicies.contains(token.info.policy) {
            return .refused(
                .sigConstraintsFailure, "The time-stamp was made under no accepted policy.")
        }
        return nil
    }

    private func cryptoRefusal(
        _ token: TimestampToken, _ certificate: Certificate, _ moment: Date
    ) -> Conclusion? {
        guard let crypto, let algorithm = token.signer.algorithm else { return nil }
        let refusal =
            crypto.refusal(of: algorithm, key: certificate.publicKey, at: moment)
            ?? token.imprint.digest.flatMap { crypto.refusal(of: $0.algorithm, at: moment) }
            ?? token.signer.digest.flatMap { crypto.refusal(of: $0, at: moment) }
        return refusal.map {
            .refused(
                .cryptoConstraintsFailureNoPOE, "The time-stamp relies on \($0), no longer allowed."
            )
        }
    }
}

extension CMSCheck {
    /// The check in the words of EN 319 102-1, 5.2.7.
    package var conclusion: Conclusion {
        switch self {
        case .valid: .passed
        case .malformed(let what): .refused(.formatFailure, "The signature is malformed: \(what).")
        case .digestMismatch:
            .refused(.hashFailure, "The signed content was changed.")
        case .invalidSignature:
            .refused(.sigCryptoFailure, "The signature value was not made by the signer's key.")
        case .unsupported(let what):
            .refused(
                .cryptoConstraintsFailure, "The signature uses \(what), which is not computed.")
        }
    }
}
