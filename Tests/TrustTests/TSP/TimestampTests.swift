// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Trust

@Suite("Timestamp token: binding to the request")
struct TimestampBindingTests {
    private let pki = TestPKI.shared
    private let sent = DigestAlgorithm.sha256.digest([1])
    private let nonce = Nonce(random: [1, 2, 3, 4, 5, 6, 7, 8])

    @Test("accepts the answer to our request")
    func accepts() throws {
        let request = TimestampRequest(imprint: sent, nonce: nonce, policy: TestPKI.timestampPolicy)
        let token = try pki.timestamp(over: sent, nonce: nonce)
        try token.checkBinding(to: sent, nonce: nonce)
        try token.checkBinding(to: request)
    }

    @Test("refuses a token over other bytes", arguments: [0, 2] as [UInt8])
    func refusesForeignImprint(_ stamped: UInt8) throws {
        let found = DigestAlgorithm.sha256.digest([stamped])
        let token = try pki.timestamp(over: found)
        let mismatch = TimestampError.imprintMismatch(
            expected: MessageImprint(sent), found: MessageImprint(found))
        #expect(throws: mismatch) { try token.checkBinding(to: sent, nonce: nil) }
    }

    @Test("refuses the same bytes under another digest function")
    func refusesForeignAlgorithm() throws {
        let found = DigestAlgorithm.sha512.digest([1])
        let token = try pki.timestamp(over: found)
        let mismatch = TimestampError.imprintMismatch(
            expected: MessageImprint(sent), found: MessageImprint(found))
        #expect(throws: mismatch) { try token.checkBinding(to: sent, nonce: nil) }
    }

    @Test("refuses another request's nonce, and none")
    func refusesForeignNonce() throws {
        let other = Nonce(random: [9, 2, 3, 4, 5, 6, 7, 8])
        for stamped in [other, nil] {
            let token = try pki.timestamp(over: sent, nonce: stamped)
            #expect(throws: TimestampError.nonceMismatch) {
                try token.checkBinding(to: sent, nonce: nonce)
            }
        }
    }

    @Test("refuses another policy than the one asked for")
    func refusesForeignPolicy() throws {
        let request = TimestampRequest(imprint: sent, nonce: nil, policy: "1.2.3")
        let token = try pki.timestamp(over: sent)
        #expect(
            throws: TimestampError.policyMismatch(expected: "1.2.3", found: TestPKI.timestampPolicy)
        ) { try token.checkBinding(to: request) }
    }
}

@Suite("Timestamp messages")
struct TimestampMessageTests {
    private let pki = TestPKI.shared

    @Test("reads openssl's request and answer")
    func foreign() throws {
        let request = try TimestampRequest(der: OpenSSLVectors.file("request.tsq"))
        let digest = DigestAlgorithm.sha256.digest(try OpenSSLVectors.content())
        #expect(request.imprint.digest == digest)
        #expect(request.wantsCertificate && request.nonce != nil)
        #expect(try request.der == OpenSSLVectors.file("request.tsq"))
        let token = try TimestampResponse(der: OpenSSLVectors.file("response.tsr")).token()
        try token.checkBinding(to: request)
        #expect(token.info.accuracy == 1.5)
        #expect(token.info.policy == .bestPracticesTimestampPolicy)
        #expect(token.info.serialNumber.description == "2b")
        let authority = try #require(token.authorityCertificate())
        #expect(try authority == OpenSSLVectors.certificate("tsa"))
        #expect(token.check(by: authority) == .valid)
    }

    @Test("a refusal carries the authority's words")
    func refusal() throws {
        let response = try TimestampResponse(der: OpenSSLVectors.file("refused.tsr"))
        let refused = TimestampError.refused(
            status: 2, text: "Message digest algorithm is not supported.", failure: .badAlg)
        #expect(throws: refused) { try response.token() }
        let ours = TimestampResponse.rejected(.badAlg, text: "no")
        #expect(try TimestampResponse(der: ours.der) == ours)
    }

    @Test("an answer that grants must hold a token")
    func missingToken() throws {
        let response = try TimestampResponse(der: DERValue.sequence(.sequence(.integer(0))).encoded)
        #expect(throws: TimestampError.missingToken) { try response.token() }
    }

    @Test("requests come back", arguments: [true, false])
    func requests(_ isFull: Bool) throws {
        let digest = DigestAlgorithm.sha384.digest([])
        let request = TimestampRequest(
            imprint: digest, nonce: isFull ? Nonce(random: [0x80, 1, 2]) : nil,
            policy: isFull ? "1.2.3" : nil)
        #expect(try TimestampRequest(der: request.der) == request)
    }

    @Test(
        "a nonce from random octets is a positive number of full length",
        arguments: [0, 0x80, 0xFF] as [UInt8])
    func nonces(_ first: UInt8) {
        let octets = Nonce(random: [first, 0, 0, 0, 0, 0, 0, 0]).octets
        #expect(octets.count == 8 && (0x40..<0x80).contains(octets[0]))
    }

    @Test(
        "a token with any byte changed is unreadable, refused, or changed where nothing is signed")
    func mutations() throws {
        let token = try pki.timestamp(over: DigestAlgorithm.sha256.digest([1]))
        for bytes in TrustTests.mutations(of: token.der, count: 1_000) {
            guard let changed = try? TimestampToken(der: bytes),
                changed.check(by: pki.tsa.certificate) == .valid
            else { continue }
            #expect(changed.info == token.info)
        }
    }

    @Test("a token that names another certificate is malformed (AS-04)")
    func certificateDigest() throws {
        let token = try pki.timestamp(over: DigestAlgorithm.sha256.digest([1]))
        let twin = try TestPKI.issue(
            pki.tsa.certificate.subject, serial: 3, key: pki.tsa.key, by: pki.issuing,
            extensions: [.extendedKeyUsage([.timeStamping], isCritical: true)])
        #expect(token.check(by: pki.tsa.certificate) == .valid)
        #expect(token.check(by: twin.certificate) == .malformed("signing-certificate"))
    }
}
