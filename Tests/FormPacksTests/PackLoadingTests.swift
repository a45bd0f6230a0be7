// SPDX-License-Identifier: Apache-2.0
import FormPacks
import JSON
import Testing

@Suite("Packs: loading")
struct PackLoadingTests {
    @Test(
        "refuses a pack that lacks a file",
        arguments: [
            "pack.json", "schema.xsd", "rules.sch", "page.json", "texts/de.json",
        ])
    func refusesMissing(_ file: String) throws {
        var files = try TestPack.files()
        files[file] = nil
        #expect(throws: PackError.missingFile(file)) { try FormPack(files: files) }
    }

    @Test(
        "refuses a path that the schema does not have",
        arguments: [
            ("pack.json", "entete/dateMemoireHonoraires\"", "entete/date\""),
            ("pack.json", "\"acte/codeActe\"", "\"acte/code\""),
            ("page.json", "{{paiement/sousTotal|money}}", "{{paiement/sousTotaux|money}}"),
            ("page.json", "\"path\": \"montantBrut\"", "\"path\": \"montant\""),
            ("page.json", "paiement/acquitte=true", "paiement/acquit=true"),
        ])
    func refusesPath(_ file: String, _ old: String, _ new: String) throws {
        let files = try TestPack.files(replacing: old, with: new, in: file)
        let error = #expect(throws: PackError.self) { try FormPack(files: files) }
        guard case .path = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(
        "refuses a page that some valid form could not fill",
        arguments: [
            ("{{entete/patient/nom?}}", "{{entete/patient/nom}}", "a form may lack it"),
            ("{{acte/suffixActe*}}", "{{acte/suffixActe?}}", "it may repeat"),
            ("{{paiement/sousTotal|money}}", "{{paiement/sousTotal|date}}", "does not print"),
            ("{{paiement/sousTotal|money}}", "{{paiement}}", "it is no value"),
        ])
    func refusesUnfillable(_ old: String, _ new: String, _ reason: String) throws {
        let files = try TestPack.files(replacing: old, with: new, in: "page.json")
        let error = #expect(throws: PackError.self) { try FormPack(files: files) }
        #expect(error?.description.contains(reason) == true)
    }

    @Test(
        "refuses slips in the page",
        arguments: [
            ("\"tag\": \"H1\"", "\"tag\": \"H2\"", "the heading skips a level of headings"),
            ("sousTotal|money", "sousTotal|argent", "the filter 'argent' does not exist"),
            ("{{#title}}", "{{#titel}}", "texts/fr.json lacks 'titel'"),
            ("\"style\": \"provider\"", "\"style\": \"nobody\"", "one of the page's styles"),
            ("\"continuationTop\"", "\"continuationBottom\"", "not known here"),
            ("[[{{#remark}}", "[[{{#remark}} [[", "[[ cannot stand inside [["),
            (
                "{{libre/texteLibreMedical?}}]]", "{{libre/texteLibreMedical?}}",
                "a [[ is not closed"
            ),
        ])
    func refusesSlip(_ old: String, _ new: String, _ reason: String) throws {
        let files = try TestPack.files(replacing: old, with: new, in: "page.json")
        let error = #expect(throws: PackError.self) { try FormPack(files: files) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test("refuses a text that one language lacks")
    func refusesText() throws {
        let files = try TestPack.files(
            replacing: "\"carry.brought\"", with: "\"carry.bracht\"", in: "texts/de.json")
        let error = #expect(throws: PackError.self) { try FormPack(files: files) }
        #expect(
            error == .text(language: "fr", key: "carry.bracht")
                || error == .text(language: "de", key: "carry.brought"))
    }

    @Test(
        "refuses slips in the rules",
        arguments: [
            ("role=\"warning\"", "role=\"maybe\"", "@role must be"),
            (
                "diagnostics=\"OEC-MHM-001-de OEC-MHM-001-en\"", "diagnostics=\"OEC-MHM-001-de\"",
                "OEC-MHM-001: there is no sentence in en"
            ),
            ("id=\"OEC-MHM-002\"", "id=\"OEC-MHM-001\"", "OEC-MHM-001: this code stands twice"),
            ("test=\"devise = 'EUR'\"", "test=\"devise = \"", "OEC-MHM-073: XPath"),
        ])
    func refusesRule(_ old: String, _ new: String, _ reason: String) throws {
        let files = try TestPack.files(replacing: old, with: new, in: "rules.sch")
        let error = #expect(throws: PackError.self) { try FormPack(files: files) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test(
        "refuses what the schema model cannot say",
        arguments: [
            (
                "<xs:pattern value=\"[A-Z]\"/>", "<xs:pattern value=\"\\d\"/>",
                "write lists like [0-9]"
            ),
            ("<xs:choice>", "<xs:choice maxOccurs=\"2\">", "a group may occur only once"),
            ("base=\"xs:date\"", "base=\"xs:gYear\"", "xs:gYear is not supported"),
            ("<xs:length value=\"3\"/>", "<xs:whiteSpace value=\"collapse\"/>", "xs:whiteSpace"),
            ("name=\"codeH\" type", "name=\"lieu\" type", "lieu stands twice"),
            ("targetNamespace=\"http://www.secu.lu/ciss/cns\"", "targetNamespace=\"urn:x\"", ""),
        ])
    func refusesSchema(_ old: String, _ new: String, _ reason: String) throws {
        let files = try TestPack.files(replacing: old, with: new, in: "schema.xsd")
        let error = #expect(throws: PackError.self) { try FormPack(files: files) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test("a bad pack leaves the others working")
    func refusesOne() throws {
        let good = try TestPack.files()
        var bad = good
        bad["pack.json"] = Array("{".utf8)
        let library = PackLibrary(folders: ["a/1": bad, "b/1": good])
        #expect(library.packs.map(\.id) == ["memoire-honoraires"])
        #expect(library.refusals.map(\.folder) == ["a/1"])
        let expected = PackError.json(
            file: "pack.json", JSONError(.unexpectedEnd, at: JSONPosition(line: 1, column: 2)))
        #expect(library.refusals.first?.error == expected)
    }

    @Test("names a directory that is not there")
    func namesDirectory() {
        #expect(throws: PackError.cannotRead(file: "/nowhere", "the directory cannot be listed")) {
            try PackLibrary.load(directory: "/nowhere")
        }
    }

    @Test("the fingerprint changes with any file")
    func fingerprints() throws {
        let pack = try TestPack.pack()
        let other = try FormPack(
            files: TestPack.files(
                replacing: "Honorarnote", with: "Honorarnota", in: "texts/de.json"))
        #expect(pack.fingerprint.count == 64)
        #expect(pack != other)
    }

    @Test("the manifest holds what the exchange needs")
    func readsManifest() throws {
        let manifest = try TestPack.pack().manifest
        #expect(manifest.deposit?.model == "2022_CNS_MEMHON_DEPOT-V1")
        #expect(manifest.deposit?.cancellationModel == "2022_CNS_MEMHON_ANNUL-V1")
        #expect(manifest.deposit?.signature.level == "B-LT")
        #expect(
            manifest.deposit?.signature.certification == PackManifest.Signature.Certification.none)
        #expect(manifest.pdf?.copies.map(\.level) == ["B-T", "B-LT"])
        #expect(manifest.pdf?.fonts.map(\.role) == PackManifest.PDF.FontRole.allCases)
        #expect(manifest.coverage["line"] == FormPath("prestation"))
    }
}
