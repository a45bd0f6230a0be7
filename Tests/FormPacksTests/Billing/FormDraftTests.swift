// SPDX-License-Identifier: Apache-2.0
import FormPacks
import JSON
import Testing

@Suite("A form made from other forms by data")
struct FormDraftTests {
    private let statement: FormElement

    init() throws {
        let value = try TestPack.json("valid-full.json")
        statement = try #require(try TestPack.check(value).document).root
    }

    private func form(_ json: JSONValue, values: [String: String] = [:]) throws -> JSONValue {
        try FormDraft(reading: JSONReader(json)).form(
            from: ["statement": statement], values: values)
    }

    @Test("a text stays, a path takes what is there, a value comes from beside")
    func simple() throws {
        let made = try form(
            ["a": "EUR", "b": "=statement/entete/facturier/nom", "c": "=value/total"],
            values: ["total": "12.00"])
        #expect(made == ["a": "EUR", "b": "Weber-Krüger", "c": "12.00"])
    }

    @Test("what no source has is left out, an object that stays empty with it")
    func absent() throws {
        let made = try form([
            "a": "x", "b": "=statement/entete/nothing", "c": ["d": "=nobody/x"], "e": [:],
        ])
        #expect(made == ["a": "x", "e": [:]])
    }

    @Test("a path to a branch takes the whole branch")
    func branch() throws {
        let made = try form(["patient": "=statement/entete/patient"])
        #expect(made["patient"]?["matricule"] == "1985061501293")
        #expect(made["patient"]?["accident"]?["numeroAccident"] == "U123456789")
    }

    @Test("of several the first that is there")
    func any() throws {
        let made = try form(["a": ["=any": ["=statement/nothing", "=value/x", "last"]]])
        #expect(made == ["a": "last"])
    }

    @Test("each element makes a row, beside the partner with the same key")
    func each() throws {
        let made = try form([
            "rows": [
                "=each": "=statement/prestation",
                "=with": ["twin": "=statement/prestation", "on": "numeroLigne"],
                "=as": ["n": "=row/numeroLigne", "code": "=twin/acte/codeActe"],
            ]
        ])
        let rows = try #require(made["rows"]?.array)
        #expect(rows.count == statement.all(FormPath("prestation")).count)
        #expect(rows[2] == ["n": "3", "code": "1C11"])
    }

    @Test("a description with a slip of the pen is refused by its place")
    func refused() throws {
        let slips: [(JSONValue, String)] = [
            (["a": 1], "/a"), (["a": "="], "/a"), (["a": ["=each": "=x/y"]], "/a/=as"),
            (["a": ["=each": "=x/y", "=as": "=row", "=is": "z"]], "/a/=is"),
            (["a": ["=each": "=x/y", "=with": ["on": "k"], "=as": "=row"]], "/a/=with"),
        ]
        for (json, place) in slips {
            do throws(JSONReadingError) {
                _ = try FormDraft(reading: JSONReader(json))
                Issue.record("\(place) was taken")
            } catch {
                #expect(error.pointer.description == place)
            }
        }
    }
}
