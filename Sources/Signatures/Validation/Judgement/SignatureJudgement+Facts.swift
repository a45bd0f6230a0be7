// SPDX-License-Identifier: Apache-2.0
import Trust

/// The facts that stand apart beside the summary: the level reached, and each check.
extension SignatureJudgement {
    func level(_ signer: SignerVerdict?) -> SignatureReport.Level {
        guard facts.formatFault == nil, case .named = facts.signerNaming,
            facts.baselineFaults.isEmpty
        else { return .none }
        let proving = covering.filter { $0.kind != .content }
        guard !proving.isEmpty else { return .basic }
        guard let signer, signer.conclusion.isPassed, facts.carriesRevocation else {
            return .timestamped
        }
        let archives = proving.filter { $0.kind == .archive || $0.kind == .document }
        let newest = archives.last
        // The newest archive time-stamp lives on what can still be fetched.
        let needed = proving.filter { $0.token != newest?.token }.reduce(
            into: signer.material
        ) { $0.formUnion($1.material) }
        let isCarried =
            needed.ocspResponses.allSatisfy(facts.material.ocspResponses.contains)
            && needed.revocationLists.allSatisfy(facts.material.revocationLists.contains)
        let others = proving.filter { $0.token != newest?.token }.compactMap(\.token)
        guard isCarried || provesItself(signer.certificate.certificate, others) else {
            return .timestamped
        }
        return newest == nil ? .longTerm : .archived
    }

    /// Whether what the file carries is enough, though fresher data at hand was used.
    private func provesItself(_ certificate: Certificate, _ tokens: [TimestampToken]) -> Bool {
        let own = context.trust.judge(
            certificate, for: .signing, at: proven ?? context.now, reference: proven,
            proofs: proofs, with: facts.material)
        return own.isPassed
            && tokens.allSatisfy { token in
                context.trust.judge(
                    token, over: token.imprint.digest, proofs: proofs, with: facts.material
                ).isPassed
            }
    }

    func checks(
        _ signer: SignerVerdict?, _ policy: [Conclusion]
    ) -> SignatureReport.Checks {
        SignatureReport.Checks(
            integrity: facts.hasBrokenPart ? .failed : .init(format ?? facts.integrity),
            chain: chainCheck(signer),
            revocation: revocationCheck(signer), timestamp: timestampCheck,
            policy: .init(Self.worst(policy)))
    }

    private func chainCheck(_ signer: SignerVerdict?) -> SignatureReport.Check {
        guard let signer else { return .notDone }
        if signer.conclusion.isPassed || signer.certificate.isChainGood { return .passed }
        return signer.certificate.chain == nil
            ? .indeterminate : .init(signer.certificate.conclusion)
    }

    private func revocationCheck(_ signer: SignerVerdict?) -> SignatureReport.Check {
        guard let signer, signer.certificate.chain != nil else { return .notDone }
        if signer.conclusion.isPassed || signer.certificate.revocation.allSatisfy(\.isGood) {
            return .passed
        }
        let isRevoked = signer.certificate.revocation.contains {
            if case .revoked = $0.outcome { true } else { false }
        }
        return isRevoked ? .failed : .indeterminate
    }

    private var timestampCheck: SignatureReport.Check {
        let all = stamps + documentStamps
        guard !all.isEmpty else { return .notDone }
        // What no further data can mend has failed.
        let hopeless: Set<SubIndication?> = [.chainConstraintsFailure, .sigConstraintsFailure]
        if all.contains(where: { hopeless.contains($0.conclusion.subIndication) }) {
            return .failed
        }
        return .init(Self.worst(all.map(\.conclusion)))
    }
}
