// SPDX-License-Identifier: Apache-2.0
import Coverage
@testable import FormPacks
import JSON
import PDF
import Testing

@Suite("Pages: filling")
struct PageFillingTests {
    private func document(_ name: String) throws -> CheckedDocument {
        try #require(TestPack.check(TestPack.json(name)).document)
    }

    @Test(
        "says what the form says, in reading order",
        arguments: ["valid-minimal", "valid-full", "valid-hospital"])
    func isGolden(_ name: String) throws {
        let page = try document(name + ".json").pageDescription
        try expectGolden(page.reading, name + ".page.txt")
    }

    @Test("prints the content of the QR code beside it")
    func printsQRCode() throws {
        let page = try document("valid-full.json").pageDescription
        let code = "LUMH1|5b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d|91234560|2026-0714|20260715|98170"
        #expect(
            page.allBlocks.contains { block in
                if case .qrCode(let qr) = block { qr.content == code } else { false }
            })
        #expect(
            page.allBlocks.contains { block in
                if case .text(let text) = block {
                    text.content.replacing("\n", with: "") == code
                } else {
                    false
                }
            })
    }

    @Test("carries the sum of the lines from page to page")
    func carries() throws {
        let page = try document("valid-full.json").pageDescription
        let table = try #require(page.tables.first)
        #expect(table.rows.count == 14)
        #expect(table.carry?.runningTotals.first == "52,20")
        #expect(table.carry?.runningTotals.last == "1081,70")
        #expect(table.minRows == 10)
    }

    @Test("never says that an unsigned page is signed")
    func isUnsigned() throws {
        let page = try document("valid-full.json").pageDescription
        #expect(!page.reading.lowercased().contains("signé"))
        #expect(page.reading.contains("Emplacement de la signature électronique"))
    }

    @Test("names nobody in the title, and takes its date from the form")
    func hasTitle() throws {
        let page = try document("valid-full.json").pageDescription
        #expect(page.title == "Mémoire d'honoraires N° 2026-0714 du 15/07/2026")
        #expect(page.created == PageDescription.Moment(year: 2026, month: 7, day: 15))
        #expect(page.language == "fr-LU")
        #expect(page.conformance == .pdfA2a)
    }

    @Test("every valid form has a page: also one without any optional element")
    func fillsBareForm() throws {
        var form = try TestPack.json()
        for place in [
            "entete/facturier/prenom", "entete/facturier/titre", "entete/facturier/numeroTelephone",
            "entete/patient/nom", "entete/patient/prenom", "entete/assure/nom",
            "entete/assure/prenom",
            "entete/numeroMemoireHonoraires", "entete/assure/adresse/codePostal",
            "entete/assure/adresse/localite", "entete/assure/adresse/numeroRue",
        ] { form = try form.setting("/memoireHonoraire/" + place, to: nil) }
        let page = try #require(TestPack.check(form).document).pageDescription
        #expect(page.title == "Mémoire d'honoraires du 15/07/2026")
        #expect(page.reading.contains("|rue de l’Exemple|"))
    }
}

@Suite("Pages: filters")
struct PageFilterTests {
    @Test(
        "prints values as forms do",
        arguments: [
            (PageFilter.date, "2026-07-05", "05/07/2026"), (.compactDate, "2026-07-05", "20260705"),
            (.time, "09:05:30", "09:05"), (.money, "1081.70", "1081,70"), (.money, "0.5", "0,50"),
            (.money, "-2", "-2,00"), (.cents, "1081.70", "108170"), (.cents, "0.05", "5"),
            (.matricule, "1893120105732", "1893 12 01 057 32"),
            (.providerCode, "90000135", "900001-35"),
            (.upper, "é", "É"), (.twoDigits, "7", "07"), (.twoDigits, "14", "14"),
            (.percent, "a|b%", "a%7Cb%25"),
            (.start, "b7c1a0de-52f4", "b7c1a0de…"), (.start, "b7c1", "b7c1"),
            // What a filter cannot format stays.
            (.date, "x", "x"), (.money, "x", "x"), (.matricule, "123", "123"),
            (.providerCode, "1", "1"),
        ])
    func prints(_ filter: PageFilter, _ value: String, _ expected: String) {
        #expect(filter.apply(to: value) == expected)
    }
}

@Suite("Pages: templates")
struct TextTemplateTests {
    private func fill(_ text: String, _ form: JSONValue) throws -> String {
        let pack = try TestPack.pack()
        let reader = TextTemplateReader(
            texts: pack.texts, language: .fr, schema: pack.schema, root: pack.root, row: pack.root)
        let template = try reader.template(text, at: "")
        let root = try #require(TestPack.check(form).document).root
        return template.filled(row: root, root: root)
    }

    @Test(
        "closes up what is absent",
        arguments: [
            ("{{entete/facturier/prenom?}} {{entete/facturier/nom}}", "Camille Testa"),
            ("{{entete/facturier/email?}} {{entete/facturier/nom}}", "Testa"),
            ("[[{{entete/facturier/email?}}, ]]{{entete/facturier/nom}}", "Testa"),
            ("[[{{#provider.fax}} {{entete/facturier/numeroFax?}}]]\nb", "b"),
            (
                "[[{{#provider.telephone}} {{entete/facturier/numeroTelephone?}}]]",
                "Tél. +352 00 00 00 01"
            ),
            ("a\n\nb", "a\n\nb"), ("{{prestation/numeroLigne*}}", "1"), ("x {y} z", "x {y} z"),
            ("{{/entete/facturier/nom|upper}}", "TESTA"),
        ])
    func fills(_ text: String, _ expected: String) throws {
        #expect(try fill(text, TestPack.json()) == expected)
    }
}

extension PageDescription {
    /// All blocks, groups opened.
    var allBlocks: [Block] { blocks.flatMap(Self.opened) }

    private static func opened(_ block: Block) -> [Block] {
        if case .group(let blocks) = block { blocks.flatMap(opened) } else { [block] }
    }

    var tables: [Table] {
        allBlocks.compactMap { if case .table(let table) = $0 { table } else { nil } }
    }

    /// What a reader hears, one block a line.
    var reading: String {
        var lines = ["title: \(title)", "author: \(author)", "subject: \(subject)"]
        for block in allBlocks {
            switch block {
            case .text(let text):
                lines.append("\(text.tag): |\(text.content.replacing("\n", with: "|"))|")
            case .table(let table): lines += Self.reading(of: table)
            case .qrCode(let code): lines.append("qr: \(code.content) (\(code.alt))")
            case .checkBox(let box):
                lines.append("check: [\(box.isChecked ? "x" : " ")] \(box.label) (\(box.alt))")
            case .signatureField(let field):
                lines.append("signature: \(field.name) (\(field.label))")
            case .group: break
            }
        }
        lines += footer.map { "footer: \($0.content)" }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func reading(of table: Table) -> [String] {
        ["table: \(table.summary)", "  " + table.columns.map(\.title).joined(separator: " | ")]
            + table.rows.map { row in
                "  " + row.map { $0.content.replacing("\n", with: "/") }.joined(separator: " | ")
            }
    }
}
