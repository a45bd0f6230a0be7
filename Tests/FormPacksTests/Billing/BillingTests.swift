// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import JSON
import Testing

@Suite("A form that bills acts as a request to price them")
struct BillingTests {
    private func document(_ value: JSONValue) throws -> CheckedDocument {
        try #require(try TestPack.check(value).document)
    }

    private func bill(_ value: JSONValue) throws -> PricingRequest {
        let document = try document(value)
        return try document.pack.bill(
            of: document.root, BillingContext(speciality: "cardiologie"))
    }

    private let line = "/memoireHonoraire/prestation/0"

    @Test("takes lines, codes, letters, numbers, days, times, places and amounts by the paths")
    func lines() throws {
        let request = try bill(TestPack.json("valid-full.json"))
        #expect(request.speciality == "cardiologie")
        #expect(request.birthDate == CalendarDate("1985-06-15"))
        #expect(request.date == CalendarDate("2026-07-15"))
        let third = try #require(request.lines.first { $0.number == 3 })
        #expect(third.code == "1C11")
        #expect(third.suffixes == ["R"])
        #expect(third.quantity == 1)
        #expect(third.date == CalendarDate("2026-06-03"))
        #expect(third.time == ClockTime("09:40"))
        #expect(third.place == .practice)
        #expect(third.billed == Amount("16.50"))
        #expect(third.facts.isEmpty)
        #expect(!third.authorised)
        #expect(request.history == nil)
    }

    @Test("the date is the form's own, whatever the lines say")
    func date() throws {
        let value = try TestPack.json().setting(
            "/memoireHonoraire/prestation/0/periode/dateDebut", to: "2026-05-30")
        let request = try bill(value)
        #expect(request.lines.first?.date == CalendarDate("2026-05-30"))
        #expect(request.date != CalendarDate("2026-05-30"))
    }

    @Test("names whom the bill is about and who stands on its lines, and prints neither")
    func parties() throws {
        let document = try document(TestPack.json("valid-full.json"))
        let parties = try document.pack.parties(of: document.root)
        let matricule = try #require(parties.matricule)
        #expect(parties.lines.map(\.number) == Array(1...parties.lines.count))
        #expect(parties.lines.contains { $0.prescriber != nil && $0.document != nil })
        #expect(!"\(parties)".contains(matricule.digits))
    }

    @Test("a matricule has 13 digits, perhaps a birth date, and prints redacted")
    func matricule() throws {
        let whole = try #require(Matricule("1985061501293"))
        #expect(whole.birthDate == CalendarDate("1985-06-15"))
        #expect(Matricule("1985000012375")?.birthDate == nil)
        #expect(Matricule("198506150129") == nil && Matricule("198506150129x") == nil)
        #expect("\(whole)" == "Matricule(...)")
        #expect(!String(reflecting: [whole]).contains("1985"))
        var dumped = ""
        dump(whole, to: &dumped)
        #expect(!dumped.contains("1985"))
    }

    @Test("a prescriber and a document number are facts of their line")
    func facts() throws {
        let request = try bill(TestPack.json("valid-full.json"))
        let sixth = try #require(request.lines.first { $0.number == 6 })
        #expect(sixth.authorised)
        #expect(sixth.facts == ["prescription": true, "quotation": true])
    }

    @Test("without a matricule the birth date counts")
    func birthDate() throws {
        let value = try TestPack.json()
            .setting("/memoireHonoraire/entete/patient/matricule", to: nil)
            .setting("/memoireHonoraire/entete/patient/dateNaissance", to: "2011-02-03")
        #expect(try bill(value).birthDate == CalendarDate("2011-02-03"))
    }

    @Test("what the form says of the whole statement is a fact of the request")
    func polytrauma() throws {
        let plain = try bill(TestPack.json())
        #expect(plain.facts["polytrauma"] == nil)
        let value = try TestPack.json().setting(
            "/memoireHonoraire/indicationsSupplementaires", to: ["polytraumatisme": true])
        #expect(try bill(value).facts["polytrauma"] == true)
    }

    @Test("the class of the stay is the request's")
    func hospital() throws {
        let request = try bill(TestPack.json("valid-hospital.json"))
        #expect(request.hospitalClass != nil)
        #expect(try bill(TestPack.json()).hospitalClass == nil)
    }

    @Test("a pack without coverage bills nothing")
    func noBill() throws {
        var files = try TestPack.files()
        let manifest = try JSONValue(parsing: #require(files["pack.json"]))
        files["pack.json"] = try manifest.setting("/coverage", to: nil).serialized()
        let pack = try FormPack(files: files)
        let document = try document(TestPack.json())
        #expect(!pack.billsActs)
        #expect(throws: BillingError.noBill(pack: pack.id)) {
            try pack.bill(of: document.root, BillingContext(speciality: "cardiologie"))
        }
        #expect(pack.billedAmounts(of: document.root).isEmpty)
    }

    @Test("the amounts of the lines, as far as they are named")
    func amounts() throws {
        let document = try document(TestPack.json())
        let amounts = document.pack.billedAmounts(of: document.root)
        #expect(amounts.map(\.line) == [1])
        #expect(amounts.map(\.amount) == [Amount("62.60")])
    }

    @Test("from JSON and from XML the same request is read")
    func twins() throws {
        let xml = try #require(try TestPack.check(xml: TestPack.xml()).document)
        let request = try xml.pack.bill(
            of: xml.root, BillingContext(speciality: "cardiologie"))
        #expect(try bill(TestPack.json()) == request)
    }
}
