// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing
import Trust
import Validation
import XAdES

private let pki = TestPKI.shared
private let now = TestPKI.clock

@Suite("Legal grades by trusted lists (TS 119 615, 4.4 to 4.6)")
struct TrustedListQualificationTests {
    private static let statements = CertificateExtension.qcStatements(
        type: .qcTypeSignature, isOnQSCD: false, disclosure: [])

    private static func signer(
        _ name: String, _ serial: UInt8, _ statements: CertificateExtension?,
        purposes: [OID] = []
    ) throws -> TestIdentity {
        try pki.issue(
            commonName: name, serial: serial,
            extensions: [.keyUsage(.contentCommitment), .certificatePolicies([.policyQCPn])]
                + (purposes.isEmpty ? [] : [.extendedKeyUsage(purposes)])
                + [statements].compactMap { $0 } + TestPKI.statusPointers)
    }

    private func period(
        additions: [String] = [TrustedListName.forSignatures], extensions: String = "",
        status: String = TrustedListName.granted
    ) -> ListSample.Period {
        ListSample.Period(
            type: TrustedListName.qualifiedCertificates, status: status,
            from: "2020-01-01T00:00:00Z",
            identity: ListSample.certificate(pki.issuing.certificate),
            extensions: additions.map(ListSample.additional).joined() + extensions)
    }

