// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

@Suite("JSON: reading")
struct JSONParsingTests {
    @Test("keeps the order of members and the text of numbers")
    func keepsOrderAndText() throws {
        let value = try JSONValue(parsing: Array(#"{"b":62.60,"a":[1e2,-0,0.5E+3],"c":null}"#.utf8))
        #expect(value.object?.map(\.name) == ["b", "a", "c"])
        #expect(value["b"]?.number?.text == "62.60")
        #expect(value["a"]?.array?.compactMap { $0.number?.text } == ["1e2", "-0", "0.5E+3"])
        #expect(value["c"]?.isNull == true)
    }

    @Test(
        "reads every kind of value",
        arguments: [
            ("true", JSONValue(.boolean(true))), (" false\n", .bool(false)), ("null", nil),
            ("\t12 ", 12), (#""""#, ""), ("[]", []), ("{}", [:]), ("[ 1 , 2 ]", [1, 2]),
            (#"{ "a" : { } }"#, ["a": [:]]),
        ] as [(String, JSONValue)])
    func readsKinds(_ text: String, _ expected: JSONValue) throws {
        #expect(try JSONValue(parsing: Array(text.utf8)) == expected)
    }

    @Test(
        "resolves escapes",
        arguments: [
            (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9""#, "é"),
            (#""\u00E9é""#, "éé"), (#""\uD834\uDD1E""#, "𝄞"), (#""Łódź 😀""#, "Łódź 😀"),
            (#""\u0000""#, "\0"),
        ])
    func resolvesEscapes(_ text: String, _ expected: String) throws {
        #expect(try JSONValue(parsing: Array(text.utf8)).string == expected)
    }

    @Test("says where each value stands")
    func saysWhere() throws {
        let text = "{\n  \"é\": [1,\n    \"x\"]\n}"
        let document = try JSONDocument(parsing: Array(text.utf8))
        let inner = try #require(document.root["é"]?[1])
        #expect(document.position(at: inner.offset) == JSONPosition(line: 3, column: 5))
        let member = try #require(document.root.object?.first)
        #expect(document.position(at: member.offset) == JSONPosition(line: 2, column: 3))
        // The column counts characters, not bytes.
        #expect(document.position(at: member.value.offset) == JSONPosition(line: 2, column: 8))
    }

    @Test("finds every duplicate name, however many members there are")
    func findsDuplicates() throws {
        let text = #"{"a":1,"b":{"x":1,"x":2,"x":3},"a":2}"#
        let document = try JSONDocument(parsing: Array(text.utf8))
        #expect(document.duplicates.map(\.pointer.description) == ["/b/x", "/b/x", "/a"])
        #expect(document.root["a"] == 1)

        let many = (0..<40).map { "\"n\($0)\":0" } + ["\"n3\":1", "\"n39\":1"]
        let large = try JSONDocument(parsing: Array("{\(many.joined(separator: ","))}".utf8))
        #expect(large.duplicates.map(\.pointer.description) == ["/n3", "/n39"])
    }

    @Test("takes an escaped name for the name it spells")
    func comparesResolvedNames() throws {
        let document = try JSONDocument(parsing: Array(#"{"a":1,"\u0061":2}"#.utf8))
        #expect(document.duplicates.count == 1)
        // Composed and decomposed are two names, as for every other parser.
        let other = try JSONDocument(parsing: Array("{\"\u{E9}\":1,\"e\u{301}\":2}".utf8))
        #expect(other.duplicates.isEmpty)
    }

    @Test("refuses a duplicate name where one value is asked for")
    func refusesDuplicate() {
        #expect(throws: JSONError(.duplicateName, at: JSONPosition(line: 1, column: 8))) {
            try JSONValue(parsing: Array(#"{"a":1,"a":1}"#.utf8))
        }
    }
}

@Suite("JSON: refusals")
struct JSONRefusalTests {
    @Test(
        "names what is wrong and where",
        arguments: [
            ("", JSONError.Reason.empty, 1), ("  ", .empty, 1), ("\u{FEFF}{}", .byteOrderMark, 1),
            ("{} x", .trailingData, 4), ("[1] [2]", .trailingData, 5),
            ("[1", .unexpectedEnd, 3), ("{\"a\"", .unexpectedEnd, 5), ("\"abc", .unexpectedEnd, 5),
            ("\"ab\\", .unexpectedEnd, 5), ("\"\\u00", .unexpectedEnd, 6),
            ("[1 2]", .unexpectedByte(0x32, expected: "`,` or `]`"), 4),
            ("[1,]", .unexpectedByte(0x5D, expected: "a value"), 4),
            ("{a:1}", .unexpectedByte(0x61, expected: "a name in quotation marks"), 2),
            ("{\"a\" 1}", .unexpectedByte(0x31, expected: "`:`"), 6),
            ("{\"a\":1,}", .unexpectedByte(0x7D, expected: "a name in quotation marks"), 8),
            ("{\"a\":1;", .unexpectedByte(0x3B, expected: "`,` or `}`"), 7),
            ("NaN", .unexpectedByte(0x4E, expected: "a value"), 1),
            ("Infinity", .unexpectedByte(0x49, expected: "a value"), 1),
            ("-Infinity", .invalidNumber, 1),
            ("truE", .unexpectedByte(0x45, expected: "`true`"), 4),
            ("01", .invalidNumber, 1), ("+1", .unexpectedByte(0x2B, expected: "a value"), 1),
            ("1.", .invalidNumber, 1), (".5", .unexpectedByte(0x2E, expected: "a value"), 1),
            ("1e", .invalidNumber, 1), ("1.5.2", .invalidNumber, 1), ("-", .invalidNumber, 1),
            ("0x10", .invalidNumber, 1), ("\"a\u{1}\"", .controlCharacter, 3),
            ("\"\\n\u{9}\"", .controlCharacter, 4), ("\"\\x\"", .invalidEscape, 2),
            ("\"\\u00g0\"", .invalidEscape, 2), ("\"\\ud834\"", .loneSurrogate, 2),
            ("\"\\udd1e\"", .loneSurrogate, 2), ("\"\\ud834\\u0041\"", .loneSurrogate, 2),
            ("// c\n1", .unexpectedByte(0x2F, expected: "a value"), 1),
            ("'a'", .unexpectedByte(0x27, expected: "a value"), 1),
        ])
    func refuses(_ text: String, _ reason: JSONError.Reason, _ column: Int) {
        let expected = JSONError(reason, at: JSONPosition(line: 1, column: column))
        #expect(throws: expected) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test(
        "refuses bytes that are not UTF-8",
        arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE9]]
            as [[UInt8]])
    func refusesEncoding(_ bytes: [UInt8]) {
        #expect(throws: JSONError(.notUTF8, at: JSONPosition(line: 1, column: 1))) {
            try JSONValue(parsing: [0x22] + bytes + [0x22])
        }
    }

    @Test("refuses UTF-16")
    func refusesUTF16() {
        let bytes = "{}".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0xFF, 0xFE] + bytes) }
    }

    @Test(
        "keeps within its limits",
        arguments: [
            ("[1,2,3]", JSONLimits(sizeInBytes: 6), JSONError.Reason.tooLarge(limit: 6), 1),
            ("[[[1]]]", JSONLimits(depth: 2), .tooDeep(limit: 2), 3),
            (#"{"a":{"b":{}}}"#, JSONLimits(depth: 2), .tooDeep(limit: 2), 11),
            (#""abc""#, JSONLimits(stringInBytes: 2), .stringTooLong(limit: 2), 1),
            (#""éé""#, JSONLimits(stringInBytes: 3), .stringTooLong(limit: 3), 1),
            (#""\u00e9\u00e9""#, JSONLimits(stringInBytes: 3), .stringTooLong(limit: 3), 1),
            (#"{"abc":1}"#, JSONLimits(nameInBytes: 2), .nameTooLong(limit: 2), 2),
            ("[1234]", JSONLimits(numberLength: 3), .numberTooLong(limit: 3), 2),
            ("[1,2,3]", JSONLimits(nodes: 3), .tooManyValues(limit: 3), 6),
        ])
    func keepsLimits(
        _ text: String, _ limits: JSONLimits, _ reason: JSONError.Reason, _ column: Int
    ) {
        let expected = JSONError(reason, at: JSONPosition(line: 1, column: column))
        #expect(throws: expected) { try JSONValue(parsing: Array(text.utf8), limits: limits) }
    }

    @Test("refuses deep nesting without exhausting the stack")
    func refusesDeepNesting() {
        let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: JSONError(.tooDeep(limit: 64), at: JSONPosition(line: 1, column: 65))) {
            try JSONValue(parsing: bytes)
        }
    }

    @Test("says line and column, and what to do, without quoting the text")
    func describes() {
        let error = JSONError(.trailingData, at: JSONPosition(line: 3, column: 2))
        #expect(
            "\(error)" == "line 3, column 2: something follows the value; send one JSON value only")
    }
}
