// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Finds out from given material whether a certificate is revoked (EN 319 102-1, 5.2.6).
struct RevocationJudge {
    let policy: TrustPolicy
    let material: ValidationMaterial
    let now: Date
    /// How many authorities of evidence may still be checked in turn.
    var depth = Limits.revocationDepth

    /// - Parameters:
    ///   - moment: The certificate must not have been revoked at or before it.
    ///   - reference: The evidence must be fresh for this moment.
    ///   - maximumAge: Seconds the evidence may be older; nil as ``RevocationEvidence`` says.
    func finding(
        about certificate: Certificate, issuer: Certificate, at moment: Date, reference: Date,
        maximumAge: Double?
    ) -> RevocationFinding {
        func finding(
            _ outcome: RevocationFinding.Outcome, _ evidence: RevocationEvidence? = nil,
            _ considered: [RevocationEvidence] = []
        ) -> RevocationFinding {
            RevocationFinding(
                certificate: certificate, issuer: issuer, outcome: outcome, evidence: evidence,
                considered: considered)
        }
        if certificate.extensions.needsNoRevocationCheck { return finding(.notNeeded) }
        let considered =
            material.ocspResponses.compactMap { evidence($0, about: certificate, issuer: issuer) }
            + material.revocationLists.compactMap {
                evidence($0, about: certificate, issuer: issuer)
            }
        // The newest counts; of two of the same moment the one that says revoked.
        let usable = considered.filter(\.isUsable).sorted {
            ($0.thisUpdate, $0.isRevoked ? 1 : 0) > ($1.thisUpdate, $1.isRevoked ? 1 : 0)
        }
        guard let newest = usable.first else { return finding(.noEvidence, nil, considered) }
        switch newest.status {
        case .revoked(_, .certificateHold): return finding(.onHold, newest, considered)
        case .revoked(let date, let reason) where date <= moment:
            return finding(.revoked(at: date, reason: reason), newest, considered)
        case .revoked(let date, let reason):
            return finding(.revokedLater(at: date, reason: reason), newest, considered)
        case .good, .unknown:
            let isFresh = newest.isFresh(for: reference, maximumAge: maximumAge)
            return finding(isFresh ? .notRevoked : .stale, newest, considered)
        }
    }

    private func fault(
        thisUpdate: Date, keptSince: Date?, _ certificate: Certificate
    ) -> RevocationEvidence.Fault? {
        if thisUpdate > now.addingTimeInterval(policy.clockTolerance) { return .fromTheFuture }
        guard thisUpdate > certificate.notAfter else { return nil }
        return keptSince.map { $0 <= certificate.notAfter } ?? false ? nil : .issuedAfterExpiry
    }

