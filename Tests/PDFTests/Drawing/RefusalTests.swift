// SPDX-License-Identifier: Apache-2.0
import PDF
import Testing

@Suite("Drawing refuses")
struct RefusalTests {
    private func error(_ change: (inout PageDescription) -> Void) -> DrawingError? {
        var page = SamplePage.make()
        change(&page)
        do throws(DrawingError) {
            _ = try draw(page, fonts: SystemFonts.set)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "a character no font has, or that needs what we do not do, by its name",
        arguments: [
            ("日", "U+65E5", "CJK UNIFIED IDEOGRAPH-65E5"), ("🩺", "U+1FA7A", "STETHOSCOPE"),
            ("\u{5D0}", "U+05D0", "HEBREW LETTER ALEF"), ("\t", "U+0009", "<control-0009>"),
            ("\u{202E}", "U+202E", "RIGHT-TO-LEFT OVERRIDE"), ("\u{AD}", "U+00AD", "SOFT HYPHEN"),
        ])
    func refusesCharacter(_ character: String, scalar: String, name: String) {
        #expect(
            error { $0.blocks = [.sample("Nom : \(character)")] }
                == .unsupportedCharacter(field: "essai", scalar: scalar, name: name))
    }

    @Test("text higher than its box, naming the field")
    func refusesOverflow() {
        let text = "un texte de plusieurs mots"

        #expect(error { $0.blocks = [.sample(text, width: 150, height: 12)] } == nil)
        #expect(
            error { $0.blocks = [.sample(text, width: 60, height: 12)] }
                == .overflow(field: "essai"))
    }

    @Test("text that does not fit at its least size")
    func refusesBelowFloor() {
        let text = "un texte de plusieurs mots"

        #expect(
            error { $0.blocks = [.sample(text, width: 100, height: 12, overflow: .shrink(to: 6))] }
                == nil)
        #expect(
            error {
                $0.blocks = [.sample(text, width: 100, height: 12, overflow: .shrink(to: 9.5))]
            }
                == .overflow(field: "essai"))
    }

    @Test("to break a number")
    func refusesToBreakNumbers() {
        #expect(
            error { $0.blocks = [.sample("1234567890123", width: 40)] } == .overflow(field: "essai")
        )
        #expect(error { $0.blocks = [.sample("Donaudampfschifffahrt", width: 40)] } == nil)
    }

    @Test("a heading that skips a level")
    func refusesSkippedLevel() {
        #expect(
            error { $0.blocks = [.sample("a", tag: .h1), .sample("b", tag: .h3)] }
                == .headingSkipsLevel(field: "essai"))
        #expect(
            error { $0.blocks = [.sample("a", tag: .h2)] } == .headingSkipsLevel(field: "essai"))
    }

    @Test("rows that do not match the columns, or sums that do not match the rows")
    func refusesInconsistentTable() {
        var table = SamplePage.table(rows: 2)
        table.rows[1].removeLast()
        #expect(
            error { $0.blocks = [.table(table)] }
                == .inconsistentTable(summary: "Actes et montants"))
        table = SamplePage.table(rows: 2)
        table.carry?.runningTotals.removeLast()
        #expect(
            error { $0.blocks = [.table(table)] }
                == .inconsistentTable(summary: "Actes et montants"))
    }

    @Test("a cell whose number does not fit")
    func refusesWideCell() {
        var table = SamplePage.table(rows: 2)
        table.rows[1][4].content = "123456789012345678901234567890"

        #expect(error { $0.blocks = [.table(table)] } == .overflow(field: "actes/2/4"))
    }

    @Test("an attachment in PDF/A-2, a missing title or language")
    func refusesIncomplete() {
        let attachment = PageDescription.Attachment(
            name: "a.xml", mediaType: "text/xml", description: "a", bytes: [])
        #expect(error { $0.attachment = attachment } == .attachmentNeedsPDFA3)
        #expect(error { $0.title = "" } == .missingTitle)
        #expect(error { $0.language = "" } == .missingLanguage)
    }

    @Test("two signature fields of one name")
    func refusesTwoFields() {
        #expect(
            error { $0.blocks += [$0.blocks[$0.blocks.count - 1]] }
                == .unsuitableFieldName("Signature1"))
    }

    @Test("a QR code without content, or with too much")
    func refusesQRContent() {
        func code(_ content: String) -> PageDescription.Block {
            .qrCode(
                .init(
                    field: "qr", content: content, alt: "QR",
                    placement: .flow(x: 40, gap: 0, width: 100, height: nil)))
        }
        #expect(error { $0.blocks = [code("")] } == .unsuitableQRContent(field: "qr"))
        #expect(
            error { $0.blocks = [code(String(repeating: "a", count: 2_332))] }
                == .unsuitableQRContent(field: "qr"))
        #expect(error { $0.blocks = [code(String(repeating: "a", count: 2_331))] } == nil)
    }

    @Test("more pages than a file may have")
    func refusesPages() {
        let line = PageDescription.Block.sample("a", height: 700)

        #expect(error { $0.blocks = Array(repeating: line, count: 501) } == .tooManyPages)
    }
}
