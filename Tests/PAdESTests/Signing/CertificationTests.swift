// SPDX-License-Identifier: Apache-2.0
import PAdES
import PDF
import TestSupport
import Testing
import Trust

@Suite("Certification (PD-05)")
struct CertificationTests {
    @Test("is named in /Perms and has no digest keys", arguments: [Certification.p1, .p2])
    func writes(certification: Certification) throws {
        let bytes = try SampleForm.signed(certification: certification).bytes
        let signature = try onlySignature(in: bytes)
        let view = try PDFFile(bytes).current
        let permissions = try #require(try view.catalog()["Perms"]?.dictionaryValue)

        #expect(signature.certification == certification)
        #expect(signature.check(by: SampleForm.pki.signer.certificate) == .valid)
        #expect(permissions.keys == ["DocMDP"])
        #expect(permissions["DocMDP"]?.referenceValue == signature.reference)
        let place = try #require(signature.reference)
        let dictionary = try #require(try view.object(place).dictionaryValue)
        let reference = try #require(dictionary["Reference"]?.arrayValue?.first?.dictionaryValue)
        #expect(Set(reference.keys) == ["Type", "TransformMethod", "TransformParams"])
        #expect(PDFConformanceChecker.findings(in: bytes) == [])
    }

    @Test("without one there is neither")
    func writesNone() throws {
        let bytes = try SampleForm.signed().bytes

        #expect(try onlySignature(in: bytes).certification == nil)
        #expect(try PDFFile(bytes).current.catalog()["Perms"] == nil)
    }
}
