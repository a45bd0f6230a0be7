// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import JSON
import Testing
import XML

@Suite("Check: from input to canonical form")
struct FormCheckTests {
    @Test(
        "JSON and XML that say the same become the same bytes",
        arguments: ["valid-minimal", "valid-full"])
    func isEquivalent(_ name: String) throws {
        let pack = try TestPack.pack()
        let json = try pack.check(.json(TestPack.example(name + ".json")), today: TestPack.today)
        let xml = try pack.check(.xml(TestPack.example(name + ".xml")), today: TestPack.today)
        let (first, second) = (try #require(json.document), try #require(xml.document))
        #expect(first.xml == second.xml)
        #expect(first.pageDescription == second.pageDescription)
        #expect(
            try first.pack.embedding([1, 2, 3], in: first.xml)
                == second.pack.embedding([1, 2, 3], in: second.xml))
        // What we wrote is read as the same form again.
        let again = try pack.check(.xml(first.xml), today: TestPack.today)
        #expect(again.document?.xml == first.xml)
    }

    @Test("writes the national XML", arguments: ["valid-minimal", "valid-full", "valid-hospital"])
    func writesGolden(_ name: String) throws {
        let document = try #require(
            try TestPack.pack().check(
                .json(TestPack.example(name + ".json")), today: TestPack.today
            ).document)
        try expectGolden(String(decoding: document.xml, as: UTF8.self) + "\n", name + ".xml")
    }

    @Test("is its own exclusive canonical form, before and after the PDF is embedded")
    func isCanonical() throws {
        let document = try #require(TestPack.check(TestPack.json("valid-full.json")).document)
        let filled = try document.pack.embedding(Array("%PDF-1.7".utf8), in: document.xml)
        for bytes in [document.xml, filled] {
            #expect(try XMLDocument(parsing: bytes).canonical() == bytes)
        }
    }

    @Test("gives the signature and the PDF their seats, in order")
    func seats() throws {
        let document = try #require(TestPack.check(TestPack.json()).document)
        let end = "</indicationsSupplementaires><signature></signature>"
        let plain = String(decoding: document.xml, as: UTF8.self)
        #expect(plain.hasSuffix(end + "</cns:memoireHonoraire>"))
        let filled = try document.pack.embedding(Array("PDF".utf8), in: document.xml)
        let full = String(decoding: filled, as: UTF8.self)
        #expect(full.hasSuffix(end + "<document>UERG</document></cns:memoireHonoraire>"))
    }

    @Test("knows what the form says of itself")
    func knowsForm() throws {
        let document = try #require(TestPack.check(TestPack.json()).document)
        #expect(document.uuid == "3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2a01")
        #expect(document.date == CalendarDate("2026-07-15"))
        #expect(document.providerCode == "90000135")
        #expect(document.number == "2026-0001")
        #expect(document.total == "62.60")
        #expect(document.value(at: FormPath("paiement/acompteADeduire")) == nil)
    }

    @Test(
        "writes each value in one way",
        arguments: [
            ("/entete/UUID", "3F0F6C1E-7F8A-4B7E-9A55-0D6C3C1F2A01"),
            ("/prestation/0/montantBrut", "+062.6"), ("/prestation/0/nombre", "01"),
            ("/paiement/acquitte", "1"), ("/entete/dateMemoireHonoraires", " 2026-07-15\n"),
            ("/paiement/aPayer", " 62.60 "), ("/footer", ["nombreDePage": 3]),
        ] as [(String, JSONValue)])
    func isUniform(_ place: String, _ value: JSONValue) throws {
        let form = try TestPack.json().setting("/memoireHonoraire" + place, to: value)
        let result = try TestPack.check(form)
        #expect(result.anomalies == [])
        #expect(result.document?.xml == (try TestPack.check(TestPack.json()).document?.xml))
    }

    @Test("line ends are the same in JSON and in XML")
    func unifiesLineEnds() throws {
        let place = "/memoireHonoraire/libre/texteLibreMedical"
        let json = try TestPack.json().setting(place, to: "a\r\nb\rc")
        let document = try #require(TestPack.check(json).document)
        #expect(document.value(at: FormPath("libre/texteLibreMedical")) == "a\nb\nc")
    }

    @Test("gives a form without identifier the one it is handed")
    func suppliesUUID() throws {
        let form = try TestPack.json().setting("/memoireHonoraire/entete/UUID", to: nil)
        let uuid = "00000000-0000-4000-8000-000000000001"
        let pack = try TestPack.pack()
        let given = try pack.check(.json(form.serialized()), today: TestPack.today, uuid: uuid)
        #expect(given.document?.uuid == uuid)
        let kept = try pack.check(
            .json(TestPack.json().serialized()), today: TestPack.today, uuid: uuid)
        #expect(kept.document?.uuid == "3f0f6c1e-7f8a-4b7e-9a55-0d6c3c1f2a01")
        #expect(
            try TestPack.check(form).summary == ["OEC-XML-001 missing /memoireHonoraire/entete"])
    }

    @Test("leaves out a signature and a PDF that were there, and says so")
    func remembersSeats() throws {
        let plain = try TestPack.check(xml: TestPack.xml()).document
        let filled = try TestPack.xml().replacing(
            "</cns:memoireHonoraire>",
            with:
                "<signature><d:Signature xmlns:d=\"http://www.w3.org/2000/09/xmldsig#\"/></signature><document>UERG</document></cns:memoireHonoraire>"
        )
        let document = try #require(TestPack.check(xml: filled).document)
        #expect(document.xml == plain?.xml)
        #expect(document.carriedSignature && document.carriedDocument)
        #expect(plain?.carriedSignature == false && plain?.carriedDocument == false)
    }

    @Test("warnings do not stop a form")
    func warns() throws {
        let bytes = try TestPack.example("broken-OEC-MHM-017.json")
        let result = try TestPack.pack().check(.json(bytes), today: TestPack.today)
        #expect(result.anomalies.map(\.severity) == [.warning])
        #expect(!result.hasErrors && result.document != nil)
    }

    @Test("looks at the form on the day it is given")
    func usesToday() throws {
        let pack = try TestPack.pack()
        let bytes = try TestPack.example("broken-OEC-MHM-003.json")
        let later = try #require(CalendarDate("2026-08-02"))
        #expect(try pack.check(.json(bytes), today: TestPack.today).hasErrors)
        #expect(try pack.check(.json(bytes), today: later).anomalies == [])
    }

    @Test("takes one act and five hundred", arguments: [1, 500])
    func takesMany(_ count: Int) throws {
        let form = try TestPack.json()
        let line = try #require(form["memoireHonoraire"]?["prestation"]?[0])
        let lines = try (1...count).map { try line.setting("/numeroLigne", to: .int($0)) }
        let total = JSONValue.string(
            "\(count * 6260 / 100).\(count * 6260 % 100 == 0 ? "00" : "60")")
        let large = try form.setting("/memoireHonoraire/prestation", to: .array(lines))
            .setting("/memoireHonoraire/paiement/sousTotal", to: total)
            .setting("/memoireHonoraire/paiement/aPayer", to: total)
        let result = try TestPack.check(large)
        #expect(result.anomalies == [])
        #expect(result.document?.root.all(FormPath("prestation")).count == count)
        let broken = try large.setting("/memoireHonoraire/prestation/\(count - 1)/nombre", to: 0)
        #expect(
            try TestPack.check(broken).summary
                == ["OEC-XML-001 range /memoireHonoraire/prestation/\(count - 1)/nombre"])
    }

    @Test("many threads share one pack")
    func isShared() async throws {
        let pack = try TestPack.pack()
        let bytes = try TestPack.example("valid-full.json")
        let expected = try pack.check(.json(bytes), today: TestPack.today).document?.xml
        let today = TestPack.today
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    try pack.check(.json(bytes), today: today).document?.xml == expected
                }
            }
            for try await isEqual in group { #expect(isEqual) }
        }
    }
}

