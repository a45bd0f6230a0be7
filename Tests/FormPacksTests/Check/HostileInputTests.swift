// SPDX-License-Identifier: Apache-2.0
import FormPacks
import JSON
import Testing
import XML

@Suite("Check: hostile input")
struct HostileInputTests {
    private func error(_ input: FormInput) throws -> FormCheckError? {
        do {
            _ = try TestPack.pack().check(input, today: TestPack.today)
            return nil
        } catch let error as FormCheckError {
            return error
        }
    }

    private func isXMLRefusal(_ error: FormCheckError?, _ test: (XMLError) -> Bool) -> Bool {
        if case .unreadableXML(let error)? = error { test(error) } else { false }
    }

    private func isJSONRefusal(_ error: FormCheckError?, _ reason: JSONError.Reason) -> Bool {
        if case .unreadableJSON(let error)? = error { error.reason == reason } else { false }
    }

    @Test("refuses nothing at all", arguments: [FormInput.json([]), .xml([])])
    func refusesEmpty(_ input: FormInput) throws {
        let error = try error(input)
        #expect(isJSONRefusal(error, .empty) || isXMLRefusal(error) { $0 == .empty })
    }

    @Test("refuses more than 20 MiB")
    func refusesLarge() throws {
        let bytes = [UInt8](repeating: 0x20, count: 20 << 20 | 1)
        #expect(isJSONRefusal(try error(.json(bytes)), .tooLarge(limit: 20 << 20)))
        #expect(
            isXMLRefusal(try error(.xml(bytes))) {
                $0 == .tooLarge(sizeInBytes: bytes.count, limit: 20 << 20)
            })
    }

    @Test("refuses what is not UTF-8")
    func refusesEncoding() throws {
        #expect(isJSONRefusal(try error(.json([0x22, 0xE9, 0x22])), .notUTF8))
        #expect(
            isXMLRefusal(try error(.xml(Array("<a>".utf8) + [0xE9] + Array("</a>".utf8)))) {
                if case .encoding = $0 { true } else { false }
            })
    }

    @Test(
        "refuses document types and entities",
        arguments: [
            "<!DOCTYPE memoireHonoraire SYSTEM \"file:///etc/passwd\"><a/>",
            "<!DOCTYPE a [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><a>&b;</a>",
            "<!DOCTYPE a [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/\">%p;]><a/>",
        ])
    func refusesEntities(_ text: String) throws {
        #expect(isXMLRefusal(try error(.xml(Array(text.utf8)))) { $0 == .documentTypeDeclaration })
    }

    @Test("refuses deep nesting")
    func refusesDepth() throws {
        let xml = String(repeating: "<a>", count: 10_000)
        #expect(
            isXMLRefusal(try error(.xml(Array(xml.utf8)))) {
                if case .limit(_, 64, _) = $0 { true } else { false }
            })
        let json = String(repeating: "{\"a\":", count: 10_000)
        #expect(isJSONRefusal(try error(.json(Array(json.utf8))), .tooDeep(limit: 64)))
    }

    @Test("refuses text that is neither")
    func refusesGarbage() throws {
        #expect(FormInput(guessing: Array(" \n<a/>".utf8)) == .xml(Array(" \n<a/>".utf8)))
        #expect(FormInput(guessing: Array("{}".utf8)) == .json(Array("{}".utf8)))
        #expect(throws: FormCheckError.self) {
            try TestPack.pack().check(
                FormInput(guessing: Array("%PDF-1.7".utf8)), today: TestPack.today)
        }
    }

    @Test("the description of an error quotes nothing of the form")
    func quotesNothing() throws {
        let error = try #require(
            try error(.json(Array("{\"memoireHonoraire\":\"1985061501293".utf8))))
        #expect(!"\(error)".contains("1985"))
    }
}
