// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Trust

@Suite("OCSP messages")
struct OCSPTests {
    private let pki = TestPKI.shared

    @Test(
        "reads openssl's requests",
        arguments: [("signer.ocspreq", true), ("signer-sha256.ocspreq", false)])
    func requests(_ file: String, _ hasNonce: Bool) throws {
        let request = try OCSPRequest(der: OpenSSLVectors.file(file))
        let (signer, issuing) = (
            try OpenSSLVectors.certificate("signer"), try OpenSSLVectors.certificate("issuing")
        )
        #expect(request.certificateIDs.count == 1)
        #expect(request.certificateIDs[0].identifies(signer, issuer: issuing))
        let other = try OpenSSLVectors.certificate("rsa")
        #expect(!request.certificateIDs[0].identifies(other, issuer: issuing))
        #expect((request.nonce != nil) == hasNonce)
    }

    @Test("our request is openssl's, byte for byte")
    func sameRequest() throws {
        let file = try OpenSSLVectors.file("signer.ocspreq")
        let nonce = try OCSPRequest(der: file).nonce
        let missing = try OpenSSLVectors.policy().judge(
            OpenSSLVectors.certificate("signer"), for: .any, at: OpenSSLVectors.moment,
            now: OpenSSLVectors.moment,
            with: ValidationMaterial(certificates: [OpenSSLVectors.certificate("issuing")])
        ).missing
        #expect(missing.revocation.first?.ocspRequest(nonce: nonce).der == file)
    }

    @Test("reads openssl's answers")
    func answers() throws {
        let issuing = try OpenSSLVectors.certificate("issuing")
        let good = try OCSPResponse(der: OpenSSLVectors.file("signer.ocsp"))
        let answer = try #require(
            good.answer(about: OpenSSLVectors.certificate("signer"), issuer: issuing))
        #expect(answer.status == .good && answer.nextUpdate != nil)
        #expect(
            good.verifySignature(by: try OpenSSLVectors.certificate("ocsp").publicKey) == .valid)
        #expect(good.verifySignature(by: issuing.publicKey) == .invalid)
        let revoked = try OCSPResponse(der: OpenSSLVectors.file("revoked.ocsp"))
        let status = try revoked.answer(
            about: OpenSSLVectors.certificate("revoked"), issuer: issuing)?.status
        guard case .revoked(_, .keyCompromise) = status else {
            Issue.record("the answer is \(String(describing: status))")
            return
        }
    }

    @Test("a refusal is an error with its status", arguments: [1, 2, 3, 5, 6] as [UInt8])
    func refusals(_ code: UInt8) throws {
        let status = try #require(OCSPResponseStatus(rawValue: Int(code)))
        #expect(throws: OCSPError.refused(status)) {
            try OCSPResponse(der: OCSPResponse.refusal(status))
        }
    }

    @Test("ours come back with nonce and status")
    func ours() throws {
        let nonce = Nonce(random: [1, 2, 3, 4, 5, 6, 7, 8])
        let certificate = pki.signer.certificate
        for status: CertificateStatus in [
            .good, .unknown, .revoked(at: TestPKI.clock, reason: .superseded),
            .revoked(at: TestPKI.clock, reason: nil),
        ] {
            let response = try pki.ocspResponse(about: certificate, status: status, nonce: nonce)
            #expect(response.nonce == nonce)
            let issuer = pki.issuing.certificate
            #expect(response.answer(about: certificate, issuer: issuer)?.status == status)
            #expect(response.answer(about: pki.tsa.certificate, issuer: issuer) == nil)
        }
    }

    @Test("an answer to another request is refused, one without nonce is not (RFC 6960, 4.4.1)")
    func nonce() throws {
        let missing = MissingRevocation(
            certificate: pki.signer.certificate, issuer: pki.issuing.certificate)
        let ours = Nonce(random: [1, 2, 3, 4, 5, 6, 7, 8])
        let foreign = Nonce(random: [1, 2, 3, 4, 5, 6, 7, 9])
        let certificate = pki.signer.certificate
        _ = try missing.response(pki.ocspResponse(about: certificate, nonce: ours).der, to: ours)
        _ = try missing.response(pki.ocspResponse(about: certificate).der, to: ours)
        #expect(throws: OCSPError.nonceMismatch) {
            try missing.response(pki.ocspResponse(about: certificate, nonce: foreign).der, to: ours)
        }
    }

    @Test("a response with any byte changed is unreadable, does not verify, or changed outside")
    func mutations() throws {
        let response = try pki.ocspResponse(about: pki.signer.certificate)
        let key = pki.responder.certificate.publicKey
        for bytes in TrustTests.mutations(of: response.der, count: 1_000) {
            guard let changed = try? OCSPResponse(der: bytes),
                changed.verifySignature(by: key) == .valid
            else { continue }
            #expect(changed.tbs == response.tbs)
        }
    }
}
