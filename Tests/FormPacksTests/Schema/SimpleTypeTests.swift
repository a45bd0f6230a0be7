// SPDX-License-Identifier: Apache-2.0
@testable import FormPacks
import Testing
import XML

/// Our reading of values against libxml2's: they must agree on every one.
@Suite("Schema: values")
struct SimpleTypeTests {
    static let types: [(restriction: String, values: [String])] = [
        (
            "<xs:restriction base=\"xs:boolean\"/>",
            ["true", "false", "1", "0", " true ", "TRUE", "", "yes"]
        ),
        (
            "<xs:restriction base=\"xs:integer\"><xs:minInclusive value=\"-5\"/><xs:maxInclusive value=\"99\"/></xs:restriction>",
            [
                "0", "-5", "-6", "99", "100", "+7", "007", "-0", "1.0", "1e1", "", " 3 ", "3 4",
                "--3", "٣",
            ]
        ),
        (
            "<xs:restriction base=\"xs:decimal\"><xs:totalDigits value=\"5\"/><xs:fractionDigits value=\"2\"/></xs:restriction>",
            [
                "1", "1.5", "1.50", "1.500", "1.505", ".5", "5.", "-.5", ".", "", "-", "12345",
                "123456", "1234.5",
                "1234.56", "00001234.50", "1e2", "1,5", "+1.5", "NaN", "INF", "1 000",
            ]
        ),
        (
            "<xs:restriction base=\"xs:date\"/>",
            [
                "2026-02-28", "2026-02-29", "2024-02-29", "2000-02-29", "1900-02-29", "2026-13-01",
                "2026-00-10",
                "2026-01-00", "2026-1-1", "26-01-01", "2026/01/01", "", "0000-01-01",
            ]
        ),
        (
            "<xs:restriction base=\"xs:time\"><xs:pattern value=\"[0-9]{2}:[0-9]{2}:[0-9]{2}\"/></xs:restriction>",
            [
                "00:00:00", "23:59:59", "24:00:00", "24:00:01", "23:60:00", "23:59:60", "9:00:00",
                "09:00", "09:00:00Z",
                "09:00:00.5", "", "12:00:00 ",
            ]
        ),
        (
            "<xs:restriction base=\"xs:dateTime\"/>",
            [
                "2026-01-01T00:00:00", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00+02:00",
                "2026-01-01T00:00:00.123Z",
                "2026-01-01", "2026-01-01 00:00:00", "2026-01-01T00:00:00+15:00",
            ]
        ),
        (
            "<xs:restriction base=\"xs:string\"><xs:length value=\"2\"/></xs:restriction>",
            ["", "a", "ab", "éé", "😀😀", "abc", " a"]
        ),
        (
            "<xs:restriction base=\"xs:string\"><xs:minLength value=\"1\"/><xs:maxLength value=\"3\"/></xs:restriction>",
            ["", "a", "abc", "abcd", "łód", "   "]
        ),
        (
            "<xs:restriction base=\"xs:string\"><xs:enumeration value=\"1\"/><xs:enumeration value=\"A\"/></xs:restriction>",
            ["1", "A", "a", "2", "", " 1"]
        ),
        (
            "<xs:restriction base=\"xs:string\"><xs:pattern value=\"[1-9][0-9]{12}\"/></xs:restriction>",
            [
                "1985061501293", "0985061501293", "198506150129", "19850615012930",
                "1985061501293 ", "١٩٨٥٠٦١٥٠١٢٩٣",
            ]
        ),
        (
            "<xs:restriction base=\"xs:string\"><xs:pattern value=\"([A-Z]{1,4}[0-9]{1,4}|[0-9][A-Z][0-9]{2})[A-Z]?\"/></xs:restriction>",
            [
                "C1", "1C11", "1C14X", "CLA11M", "CP1", "c1", "C", "1", "ABCDE1", "C12345", "1C1",
                "C1XX", "",
            ]
        ),
        (
            "<xs:restriction base=\"xs:string\"><xs:pattern value=\"(a|b)*c+.?[^x-z]\"/></xs:restriction>",
            ["cd", "ababccdd", "cx", "ccx", "ab", "c", "accdx", "bc\u{E9}q"]
        ),
        (
            "<xs:restriction base=\"xs:string\"><xs:pattern value=\"\"/><xs:pattern value=\"a{2,}|\\.[\\-a\\]]\"/></xs:restriction>",
            ["", "a", "aa", "aaaa", ".-", ".a", ".]", "xa"]
        ),
        (
            "<xs:restriction base=\"xs:base64Binary\"/>",
            ["", "UERG", "UERGMQ==", "UERGMTI=", "UERGMTJ=", "UE RG", "UER", "U===", "UER*"]
        ),
    ]

