// SPDX-License-Identifier: Apache-2.0
import PAdES
import PDF
import TestSupport
import Testing
import Trust

@Suite("Someone else's PDF")
struct ForeignFileTests {
    /// A file of one page, its objects given as text.
    static func file(page: String, catalog: String = "", more: [String] = []) -> [UInt8] {
        let objects =
            [
                "<</Type /Catalog /Pages 2 0 R \(catalog)>>",
                "<</Type /Pages /Kids [3 0 R] /Count 1>>",
                "<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] \(page)>>",
            ] + more
        var text = "%PDF-1.4\n"
        var offsets: [Int] = []
        for (index, body) in objects.enumerated() {
            offsets.append(text.utf8.count)
            text += "\(index + 1) 0 obj\n\(body)\nendobj\n"
        }
        let start = text.utf8.count
        text += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for offset in offsets {
            text +=
                String(repeating: "0", count: 10 - String(offset).count) + "\(offset) 00000 n \n"
        }
        text += "trailer\n<</Size \(objects.count + 1) /Root 1 0 R>>\nstartxref\n\(start)\n%%EOF"
        return Array(text.utf8)
    }

    @Test(
        "gets an invisible field on its first page, whatever it has already",
        arguments: [
            file(page: ""), file(page: "/Annots []"),
            file(page: "/Annots 4 0 R", more: ["[5 0 R]", "<</Subtype /Text>>"]),
            file(page: "", catalog: "/AcroForm <</Fields []>>"),
            file(
                page: "", catalog: "/AcroForm 4 0 R",
                more: ["<</Fields 5 0 R>>", "[6 0 R]", "<</FT /Tx /T (Signature1)>>"]),
        ])
    func addsField(bytes: [UInt8]) throws {
        let signed = try SampleForm.signed(bytes, field: nil).bytes
        let signature = try onlySignature(in: signed)

        #expect(signature.check(by: SampleForm.pki.signer.certificate) == .valid)
        #expect(signature.coverage == .entire)
        #expect(signed.starts(with: bytes))
        #expect(signed[bytes.count] == 0x0A)
        let view = try PDFFile(signed).current
        let page = try #require(try view.pages().first).dictionary
        let widget = try #require(try view.resolve(page["Annots"]).arrayValue?.last)
        let dictionary = try #require(try view.resolve(widget).dictionaryValue)
        #expect(dictionary["F"] == .integer(132))
        #expect(dictionary["Rect"] == .array([.integer(0), .integer(0), .integer(0), .integer(0)]))
    }

    @Test("can be signed twice, and the first signature stays whole")
    func signsTwice() throws {
        let once = try SampleForm.signed(Self.file(page: ""), field: nil).bytes
        let twice = try SampleForm.signed(once, field: nil, by: SampleForm.pki.rsaSigner).bytes
        let read = try signatures(in: twice).signatures

        #expect(read.map(\.fields) == [["Signature1"], ["Signature2"]])
        #expect(read.map(\.coverage) == [.entire, .entire])
        #expect(read[0].changes.allSatisfy { $0.kind == .signature })
        #expect(read[1].check(by: SampleForm.pki.rsaSigner.certificate) == .valid)
    }

    @Test("without pages is refused")
    func refusesEmpty() {
        let text = String(decoding: Self.file(page: ""), as: UTF8.self)
        let bytes = Array(text.replacing("[3 0 R] /Count 1", with: "[     ] /Count 0").utf8)

        #expect(throws: SigningError.noPage) { try SampleForm.prepared(bytes, field: nil) }
    }
}
