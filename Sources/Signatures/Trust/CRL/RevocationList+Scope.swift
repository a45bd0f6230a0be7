// SPDX-License-Identifier: Apache-2.0

/// Which certificates a list speaks about (RFC 5280, 6.3.3 b and d).
extension RevocationList {
    /// Whether the list is of the certificate's issuer, or of one that the certificate names, or
    /// lists it: whether it is worth a look at all.
    func isAbout(_ certificate: Certificate) -> Bool {
        issuer.matches(certificate.issuer)
            || certificate.extensions.distributionPoints.contains { $0.isSigned(by: issuer) }
            || entry(of: certificate) != nil
    }

    /// The reasons for which the list tells the certificate's status; nil when it covers others.
    func coverage(of certificate: Certificate) -> RevocationReasons? {
        // A list found elsewhere is taken as of a point named like the certificate's issuer.
        let assumed = DistributionPoint(name: .full([.directory(certificate.issuer)]))
        let points = certificate.extensions.distributionPoints + [assumed]
        let matching = points.filter { isOf($0, certificate) }
        guard !matching.isEmpty, covers(certificate) else { return nil }
        let named = matching.reduce(RevocationReasons()) { $0.union($1.reasons ?? .all) }
        return named.intersection(scope?.reasons ?? .all)
    }

    private func covers(_ certificate: Certificate) -> Bool {
        guard let scope else { return true }
        if scope.onlyAttributeCertificates { return false }
        if scope.onlyUserCertificates, certificate.isAuthority { return false }
        return !scope.onlyAuthorityCertificates || certificate.isAuthority
    }

    private func isOf(_ point: DistributionPoint, _ certificate: Certificate) -> Bool {
        if point.issuers.isEmpty {
            guard issuer.matches(certificate.issuer) else { return false }
        } else {
            guard point.isSigned(by: issuer), scope?.isIndirect == true else { return false }
        }
        guard let name = scope?.name else { return true }
        let own = name.names(below: [issuer])
        let signers = point.issuers.compactMap(\.directory)
        let wanted =
            point.name.map { $0.names(below: signers.isEmpty ? [certificate.issuer] : signers) }
            ?? point.issuers
        return own.contains { name in wanted.contains { $0.isSame(as: name) } }
    }
}

extension DistributionPoint {
    /// Whether the point says that this authority signs its list.
    func isSigned(by issuer: DistinguishedName) -> Bool {
        issuers.contains { $0.directory?.matches(issuer) == true }
    }
}

extension GeneralName {
    var directory: DistinguishedName? { if case .directory(let name) = self { name } else { nil } }

    /// Whether two names are the same, directory names by the rules of RFC 5280, 7.1.
    func isSame(as other: GeneralName) -> Bool {
        if let name = directory, let theirs = other.directory { return name.matches(theirs) }
        return self == other
    }
}