    private func found(
        _ identity: TestIdentity, _ periods: ListSample.Period...
    ) throws -> CertificateQualification {
        let chain = try #require(
            pki.anchors.chains(from: identity.certificate, through: identity.chain).first)
        return try ListSample(services: [periods]).lists().qualification(
            of: chain, usedAt: now, now: now)
    }

    @Test("a certificate with its statements under a granted service is qualified, without device")
    func qualified() throws {
        let result = try found(Self.signer("Q1", 41, Self.statements), period())
        #expect(result.isQualified && result.isForSignatures && !result.hasDevice)
        let device = CertificateExtension.qcStatements(
            type: .qcTypeSignature, isOnQSCD: true, disclosure: [])
        #expect(try found(Self.signer("Q2", 42, device), period()).hasDevice)
    }

    @Test("statements alone, a withdrawn service, and a listed issuer without statements are not")
    func notQualified() throws {
        let claiming = try Self.signer("Q1", 41, Self.statements)
        #expect(!(try found(claiming, period(status: TrustedListName.withdrawn)).isQualified))
        let other = ListSample.Period(
            type: TrustedListName.qualifiedCertificates,
            identity: ListSample.certificate(pki.tsa.certificate))
        #expect(!(try found(claiming, other).isQualified))
        #expect(!(try found(Self.signer("Q3", 43, nil), period()).isQualified))
    }

    @Test("the service must have been granted at issuance and at the time that counts")
    func bothMoments() throws {
        let signer = try Self.signer("Q1", 41, Self.statements)
        var late = period()
        late.from = "2026-06-01T00:00:00Z"
        #expect(!(try found(signer, late).isQualified))
        var gone = period(status: TrustedListName.withdrawn)
        gone.from = "2026-11-01T00:00:00Z"
        #expect(!(try found(signer, gone, period()).isQualified))
    }

    @Test("a service for seals makes no certificate one for signatures, nor does a seal's type")
    func types() throws {
        let signer = try Self.signer("Q1", 41, Self.statements)
        let seals = try found(signer, period(additions: [TrustedListName.forSeals]))
        #expect(seals.isQualified && !seals.isForSignatures)
        let seal = CertificateExtension.qcStatements(
            type: .qcTypeSeal, isOnQSCD: false, disclosure: [])
        #expect(!(try found(Self.signer("Q4", 44, seal), period()).isForSignatures))
    }

    private static let policyCriterion =
        "<q:CriteriaList assert=\"all\"><q:PolicySet><q:PolicyIdentifier><x:Identifier>urn:oid:0.4.0.194112.1.0</x:Identifier></q:PolicyIdentifier></q:PolicySet></q:CriteriaList>"

    @Test(
        "qualifiers overrule what the certificate says, where their criteria hold",
        arguments: [
            (["NotQualified"], false, false), (["QCWithQSCD"], true, true),
            (["QCNoQSCD"], true, false), (["QCQSCDManagedOnBehalf"], true, true),
            (["QCStatement", "NotQualified"], false, false),
        ])
    func qualifiers(_ names: [String], _ isQualified: Bool, _ hasDevice: Bool) throws {
        let signer = try Self.signer("Q1", 41, Self.statements)
        let extensions = ListSample.qualifications(names, criteria: Self.policyCriterion)
        let result = try found(signer, period(extensions: extensions))
        #expect(result.isQualified == isQualified && result.hasDevice == hasDevice)
        let elsewhere = Self.policyCriterion.replacing("194112.1.0", with: "194112.1.2")
        let untouched = ListSample.qualifications(names, criteria: elsewhere)
        let same = try found(signer, period(extensions: untouched))
        #expect(same.isQualified && !same.hasDevice)
    }

    @Test(
        "every kind of criterion is evaluated; what is not processed decides nothing",
        arguments: [
            (
                "<q:KeyUsage><q:KeyUsageBit name=\"nonRepudiation\">true</q:KeyUsageBit></q:KeyUsage>",
                true
            ),
            (
                "<q:KeyUsage><q:KeyUsageBit name=\"digitalSignature\">true</q:KeyUsageBit></q:KeyUsage>",
                false
            ),
            (
                "<q:otherCriteriaList><t:ExtendedKeyUsage><t:KeyPurposeId><x:Identifier>1.3.6.1.5.5.7.3.4</x:Identifier></t:KeyPurposeId></t:ExtendedKeyUsage></q:otherCriteriaList>",
                true
            ),
            (
                "<q:otherCriteriaList><t:CertSubjectDNAttribute><t:AttributeOID><x:Identifier>2.5.4.97</x:Identifier></t:AttributeOID></t:CertSubjectDNAttribute></q:otherCriteriaList>",
                false
            ),
            (
                "<q:CriteriaList assert=\"none\"><q:KeyUsage><q:KeyUsageBit name=\"keyCertSign\">true</q:KeyUsageBit></q:KeyUsage></q:CriteriaList>",
                true
            ),
        ])
    func criteria(_ criterion: String, _ holds: Bool) throws {
        let signer = try Self.signer("Q5", 45, Self.statements, purposes: [.emailProtection])
        let list = "<q:CriteriaList assert=\"atLeastOne\">\(criterion)</q:CriteriaList>"
        let extensions = ListSample.qualifications(["QCWithQSCD"], criteria: list)
        #expect(try found(signer, period(extensions: extensions)).hasDevice == holds)
    }

    @Test("a criterion that is not processed makes the certificate's status unknown, not good")
    func unknownCriterion() throws {
        let signer = try Self.signer("Q1", 41, Self.statements)
        for assertion in ["all", "atLeastOne", "none"] {
            let list =
                "<q:CriteriaList assert=\"\(assertion)\"><q:otherCriteriaList><Unheard/></q:otherCriteriaList></q:CriteriaList>"
            let extensions = ListSample.qualifications(["NotQualified"], criteria: list)
            #expect(!(try found(signer, period(extensions: extensions)).isQualified))
        }
    }

    @Test("a signature's report has its grade: AdES without list, AdES-QC and QES with one")
    func grades() throws {
        let device = CertificateExtension.qcStatements(
            type: .qcTypeSignature, isOnQSCD: true, disclosure: [])
        let lists = try ListSample(services: [[period()], [.init()]]).lists()
        let plain = try Self.signer("Q1", 41, Self.statements)
        #expect(try grade(plain, TrustedLists()) == (.advanced, nil))
        #expect(try grade(plain, lists) == (.advancedOnQualifiedCertificate, true))
        #expect(try grade(Self.signer("Q2", 42, device), lists) == (.qualified, true))
        #expect(try grade(pki.signer, lists) == (.advanced, true))
    }

    private func grade(
        _ identity: TestIdentity, _ lists: TrustedLists
    ) throws -> (SignatureReport.Qualification, Bool?) {
        let report = try judged(identity, lists, .general)
        let signature = try #require(report.signatures.first)
        return (signature.qualification, signature.isTimestampQualified)
    }

    private func judged(
        _ identity: TestIdentity, _ lists: TrustedLists, _ policy: PolicyName
    ) throws -> FileReport {
        let prepared = try PreparedSignature(
            enveloping: Array("<a><s></s></a>".utf8), seat: "s",
            parameters: SignatureParameters(
                identifier: "id-1", signingTime: now,
                certificates: [identity.certificate] + identity.intermediates,
                algorithm: identity.key.algorithm))
        let signed = SignedDocument(
            try prepared.signed(with: identity.key.sign(prepared.toBeSigned)))
        let stamp = try pki.timestamp(
            over: DigestAlgorithm.sha256.digest(signed.signatureTimestampInput()))
        var context = ValidationContext(
            policy: policy, trust: TrustPolicy(anchors: pki.anchors),
            material: try pki.material(for: [identity, pki.tsa]), now: now + 60,
            requiredLevel: .timestamped)
        context.rely(on: lists)
        return Judge(context).report(on: try signed.adding(timestamp: stamp.der).bytes)
    }

    @Test("national-deposit with lists demands a qualified time-stamp")
    func national() throws {
        let signer = try Self.signer("Q1", 41, Self.statements)
        let good = try ListSample(services: [[period()], [.init()]]).lists()
        #expect(try judged(signer, good, .nationalDeposit).isPassed)
        let without = try ListSample(services: [[period()]]).lists()
        let refused = try judged(signer, without, .nationalDeposit)
        #expect(refused.conclusion.subIndication == .sigConstraintsFailure)
        #expect(refused.conclusion.indication == .indeterminate)
        #expect(refused.signatures[0].isTimestampQualified == false)
    }
}
