// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Coverage

@Suite("Specialities by the words people use")
struct SpecialityTests {
    @Test(
        "is found",
        arguments: [
            ("ORL", "oto-rhino-laryngologie"), ("ent", "oto-rhino-laryngologie"),
            ("Oto rhino laryngologie", "oto-rhino-laryngologie"),
            ("ENT specialist (speciality of C17)", "oto-rhino-laryngologie"),
            ("C8", "dermato-venereologie"), ("Hautarzt", "dermato-venereologie"),
            ("médecin spécialiste en cardiologie", "cardiologie"),
            ("general practitioner", "medecine-generale"), ("dentist", "medecin-dentiste"),
            ("gynaecologist", "gynecologie-obstetrique"),
        ])
    func found(_ text: String, _ id: String) throws {
        #expect(try ShippedTables.tariffs.get().specialities.speciality(text)?.id == id)
    }

    @Test("is not guessed", arguments: ["", "wizard", "C999", "psychotherapist"])
    func unknown(_ text: String) throws {
        #expect(try ShippedTables.tariffs.get().specialities.speciality(text) == nil)
    }
}

@Suite("Look-ups in the lists")
struct SearchTests {
    @Test("a code comes before labels, accents and case do not count")
    func search() throws {
        let tariffs = try ShippedTables.tariffs.get()
        #expect(tariffs.search("c17", limit: 5).first?.code == "C17")
        #expect(tariffs.search("echographie ORL", limit: 5).contains { $0.code == "GCM12" })
        #expect(tariffs.search("", limit: 5).isEmpty)
    }
}

@Suite("Requests that cannot be priced")
struct RefusalTests {
    private func request(_ lines: [RequestedLine]) -> PricingRequest {
        PricingRequest(
            date: CalendarDate("2026-09-15")!, speciality: "C1",
            birthDate: CalendarDate("1980-05-05")!, lines: lines)
    }

    @Test("no line, a thousand lines, a number twice, a quantity out of bounds")
    func lines() throws {
        let tariffs = try ShippedTables.tariffs.get()
        let line = RequestedLine(number: 1, code: "C1")
        #expect(throws: PricingError.noLines) { try tariffs.price(request([])) }
        #expect(throws: PricingError.repeatedLineNumber(1)) {
            try tariffs.price(request([line, line]))
        }
        let thousand = (1...1000).map { RequestedLine(number: $0, code: "C1") }
        #expect(throws: PricingError.tooManyLines(count: 1000, limit: 999)) {
            try tariffs.price(request(thousand))
        }
        #expect(throws: PricingError.quantity(line: 1, allowed: 1...99)) {
            try tariffs.price(request([RequestedLine(number: 1, code: "C1", quantity: 100)]))
        }
    }

    @Test("what nobody knows is refused by name")
    func names() throws {
        let tariffs = try ShippedTables.tariffs.get()
        var wrong = request([RequestedLine(number: 1, code: "C1")])
        wrong.facts = ["hungry": true]
        #expect { try tariffs.price(wrong) } throws: { error in
            if case .unknownFact("hungry", _)? = error as? PricingError { true } else { false }
        }
        wrong.facts = [:]
        wrong.parameters.values = ["colour": "red"]
        #expect { try tariffs.price(wrong) } throws: { error in
            if case .unknownParameter("colour", _)? = error as? PricingError { true } else { false }
        }
        wrong.parameters = ParameterValues(acts: [
            DeclaredAct(code: "X1", tariff: Amount(cents: 100), marks: ["???"])
        ])
        #expect { try tariffs.price(wrong) } throws: { error in
            if case .unknownMark("???", _)? = error as? PricingError { true } else { false }
        }
    }

    @Test("a day's past is bounded")
    func past() throws {
        var crowded = request([RequestedLine(number: 1, code: "C1")])
        crowded.history = (0...CoverageLimits.pastActsOfOneDay).map { _ in
            PastAct(date: CalendarDate("2026-09-15")!, code: "1M52")
        }
        #expect(throws: PricingError.self) {
            try ShippedTables.tariffs.get().price(crowded)
        }
    }
}
