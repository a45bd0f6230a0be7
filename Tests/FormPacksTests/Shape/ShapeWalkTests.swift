// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import JSON
import Testing

@Suite("Shape: JSON")
struct JSONShapeTests {
    static let root = "/memoireHonoraire"

    @Test(
        "finds each defect, at its place",
        arguments: [
            ("/paiement/aPayer", nil, "missing", "/paiement"),
            ("/paiement", nil, "missing", ""),
            ("/prestation", [], "missing", ""),
            ("/entete/patient/matricule", nil, "missing", "/entete/patient"),
            (
                "/entete/patient/dateNaissance", "1985-06-15", "choice",
                "/entete/patient/dateNaissance"
            ),
            ("/entete/remarque", "x", "unknown", "/entete/remarque"),
            ("/entete/a~1b", "x", "unknown", "/entete/a~1b"),
            ("/prestation/0/nomenclature", 1, "unknown", "/prestation/0/nomenclature"),
            ("/entete", [[:]], "list", "/entete"),
            ("/libre", "texte", "kind", "/libre"),
            ("/libre", [], "list", "/libre"),
            ("/entete/facturier/nom", [:], "kind", "/entete/facturier/nom"),
            ("/entete/facturier/nom", 12, "kind", "/entete/facturier/nom"),
            ("/entete/facturier/nom", JSONValue(.null), "null", "/entete/facturier/nom"),
            ("/entete/facturier/nom", true, "kind", "/entete/facturier/nom"),
            ("/entete/facturier/nom", "", "length", "/entete/facturier/nom"),
            ("/entete/facturier/nom", "a\u{1}", "character", "/entete/facturier/nom"),
            (
                "/entete/facturier/titre", .string(String(repeating: "é", count: 51)), "length",
                "/entete/facturier/titre"
            ),
            (
                "/entete/facturier/codePrestataire", 9_000_013, "range",
                "/entete/facturier/codePrestataire"
            ),
            (
                "/entete/facturier/codePrestataire", "900001-35", "number",
                "/entete/facturier/codePrestataire"
            ),
            ("/entete/patient/matricule", 1_985_061_501_293, "kind", "/entete/patient/matricule"),
            ("/entete/patient/matricule", "19850615012", "pattern", "/entete/patient/matricule"),
            (
                "/entete/patient/accident", ["numeroAccident": "X123456789"], "pattern",
                "/entete/patient/accident/numeroAccident"
            ),
            (
                "/entete/dateMemoireHonoraires", "2026-02-30", "date",
                "/entete/dateMemoireHonoraires"
            ),
            (
                "/entete/dateMemoireHonoraires", "15.07.2026", "date",
                "/entete/dateMemoireHonoraires"
            ),
            (
                "/entete/dateMemoireHonoraires", "2026-07-15Z", "date",
                "/entete/dateMemoireHonoraires"
            ),
            (
                "/prestation/0/periode/heureDebut", "9:30", "time",
                "/prestation/0/periode/heureDebut"
            ),
            (
                "/prestation/0/periode/heureDebut", "09:30:00Z", "pattern",
                "/prestation/0/periode/heureDebut"
            ),
            ("/prestation/0/montantBrut", "soixante", "number", "/prestation/0/montantBrut"),
            ("/prestation/0/montantBrut", "62,60", "number", "/prestation/0/montantBrut"),
            ("/prestation/0/montantBrut", "62.605", "digits", "/prestation/0/montantBrut"),
            (
                "/prestation/0/montantBrut", "99999999999999999999", "digits",
                "/prestation/0/montantBrut"
            ),
            ("/prestation/0/montantBrut", "1e2", "number", "/prestation/0/montantBrut"),
            ("/prestation/0/montantBrut", true, "number", "/prestation/0/montantBrut"),
            ("/prestation/0/nombre", 100, "range", "/prestation/0/nombre"),
            ("/prestation/0/nombre", "1.5", "number", "/prestation/0/nombre"),
            ("/prestation/0/codeH", "3", "enumeration", "/prestation/0/codeH"),
            ("/paiement/acquitte", "oui", "boolean", "/paiement/acquitte"),
            ("/paiement/acquitte", 1, "boolean", "/paiement/acquitte"),
            ("/document", "no base64!", "base64", "/document"),
            ("/entete/@lang", "fr", "attribute", "/entete/@lang"),
            ("/signature", ["Signature": "x"], "unknown", "/signature/Signature"),
        ] as [(String, JSONValue?, String, String)])
    func finds(_ place: String, _ value: JSONValue?, _ detail: String, _ pointer: String) throws {
        let form = try TestPack.json().setting(Self.root + place, to: value)
        let result = try TestPack.check(form)
        #expect(result.summary == ["OEC-XML-001 \(detail) \(Self.root + pointer)"])
        #expect(result.document == nil)
        let bytes = form.serialized()
        #expect(
            try JSONValue(parsing: bytes)[try #require(JSONPointer(Self.root + pointer))] != nil)
    }

    @Test("finds all defects at once")
    func findsAll() throws {
        var form = try TestPack.json()
        for (place, value) in [
            ("/entete/UUID", nil), ("/entete/extra", 1), ("/prestation/0/montantBrut", "x"),
            ("/prestation/-", ["numeroLigne": 2]), ("/paiement/devise", "EURO"), ("/footer", nil),
        ] as [(String, JSONValue?)] {
            form = try form.setting(Self.root + place, to: value)
        }
        #expect(
            try TestPack.check(form).summary.sorted() == [
                "OEC-XML-001 length \(Self.root)/paiement/devise",
                "OEC-XML-001 missing \(Self.root)",
                "OEC-XML-001 missing \(Self.root)/entete",
                "OEC-XML-001 missing \(Self.root)/prestation/1",
                "OEC-XML-001 missing \(Self.root)/prestation/1",
                "OEC-XML-001 missing \(Self.root)/prestation/1",
                "OEC-XML-001 missing \(Self.root)/prestation/1",
                "OEC-XML-001 number \(Self.root)/prestation/0/montantBrut",
                "OEC-XML-001 unknown \(Self.root)/entete/extra",
            ])
    }

