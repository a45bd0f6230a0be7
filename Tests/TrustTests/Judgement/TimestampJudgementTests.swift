// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Trust

@Suite("Judging a time-stamp (AS-04)")
struct TimestampJudgementTests {
    private let pki = TestPKI.shared
    private let clock = TestPKI.clock
    private let digest = DigestAlgorithm.sha256.digest([1])

    private func judge(
        _ token: TimestampToken, over stamped: Digest? = nil, proof: Date? = nil, now: Date? = nil,
        policy: TrustPolicy? = nil, material: ValidationMaterial? = nil
    ) throws -> TimestampConclusion {
        var proofs = ProofsOfExistence(now: now ?? clock)
        let material = try material ?? pki.material()
        if let proof {
            proofs.add(.timestamp(token), at: proof)
            proofs.add(material, at: proof)
        }
        return (policy ?? pki.policy).judge(
            token, over: stamped ?? digest, proofs: proofs, with: material)
    }

    @Test("passes, ours and openssl's")
    func passes() throws {
        let found = try judge(pki.timestamp(over: digest))
        #expect(found.conclusion == .passed && found.isBindingGood == true && found.check == .valid)
        #expect(found.authority?.certificate == pki.tsa.certificate)
        #expect(found.material.certificates.contains(pki.tsa.certificate))
        let token = try TimestampResponse(der: OpenSSLVectors.file("response.tsr")).token()
        let lists = try ["root.crl", "issuing.crl"].map {
            try RevocationList(der: OpenSSLVectors.file($0))
        }
        let foreign = try OpenSSLVectors.policy().judge(
            token, over: DigestAlgorithm.sha256.digest(OpenSSLVectors.content()),
            now: OpenSSLVectors.moment, with: ValidationMaterial(revocationLists: lists))
        #expect(foreign.conclusion == .passed)
    }

    @Test("a stamp over other bytes is HASH_FAILURE")
    func otherBytes() throws {
        let found = try judge(pki.timestamp(over: digest), over: DigestAlgorithm.sha256.digest([2]))
        #expect(found.conclusion.indication == .failed)
        #expect(found.conclusion.subIndication == .hashFailure)
    }

    @Test("a stamp by a certificate that is not for stamping is CHAIN_CONSTRAINTS_FAILURE")
    func purpose() throws {
        let token = try pki.timestamp(over: digest, by: pki.signer)
        #expect(try judge(token).conclusion.subIndication == .chainConstraintsFailure)
    }

    @Test("a stamp signed by another key is SIG_CRYPTO_FAILURE")
    func forged() throws {
        let impostor = TestIdentity(
            certificate: pki.tsa.certificate, key: pki.signer.key, chain: pki.tsa.chain)
        let token = try pki.timestamp(over: digest, by: impostor)
        #expect(try judge(token).conclusion.subIndication == .sigCryptoFailure)
    }

    @Test("a stamp from the future, or from outside the certificate's validity, is refused")
    func times() throws {
        #expect(try judge(pki.timestamp(over: digest, at: clock + 300)).isPassed)
        let ahead = try judge(pki.timestamp(over: digest, at: clock + 301))
        #expect(ahead.conclusion.subIndication == .sigConstraintsFailure)
        let early = try judge(pki.timestamp(over: digest, at: TestPKI.notBefore - 1))
        #expect(early.conclusion.subIndication == .sigConstraintsFailure)
    }

    @Test("an expired authority needs a later proof")
    func expiredAuthority() throws {
        let token = try pki.timestamp(over: digest)
        let late = TestPKI.notAfter + 1
        #expect(try judge(token, now: late).conclusion.subIndication == .outOfBoundsNotRevoked)
        #expect(try judge(token, proof: clock + 1, now: late).isPassed)
    }

    @Test("revocation data need only be in force at genTime")
    func freshness() throws {
        let token = try pki.timestamp(over: digest)
        #expect(try judge(token, now: clock + 86_400 * 30).isPassed)
        let old = try pki.material(at: clock - 86_401)
        #expect(try judge(token, material: old).conclusion.subIndication == .tryLater)
    }

    @Test("a token policy that is not accepted is refused")
    func policies() throws {
        var policy = pki.policy
        policy.acceptedTimestampPolicies = ["1.2.3"]
        let found = try judge(pki.timestamp(over: digest), policy: policy)
        #expect(found.conclusion.subIndication == .sigConstraintsFailure)
    }
}

@Suite("The words of EN 319 102-1")
struct IndicationTests {
    @Test("a sub-indication goes with one main word")
    func mainWords() {
        let failing = SubIndication.allCases.filter { $0.indication == .failed }.map(\.rawValue)
        #expect(
            Set(failing) == [
                "FORMAT_FAILURE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE", "REVOKED", "EXPIRED",
                "NOT_YET_VALID",
            ])
        #expect(SubIndication.allCases.count == 26)
    }

    @Test("the worse of two verdicts counts")
    func worse() {
        let (failed, open) = (
            Conclusion(.failed, .hashFailure), Conclusion(.indeterminate, .tryLater)
        )
        #expect(failed.worse(than: open) == failed && open.worse(than: failed) == failed)
        #expect(open.worse(than: .passed) == open)
        #expect(Conclusion.passed.total == Conclusion(.totalPassed))
    }
}
