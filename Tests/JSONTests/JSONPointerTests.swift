// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

@Suite("JSON: pointers")
struct JSONPointerTests {
    /// RFC 6901, 5.
    static let example = """
        {"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\\\j":5,"k\\"l":6," ":7,"m~n":8}
        """

    @Test(
        "resolves the examples of RFC 6901",
        arguments: [
            ("/foo/0", JSONValue.string("bar")), ("/", 0), ("/a~1b", 1), ("/c%d", 2), ("/e^f", 3),
            ("/g|h", 4), ("/i\\j", 5), ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8),
        ])
    func resolves(_ text: String, _ expected: JSONValue) throws {
        let value = try JSONValue(parsing: Array(Self.example.utf8))
        let pointer = try #require(JSONPointer(text))
        #expect(value[pointer] == expected)
        #expect(pointer.description == text)
    }

    @Test("the empty pointer is the whole value")
    func resolvesRoot() throws {
        let value = try JSONValue(parsing: Array(Self.example.utf8))
        #expect(value[try #require(JSONPointer(""))] == value)
    }

    @Test(
        "finds nothing where nothing is",
        arguments: ["/x", "/foo/2", "/foo/-", "/foo/01", "/foo/a", "/foo/0/x"])
    func findsNothing(_ text: String) throws {
        let value = try JSONValue(parsing: Array(Self.example.utf8))
        #expect(value[try #require(JSONPointer(text))] == nil)
    }

    @Test("is no pointer", arguments: ["a", "/~", "/~2", "/a~"])
    func refuses(_ text: String) {
        #expect(JSONPointer(text) == nil)
    }
}

@Suite("JSON: writing")
struct JSONWriterTests {
    static let value: JSONValue = [
        "b": [1, "a\"\\\n\u{1}é/"], "a": [:], "empty": [], "flag": true, "none": nil,
    ]

    @Test("writes compact text")
    func writesCompact() {
        let text = String(decoding: Self.value.serialized(), as: UTF8.self)
        #expect(
            text == #"{"b":[1,"a\"\\\n\u0001é/"],"a":{},"empty":[],"flag":true,"none":null}"#)
    }

    @Test("writes pretty text")
    func writesPretty() {
        let text = String(decoding: Self.value.serialized(.pretty), as: UTF8.self)
        #expect(
            text == """
                {
                  "b": [
                    1,
                    "a\\"\\\\\\n\\u0001é/"
                  ],
                  "a": {},
                  "empty": [],
                  "flag": true,
                  "none": null
                }

                """)
    }

    @Test("reads back what it wrote", arguments: [JSONStyle.compact, .pretty])
    func readsBack(_ style: JSONStyle) throws {
        #expect(try JSONValue(parsing: Self.value.serialized(style)) == Self.value)
    }
}

@Suite("JSON: reading configuration")
struct JSONReaderTests {
    enum Level: String, CaseIterable { case low, high }

    private func reader(_ text: String) throws -> JSONReader {
        JSONReader(try JSONValue(parsing: Array(text.utf8)))
    }

    @Test("reads members by kind")
    func readsMembers() throws {
        let reader = try reader(
            #"{"s":"x","i":3,"d":1.5,"b":false,"l":["low"],"n":null,"o":{"z":1,"y":2}}"#)
        #expect(try reader.member("s").string() == "x")
        #expect(try reader.member("i").int(in: 1...3) == 3)
        #expect(try reader.member("d").double() == 1.5)
        #expect(try reader.member("b").boolean() == false)
        #expect(try reader.member("l").elements().map { try $0.choice(Level.self) } == [.low])
        #expect(try reader.optional("n")?.value == nil)
        #expect(try reader.member("o").members().map(\.name) == ["z", "y"])
    }

    @Test("names by pointer what is wrong")
    func namesWrong() throws {
        let reader = try reader(#"{"a":{"b":["x",1.5]},"c":"medium"}"#)
        #expect(throws: JSONReadingError(.missing, at: JSONPointer(["a", "z"]))) {
            try reader.member("a").member("z")
        }
        #expect(throws: JSONReadingError(.unknownMember, at: JSONPointer(["c"]))) {
            try reader.allowOnly(["a"])
        }
        let second = try reader.member("a").member("b").elements()[1]
        #expect(
            throws: JSONReadingError(
                .unexpected(expected: "a whole number"), at: JSONPointer(["a", "b", "1"]))
        ) { try second.int() }
        #expect(
            throws: JSONReadingError(
                .unexpected(expected: "one of `low`, `high`"), at: JSONPointer(["c"]))
        ) { try reader.member("c").choice(Level.self) }
        #expect(
            throws: JSONReadingError(.unexpected(expected: "an object"), at: JSONPointer(["c"]))
        ) {
            try reader.member("c").member("d")
        }
    }
}
