// SPDX-License-Identifier: Apache-2.0
import FormPacks
import Foundation
import JSON
import PDF
import Testing

/// Pages that a valid form may ask for, drawn with the fonts that the pack names.
@Suite("Pages: drawing")
struct PageDrawingTests {
    private static let folders = [
        "/usr/share/fonts/truetype/liberation2/", "/usr/share/fonts/truetype/dejavu/",
    ]

    private func fonts() throws -> FontSet {
        let fonts = try TestPack.pack().manifest.pdf?.fonts ?? []
        let bytes = try fonts.map { font in
            let data = Self.folders.lazy.compactMap {
                FileManager.default.contents(atPath: $0 + font.file)
            }.first
            return [UInt8](try #require(data, "install \(font.file)"))
        }
        return try FontSet(
            regular: bytes[0], bold: bytes[1], fallbackRegular: bytes[2], fallbackBold: bytes[3])
    }

    private func wide(_ count: Int, _ character: String = "W") -> JSONValue {
        .string(String(repeating: character, count: count))
    }

    /// Every text as long as the schema lets it be, in the widest letter.
    private func widest(transfer: String) throws -> JSONValue {
        let address: JSONValue = [
            "extension1": wide(100), "Extension2": wide(100), "numeroRue": wide(20),
            "rue": wide(80), "codePays": "LU", "codePostal": wide(15), "localite": wide(80),
        ]
        var form = try TestPack.json()
        for (place, value) in [
            ("entete/facturier/nom", wide(150)), ("entete/facturier/prenom", wide(100)),
            ("entete/facturier/titre", wide(50)), ("entete/facturier/adresse", address),
            ("entete/facturier/numeroTelephone", wide(24)),
            ("entete/facturier/numeroFax", wide(24)), ("entete/facturier/email", wide(100)),
            ("entete/patient/caissePrincipale", wide(12)), ("entete/patient/nom", wide(150)),
            ("entete/patient/prenom", wide(100)), ("entete/assure/nom", wide(150)),
            (
                "entete/patient/accident",
                ["numeroAccident": "U123456789", "dateAccident": "2026-05-29"]
            ),
            ("entete/assure/prenom", wide(100)), ("entete/assure/adresse", address),
            ("entete/numeroMemoireHonoraires", wide(100, "9")),
            ("entete/numeroAdmission", wide(25)), ("entete/caisseComplementaire", wide(25)),
            ("prestation/0/acte/libelle", wide(35)), ("prestation/0/lieu", wide(2)),
            ("prestation/0/numeroTitreOrdonnance", wide(36)),
            ("prestation/0/typeSeance", wide(20)), ("prestation/0/numeroSeance", wide(2)),
            ("prestation/0/acte/suffixActe", ["N", "V", "B", "R", "L"]),
            ("libre/texteLibreVirement", .string(transfer)), ("libre/texteLibreMedical", wide(200)),
        ] as [(String, JSONValue)] {
            form = try form.setting("/memoireHonoraire/" + place, to: value)
        }
        return form
    }

    @Test(
        "the widest form still fits its page",
        arguments: [
            String(repeating: "W", count: 2_500), String(repeating: "mot ", count: 625),
            String(repeating: "\n", count: 2_499) + "x",
        ])
    func fits(_ transfer: String) throws {
        let document = try #require(TestPack.check(widest(transfer: transfer)).document)
        #expect(
            try draw(document.pageDescription, fonts: fonts()).starts(with: Array("%PDF-1.7".utf8)))
    }

    @Test("the same form gives the same bytes")
    func isDeterministic() throws {
        let document = try #require(TestPack.check(TestPack.json("valid-full.json")).document)
        let first = try draw(document.pageDescription, fonts: fonts())
        #expect(try draw(document.pageDescription, fonts: fonts()) == first)
    }

    @Test("a character that no font has is refused by the name of its field")
    func refusesCharacter() throws {
        let form = try TestPack.json().setting("/memoireHonoraire/entete/patient/nom", to: "日本")
        let document = try #require(TestPack.check(form).document)
        let error = #expect(throws: DrawingError.self) {
            try draw(document.pageDescription, fonts: fonts())
        }
        guard case .unsupportedCharacter(let field, let scalar, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(field.contains("entete/patient/nom"))
        #expect(scalar == "U+65E5")
    }

    @Test("the fonts of the system are the ones that the pack pins")
    func pinsFonts() throws {
        let set = try fonts()
        let found = [set.regular, set.bold, set.fallbackRegular, set.fallbackBold]
        #expect(
            try TestPack.pack().manifest.pdf?.fonts.map(\.sha256) == found.map { "\($0.sha256)" })
    }
}
