// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What revocation lists say (RFC 5280, 6.3.3).
extension RevocationJudge {
    func lists(about certificate: Certificate, issuer: Certificate) -> [RevocationStatement] {
        let examined = material.revocationLists
            .filter { $0.isAbout(certificate) }
            .map { examine($0, certificate, issuer) }
        let changes = examined.filter { $0.list.isDelta && $0.fault == nil }
        var used: Set<RevocationList> = []
        var statements: [RevocationStatement] = []
        for item in examined where !item.list.isDelta {
            let change = changes.filter { item.fault == nil && $0.updates(item) }
                .max { $0.list.thisUpdate < $1.list.thisUpdate }
            if let change { used.insert(change.list) }
            statements.append(item.statement(changedBy: change))
        }
        for item in examined where item.list.isDelta && !used.contains(item.list) {
            statements.append(item.statement(fault: item.fault ?? .changesOnly))
        }
        if let joined = joined(statements) { statements.append(joined) }
        return statements
    }

    /// Lists that cover some reasons each, and all of them together (6.3.3, last step).
    private func joined(_ statements: [RevocationStatement]) -> RevocationStatement? {
        let parts = statements.filter { $0.fault == .someReasonsOnly && $0.status == .good }
        guard let first = parts.first, parts.count > 1 else { return nil }
        let lists = parts.flatMap { part -> [RevocationList] in
            if case .lists(let lists) = part.source { lists } else { [] }
        }
        let reasons = lists.compactMap { $0.coverage(of: first.certificate) }
            .reduce(RevocationReasons()) { $0.union($1) }
        guard reasons.isSuperset(of: .all) else { return nil }
        var support = ValidationMaterial()
        for part in parts { support.formUnion(part.material) }
        let updates = parts.map(\.nextUpdate)
        return RevocationStatement(
            certificate: first.certificate, issuer: first.issuer, source: .lists(lists),
            status: .good, thisUpdate: parts.map(\.thisUpdate).min() ?? first.thisUpdate,
            nextUpdate: updates.contains(nil) ? nil : updates.compactMap { $0 }.min(),
            producedAt: nil, coversExpiredSince: first.coversExpiredSince,
            signers: first.signers, exemption: first.exemption, support: support, fault: nil)
    }

    private func examine(
        _ list: RevocationList, _ certificate: Certificate, _ issuer: Certificate
    ) -> ExaminedList {
        let coverage = list.coverage(of: certificate)
        let authority =
            coverage == nil
            ? StatementAuthority(fault: .outOfScope)
            : signer(of: list, about: certificate, issuer: issuer)
        let keptSince = keptSince(list.expiredCertificatesSince, issuer: issuer)
        let fault =
            authority.fault
            ?? dateFault(thisUpdate: list.thisUpdate, keptSince: keptSince, certificate)
            ?? (list.unprocessedCritical.isEmpty ? nil : .unprocessedCriticalExtension)
        return ExaminedList(
            list: list, certificate: certificate, issuer: issuer, coverage: coverage ?? [],
            authority: authority, keptSince: keptSince, fault: fault)
    }

    /// The issuer's own key, or another that chains to the same anchor (6.3.3 f).
    private func signer(
        of list: RevocationList, about certificate: Certificate, issuer: Certificate
    ) -> StatementAuthority {
        var refused: StatementAuthority?
        let known =
            [issuer] + material.certificates + policy.anchors.certificates(named: list.issuer)
        for (index, candidate) in known.enumerated()
        where candidate.subject.matches(list.issuer) && known.firstIndex(of: candidate) == index {
            guard CertificatePurpose.revocationLists.refusal(of: candidate) == nil else { continue }
            guard effort.take() else { return StatementAuthority(fault: .notExamined) }
            let found = authority(candidate, of: list, certificate, issuer)
            if found.fault == nil { return found }
            if refused == nil || refused?.fault == .invalidSignature { refused = found }
        }
        return refused ?? StatementAuthority(fault: .unauthorisedResponder)
    }

