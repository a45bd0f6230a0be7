// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Trust

@Suite("What lists and answers say about a certificate (RFC 5280, 6.3; RFC 6960)")
struct RevocationStatementTests {
    private let pki = TestPKI.shared
    private let clock = TestPKI.clock

    private func judge(
        _ lists: [RevocationList] = [], responses: [OCSPResponse] = [],
        certificates: [Certificate] = [], at now: Date = TestPKI.clock,
        policy: TrustPolicy? = nil
    ) -> RevocationJudge {
        RevocationJudge(
            policy: policy ?? pki.policy,
            material: ValidationMaterial(
                certificates: [pki.root, pki.issuing].map(\.certificate) + certificates,
                ocspResponses: responses, revocationLists: lists),
            now: now)
    }

    private func statements(
        about subject: TestIdentity? = nil, _ lists: RevocationList...
    ) -> [RevocationStatement] {
        judge(lists).statements(
            about: (subject ?? pki.signer).certificate, issuer: pki.issuing.certificate)
    }

    private func list(
        by authority: TestIdentity? = nil, number: Int = 1, at moment: Date = TestPKI.clock,
        entries: [RevocationList.Entry] = [], scope: IssuingDistributionPoint? = nil,
        additional: [CertificateExtension] = []
    ) throws -> RevocationList {
        let authority = authority ?? pki.issuing
        let scope = scope.map {
            CertificateExtension(.issuingDistributionPoint, isCritical: true, value: $0.der)
        }
        let bytes = RevocationList.bytesToSign(
            issuer: authority.certificate.subject, issuerKey: authority.certificate.publicKey,
            number: number, thisUpdate: moment, nextUpdate: moment + 86_400, entries: entries,
            algorithm: authority.key.algorithm, additional: [scope].compactMap { $0 } + additional)
        return try RevocationList.assemble(
            bytesToSign: bytes, algorithm: authority.key.algorithm,
            signature: authority.key.sign(bytes))
    }

    private func entry(
        _ subject: TestIdentity? = nil, _ reason: RevocationReason? = .keyCompromise,
        issuer: DistinguishedName? = nil
    ) -> RevocationList.Entry {
        RevocationList.Entry(
            serialNumber: (subject ?? pki.signer).certificate.serialNumber, revokedAt: clock - 60,
            reason: reason, issuer: issuer)
    }

    private func delta(base: Int) -> CertificateExtension {
        CertificateExtension(.deltaCRLIndicator, isCritical: true, value: .integer(base))
    }

    @Test("a list says good, revoked or on hold, and who signed it")
    func statuses() throws {
        let good = try #require(statements(try list()).first)
        #expect(good.status == .good && good.isUsable && good.exemption == .isIssuer)
        #expect(good.signers == [pki.issuing.certificate] && good.evidence.count == 1)
        let revoked = try #require(statements(try list(entries: [entry()])).first)
        #expect(revoked.status == .revoked(at: clock - 60, reason: .keyCompromise))
        let held = statements(try list(entries: [entry(nil, .certificateHold)])).first
        #expect(held?.status == .onHold(since: clock - 60))
    }

    @Test("changes go on top of their list, and say nothing alone")
    func changes() throws {
        let complete = try list(number: 5, entries: [entry(nil, .certificateHold)])
        let lifted = try list(
            number: 7, at: clock + 60, entries: [entry(nil, .removeFromCRL)],
            additional: [delta(base: 5)])
        let found = statements(complete, lifted)
        #expect(found.map(\.status) == [.good] && found.map(\.fault) == [nil])
        #expect(found.first?.thisUpdate == clock + 60 && found.first?.evidence.count == 2)
        #expect(statements(lifted).map(\.fault) == [.changesOnly])
        let later = try list(number: 9, at: clock + 60, additional: [delta(base: 6)])
        #expect(statements(complete, later).map(\.fault) == [nil, .changesOnly])
        #expect(statements(complete, later).first?.status == .onHold(since: clock - 60))
    }

    @Test("lists of some reasons count together when they cover all")
    func reasons() throws {
        let first = try list(
            scope: IssuingDistributionPoint(reasons: [.keyCompromise, .cACompromise]))
        let rest = RevocationReasons.all.subtracting([.keyCompromise, .cACompromise])
        let second = try list(number: 2, scope: IssuingDistributionPoint(reasons: rest))
        #expect(statements(first).map(\.fault) == [.someReasonsOnly])
        let both = statements(first, second)
        #expect(both.filter(\.isUsable).map(\.status) == [.good])
        #expect(both.last?.evidence.count == 2)
        let revoking = try list(
            entries: [entry()], scope: IssuingDistributionPoint(reasons: [.keyCompromise]))
        #expect(statements(revoking).first?.isUsable == true)
    }

    @Test("a list of other certificates or of another point is out of scope")
    func scope() throws {
        let scopes: [IssuingDistributionPoint] = [
            IssuingDistributionPoint(onlyAuthorityCertificates: true),
            IssuingDistributionPoint(onlyAttributeCertificates: true),
            IssuingDistributionPoint(name: .full([.uri("http://other.test/x.crl")])),
        ]
        for scope in scopes {
            #expect(statements(try list(scope: scope)).map(\.fault) == [.outOfScope])
        }
        let own = IssuingDistributionPoint(
            name: .full([.uri(TestPKI.listURL)]), onlyUserCertificates: true)
        #expect(statements(try list(scope: own)).map(\.fault) == [nil])
    }

