// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The trusted lists a verifier relies on; every one of them has a signature that was verified.
package struct TrustedLists: Sendable {
    package var lists: [TrustedList]

    package init(_ lists: [TrustedList] = []) { self.lists = lists }

    package var isEmpty: Bool { lists.isEmpty }

    /// The certificates of qualified services, past and present: where chains may end.
    ///
    /// An end entity whose issuer is listed too, or given, is left out: its chain is looked at, and
    /// whether it was revoked.
    package func anchors(beside given: [Certificate] = []) -> [Certificate] {
        var found: [Certificate] = []
        for period in lists.flatMap(\.services).flatMap(\.periods)
        where TrustedListName.qualifiedTypes.contains(period.type) {
            for case .certificate(let certificate) in period.identities
            where !found.contains(certificate) {
                found.append(certificate)
            }
        }
        let authorities = (found + given).filter(\.isAuthority)
        return found.filter { certificate in
            certificate.isAuthority
                || !authorities.contains { $0.subject.matches(certificate.issuer) }
        }
    }

    /// From when on an authority keeps the status of expired certificates, by its key (TS 119 612,
    /// 5.5.9.1): for ``TrustPolicy/expiredCertificatesKeptSince``. Stale lists say nothing.
    package func expiredCertificatesKeptSince(now: Date) -> [PublicKey: Date] {
        var since: [PublicKey: Date] = [:]
        for service in lists.filter({ $0.isCurrent(at: now) }).flatMap(\.services) {
            guard let period = service.periods.first,
                let moment = period.expiredCertificatesSince
            else { continue }
            for case .certificate(let certificate) in period.identities {
                since[certificate.publicKey] = max(moment, since[certificate.publicKey] ?? moment)
            }
        }
        return since
    }

    /// A service as it was at a moment, with the list that names it.
    package struct Entry: Sendable {
        package let list: TrustedList
        package let service: TrustService
        package let period: TrustService.Period
    }

    /// What the lists say of a service at a moment.
    package enum Answer: Sendable {
        /// No list was consulted.
        case noList
        /// The lists that could speak are out of date.
        case staleList(territory: String)
        case notListed
        /// Listed, and not as qualified at that moment.
        case withdrawn(service: String, status: String)
        /// Entries say different things, or something that is not understood.
        case contradictory(service: String)
        /// One entry or several of the same status.
        case granted([Entry])
    }

    /// What was a qualified service of a type at a moment, by certificates of which the first that
    /// is listed counts.
    ///
    /// - Parameter now: Lists whose nextUpdate lies before it are stale.
    package func answer(
        for certificates: [Certificate], type: String, at moment: Date, now: Date
    ) -> Answer {
        guard let first = lists.first else { return .noList }
        for certificate in certificates {
            let meant = services(of: type, identifiedBy: certificate)
            guard !meant.isEmpty else { continue }
            let current = meant.filter { $0.list.isCurrent(at: now) }
            guard !current.isEmpty else {
                return .staleList(territory: meant[0].list.territory)
            }
            return Self.answer(current, type: type, at: moment)
        }
        return lists.contains { $0.isCurrent(at: now) }
            ? .notListed : .staleList(territory: first.territory)
    }

    private func services(
        of type: String, identifiedBy certificate: Certificate
    ) -> [(list: TrustedList, service: TrustService)] {
        lists.flatMap { list in
            list.services.filter { service in
                service.periods.contains { period in
                    period.type == type
                        && period.identities.contains { $0.identifies(certificate) }
                }
            }.map { (list, $0) }
        }
    }

    private static func answer(
        _ meant: [(list: TrustedList, service: TrustService)], type: String, at moment: Date
    ) -> Answer {
        let entries = meant.compactMap { list, service in
            service.period(at: moment).map { Entry(list: list, service: service, period: $0) }
        }.filter { $0.period.type == type }
        guard let first = entries.first else { return .notListed }
        let statuses = TrustedListName.qualifiedStatuses(at: moment)
        let granted = entries.filter { statuses.contains($0.period.status) }
        if granted.isEmpty {
            return .withdrawn(service: first.service.name, status: first.period.status)
        }
        let isClear =
            granted.count == entries.count && entries.allSatisfy { $0.period.isUnderstood }
        return isClear ? .granted(granted) : .contradictory(service: first.service.name)
    }
}
