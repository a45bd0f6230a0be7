// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import JSON
import PDF
import TestSupport
import Testing

@Suite("Papers: what is printed for a patient")
struct PaperTests {
    private func wide(_ count: Int) -> JSONValue {
        .string(String(repeating: "W", count: count))
    }

    /// Every text of a paper as long as its schema lets it be, in the widest letter.
    private func widest(_ pack: FormPack) throws -> JSONValue {
        let address: JSONValue = [
            "extension1": wide(100), "Extension2": wide(100), "numeroRue": wide(20),
            "rue": wide(80), "codePays": "LU", "codePostal": wide(15), "localite": wide(80),
        ]
        var form = try JSONValue(parsing: #require(pack.examples["valid-full.json"]))
        let texts: [(String, JSONValue)] = [
            ("facturier/nom", wide(150)), ("facturier/prenom", wide(100)),
            ("facturier/titre", wide(50)), ("facturier/adresse", address),
            ("facturier/numeroTelephone", wide(24)), ("facturier/email", wide(100)),
            ("patient/nom", wide(150)), ("patient/prenom", wide(100)),
            ("patient/adresse", address), ("numeroMemoireHonoraires", wide(100)),
            ("idMemoire", wide(35)), ("referencePaiement", wide(35)),
            ("idSimulation", wide(35)), ("idContestation", wide(35)),
            ("motif/texte", wide(500)), ("prestation/0/codeActe", wide(20)),
            ("prestation/0/libelle", wide(200)), ("prestation/0/nombre", 99),
        ]
        let root = try #require(JSONPointer("/" + pack.manifest.root.element))
        for (place, value) in texts {
            let pointer = place.split(separator: "/").reduce(root) { $0.appending(String($1)) }
            if form[pointer] != nil { form = try form.setting(pointer.description, to: value) }
        }
        return form
    }

    @Test("the widest paper still fits its page")
    func fits() throws {
        let library = try PackLibrary.load(directory: TestPack.packs)
        let fonts = try PackFonts.load(for: library)
        for pack in library.packs where pack.manifest.kind == .paper {
            let result = try pack.check(
                .json(widest(pack).serialized()), today: pack.manifest.examplesToday)
            #expect(result.anomalies == [])
            let document = try #require(result.document)
            #expect(throws: Never.self, "\(pack.id)") {
                try draw(document.pageDescription, fonts: fonts)
            }
        }
    }

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
