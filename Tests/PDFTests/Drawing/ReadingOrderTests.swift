// SPDX-License-Identifier: Apache-2.0
import PDF
import Testing

@Suite("Read aloud")
struct ReadingOrderTests {
    @Test("blocks come in their order and words stay apart", .enabled(if: Tool.pdfinfo.isPresent))
    func readsInOrder() throws {
        var page = SamplePage.make(rows: 2)
        page.blocks.insert(
            .sample("Un texte assez long pour deux lignes de cette largeur.", width: 150), at: 6)
        let bytes = try draw(page, fonts: SystemFonts.set)

        let result = try Tool.pdfinfo.withFile(bytes) {
            try Tool.pdfinfo.run(["-struct-text", $0])
        }

        let spoken = try #require(result).output.split(separator: "\n").map {
            $0.drop { $0 == " " }
        }.filter { $0.hasPrefix("\"") && $0 != "\"\"" }.map { $0.dropFirst().dropLast() }
        #expect(
            spoken == [
                "Mémoire d'honoraires", "Assurance maladie – numéro 2026-0042 du 20 novembre 2026",
                "Prestataire",
                "Dr Zoé Weber-Łukasz Médecin généraliste 12, rue de l'Église L-9999 Luxembourg Code prestataire 123456-78",
                "Patient", "Jürgen Gonçalves-Dvořák 3, Grand-Rue L-9998 Esch-sur-Alzette",
                "Un texte assez long pour deux lignes de cette largeur.", "Date", "Code",
                "Libellé de l'acte", "Nombre", "Montant €", "1.11.2026", "C1",
                "Consultation normale du médecin généraliste", "1", "48,30", "2.11.2026", "C1",
                "Consultation normale du médecin généraliste", "1", "48,31", "Total : 579,60 €",
                "Accident et paiement", "Accident du travail", "Pour acquit, le 20.11.2026",
                "0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9",
            ])
    }

    @Test("qpdf finds nothing to complain about", .enabled(if: Tool.qpdf.isPresent))
    func isCleanForQPDF() throws {
        #expect(
            try Tool.qpdf.check(draw(SamplePage.make(rows: 60), fonts: SystemFonts.set)) == true)
        #expect(
            try Tool.qpdf.check(draw(SamplePage.withAttachment, fonts: SystemFonts.set)) == true)
    }
}