@Suite("Check: choice of the pack")
struct PackChoiceTests {
    private func library(_ changes: [[String: String]]) throws -> PackLibrary {
        var packs: [FormPack] = []
        for change in changes {
            var files = try TestPack.files()
            var text = String(decoding: try #require(files["pack.json"]), as: UTF8.self)
            for (old, new) in change { text = text.replacing(old, with: new) }
            files["pack.json"] = Array(text.utf8)
            packs.append(try FormPack(files: files))
        }
        return PackLibrary(packs: packs)
    }

    @Test(
        "chooses the version by the date of the form",
        arguments: [
            ("2026-07-15", "2026.2"), ("2026-06-30", "2025.1"), ("2025-06-01", "2025.1"),
            ("2025-05-31", nil),
        ] as [(String, String?)])
    func choosesVersion(_ date: String, _ version: String?) throws {
        let library = try library([
            [
                "\"validFrom\": \"2025-06-01\"":
                    "\"validFrom\": \"2025-06-01\", \"validTo\": \"2026-06-30\""
            ],
            ["\"2025.1\"": "\"2026.2\"", "2025-06-01": "2026-07-01"],
        ])
        let form = try TestPack.json()
            .setting("/memoireHonoraire/entete/dateMemoireHonoraires", to: .string(date))
            .setting("/memoireHonoraire/prestation/0/periode/dateDebut", to: .string(date))
        let result = try library.check(.json(form.serialized()), today: TestPack.today)
        #expect(result.pack?.version == version)
        if version == nil {
            #expect(
                result.summary
                    == ["OEC-XML-002 version /memoireHonoraire/entete/dateMemoireHonoraires"])
        }
    }

