// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Trust

@testable import Sandbox

@Suite("Sandbox time-stamp authority (EN 319 422)")
struct TimestampServiceTests {
    private var generator = SeededGenerator(state: 4)
    private let authority: CertificateAuthority
    private let digest = DigestAlgorithm.sha256.digest(Array("data".utf8))
    private let nonce = Nonce(random: [1, 2, 3, 4, 5, 6, 7, 8])

    init() throws { authority = try foundedAuthority() }

    private mutating func answer(_ request: [UInt8]) throws -> TimestampResponse {
        try TimestampResponse(
            der: authority.answerTimestamp(request, now: clock, using: &generator))
    }

    @Test(
        "stamps what was sent, and our judge believes it",
        arguments: [DigestAlgorithm.sha256, .sha384, .sha512])
    mutating func stamps(_ algorithm: DigestAlgorithm) throws {
        let digest = algorithm.digest(Array("data".utf8))
        let request = TimestampRequest(
            imprint: digest, nonce: nonce, policy: CertificateAuthority.timestampPolicy)
        let token = try answer(request.der).token()
        try token.checkBinding(to: request)
        #expect(token.genTime == Date(timeIntervalSince1970: 1_795_168_800))
        #expect(token.info.accuracy == 1 && token.claimsQualified)
        #expect(token.info.authority == .directory(authority.timeStampingUnit.certificate.subject))
        #expect(token.certificates.contains(authority.timeStampingUnit.certificate))
        let material = ValidationMaterial(
            certificates: authority.timeStampingUnit.chain,
            revocationLists: [
                try authority.issuingList(now: clock), try authority.rootList(now: clock),
            ])
        let found = TrustPolicy(anchors: authority.anchors).judge(
            token, over: digest, now: clock, with: material)
        #expect(found.conclusion == .passed)
    }

    @Test("serial numbers are never the same")
    mutating func serials() throws {
        let request = TimestampRequest(imprint: digest, nonce: nonce).der
        var serials: Set<SerialNumber> = []
        for _ in 0..<20 { serials.insert(try answer(request).token().info.serialNumber) }
        #expect(serials.count == 20)
    }

    @Test("no certificates travel when none were asked for")
    mutating func withoutCertificates() throws {
        let imprint = DERValue.sequence(digest.algorithm.identifier.der, .octetString(digest.bytes))
        let token = try answer(DERValue.sequence(.integer(1), imprint).encoded).token()
        #expect(token.certificates.isEmpty && token.info.nonce == nil)
        #expect(token.check(by: authority.timeStampingUnit.certificate) == .valid)
    }

    @Test("refuses with the right PKIFailureInfo")
    mutating func refusals() throws {
        func refusal(_ request: [UInt8]) throws -> PKIFailureInfo {
            let response = try answer(request)
            #expect(
                response.status == 2 && response.tokenDER == nil && response.text?.isEmpty == false)
            return response.failure
        }
        func request(_ version: Int, _ algorithm: OID, _ size: Int, _ rest: DERValue?...) -> [UInt8]
        {
            let imprint = DERValue.sequence(
                AlgorithmIdentifier(algorithm).der, .octetString([UInt8](repeating: 1, count: size))
            )
            return DERValue.sequence([.integer(version), imprint] + rest).encoded
        }
        let odd = CertificateExtension("1.2.3", value: .null)
        #expect(try refusal([]) == .badDataFormat)
        #expect(try refusal([0x30, 0x80, 0, 0]) == .badDataFormat)
        #expect(try refusal(request(2, .sha256, 32)) == .badRequest)
        #expect(try refusal(request(1, .sha1, 20)) == .badAlg)
        #expect(try refusal(request(1, .md5, 16)) == .badAlg)
        #expect(try refusal(request(1, .sha256, 31)) == .badDataFormat)
        #expect(try refusal(request(1, .sha256, 32, .oid("1.2.3"))) == .unacceptedPolicy)
        #expect(
            try refusal(request(1, .sha256, 32, .implicit(0, .sequence(odd.der))))
                == .unacceptedExtension)
    }

    @Test(
        "openssl accepts the token, with the query and with the data",
        .enabled(if: OpenSSL.isInstalled))
    mutating func openssl() throws {
        let openssl = try OpenSSL()
        try openssl.write(Array("data".utf8), "data.bin")
        try openssl.write(Array(authority.root.certificate.pem.utf8), "root.pem")
        try openssl.write(Array(authority.issuing.certificate.pem.utf8), "issuing.pem")
        _ = try openssl.run(
            "ts", "-query", "-data", "data.bin", "-sha256", "-cert", "-out", "query.tsq")
        try openssl.write(try answer(openssl.read("query.tsq")).der, "reply.tsr")
        for source in [["-queryfile", "query.tsq"], ["-data", "data.bin"]] {
            let verified = try openssl.run(
                "ts", "-verify", "-in", "reply.tsr", source[0], source[1], "-CAfile", "root.pem",
                "-untrusted", "issuing.pem", "-attime", "1795168900")
            #expect(
                verified.isGood && verified.output.contains("Verification: OK"),
                "\(verified.output)")
        }
        try openssl.write(Array("date".utf8), "data.bin")
        let refused = try openssl.run(
            "ts", "-verify", "-in", "reply.tsr", "-data", "data.bin", "-CAfile", "root.pem",
            "-untrusted", "issuing.pem", "-attime", "1795168900")
        #expect(!refused.isGood)
    }
}