    private func fault(
        _ check: SignatureCheck, _ identifier: AlgorithmIdentifier, _ key: PublicKey,
        at moment: Date
    ) -> RevocationEvidence.Fault? {
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

    // MARK: OCSP

    private func evidence(
        _ response: OCSPResponse, about certificate: Certificate, issuer: Certificate
    ) -> RevocationEvidence? {
        guard let answer = response.answer(about: certificate, issuer: issuer) else { return nil }
        let authority = responder(of: response, issuer: issuer)
        let fault =
            authority.fault
            ?? fault(thisUpdate: answer.thisUpdate, keptSince: answer.archiveCutoff, certificate)
            ?? (answer.hasUnprocessedCriticalExtension || response.hasUnprocessedCriticalExtension
                ? .unprocessedCriticalExtension : nil)
        return RevocationEvidence(
            source: .ocsp(response), status: answer.status, thisUpdate: answer.thisUpdate,
            nextUpdate: answer.nextUpdate, fault: fault, signers: authority.signers,
            support: authority.support)
    }

    private typealias Authority = (
        fault: RevocationEvidence.Fault?, signers: [Certificate], support: ValidationMaterial
    )

    /// Who signed the response: the issuer itself or its delegate (RFC 6960, 4.2.2.2).
    private func responder(of response: OCSPResponse, issuer: Certificate) -> Authority {
        let none = ValidationMaterial()
        if response.responder.identifies(issuer) {
            let check = response.verifySignature(by: issuer.publicKey)
            let fault = fault(
                check, response.signatureAlgorithm, issuer.publicKey, at: response.producedAt)
            return (fault, [issuer], none)
        }
        var worst: Authority = (.unauthorisedResponder, [], none)
        for delegate in response.certificates + material.certificates
        where response.responder.identifies(delegate) {
            let found = delegated(response, delegate, issuer)
            if found.fault == nil { return found }
            worst = found
        }
        return worst
    }

    private func delegated(
        _ response: OCSPResponse, _ delegate: Certificate, _ issuer: Certificate
    ) -> Authority {
        let none = ValidationMaterial()
        let check = response.verifySignature(by: delegate.publicKey)
        if let fault = fault(
            check, response.signatureAlgorithm, delegate.publicKey, at: response.producedAt)
        {
            return (fault, [delegate], none)
        }
        guard delegate.issuer.matches(issuer.subject),
            delegate.verifySignature(by: issuer.publicKey) == .valid,
            CertificatePurpose.ocspSigning.refusal(of: delegate) == nil
        else { return (.unauthorisedResponder, [delegate], none) }
        guard delegate.isInValidityPeriod(at: response.producedAt) else {
            return (.responderOutOfValidity, [delegate], none)
        }
        if delegate.extensions.namesNoStatusSource { return (nil, [delegate, issuer], none) }
        guard depth > 0 else { return (.responderNotChecked, [delegate], none) }
        var judge = self
        judge.depth -= 1
        let finding = judge.finding(
            about: delegate, issuer: issuer, at: response.producedAt,
            reference: response.producedAt, maximumAge: nil)
        guard finding.isGood else { return (.responderNotChecked, [delegate], none) }
        return (nil, [delegate, issuer], finding.evidence?.material ?? none)
    }

    // MARK: Lists

    private func evidence(
        _ list: RevocationList, about certificate: Certificate, issuer: Certificate
    ) -> RevocationEvidence? {
        guard list.issuer.matches(certificate.issuer) else { return nil }
        let entry = list.entries[certificate.serialNumber]
        let status =
            entry.map {
                $0.reason == .removeFromCRL ? .good : .revoked(at: $0.revokedAt, reason: $0.reason)
            } ?? CertificateStatus.good
        let (authorityFault, signers) = signer(of: list, issuer: issuer)
        let fault =
            authorityFault
            ?? fault(
                thisUpdate: list.thisUpdate, keptSince: list.expiredCertificatesSince, certificate)
            ?? (list.unprocessedCritical.isEmpty ? nil : .unprocessedCriticalExtension)
            ?? (covers(list, certificate) ? nil : .outOfScope)
        return RevocationEvidence(
            source: .list(list), status: status, thisUpdate: list.thisUpdate,
            nextUpdate: list.nextUpdate, fault: fault, signers: signers,
            support: ValidationMaterial())
    }

    /// The issuer's own key, or another key of the same authority that chains to an anchor.
    private func signer(
        of list: RevocationList, issuer: Certificate
    ) -> (RevocationEvidence.Fault?, [Certificate]) {
        var first: RevocationEvidence.Fault?
        for candidate in [issuer] + material.certificates + policy.anchors.certificates
        where candidate.subject.matches(list.issuer) {
            guard CertificatePurpose.revocationLists.refusal(of: candidate) == nil else { continue }
            let check = list.verifySignature(by: candidate.publicKey)
            let fault = fault(
                check, list.signatureAlgorithm, candidate.publicKey, at: list.thisUpdate)
            if fault != nil { first = first ?? fault; continue }
            if candidate == issuer { return (nil, [issuer]) }
            let chain = policy.anchors.chains(from: candidate, through: material.certificates)
                .first { $0.faults(at: list.thisUpdate, for: .revocationLists).isEmpty }
            if let chain { return (nil, chain.certificates) }
        }
        return (first ?? .unauthorisedResponder, [])
    }

    private func covers(_ list: RevocationList, _ certificate: Certificate) -> Bool {
        guard !list.isDelta else { return false }
        guard let scope = list.scope else { return true }
        if scope.onlyAttributeCertificates || scope.isIndirect || scope.isLimitedToReasons {
            return false
        }
        if scope.onlyUserCertificates, certificate.isAuthority { return false }
        if scope.onlyAuthorityCertificates, !certificate.isAuthority { return false }
        guard !scope.names.isEmpty else { return true }
        let points = certificate.extensions.distributionPoints.flatMap(\.names)
        return !Set(points).isDisjoint(with: scope.names)
    }
}

extension RevocationEvidence {
    /// The evidence with all that is needed to believe it again later.
    package var material: ValidationMaterial {
        var material = support
        switch source {
        case .ocsp(let response): material.ocspResponses.append(response)
        case .list(let list): material.revocationLists.append(list)
        }
        material.formUnion(ValidationMaterial(certificates: signers))
        return material
    }
}