    @Test("a critical extension that is not known makes a list useless")
    func unknownExtension() throws {
        let odd = CertificateExtension("1.3.6.1.4.1.99999.3", isCritical: true, value: .null)
        #expect(
            statements(try list(additional: [odd])).map(\.fault) == [.unprocessedCriticalExtension])
    }

    @Test("an indirect list speaks for those who name it, entry by entry")
    func indirect() throws {
        let signer = try pki.issue(
            commonName: "List signer", serial: 160, by: pki.root, extensions: [.keyUsage(.cRLSign)])
        let point = DistributionPoint(
            name: nil, issuers: [.directory(signer.certificate.subject)])
        let subject = try pki.issue(
            commonName: "Indirect", serial: 161, extensions: [.cRLDistributionPoints([point])])
        let issuer = pki.issuing.certificate.subject
        let scope = IssuingDistributionPoint(isIndirect: true)
        func found(_ entries: [RevocationList.Entry], _ scope: IssuingDistributionPoint?) throws
            -> RevocationStatement?
        {
            judge(
                [
                    try list(by: signer, entries: entries, scope: scope),
                    try pki.revocationList(),
                ], certificates: [signer.certificate]
            ).statements(about: subject.certificate, issuer: pki.issuing.certificate)
                .first { $0.signers.first == signer.certificate || $0.fault != nil }
        }
        let good = try #require(try found([], scope))
        #expect(good.status == .good && good.isUsable)
        #expect(good.signers.last == pki.root.certificate)
        #expect(good.support.revocationLists.count == 1)
        let revoked = try found([entry(subject, issuer: issuer)], scope)
        #expect(revoked?.status == .revoked(at: clock - 60, reason: .keyCompromise))
        let another = try found([entry(subject, issuer: pki.root.certificate.subject)], scope)
        #expect(another?.status == .good)
        #expect(try found([], nil)?.fault == .outOfScope)
    }

    @Test("whoever signs lists for another authority must be good itself")
    func signerStatus() throws {
        let key = try TestPKI.issue(
            pki.issuing.certificate.subject, serial: 162, key: TestKey.p256(named: "list key 2"),
            by: pki.root, extensions: [.keyUsage(.cRLSign)])
        let own = try list(by: key)
        func faults(_ lists: [RevocationList]) -> [RevocationStatement.Fault?] {
            judge(lists, certificates: [key.certificate]).statements(
                about: pki.signer.certificate, issuer: pki.issuing.certificate
            ).map(\.fault)
        }
        #expect(faults([own]) == [.responderNotChecked])
        #expect(faults([own, try pki.revocationList()]) == [nil])
        let revoking = try pki.revocationList(entries: [entry(key)])
        #expect(faults([own, revoking]) == [.responderNotChecked])
    }

    @Test("after expiry a source counts only if it keeps expired certificates")
    func expiry() throws {
        let late = TestPKI.notAfter + 3600
        let plain = try list(at: late)
        func fault(_ list: RevocationList, _ policy: TrustPolicy? = nil)
            -> RevocationStatement.Fault?
        {
            var trusting = policy ?? pki.policy
            // The signer of a list has expired too; as an anchor its dates do not matter.
            trusting.anchors = TrustAnchors([pki.root.certificate, pki.issuing.certificate])
            return judge([list], at: late, policy: trusting).statements(
                about: pki.signer.certificate, issuer: pki.issuing.certificate
            ).first?.fault
        }
        #expect(fault(plain) == .issuedAfterExpiry)
        for (since, isKept) in [(TestPKI.notAfter, true), (TestPKI.notAfter + 1, false)] {
            let keeping = CertificateExtension(.expiredCertsOnCRL, value: .generalizedTime(since))
            let found = fault(try list(at: late, additional: [keeping]))
            #expect(found == (isKept ? nil : .issuedAfterExpiry))
        }
        var policy = pki.policy
        policy.expiredCertificatesKeptSince[pki.issuing.certificate.publicKey] = TestPKI.notBefore
        #expect(fault(plain, policy) == nil)
    }

    @Test("an archive cut-off reaches back to certificates that expired after it")
    func archiveCutoff() throws {
        let late = TestPKI.notAfter + 3600
        var policy = pki.policy
        policy.anchors = TrustAnchors([pki.root.certificate, pki.issuing.certificate])
        for (cutoff, fault) in [
            (TestPKI.notAfter, nil as RevocationStatement.Fault?),
            (TestPKI.notAfter + 1, .issuedAfterExpiry), (nil, .issuedAfterExpiry),
        ] {
            let answer = OCSPAnswer(
                certificateID: CertificateID(
                    of: pki.signer.certificate, issuer: pki.issuing.certificate, digest: .sha256),
                status: .good, thisUpdate: late, nextUpdate: nil, archiveCutoff: cutoff)
            let bytes = OCSPResponse.bytesToSign(
                responder: .byName(pki.issuing.certificate.subject), producedAt: late,
                answers: [answer], nonce: nil)
            let response = try OCSPResponse.assemble(
                bytesToSign: bytes, algorithm: pki.issuing.key.algorithm,
                signature: pki.issuing.key.sign(bytes), certificates: [])
            let found = judge(responses: [response], at: late, policy: policy).statements(
                about: pki.signer.certificate, issuer: pki.issuing.certificate)
            #expect(found.map(\.fault) == [fault])
            #expect(found.first?.producedAt == late && found.first?.coversExpiredSince == cutoff)
        }
    }

    @Test("statements beyond the limit are not examined")
    func limits() throws {
        let lists = try (0..<300).map { try list(number: $0) }
        let found = judge(lists).statements(
            about: pki.signer.certificate, issuer: pki.issuing.certificate)
        #expect(found.count == 300)
        #expect(found.filter { $0.fault == nil }.count == 256)
        #expect(found.last?.fault == .notExamined)
    }
}
