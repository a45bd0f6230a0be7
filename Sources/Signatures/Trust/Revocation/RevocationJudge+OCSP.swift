// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What OCSP responses say (RFC 6960, 3.2 and 4.2.2).
extension RevocationJudge {
    func answers(
        about certificate: Certificate, issuer: Certificate
    ) -> [RevocationStatement] {
        material.ocspResponses.flatMap { response -> [RevocationStatement] in
            let answers = response.answers(about: certificate, issuer: issuer)
            guard !answers.isEmpty else { return [] }
            let authority = responder(of: response, about: certificate, issuer: issuer)
            return answers.map { statement($0, response, authority, certificate, issuer) }
        }
    }

    private func statement(
        _ answer: OCSPAnswer, _ response: OCSPResponse, _ authority: StatementAuthority,
        _ certificate: Certificate, _ issuer: Certificate
    ) -> RevocationStatement {
        let digest = answer.certificateDigest
        let isSame = digest.map { certificate.digest($0.algorithm) == $0 }
        // A responder that shows the certificate's digest knows it, expired or not.
        let cutoff = isSame == true ? certificate.notAfter : answer.archiveCutoff
        let keptSince = keptSince(cutoff, issuer: issuer)
        let hasUnprocessed =
            answer.hasUnprocessedCriticalExtension || response.hasUnprocessedCriticalExtension
        let fault =
            authority.fault
            ?? dateFault(thisUpdate: answer.thisUpdate, keptSince: keptSince, certificate)
            ?? (hasUnprocessed ? .unprocessedCriticalExtension : nil)
            ?? (isSame == false ? .otherCertificate : nil)
        return RevocationStatement(
            certificate: certificate, issuer: issuer, source: .ocsp(response),
            status: RevocationStatement.Status(answer.status), thisUpdate: answer.thisUpdate,
            nextUpdate: answer.nextUpdate, producedAt: response.producedAt,
            coversExpiredSince: keptSince, signers: authority.signers,
            exemption: authority.exemption, support: authority.support, fault: fault)
    }

    /// Who signed the response: the issuer itself or its delegate (RFC 6960, 4.2.2.2).
    private func responder(
        of response: OCSPResponse, about certificate: Certificate, issuer: Certificate
    ) -> StatementAuthority {
        var refused: StatementAuthority?
        let known = [issuer] + response.certificates + material.certificates
        for (index, candidate) in known.enumerated()
        where response.responder.identifies(candidate) && known.firstIndex(of: candidate) == index {
            guard effort.take() else { return StatementAuthority(fault: .notExamined) }
            let found =
                candidate.isSameAuthority(as: issuer)
                ? direct(response, issuer) : delegated(response, candidate, certificate, issuer)
            if found.fault == nil { return found }
            if refused == nil || refused?.fault == .invalidSignature { refused = found }
        }
        return refused ?? StatementAuthority(fault: .unauthorisedResponder)
    }

    private func direct(_ response: OCSPResponse, _ issuer: Certificate) -> StatementAuthority {
        let check = response.verifySignature(by: issuer.publicKey, memory: policy.memory)
        let moment = response.producedAt
        let fault =
            fault(check, response.signatureAlgorithm, issuer.publicKey, at: moment)
            ?? validityFault(of: issuer, at: moment)
        return StatementAuthority(fault: fault, signers: [issuer], exemption: .isIssuer)
    }

    private func delegated(
        _ response: OCSPResponse, _ delegate: Certificate, _ certificate: Certificate,
        _ issuer: Certificate
    ) -> StatementAuthority {
        let moment = response.producedAt
        let check = response.verifySignature(by: delegate.publicKey, memory: policy.memory)
        if let fault = fault(check, response.signatureAlgorithm, delegate.publicKey, at: moment) {
            return StatementAuthority(fault: fault, signers: [delegate])
        }
        guard delegate.issuer.matches(issuer.subject) else {
            return StatementAuthority(fault: .unauthorisedResponder, signers: [delegate])
        }
        let chain = CertificateChain(certificates: [delegate, issuer])
        let faults = chain.faults(
            at: moment, for: .ocspSigning, crypto: policy.crypto, memory: policy.memory)
        if let fault = faults.first {
            return StatementAuthority(fault: fault.statementFault, signers: [delegate])
        }
        let signers = [delegate, issuer]
        if let exemption = exemption(of: delegate) {
            return StatementAuthority(signers: signers, exemption: exemption)
        }
        return checked(chain.issuances, signers: signers, about: certificate, at: moment)
    }

    private func exemption(of delegate: Certificate) -> RevocationStatement.Exemption? {
        if policy.anchors.contains(delegate) { return .isAnchor }
        if delegate.extensions.hasOCSPNoCheck { return .noCheck }
        return delegate.extensions.namesNoStatusSource ? .namesNoSource : nil
    }
}

extension PathFault {
    /// What a fault of a signer's own chain means for its statement.
    fileprivate var statementFault: RevocationStatement.Fault {
        switch kind {
        case .expired, .notYetValid: .responderOutOfValidity
        case .weakAlgorithm(let what): .weakAlgorithm(what)
        default: .unauthorisedResponder
        }
    }
}
