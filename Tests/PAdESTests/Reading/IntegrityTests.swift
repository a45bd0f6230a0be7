// SPDX-License-Identifier: Apache-2.0
import PAdES
import PDF
import TestSupport
import Testing
import Trust

@Suite("Integrity of a signed PDF")
struct IntegrityTests {
    private let signer = SampleForm.pki.signer.certificate

    @Test("is lost with any changed byte of the covered parts")
    func findsChangedBytes() throws {
        let bytes = try SampleForm.signed().bytes
        let range = try onlySignature(in: bytes).byteRange.numbers
        for place in [20, range[1] - 40, bytes.count - 3] {
            var changed = bytes
            changed[place] ^= 0x04
            guard let signature = try? onlySignature(in: changed) else { continue }
            #expect(signature.check(by: signer) != .valid, "byte \(place)")
        }
    }

    @Test("is a matter of the digest first")
    func findsDigestMismatch() throws {
        let bytes = try SampleForm.signed().bytes
        let place = try #require(bytes.positions(of: Array("xpacket begin".utf8)).first)
        var changed = bytes
        changed[place] = UInt8(ascii: "X")

        let check = try onlySignature(in: changed).check(by: signer)

        guard case .digestMismatch = check else {
            Issue.record("\(check)")
            return
        }
    }

    @Test("is not another key's")
    func findsOtherKey() throws {
        let bytes = try SampleForm.signed().bytes

        #expect(
            try onlySignature(in: bytes).check(by: SampleForm.pki.rsaSigner.certificate)
                == .invalidSignature)
    }

    @Test("needs a CMS object with nothing but zeros behind it")
    func findsPadding() throws {
        let bytes = try SampleForm.signed().bytes
        let end = try onlySignature(in: bytes).byteRange.numbers[2]
        var changed = bytes
        changed[end - 2] = UInt8(ascii: "1")

        let signature = try onlySignature(in: changed)

        #expect(signature.signedData == nil)
        #expect(signature.formatError == .extraElement(in: "padding of SignedData"))
        #expect(signature.check(by: signer) == .malformed("Contents"))
    }

    @Test("of a document time-stamp is its imprint and its signature")
    func checksDocumentTimestamp() throws {
        let bytes = try SampleForm.archived()
        let place = try #require(bytes.positions(of: Array("xpacket begin".utf8)).first)
        var changed = bytes
        changed[place] = UInt8(ascii: "X")

        let stamp = try #require(
            try signatures(in: changed).signatures.first { $0.kind == .documentTimestamp })

        guard case .digestMismatch = stamp.check(by: SampleForm.pki.tsa.certificate) else {
            Issue.record("no mismatch")
            return
        }
    }

    @Test("two fields may not hide that they share one value")
    func namesAllFields() throws {
        let file = try PDFFile(SampleForm.signed().bytes)
        let field = try #require(try FormField.all(in: file.current).first)
        var copy = field.dictionary
        copy["T"] = .text("Autre")
        var update = IncrementalUpdate(of: file)
        let added = update.add(.dictionary(copy))
        let place = try #require(try file.current.catalog()["AcroForm"]?.referenceValue)
        update.set(
            place,
            .dictionary(["Fields": .array([.reference(field.reference), .reference(added)])]))

        #expect(try onlySignature(in: update.finish().bytes).fields == ["Signature1", "Autre"])
    }

    @Test("a field tree that goes round in circles is walked as far as it goes, and not signed in")
    func survivesFieldCycle() throws {
        let bytes = ForeignFileTests.file(
            page: "", catalog: "/AcroForm <</Fields [4 0 R]>>", more: ["<</T (a) /Kids [4 0 R]>>"])

        #expect(try signatures(in: bytes).signatures.isEmpty)
        #expect(throws: SigningError.unreadable(.cycle)) {
            try SampleForm.prepared(bytes, field: nil)
        }
    }
}
