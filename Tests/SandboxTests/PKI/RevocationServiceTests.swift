// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keys
import Testing
import Trust

@testable import Sandbox

@Suite("Sandbox OCSP and lists")
struct RevocationServiceTests {
    private var generator = SeededGenerator(state: 3)
    private var authority: CertificateAuthority
    private let certificate: Certificate
    private let nonce = Nonce(random: [1, 2, 3, 4, 5, 6, 7, 8])

    init() throws {
        authority = try foundedAuthority()
        let key = try SoftwareKey(drawing: &generator)
        certificate = try authority.enrol(
            key.certificationRequest(subject: doctor.name).der, profile: .signature,
            subject: doctor,
            now: clock, using: &generator)[0]
    }

    private func request(_ digest: DigestAlgorithm = .sha1) -> OCSPRequest {
        let identifier = CertificateID(
            of: certificate, issuer: authority.issuing.certificate, digest: digest)
        return OCSPRequest([identifier], nonce: nonce)
    }

    private func status(at moment: Date = clock, _ digest: DigestAlgorithm = .sha1) throws
        -> CertificateStatus?
    {
        let response = try OCSPResponse(der: authority.answerOCSP(request(digest).der, now: moment))
        return response.answer(about: certificate, issuer: authority.issuing.certificate)?.status
    }

    private func judge(_ material: ValidationMaterial, at moment: Date = clock) -> Conclusion {
        TrustPolicy(anchors: authority.anchors).judge(
            certificate, for: .contentCommitment, at: moment, now: moment, with: material
        ).conclusion
    }

    @Test("answers good, and our judge is satisfied with OCSP and with lists")
    func good() throws {
        let response = try OCSPResponse(der: authority.answerOCSP(request().der, now: clock))
        #expect(response.nonce == nonce)
        #expect(try status() == .good && status(at: clock, .sha256) == .good)
        let authorities = [authority.issuing.certificate]
        let rootList = try authority.rootList(now: clock)
        #expect(
            judge(
                ValidationMaterial(
                    certificates: authorities, ocspResponses: [response],
                    revocationLists: [rootList]))
                == .passed)
        let lists = [rootList, try authority.issuingList(now: clock)]
        #expect(
            judge(ValidationMaterial(certificates: authorities, revocationLists: lists)) == .passed)
    }

    @Test("answers revoked from the moment of revocation on, in OCSP and list")
    mutating func revoked() throws {
        let moment = Date(timeIntervalSince1970: 1_795_168_900)
        try authority.revoke(certificate.serialNumber, reason: .keyCompromise, at: moment)
        #expect(try status(at: moment - 1) == .good)
        #expect(try status(at: moment) == .revoked(at: moment, reason: .keyCompromise))
        let list = try authority.issuingList(now: moment)
        #expect(list.entries[certificate.serialNumber]?.reason == .keyCompromise)
        #expect(try authority.issuingList(now: moment - 1).entries.isEmpty)
        let material = ValidationMaterial(
            certificates: [authority.issuing.certificate],
            revocationLists: [list, try authority.rootList(now: moment)])
        #expect(judge(material, at: moment).subIndication == .revokedNoPOE)
        #expect(throws: EnrolmentError.alreadyRevoked) {
            try authority.revoke(certificate.serialNumber, reason: .superseded, at: moment)
        }
        #expect(throws: EnrolmentError.unknownCertificate) {
            try authority.revoke(SerialNumber(magnitude: [1]), reason: .superseded, at: moment)
        }
    }

    @Test("a suspended certificate may be set free")
    mutating func suspension() throws {
        try authority.revoke(certificate.serialNumber, reason: .certificateHold, at: clock)
        #expect(
            try status(at: clock + 1)
                == .revoked(
                    at: Date(timeIntervalSince1970: 1_795_168_800), reason: .certificateHold))
        try authority.revoke(certificate.serialNumber, reason: .removeFromCRL, at: clock)
        #expect(try status(at: clock + 1) == .good)
    }

    @Test(
        "what was never issued is unknown, what is not ours unauthorized, what is no request malformed"
    )
    func refusals() throws {
        let unknown = CertificateID(
            serialNumber: SerialNumber(magnitude: [9]),
            issuer: authority.issuing.certificate.subject,
            issuerKey: authority.issuing.certificate.publicKey, digest: .sha1)
        let response = try OCSPResponse(
            der: authority.answerOCSP(OCSPRequest([unknown], nonce: nil).der, now: clock))
        #expect(response.answers.map(\.status) == [.unknown] && response.nonce == nil)
        let foreign = CertificateID(of: certificate, issuer: authority.root.certificate)
        #expect(throws: OCSPError.refused(.unauthorized)) {
            try OCSPResponse(
                der: authority.answerOCSP(OCSPRequest([foreign], nonce: nil).der, now: clock))
        }
        #expect(throws: OCSPError.refused(.malformedRequest)) {
            try OCSPResponse(der: authority.answerOCSP([0x30, 0x00], now: clock))
        }
    }

    @Test("openssl accepts the answer and the lists", .enabled(if: OpenSSL.isInstalled))
    func openssl() throws {
        let openssl = try OpenSSL()
        try openssl.write(Array(authority.root.certificate.pem.utf8), "root.pem")
        try openssl.write(Array(authority.issuing.certificate.pem.utf8), "issuing.pem")
        try openssl.write(Array(certificate.pem.utf8), "signer.pem")
        let time = "1795168900"
        let verified = try openssl.run(
            "verify", "-x509_strict", "-attime", time, "-CAfile", "root.pem", "-untrusted",
            "issuing.pem", "signer.pem")
        #expect(verified.isGood, "\(verified.output)")
        _ = try openssl.run(
            "ocsp", "-issuer", "issuing.pem", "-cert", "signer.pem", "-reqout", "request.der")
        try openssl.write(
            authority.answerOCSP(openssl.read("request.der"), now: clock), "response.der")
        let ocsp = try openssl.run(
            "ocsp", "-respin", "response.der", "-resp_text", "-no_nonce", "-issuer", "issuing.pem",
            "-cert", "signer.pem", "-CAfile", "root.pem", "-attime", time)
        #expect(
            ocsp.isGood && ocsp.output.contains("Response verify OK")
                && ocsp.output.contains("Cert Status: good"), "\(ocsp.output)")
        for (name, list) in [
            ("root", try authority.rootList(now: clock)),
            ("issuing", try authority.issuingList(now: clock)),
        ] {
            try openssl.write(list.der, "list.der")
            let crl = try openssl.run(
                "crl", "-in", "list.der", "-inform", "DER", "-CAfile", "\(name).pem", "-noout")
            #expect(crl.isGood && crl.output.contains("verify OK"), "\(crl.output)")
        }
    }
}
