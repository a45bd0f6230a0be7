// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Whether a time-stamp is a qualified one, and if not, why (TS 119 615 v1.2.1, 4.5).
///
/// What the token says of itself (EN 319 422, 9.1) is a claim and decides nothing.
package struct TimestampQualification: Sendable, Hashable {
    package enum Outcome: String, Sendable, CaseIterable {
        case qualified
        /// No list was consulted: nobody can say.
        case noList = "no-list"
        case staleList = "stale-list"
        case notListed = "not-listed"
        /// Listed, and not granted at genTime.
        case withdrawn
        case contradictory
        /// The token does not follow EN 319 422.
        case profile
        /// The token itself did not pass validation.
        case notValid = "not-valid"
    }

    package let outcome: Outcome
    /// A whole sentence.
    package let reason: String

    init(_ outcome: Outcome, _ reason: String) { (self.outcome, self.reason) = (outcome, reason) }

    /// Nil when no trusted list was consulted.
    package var isQualified: Bool? { outcome == .noList ? nil : outcome == .qualified }
}

extension TrustedLists {
    /// Judges a time-stamp by the service of type TSA/QTST whose identity its authority's
    /// certificate, or the issuer of that, was at genTime.
    ///
    /// - Parameters:
    ///   - chain: Of the authority's certificate; nil when there is none.
    ///   - isValid: Whether the token passed validation.
    package func qualification(
        of token: TimestampToken, chain: CertificateChain?, isValid: Bool, now: Date
    ) -> TimestampQualification {
        guard !lists.isEmpty else {
            return TimestampQualification(.noList, "No trusted list was consulted.")
        }
        guard isValid, let chain else {
            return TimestampQualification(
                .notValid, "The time-stamp did not pass validation, so it is no qualified one.")
        }
        guard token.genTime >= TrustedListName.regulationApplies else {
            return TimestampQualification(
                .notListed, "There are qualified time-stamps since 1 July 2016.")
        }
        let listed = status(of: chain, at: token.genTime, now: now)
        guard listed.outcome == .qualified else { return listed }
        let profile = token.profile(authority: chain.endEntity)
        guard profile.isMet else {
            let faults = profile.faults.map(\.rawValue).joined(separator: ", ")
            return TimestampQualification(
                .profile, "The time-stamp does not follow EN 319 422: \(faults).")
        }
        return listed
    }

    private func status(
        of chain: CertificateChain, at moment: Date, now: Date
    ) -> TimestampQualification {
        switch answer(
            for: Array(chain.certificates.prefix(2)), type: TrustedListName.qualifiedTimestamps,
            at: moment, now: now)
        {
        case .noList: return TimestampQualification(.noList, "No trusted list was consulted.")
        case .staleList(let territory):
            return TimestampQualification(
                .staleList, "The trusted list of \(territory) is out of date.")
        case .notListed:
            return TimestampQualification(
                .notListed, "The time-stamp's service is on no trusted list as a qualified one.")
        case .withdrawn(let service, _):
            return TimestampQualification(
                .withdrawn, "The service \(service) did not have the qualified status then.")
        case .contradictory(let service):
            return TimestampQualification(
                .contradictory,
                "What trusted lists say of the service \(service) is not clear.")
        case .granted(let entries):
            let service = entries[0].service
            return TimestampQualification(
                .qualified, "The trusted list of \(service.territory) names \(service.name).")
        }
    }
}