    @Test("finds names that stand twice")
    func findsDuplicates() throws {
        let text = String(decoding: try TestPack.example("valid-minimal.json"), as: UTF8.self)
        let twice = text.replacing(
            "\"devise\": \"EUR\"", with: "\"devise\": \"EUR\", \"devise\": \"USD\"")
        let result = try TestPack.pack().check(.json(Array(twice.utf8)), today: TestPack.today)
        #expect(result.summary == ["OEC-XML-001 duplicate /memoireHonoraire/paiement/devise"])
    }

    @Test("takes a lone value where an element may repeat, a text where a number may stand")
    func takesVariants() throws {
        let form = try TestPack.json()
        let line = try #require(form["memoireHonoraire"]?["prestation"]?[0])
        let lone = try form.setting("/memoireHonoraire/prestation", to: line)
            .setting("/memoireHonoraire/entete/facturier/codePrestataire", to: "90000135")
            .setting("/memoireHonoraire/paiement/acquitte", to: "true")
        #expect(try TestPack.check(lone).document?.xml == TestPack.check(form).document?.xml)
        let bad = try lone.setting("/memoireHonoraire/prestation/nombre", to: 0)
        #expect(
            try TestPack.check(bad).summary == [
                "OEC-XML-001 range /memoireHonoraire/prestation/nombre"
            ])
    }

    @Test("does not mind the order of members")
    func ignoresOrder() throws {
        let form = try TestPack.json()
        let members = try #require(form["memoireHonoraire"]?.object)
        let turned = JSONValue.object([JSONMember("memoireHonoraire", .object(members.reversed()))])
        #expect(try TestPack.check(turned).document?.xml == TestPack.check(form).document?.xml)
    }

    @Test("lists at most so many anomalies, and says how many more there are")
    func stops() throws {
        var limits = FormLimits()
        limits.anomalies = 3
        var form = try TestPack.json()
        for index in 0..<10 { form = try form.setting("/memoireHonoraire/x\(index)", to: 1) }
        let result = try TestPack.pack().check(
            .json(form.serialized()), today: TestPack.today, limits: limits)
        #expect(result.anomalies.count == 4)
        #expect(result.anomalies.last?.detail == "more")
        #expect(result.anomalies.last?.text.en.hasPrefix("7 more") == true)
    }

    @Test("quotes no value of the form in any sentence")
    func quotesNothing() throws {
        let form = try TestPack.json().setting(
            "/memoireHonoraire/entete/patient/matricule", to: "1985061501293X")
        let anomaly = try #require(TestPack.check(form).anomalies.first)
        for language in Language.allCases { #expect(!anomaly.text[language].contains("1985")) }
        #expect(anomaly.text.fr.contains("13 chiffres"))
        #expect(anomaly.text.de.contains("13 Ziffern"))
        #expect(anomaly.text.en.contains("13 digits"))
    }
}

