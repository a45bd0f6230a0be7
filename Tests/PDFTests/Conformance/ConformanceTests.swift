// SPDX-License-Identifier: Apache-2.0
import PDF
import TestSupport
import Testing

@Suite("Drawn files conform")
struct ConformanceTests {
    @Test("to PDF/A-2a and PDF/UA-1, from no act to five hundred", arguments: [0, 1, 12, 60, 500])
    func conforms(rows: Int) throws {
        let bytes = try draw(SamplePage.make(rows: rows), fonts: SystemFonts.set)

        #expect(PDFConformanceChecker.findings(in: bytes) == [])
    }

    @Test("to PDF/A-3a with an attachment")
    func conformsWithAttachment() throws {
        let bytes = try draw(SamplePage.withAttachment, fonts: SystemFonts.set)

        #expect(PDFConformanceChecker.findings(in: bytes) == [])
    }

    @Test("without a signature field too")
    func conformsWithoutField() throws {
        var page = SamplePage.make()
        page.blocks.removeLast()

        let bytes = try draw(page, fonts: SystemFonts.set)

        #expect(PDFConformanceChecker.findings(in: bytes) == [])
    }
}

extension SamplePage {
    static var withAttachment: PageDescription {
        var page = make(conformance: .pdfA3a)
        page.attachment = .init(
            name: "mémoire.xml", mediaType: "text/xml", description: "Données du mémoire",
            bytes: Array("<memoire/>".utf8))
        return page
    }
}