    @Test("agrees with libxml2 about every value", arguments: types.indices)
    func agrees(_ index: Int) throws {
        let (restriction, values) = Self.types[index]
        let text = """
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t" xmlns:t="urn:t">
            <xs:element name="a"><xs:complexType><xs:sequence><xs:element name="v"><xs:simpleType>\(restriction)</xs:simpleType></xs:element></xs:sequence></xs:complexType></xs:element></xs:schema>
            """
        let model = try SchemaReader.model(of: Array(text.utf8))
        let schema = try XMLSchema(Array(text.utf8))
        let root = try #require(model.roots["a"])
        let facts = try #require(model.facts(of: FormPath("v"), from: root))
        guard case .simple(let type) = facts.use.content else { throw TestFailure() }
        for value in values {
            let element = Element(
                .init("a", prefix: "t", in: "urn:t"), [Element(.init("v"), text: value)])
            let document = try XMLDocument(parsing: Writer.bytes(of: element))
            let isValid = try schema.violations(in: document).isEmpty
            switch type.canonical(value) {
            case .success(let canonical):
                #expect(isValid, "we take '\(value)' for \(restriction)")
                // What we write is valid and stays as it is.
                #expect(type.canonical(canonical) == .success(canonical))
            case .failure: #expect(!isValid, "we refuse '\(value)' for \(restriction)")
            }
        }
    }

    @Test(
        "has one writing for each value",
        arguments: [
            (SimpleType.Base.boolean, nil, "1", "true"), (.integer, nil, "+007", "7"),
            (.integer, nil, "-0", "0"),
            (.decimal, 2, "62.6", "62.60"), (.decimal, 2, "+062", "62.00"),
            (.decimal, 2, "-.5", "-0.50"),
            (.decimal, nil, "62.60", "62.6"), (.decimal, 2, "-0.00", "0.00"),
            (.date, nil, " 2026-01-02 ", "2026-01-02"),
            (.base64Binary, nil, "UE\nRG", "UERG"), (.string, nil, " a\r\nb ", " a\nb "),
        ])
    func isUniform(_ base: SimpleType.Base, _ digits: Int?, _ text: String, _ canonical: String) {
        var type = SimpleType(base)
        type.fractionDigits = digits
        #expect(type.canonical(text) == .success(canonical))
    }

    @Test(
        "compares numbers of any length",
        arguments: [
            ("1", "2"), ("-2", "-1"), ("-1", "0"), ("9", "10"), ("1.09", "1.1"), ("-1.1", "-1.09"),
            ("99999999999999999999", "100000000000000000000"), ("0.1", "1"),
        ])
    func compares(_ low: String, _ high: String) throws {
        let (low, high) = (try #require(DecimalText(low)), try #require(DecimalText(high)))
        #expect(low < high)
        #expect(!(high < low))
    }

    @Test("a pattern never takes long")
    func staysFast() throws {
        let pattern = try #require(Pattern("(a*)*(a|a)*b"))
        #expect(!pattern.matches(String(repeating: "a", count: 20_000)))
    }

    @Test(
        "refuses patterns it does not know",
        arguments: [
            "\\d", "[a", "(a", "a{2", "a{3,2}", "*a", "a)", "\\p{L}", "[a-[b]]", "a{9999}{9999}",
        ])
    func refusesPattern(_ source: String) {
        #expect(Pattern(source) == nil)
    }
}

struct TestFailure: Error {}