@Suite("Shape: XML")
struct XMLShapeTests {
    @Test(
        "finds each defect, at its place",
        arguments: [
            ("<devise>EUR</devise>", "", "missing", "/memoireHonoraire/paiement"),
            ("<libre/>", "", "missing", "/memoireHonoraire"),
            ("<libre/>", "<libre/><libre/>", "repeated", "/memoireHonoraire/libre[2]"),
            ("<libre/>", "<libre>texte</libre>", "text", "/memoireHonoraire/libre"),
            ("<libre/>", "<libre lang='fr'/>", "attribute", "/memoireHonoraire/libre"),
            ("<libre/>", "<autre/><libre/>", "unknown", "/memoireHonoraire/autre"),
            ("<libre/>", "<libre xmlns='urn:x'/>", "namespace", "/memoireHonoraire/libre"),
            (
                "<codeActe>C1</codeActe>", "<codeActe><b/></codeActe>", "kind",
                "/memoireHonoraire/prestation/acte/codeActe"
            ),
            (
                "<codeActe>C1</codeActe>", "<codeActe/>", "length",
                "/memoireHonoraire/prestation/acte/codeActe"
            ),
            (
                "<nom>Testa</nom>", "<prenom>X</prenom><nom>Testa</nom>", "repeated",
                "/memoireHonoraire/entete/facturier/prenom[2]"
            ),
        ])
    func finds(_ old: String, _ new: String, _ detail: String, _ pointer: String) throws {
        let xml = try TestPack.xml()
        try #require(xml.contains(old))
        let result = try TestPack.check(xml: xml.replacing(old, with: new))
        // A surplus element may be misplaced too.
        #expect(result.summary.contains("OEC-XML-001 \(detail) \(pointer)"), "\(result.summary)")
        #expect(result.document == nil)
    }

    @Test("names the fewest misplaced elements")
    func findsMisplaced() throws {
        let xml = try TestPack.xml()
        let turned = xml.replacing("<libre/>", with: "")
            .replacing("<paiement>", with: "<libre/><paiement>")
        #expect(
            try TestPack.check(xml: turned).summary == [
                "OEC-XML-001 misplaced /memoireHonoraire/libre"
            ])
    }

    @Test("points at one line among several")
    func pointsAtLine() throws {
        let xml = try TestPack.xml("valid-full.xml").replacing("188.10", with: "dear")
        let pointer = "/memoireHonoraire/prestation[5]/montantBrut"
        #expect(try TestPack.check(xml: xml).summary == ["OEC-XML-001 number \(pointer)"])
        let wrong = try TestPack.xml("valid-full.xml")
            .replacing("<numeroLigne>5<", with: "<numeroLigne>6<")
        #expect(
            try TestPack.check(xml: wrong).summary.first
                == "OEC-MHM-040 /memoireHonoraire/prestation[5]/numeroLigne")
    }

    @Test("reads text around comments and in CDATA whole")
    func readsWhole() throws {
        let form = try TestPack.check(xml: TestPack.xml())
        let xml = try TestPack.xml()
            .replacing("<nom>Testa</nom>", with: "<nom>Te<!-- x -->st<![CDATA[a]]></nom>")
            .replacing("<libre/>", with: "<!-- y --><libre><?z z?></libre>")
        #expect(try TestPack.check(xml: xml).document?.xml == form.document?.xml)
    }

    @Test("takes other prefixes and schema locations")
    func takesPrefixes() throws {
        let xml = try TestPack.xml()
            .replacing(
                "<cns:memoireHonoraire xmlns:cns=",
                with:
                    "<m:memoireHonoraire xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"http://www.secu.lu/ciss/cns x.xsd\" xmlns:m="
            )
            .replacing("</cns:memoireHonoraire", with: "</m:memoireHonoraire")
        let result = try TestPack.check(xml: xml)
        #expect(result.anomalies == [])
        #expect(result.document?.xml == (try TestPack.check(xml: TestPack.xml()).document?.xml))
    }
}
