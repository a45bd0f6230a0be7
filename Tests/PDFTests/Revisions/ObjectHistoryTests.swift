// SPDX-License-Identifier: Apache-2.0
@testable import PDF
import Testing

@Suite("Revision by revision")
struct ObjectHistoryTests {
    private func updated(
        _ file: PDFFile, _ change: (inout IncrementalUpdate) throws -> Void
    ) throws -> PDFFile {
        var update = IncrementalUpdate(of: file)
        try change(&update)
        return try PDFFile(update.finish().bytes)
    }

    private func reference(_ number: Int) -> ObjectReference { ObjectReference(number: number) }

    @Test("each step names what it changed, and nothing it wrote as it was")
    func namesWrites() throws {
        let base = try PDFFile(PDFFileTests.file(PDFFileTests.minimal + ["(a)", "(b)"]))
        let file = try updated(base) {
            $0.set(reference(4), .text("c"))
            $0.set(reference(5), .text("b"))
            _ = $0.add(.text("d"))
        }
        let history = ObjectHistory(of: file)

        #expect(history.advance())
        #expect(history.writes.map(\.reference.number) == [4, 6])
        #expect(history.writes.map(\.before) == [.text("a"), .null])
        #expect(history.writes.map(\.after) == [.text("c"), .text("d")])
        #expect(!history.advance())
    }

    @Test("referrers are those of the side that is asked, and only ones that are reached")
    func namesReferrers() throws {
        let objects = [
            "<</Type /Catalog /Pages 2 0 R /A 4 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1>>",
            "<</Type /Page /Parent 2 0 R>>", "[5 0 R]", "(x)", "[5 0 R]",
        ]
        let base = try PDFFile(PDFFileTests.file(objects))
        let file = try updated(base) {
            $0.set(reference(4), .array([]))
            $0.set(reference(3), .dictionary(["B": .reference(reference(5))]))
        }
        let history = ObjectHistory(of: file)
        _ = history.advance()

        #expect(history.referrers(of: 5, .before) == [4])
        #expect(history.referrers(of: 5, .after) == [3])
        #expect(history.referrers(of: 1, .after) == [ObjectHistory.trailer])
    }

    @Test("a reference that becomes true only later is known")
    func followsDangling() throws {
        let base = try PDFFile(
            PDFFileTests.file(
                ["<</Type /Catalog /Pages 2 0 R /A 9 0 R>>"] + PDFFileTests.minimal[1...]))
        let file = try updated(base) { update in
            while update.add(.text("x")).number < 9 {}
        }
        let history = ObjectHistory(of: file)
        _ = history.advance()

        #expect(history.referrers(of: 9, .before) == [1])
    }

    @Test("bytes that belong to nothing are found behind any place")
    func findsUnlisted() throws {
        let base = PDFFileTests.file(PDFFileTests.minimal)
        let plain = ObjectHistory(of: try PDFFile(base + Array("% a comment\n\n".utf8)))
        #expect(plain.unlistedByte(from: 0) == nil)
        for hidden in ["4 0 obj\n(x)\nendobj\n", "% 4 0 obj (x) endobj\n", "x"] {
            let history = ObjectHistory(of: try PDFFile(base + Array(hidden.utf8)))
            #expect(history.unlistedByte(from: 0) == base.count)
        }
    }

    @Test("a replaced object stream is a change, though its objects are kept")
    func findsReplacedContainer() throws {
        let body = "4 0 (x)"
        let container = "<</Type /ObjStm /N 1 /First 4 /Length \(body.utf8.count)>>"
        let base = try PDFFile(
            PDFFileTests.file(PDFFileTests.minimal + ["\(container)\nstream\n\(body)\nendstream"]))
        let file = try updated(base) { $0.set(reference(4), .text("other")) }
        let history = ObjectHistory(of: file)
        _ = history.advance()

        #expect(history.writes.first?.before.dictionaryValue?["Type"] == .name("ObjStm"))
    }
}
