// SPDX-License-Identifier: Apache-2.0
import FormPacks
import PDF
import TestSupport
import Testing

@Suite("Papers: what is printed for a patient")
struct PaperTests {
    @Test("every paper is PDF/A-2a and PDF/UA-1, however many lines it has")
    func conforms() throws {
        let library = try PackLibrary.load(directory: TestPack.packs)
        let fonts = try PackFonts.load(for: library)
        let papers = library.packs.filter { $0.manifest.kind == .paper }
        #expect(!papers.isEmpty)
        for pack in papers {
            for name in ["valid-minimal.json", "valid-full.json"] {
                let example = try #require(pack.examples[name])
                let document = try #require(
                    try pack.check(.json(example), today: pack.manifest.examplesToday).document)
                let pdf = try draw(document.pageDescription, fonts: fonts)
                #expect(PDFConformanceChecker.findings(in: pdf) == [], "\(pack.id) \(name)")
            }
        }
    }
}
