// SPDX-License-Identifier: Apache-2.0
import PDF
import Testing

@Suite("Hazards")
struct HazardTests {
    private func hazards(_ objects: [String]) throws -> [Hazard] {
        try PDFFile(PDFFileTests.file(objects)).hazards()
    }

    @Test("are not in what we draw")
    func findsNone() throws {
        #expect(try PDFFile(draw(SamplePage.make(), fonts: SystemFonts.set)).hazards() == [])
        #expect(
            try PDFFile(draw(SamplePage.withAttachment, fonts: SystemFonts.set)).hazards() == [])
    }

    @Test(
        "are named",
        arguments: [
            ("/OpenAction <</S /JavaScript /JS (x)>>", [Hazard.javaScript(.init(number: 1))]),
            ("/OpenAction <</S /Launch>>", [.action(.init(number: 1), kind: "Launch")]),
            ("/AA <</O [<</S /URI>>]>>", [.action(.init(number: 1), kind: "URI")]),
            ("/AcroForm <</XFA ()>>", [.xfa]), ("/OCProperties <<>>", [.optionalContent]),
            ("/X <</Type /FontDescriptor>>", [.fontNotEmbedded(.init(number: 1))]),
            ("/X <</EF <<>>>>", [.undeclaredFile(.init(number: 1))]),
        ])
    func findsOne(entry: String, expected: [Hazard]) throws {
        let catalog = "<</Type /Catalog /Pages 2 0 R \(entry)>>"

        #expect(try hazards([catalog] + PDFFileTests.minimal[1...]) == expected)
    }

    @Test("are annotations over each other")
    func findsOverlaps() throws {
        func page(_ second: String) throws -> [Hazard] {
            try hazards(
                Array(PDFFileTests.minimal[..<2]) + [
                    "<</Type /Page /Annots [<</Rect [0 0 9 9]>> <</Rect [\(second)]>>]>>"
                ])
        }
        #expect(try page("9 0 20 9") == [])
        #expect(try page("8 0 20 9") == [.overlappingAnnotations(page: .init(number: 3))])
    }

    @Test("are objects kept in reserve, and further revisions")
    func findsReserves() throws {
        let bytes = PDFFileTests.file(PDFFileTests.minimal + ["<</Length 0>>"])
        #expect(try PDFFile(bytes).hazards() == [.unusedObject(.init(number: 4))])

        var update = IncrementalUpdate(of: try PDFFile(PDFFileTests.file(PDFFileTests.minimal)))
        update.set(.init(number: 3), .dictionary(["Type": .name("Page")]))
        #expect(try PDFFile(update.finish().bytes).hazards() == [.severalRevisions(2)])
    }
}