    private func authority(
        _ candidate: Certificate, of list: RevocationList, _ certificate: Certificate,
        _ issuer: Certificate
    ) -> StatementAuthority {
        let (key, moment) = (workingKey(of: candidate), list.thisUpdate)
        let check = list.verifySignature(by: key, memory: policy.memory)
        if let fault = fault(check, list.signatureAlgorithm, key, at: moment) {
            return StatementAuthority(fault: fault, signers: [candidate])
        }
        if candidate.isSameAuthority(as: issuer) {
            let fault = validityFault(of: candidate, at: moment)
            return StatementAuthority(fault: fault, signers: [candidate], exemption: .isIssuer)
        }
        if policy.anchors.contains(candidate) {
            return StatementAuthority(signers: [candidate], exemption: .isAnchor)
        }
        var refused = StatementAuthority(fault: .unauthorisedResponder, signers: [candidate])
        let anchors = anchors(above: issuer)
        for chain in chains(from: candidate) where anchors.contains(chain.anchor) {
            let faults = chain.faults(
                at: moment, for: .revocationLists, crypto: policy.crypto,
                parameters: policy.paths, memory: policy.memory)
            guard faults.isEmpty else { continue }
            // The certificate in question may stand in the signer's chain: the path checks it.
            let open = chain.issuances.filter { $0.subject != certificate }
            let isNamed =
                candidate == certificate
                && certificate.extensions.distributionPoints.contains {
                    $0.isSigned(by: list.issuer)
                }
            let found = checked(
                open, signers: chain.certificates, about: certificate, at: moment,
                isNamed: isNamed)
            if found.fault == nil { return found }
            refused = found
        }
        return refused
    }

    private func chains(from certificate: Certificate) -> [CertificateChain] {
        policy.anchors.chains(
            from: certificate, through: material.certificates, memory: policy.memory)
    }

    /// The candidate's key, with the parameters it inherits.
    private func workingKey(of candidate: Certificate) -> PublicKey {
        guard candidate.publicKey.lacksParameters, let chain = chains(from: candidate).first else {
            return candidate.publicKey
        }
        return chain.workingKey(at: 0)
    }

    private func anchors(above issuer: Certificate) -> Set<Certificate> {
        Set(chains(from: issuer).map(\.anchor))
    }
}

/// One list with what was found out about it, for one certificate.
private struct ExaminedList {
    let list: RevocationList
    let certificate: Certificate
    let issuer: Certificate
    let coverage: RevocationReasons
    let authority: StatementAuthority
    let keptSince: Date?
    let fault: RevocationStatement.Fault?

    /// Whether this list of changes may be put on top of a complete one (5.2.4; 6.3.3 c).
    func updates(_ complete: ExaminedList) -> Bool {
        guard let base = list.baseNumber, let number = complete.list.number,
            let own = list.number
        else { return false }
        return number >= base && number < own && list.scope == complete.list.scope
            && list.issuer.matches(complete.list.issuer)
            && list.authorityKeyIdentifier?.keyIdentifier
                == complete.list.authorityKeyIdentifier?.keyIdentifier
            && authority.signers.first?.publicKey == complete.authority.signers.first?.publicKey
    }

    func statement(changedBy change: ExaminedList?) -> RevocationStatement {
        guard let change else { return statement(fault: fault) }
        let status = RevocationStatement.Status(
            change.list.entry(of: certificate) ?? list.entry(of: certificate))
        return statement(
            [list, change.list], status, change.list, change.authority.support, fault: fault)
    }

    func statement(fault: RevocationStatement.Fault?) -> RevocationStatement {
        let status = RevocationStatement.Status(list.entry(of: certificate))
        return statement([list], status, list, ValidationMaterial(), fault: fault)
    }

    private func statement(
        _ lists: [RevocationList], _ status: RevocationStatement.Status, _ newest: RevocationList,
        _ more: ValidationMaterial, fault: RevocationStatement.Fault?
    ) -> RevocationStatement {
        let isPartial = status == .good && !coverage.isSuperset(of: .all)
        return RevocationStatement(
            certificate: certificate, issuer: issuer, source: .lists(lists), status: status,
            thisUpdate: newest.thisUpdate, nextUpdate: newest.nextUpdate, producedAt: nil,
            coversExpiredSince: keptSince, signers: authority.signers,
            exemption: authority.exemption, support: authority.support.union(more),
            fault: fault ?? (isPartial ? .someReasonsOnly : nil))
    }
}
