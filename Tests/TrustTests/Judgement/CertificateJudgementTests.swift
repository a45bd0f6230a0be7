// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Trust

@Suite("Judging a certificate (AS-02, AS-03)")
struct CertificateJudgementTests {
    private let pki = TestPKI.shared
    private let clock = TestPKI.clock
    private let hour = 3_600.0

    private func judge(
        _ material: ValidationMaterial, at moment: Date? = nil, now: Date? = nil,
        policy: TrustPolicy? = nil, identity: TestIdentity? = nil
    ) -> CertificateConclusion {
        (policy ?? pki.policy).judge(
            (identity ?? pki.signer).certificate, for: .contentCommitment, at: moment ?? clock,
            now: now ?? clock, with: material)
    }

    /// Everything needed, with the signer's own answer replaced.
    private func material(
        signer status: CertificateStatus, at moment: Date? = nil, lifetime: TimeInterval? = 86_400,
        by responder: TestIdentity? = nil
    ) throws -> ValidationMaterial {
        var material = try pki.material(for: [])
        material.ocspResponses = [
            try pki.ocspResponse(
                about: pki.signer.certificate, status: status, at: moment ?? clock,
                lifetime: lifetime, by: responder)
        ]
        return material
    }

    @Test("passes with a chain and fresh data, and says what it rests on")
    func passes() throws {
        let found = judge(try pki.material())
        #expect(found.conclusion == .passed)
        #expect(found.missing.isEmpty)
        #expect(found.chain?.certificates == pki.signer.chain)
        #expect(
            found.material.ocspResponses.count == 1 && found.material.revocationLists.count == 1)
        #expect(found.material.certificates.contains(pki.responder.certificate))
        #expect(judge(found.material).conclusion == .passed)
    }

    @Test("openssl's PKI passes by OCSP and by list, and its revoked certificate does not")
    func foreign() throws {
        let lists = [
            try RevocationList(der: OpenSSLVectors.file("root.crl")),
            try RevocationList(der: OpenSSLVectors.file("issuing.crl")),
        ]
        let issuing = try OpenSSLVectors.certificate("issuing")
        func judge(_ name: String, _ ocsp: [String], _ lists: [RevocationList]) throws -> Conclusion
        {
            let material = ValidationMaterial(
                certificates: [issuing],
                ocspResponses: try ocsp.map { try OCSPResponse(der: OpenSSLVectors.file($0)) },
                revocationLists: lists)
            return try OpenSSLVectors.policy().judge(
                OpenSSLVectors.certificate(name), for: .signing, at: OpenSSLVectors.moment,
                now: OpenSSLVectors.moment, with: material
            ).conclusion
        }
        #expect(try judge("signer", ["signer.ocsp"], [lists[0]]) == .passed)
        #expect(try judge("signer", ["by-issuer.ocsp"], [lists[0]]) == .passed)
        #expect(try judge("signer", [], lists) == .passed)
        #expect(try judge("revoked", ["revoked.ocsp"], [lists[0]]).subIndication == .revokedNoPOE)
        #expect(try judge("revoked", [], lists).subIndication == .revokedNoPOE)
        #expect(try judge("signer", ["revoked.ocsp"], [lists[0]]).subIndication == .tryLater)
    }

    @Test("asks for what is missing, as values")
    func missing() throws {
        let found = judge(ValidationMaterial(certificates: [pki.issuing.certificate]))
        #expect(found.conclusion.subIndication == .tryLater)
        #expect(
            found.missing.revocation.map(\.certificate)
                == [pki.signer, pki.issuing].map(\.certificate))
        #expect(found.missing.revocation[0].ocspURLs == [TestPKI.ocspURL])
        #expect(found.missing.revocation[1].listURLs == [TestPKI.rootListURL])
        let alone = judge(ValidationMaterial())
        #expect(alone.conclusion.subIndication == .noCertificateChainFound)
        #expect(alone.missing.issuers.flatMap(\.urls) == ["http://pki.test/issuing.cer"])
    }

    @Test("a revoked certificate is REVOKED_NO_POE, before its revocation it is good")
    func revoked() throws {
        let material = try material(signer: .revoked(at: clock, reason: .keyCompromise))
        let at = judge(material)
        #expect(at.conclusion.subIndication == .revokedNoPOE)
        #expect(at.revocation[0].outcome == .revoked(at: clock, reason: .keyCompromise))
        #expect(at.missing.isEmpty)
        let before = judge(material, at: clock - 1)
        #expect(before.conclusion == .passed)
        #expect(before.revocation[0].outcome == .revokedLater(at: clock, reason: .keyCompromise))
    }

    @Test("a suspended certificate and an unknown one wait")
    func waiting() throws {
        let held = judge(try material(signer: .revoked(at: clock - hour, reason: .certificateHold)))
        #expect(held.conclusion.subIndication == .tryLater)
        #expect(held.revocation[0].outcome == .onHold)
        let unknown = judge(try material(signer: .unknown))
        #expect(unknown.conclusion.subIndication == .tryLater)
        #expect(unknown.revocation[0].outcome == .noEvidence)
    }

    @Test("a revoked authority is REVOKED_CA_NO_POE")
    func revokedAuthority() throws {
        var material = try pki.material()
        let entry = RevocationList.Entry(
            serialNumber: pki.issuing.certificate.serialNumber, revokedAt: clock - hour,
            reason: .cACompromise)
        material.revocationLists = [try pki.revocationList(entries: [entry])]
        #expect(judge(material).conclusion.subIndication == .revokedCANoPOE)
    }

    @Test("data is fresh until nextUpdate, or for the age the policy allows")
    func freshness() throws {
        let material = try material(signer: .good, at: clock - 2 * hour, lifetime: hour)
        #expect(judge(material).revocation[0].outcome == .stale)
        #expect(judge(material).conclusion.subIndication == .tryLater)
        #expect(judge(material).missing.revocation.map(\.certificate) == [pki.signer.certificate])
        #expect(judge(material, at: clock - hour).conclusion == .passed)
        var policy = pki.policy
        policy.maximumRevocationAge = 2 * hour
        #expect(judge(material, policy: policy).conclusion == .passed)
        policy.maximumRevocationAge = 2 * hour - 1
        #expect(judge(material, policy: policy).conclusion.subIndication == .tryLater)
        let endless = try self.material(signer: .good, at: clock - 1, lifetime: nil)
        #expect(judge(endless).revocation[0].outcome == .stale)
    }

    @Test("the newest answer counts")
    func newest() throws {
        var material = try material(signer: .good, at: clock - hour)
        let revoked = CertificateStatus.revoked(at: clock - hour, reason: nil)
        material.ocspResponses.append(
            try pki.ocspResponse(about: pki.signer.certificate, status: revoked, at: clock - 60))
        #expect(judge(material).conclusion.subIndication == .revokedNoPOE)
    }

    @Test("a revocation outweighs a newer answer that says good, a suspension does not")
    func revocationIsForGood() throws {
        for (reason, expected) in [
            (RevocationReason.keyCompromise, SubIndication.revokedNoPOE),
            (.certificateHold, nil),
        ] {
            var material = try material(signer: .good, at: clock - 60)
            let revoked = CertificateStatus.revoked(at: clock - hour, reason: reason)
            material.ocspResponses.append(
                try pki.ocspResponse(
                    about: pki.signer.certificate, status: revoked, at: clock - hour))
            #expect(judge(material).conclusion.subIndication == expected)
        }
    }

    @Test("an answer from more than five minutes ahead is set aside")
    func future() throws {
        #expect(judge(try material(signer: .good, at: clock + 300)).conclusion == .passed)
        let found = judge(try material(signer: .good, at: clock + 301))
        #expect(found.conclusion.subIndication == .tryLater)
        #expect(found.revocation[0].considered.map(\.fault) == [.fromTheFuture])
    }

    @Test("an answer made after the certificate expired says nothing")
    func afterExpiry() throws {
        let short = try pki.issue(
            commonName: "Expired", serial: 83, notAfter: clock - hour,
            extensions: [.keyUsage(.contentCommitment)])
        let found = judge(try pki.material(for: [short]), at: clock - 2 * hour, identity: short)
        #expect(found.conclusion.subIndication == .tryLater)
        #expect(found.revocation[0].considered.map(\.fault) == [.issuedAfterExpiry])
    }

    @Test("outside validity: without proof, with proof, and known not revoked")
    func outOfBounds() throws {
        let late = TestPKI.notAfter + 1
        #expect(
            judge(try pki.material(), at: late, now: late).conclusion.subIndication
                == .outOfBoundsNoPOE)
        let early = TestPKI.notBefore - 1
        #expect(
            judge(try pki.material(), at: early, now: early).conclusion.subIndication
                == .outOfBoundsNoPOE)
        let short = try pki.issue(
            commonName: "Short", serial: 80, notAfter: clock - hour,
            extensions: [.keyUsage(.contentCommitment)])
        let young = try pki.issue(
            commonName: "Young", serial: 81, notBefore: clock,
            extensions: [.keyUsage(.contentCommitment)])
        let material = try pki.material(for: [short, young], at: clock - 2 * hour)
        #expect(judge(material, identity: short).conclusion.subIndication == .outOfBoundsNotRevoked)
        #expect(
            judge(material, at: clock - hour, identity: young).conclusion
                == Conclusion(
                    .failed, .notYetValid,
                    reasons: ["The certificate of \(young.certificate.subject) was not yet valid."])
        )
    }

    @Test("only accepted certificate policies pass when the policy names some")
    func policies() throws {
        var policy = pki.policy
        policy.acceptedPolicies = [.policyNCPPlus]
        #expect(judge(try pki.material(), policy: policy).conclusion == .passed)
        policy.acceptedPolicies = [.policyQCPn]
        let found = judge(try pki.material(), policy: policy)
        #expect(found.conclusion.subIndication == .chainConstraintsFailure)
        #expect(found.faults.map(\.kind) == [.policyNotAccepted])
    }

    @Test("a certificate for short terms needs no revocation data")
    func shortTerm() throws {
        let identity = try pki.issue(
            commonName: "Short term", serial: 82,
            extensions: [
                .keyUsage(.contentCommitment),
                CertificateExtension(.validityAssuredShortTerm, value: .null),
            ])
        let found = judge(try pki.material(for: []), identity: identity)
        #expect(found.conclusion == .passed && found.revocation[0].outcome == .notNeeded)
    }
}
