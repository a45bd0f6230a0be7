// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Trust

@Suite("Who may speak about revocation (RFC 6960, 4.2.2.2; RFC 5280, 6.3)")
struct ResponderAuthorityTests {
    private let pki = TestPKI.shared
    private let clock = TestPKI.clock

    private func finding(
        by responder: TestIdentity? = nil, lists: [RevocationList] = [], extra: [Certificate] = []
    ) throws -> RevocationFinding {
        var material = try pki.material(for: [])
        material.certificates += extra
        material.revocationLists += lists
        if let responder {
            material.ocspResponses = [
                try pki.ocspResponse(about: pki.signer.certificate, by: responder)
            ]
        }
        return pki.policy.judge(
            pki.signer.certificate, for: .signing, at: clock, now: clock, with: material
        ).revocation[0]
    }

    private func delegate(
        _ extensions: [CertificateExtension], by issuer: TestIdentity? = nil,
        notAfter: Date = TestPKI.notAfter
    ) throws -> TestIdentity {
        try pki.issue(
            commonName: "Delegate", serial: 90, notAfter: notAfter, by: issuer,
            extensions: extensions)
    }

    @Test("the issuer itself and its delegate may")
    func authorised() throws {
        #expect(try finding(by: pki.issuing).outcome == .notRevoked)
        #expect(try finding(by: pki.responder).outcome == .notRevoked)
        #expect(
            try finding(by: delegate([.extendedKeyUsage([.ocspSigning]), .ocspNoCheck])).outcome
                == .notRevoked)
    }

    @Test("a delegate without the purpose, or of another authority, may not")
    func unauthorised() throws {
        let cases = [
            try delegate([.extendedKeyUsage([.clientAuth]), .ocspNoCheck]),
            try delegate([.ocspNoCheck]),
            try delegate([.extendedKeyUsage([.ocspSigning]), .ocspNoCheck], by: pki.root),
        ]
        for responder in cases {
            let found = try finding(by: responder)
            #expect(found.outcome == .noEvidence)
            #expect(found.considered.map(\.fault) == [.unauthorisedResponder])
        }
    }

    @Test("a delegate that had expired may not")
    func expired() throws {
        let responder = try delegate(
            [.extendedKeyUsage([.ocspSigning]), .ocspNoCheck], notAfter: clock - 1)
        #expect(try finding(by: responder).considered.map(\.fault) == [.responderOutOfValidity])
    }

    @Test("a delegate without nocheck must itself be known good, if it says where to ask")
    func checkedDelegate() throws {
        #expect(
            try finding(by: delegate([.extendedKeyUsage([.ocspSigning])])).outcome == .notRevoked)
        let responder = try delegate([.extendedKeyUsage([.ocspSigning])] + TestPKI.statusPointers)
        #expect(try finding(by: responder).considered.map(\.fault) == [.responderNotChecked])
        let list = try pki.revocationList(of: pki.issuing)
        #expect(try finding(by: responder, lists: [list]).outcome == .notRevoked)
        let entry = RevocationList.Entry(
            serialNumber: responder.certificate.serialNumber, revokedAt: clock - 1, reason: nil)
        let revoking = try pki.revocationList(of: pki.issuing, entries: [entry], at: clock - 1)
        let found = try finding(by: responder, lists: [revoking])
        #expect(found.considered.first?.fault == .responderNotChecked)
    }

    @Test("a response whose signature is another's says nothing")
    func forged() throws {
        let impostor = TestIdentity(
            certificate: pki.responder.certificate, key: pki.tsa.key, chain: pki.responder.chain)
        #expect(try finding(by: impostor).considered.map(\.fault) == [.invalidSignature])
    }

    @Test("a list counts when its issuer signed it, not when another did")
    func lists() throws {
        #expect(try finding(lists: [pki.revocationList(of: pki.issuing)]).outcome == .notRevoked)
        let impostor = TestIdentity(
            certificate: pki.issuing.certificate, key: pki.tsa.key, chain: pki.issuing.chain)
        let found = try finding(lists: [pki.revocationList(of: impostor)])
        #expect(found.considered.map(\.fault) == [.invalidSignature])
    }

    @Test("a list by another key of the same authority counts when that key chains to an anchor")
    func separateKey() throws {
        let key = try TestPKI.issue(
            pki.issuing.certificate.subject, serial: 91, key: TestKey.p256(named: "list key"),
            by: pki.root,
            extensions: [.keyUsage(.cRLSign)])
        let list = try pki.revocationList(of: key)
        #expect(try finding(lists: [list], extra: [key.certificate]).outcome == .notRevoked)
        #expect(try finding(lists: [list]).outcome == .noEvidence)
    }
}
