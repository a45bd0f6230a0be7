// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing
import Trust
import Validation
import XAdES
import XMLSignature

private let pki = TestPKI.shared

@Suite("Hostile documents: what a signature does not cover is never called covered")
struct HostileDocumentTests {
    private static func signed() throws -> String {
        let prepared = try PreparedSignature(
            enveloping: Array("<a><b>12</b><s></s></a>".utf8), seat: "s",
            parameters: SignatureParameters(
                identifier: "id-1", signingTime: TestPKI.clock,
                certificates: [pki.signer.certificate] + pki.signer.intermediates,
                algorithm: .ecdsa(.sha256)))
        return String(
            decoding: try prepared.signed(with: pki.signer.key.sign(prepared.toBeSigned)),
            as: UTF8.self)
    }

    private static func coverage(
        _ text: String, detached: [DetachedData] = []
    ) throws -> (SignatureReport.Coverage, SignatureReport.Check) {
        let context = ValidationContext(
            policy: .general, trust: pki.policy, material: try pki.material(),
            now: TestPKI.clock + 60)
        let facts = FileReader(detached: detached).facts(of: Array(text.utf8))
        let report = try #require(Judge(context).report(on: facts).signatures.first)
        return (report.coverage, report.checks.integrity)
    }

    @Test("as signed it is covered entirely")
    func untouched() throws {
        #expect(try Self.coverage(Self.signed()) == (.entire, .passed))
    }

    @Test(
        "what canonical forms leave out is not covered, though every digest holds",
        arguments: [
            ("<b>12</b>", "<b>1<!-- 0 -->2</b>"),
            ("</ds:Signature>", "pay 1000</ds:Signature>"),
            ("</ds:Signature>", "<ds:Object><x/></ds:Object></ds:Signature>"),
            ("</ds:Signature>", "<x xmlns=\"urn:x\"/></ds:Signature>"),
            ("</xades:QualifyingProperties>", "</xades:QualifyingProperties>stray"),
        ])
    func stowaway(_ place: String, _ bent: String) throws {
        let text = try Self.signed().replacing(place, with: bent)
        #expect(try Self.coverage(text) == (.partial, .passed))
    }

    @Test("data given beside a signature that looks at nothing outside is not covered")
    func besideData() throws {
        let data = [DetachedData(name: "data.txt", bytes: [1])]
        #expect(try Self.coverage(Self.signed(), detached: data) == (.partial, .passed))
    }
}
