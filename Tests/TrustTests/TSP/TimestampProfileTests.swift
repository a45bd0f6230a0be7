// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Trust

@Suite("The profile of qualified time-stamps (EN 319 422)")
struct TimestampProfileTests {
    private let pki = TestPKI.shared

    private func profile(
        digest: DigestAlgorithm = .sha256, accuracy: Double? = 1, by authority: TestIdentity? = nil,
        extensions: [CertificateExtension] = [.qualifiedTimestamp]
    ) throws -> TimestampProfile {
        let identity = authority ?? pki.tsa
        let info = TimestampInfo(
            policy: TestPKI.timestampPolicy, imprint: MessageImprint(digest.digest([1])),
            serialNumber: SerialNumber(magnitude: [1]), genTime: TestPKI.clock, accuracy: accuracy,
            nonce: nil, extensions: extensions)
        let token = try TimestampToken(
            pki.sign(info.der, by: identity, contentType: .tstInfo, attached: true))
        return token.profile(authority: identity.certificate)
    }

    @Test("a good token meets it, and its claim is only a claim")
    func good() throws {
        let found = try profile()
        #expect(found.isMet && found.claimsQualified && found.accuracy == 1)
        #expect(try profile(extensions: []).claimsQualified == false)
        #expect(try profile(extensions: []).isMet)
    }

    @Test("each clause fails alone")
    func faults() throws {
        #expect(try profile(digest: .sha1).faults == [.weakImprint])
        #expect(try profile(accuracy: nil).faults == [.accuracyNotStated])
        #expect(try profile(accuracy: 1.001).faults == [.accuracyTooLow])
        let shared = try pki.issue(
            commonName: "Shared purpose", serial: 170,
            extensions: [.extendedKeyUsage([.timeStamping, .clientAuth], isCritical: true)])
        #expect(try profile(by: shared).faults == [.purposeNotExclusive])
        let token = try pki.timestamp(over: DigestAlgorithm.sha256.digest([1]))
        #expect(token.profile(authority: nil).faults == [.unknownAuthority])
    }
}

@Suite("What qualified certificates state (EN 319 412-5)")
struct QCStatementsTests {
    private func statements(_ items: DERValue...) throws -> QCStatements {
        let certificate = try TestPKI.shared.issue(
            commonName: "Qualified", serial: 171,
            extensions: [CertificateExtension(.qcStatements, value: .sequence(items))])
        return try #require(certificate.certificate.extensions.qcStatements)
    }

    @Test("compliance, device, type, law and retention are read")
    func values() throws {
        let found = try statements(
            .sequence(.oid(.qcCompliance)), .sequence(.oid(.qcSSCD)),
            .sequence(.oid(.qcType), .sequence(.oid(.qcTypeSeal))),
            .sequence(.oid(.qcRetentionPeriod), .integer(15)))
        #expect(found.claimsCompliance && found.claimsQSCD && found.claimsEUQualified)
        #expect(found.isForSeals && !found.isForSignatures)
        #expect(found.retentionPeriodInYears == 15)
    }

    @Test("a certificate without type is for signatures, one of another law is not the Union's")
    func defaults() throws {
        let found = try statements(
            .sequence(.oid(.qcCompliance)),
            .sequence(.oid(.qcLegislation), .sequence(.printableString("CH"))))
        #expect(found.isForSignatures && !found.isForSeals && !found.claimsEUQualified)
        #expect(found.legislations == ["CH"])
    }
}
