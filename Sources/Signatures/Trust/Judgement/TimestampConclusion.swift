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

    package var isPassed: Bool { conclusion.isPassed }

    package var missing: MissingMaterial { authority?.missing ?? MissingMaterial() }

    /// Everything the verdict rests on.
    package var material: ValidationMaterial { authority?.material ?? ValidationMaterial() }
}

extension TrustPolicy {
    /// Judges a time-stamp token.
    ///
    /// - Parameters:
    ///   - digest: What it should stamp, computed with the token's own digest function.
    ///   - proof: A moment at which the token is known to have existed, from a later time-stamp;
    ///     nil without one: then the authority's certificate must be good now.
    ///   - now: The time of validation.
    package func judge(
        _ token: TimestampToken, over digest: Digest?, proof: Date? = nil, now: Date,
        with material: ValidationMaterial
    ) -> TimestampConclusion {
        let isBindingGood = digest.map { $0 == token.imprint.digest }
        let known = material.certificates + anchors.certificates
        guard let certificate = token.authorityCertificate(among: known) else {
            let conclusion = Conclusion.refused(
                .noSigningCertificateFound, "The time-stamp authority's certificate is missing.")
            return TimestampConclusion(
                token: token, conclusion: conclusion, isBindingGood: isBindingGood, check: nil,
                authority: nil)
        }
        let check = token.check(by: certificate)
        let all = material.union(ValidationMaterial(certificates: token.certificates))
        let authority = judge(
            certificate, for: .timeStamping, at: proof ?? now, reference: token.genTime, now: now,
            with: all)
        return TimestampConclusion(
            token: token,
            conclusion: conclusion(token, isBindingGood, check, authority, proof ?? now, now),
            isBindingGood: isBindingGood, check: check, authority: authority)
    }

    private func conclusion(
        _ token: TimestampToken, _ isBindingGood: Bool?, _ check: CMSCheck,
        _ authority: CertificateConclusion, _ moment: Date, _ now: Date
    ) -> Conclusion {
        if isBindingGood == false {
            return .refused(.hashFailure, "The time-stamp was made over other bytes.")
        }
        if check != .valid { return check.conclusion }
        if token.genTime > now.addingTimeInterval(clockTolerance) {
            return .refused(.sigConstraintsFailure, "The time-stamp is dated in the future.")
        }
        if !authority.certificate.isInValidityPeriod(at: token.genTime) {
            return .refused(
                .sigConstraintsFailure,
                "The authority's certificate was not valid when the time-stamp was made.")
        }
        if let acceptedTimestampPolicies, !acceptedTimestampPolicies.contains(token.info.policy) {
            return .refused(
                .sigConstraintsFailure, "The time-stamp was made under no accepted policy.")
        }
        if !authority.isPassed { return authority.conclusion }
        return cryptoRefusal(token, authority.certificate, moment) ?? .passed
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
