// SPDX-License-Identifier: Apache-2.0
import Connector
import HTTPAPI
import JSON
import NationalAPI
import Testing

@Suite("A contestation is refused before it is kept when the wire cannot carry it")
struct ContestationTests {
    private func read(_ json: JSONValue) throws(JSONReadingError) -> Contestation {
        try Contestation(reading: JSONReader(json))
    }

    @Test("takes a reason, words without the blanks around them, and lines")
    func taken() throws {
        let contestation = try read(["reason": "TARIF", "text": " Devis\n", "lines": [1, 3]])
        #expect(contestation.reason == .tariff)
        #expect(contestation.text == "Devis")
        #expect(contestation.lines == [1, 3])
    }

    @Test("takes a reason alone, and blanks as no words")
    func alone() throws {
        #expect(try read(["reason": "DROITS"]).text == nil)
        #expect(try read(["reason": "DROITS", "text": "  "]).text == nil)
    }

    @Test("takes 500 characters, tabs and ends of lines")
    func longest() throws {
        let words = "a\tb\r\n" + String(repeating: "é", count: 495)
        #expect(try read(["reason": "AUTRE", "text": .string(words)]).text == words)
    }

    static let refused: [(JSONValue, String)] = [
        ([:], "/reason"),
        (["reason": "AUTRE"], "/text"),
        (["reason": "AUTRE", "text": " \n"], "/text"),
        (["reason": "TARIF", "text": .string(String(repeating: "é", count: 501))], "/text"),
        // 300 characters to a reader, 600 to the schema.
        (["reason": "TARIF", "text": .string(String(repeating: "🇱🇺", count: 300))], "/text"),
        (["reason": "TARIF", "text": "a\u{1}b"], "/text"),
        (["reason": "TARIF", "text": "a\u{FFFE}"], "/text"),
        (["reason": "TARIF", "lines": [0]], "/lines/0"),
        (["reason": "TARIF", "lines": [1, 2, 1]], "/lines/2"),
        (["reason": "TARIF", "other": 1], "/other"),
    ]

    @Test("names the place of what it does not take", arguments: refused)
    func place(_ json: JSONValue, _ pointer: String) {
        #expect { try read(json) } throws: { error in
            "\(error)".hasPrefix("\(pointer):")
        }
    }
}