    @Test("tells forms of one root apart by what they say")
    func tellsApart() throws {
        let library = try library([
            [:], ["\"memoire-honoraires\"": "\"other\"", "\"not(": "\"(", " and not(": " or ("],
        ])
        let form = try TestPack.json()
        #expect(
            try library.check(.json(form.serialized()), today: TestPack.today).pack?.id
                == "memoire-honoraires")
        let dentist = try form.setting("/memoireHonoraire/prestation/0/dent", to: "11")
        #expect(
            try library.check(.json(dentist.serialized()), today: TestPack.today).pack?.id
                == "other")
        let named = try library.check(
            .json(dentist.serialized()), pack: "memoire-honoraires", today: TestPack.today)
        #expect(named.summary == ["OEC-XML-002 form /memoireHonoraire"])
    }

    @Test(
        "does not know other roots and namespaces",
        arguments: [
            FormInput.json(Array(#"{"facture":{}}"#.utf8)), .json(Array("[]".utf8)),
            .json(Array("3".utf8)), .json(Array("{}".utf8)), .json(Array(#"{"a":1,"b":2}"#.utf8)),
            .json(Array(#"{"memoireHonoraire":{"@xmlns":"urn:x"}}"#.utf8)),
            .xml(Array("<facture/>".utf8)), .xml(Array("<memoireHonoraire/>".utf8)),
            .xml(Array("<memoireHonoraire xmlns='urn:x'/>".utf8)),
        ])
    func refusesUnknown(_ input: FormInput) throws {
        let library = PackLibrary(packs: [try TestPack.pack()])
        let result = try library.check(input, today: TestPack.today)
        #expect(result.pack == nil)
        #expect(result.anomalies.map(\.code) == ["OEC-XML-002"])
        #expect(result.anomalies.map(\.detail) == ["form"])
    }

    @Test("takes the namespace that a JSON form names")
    func takesNamespace() throws {
        let form = try TestPack.json()
            .setting("/memoireHonoraire/@xmlns", to: "http://www.secu.lu/ciss/cns")
        #expect(try TestPack.check(form).anomalies == [])
    }

    @Test(
        "reports a root that is no object, or empty",
        arguments: [
            ("3", "kind"), ("null", "null"),
        ])
    func reportsRoot(_ value: String, _ detail: String) throws {
        let input = FormInput.json(Array("{\"memoireHonoraire\":\(value)}".utf8))
        let result = try TestPack.pack().check(input, today: TestPack.today)
        #expect(result.summary == ["OEC-XML-001 \(detail) /memoireHonoraire"])
    }
}
