// SPDX-License-Identifier: Apache-2.0
import Coverage
@testable import FormPacks
import Testing
import XML

@Suite("Rules: Schematron")
struct RuleSetTests {
    private func firings(_ patterns: String, _ xml: String = "<a><b n='1'>x</b><b n='2'>y</b></a>")
        throws -> [String]
    {
        let text = """
            <sch:schema xmlns:sch="http://purl.oclc.org/dsdl/schematron" xmlns:oec="urn:open-econnector:lu:functions" xml:lang="fr">
            <sch:ns prefix="oec" uri="urn:open-econnector:lu:functions"/>
            <sch:let name="count" value="count(//b)"/>\(patterns)
            <sch:diagnostics><sch:diagnostic id="d" xml:lang="de">D <sch:value-of select="."/></sch:diagnostic>
            <sch:diagnostic id="e" xml:lang="en">E</sch:diagnostic></sch:diagnostics></sch:schema>
            """
        let rules = try RuleSetReader.rules(of: Array(text.utf8))
        let document = try XMLDocument(parsing: Array(xml.utf8))
        return try rules.firings(in: document, today: TestPack.today).map {
            "\($0.assertion.id) \($0.path) \($0.text.fr)|\($0.text.de)|\($0.text.en)"
        }
    }

    @Test("asserts fire when false, reports when true")
    func fires() throws {
        let found = try firings(
            """
            <sch:pattern><sch:rule context="b">
            <sch:assert id="A" role="error" test="@n = 1" diagnostics="d e">pas 1</sch:assert>
            <sch:report id="R" role="warning" test=". = 'x'" diagnostics="d e">est x</sch:report>
            </sch:rule></sch:pattern>
            """)
        #expect(found == ["R /a/b[1] est x|D x|E", "A /a/b[2] pas 1|D y|E"])
    }

    @Test("within a pattern the first rule takes a node, another pattern starts anew")
    func takesFirst() throws {
        let found = try firings(
            """
            <sch:pattern><sch:rule context="b[@n = 1]"><sch:report id="A" role="error" test="true()" diagnostics="d e">a</sch:report></sch:rule>
            <sch:rule context="b | a"><sch:report id="B" role="error" test="true()" diagnostics="d e">b</sch:report></sch:rule></sch:pattern>
            <sch:pattern><sch:rule context="/a/b[@n = 1]"><sch:report id="C" role="error" test="true()" diagnostics="d e">c</sch:report></sch:rule></sch:pattern>
            """)
        #expect(found.map { $0.prefix(1) } == ["A", "B", "B", "C"])
    }

    @Test("knows variables of schema, rule and caller, and functions")
    func knowsVariables() throws {
        let found = try firings(
            """
            <sch:pattern><sch:rule context="a"><sch:let name="later" value="oec:add-months($today, $count)"/>
            <sch:report id="A" role="error" test="$later = '2026-10-01'" oec:pointer="b[2]" diagnostics="d e">le <sch:value-of select="$later"/> !</sch:report></sch:rule></sch:pattern>
            """)
        #expect(found == ["A /a/b[2] le 2026-10-01 !|D xy|E"])
    }

    @Test("an expression with an unknown variable is our fault")
    func failsOnUnknown() {
        #expect(throws: XMLError.self) {
            try firings(
                """
                <sch:pattern><sch:rule context="a"><sch:assert id="A" role="error" test="$no" diagnostics="d e">a</sch:assert></sch:rule></sch:pattern>
                """)
        }
    }

    @Test("runs as often as it is asked to")
    func runsAgain() throws {
        let text = """
            <sch:schema xmlns:sch="http://purl.oclc.org/dsdl/schematron" xml:lang="fr">
            <sch:ns prefix="f" uri="urn:open-econnector:lu:functions"/>
            <sch:pattern><sch:rule context="b"><sch:assert id="A" role="error" test="f:matches(., '[0-9]+')" diagnostics="d e">a</sch:assert></sch:rule></sch:pattern>
            <sch:diagnostics><sch:diagnostic id="d" xml:lang="de">D</sch:diagnostic><sch:diagnostic id="e" xml:lang="en">E</sch:diagnostic></sch:diagnostics></sch:schema>
            """
        let rules = try RuleSetReader.rules(of: Array(text.utf8))
        for round in 0..<20 {
            let document = try XMLDocument(parsing: Array("<a><b>\(round)</b><b>x</b></a>".utf8))
            #expect(try rules.firings(in: document, today: TestPack.today).count == 1)
        }
    }
}

@Suite("Rules: functions")
struct RuleFunctionTests {
    /// `docs/requirements/identifiers-and-codes.md`, 1.
    @Test(
        "both check digits of the matricule",
        arguments: [
            ("1893120105732", true, true), ("1900010100152", true, true),
            ("1985061501293", true, true),
            ("2010123199966", true, true), ("2020022900725", true, true),
            ("1899022812380", true, true),
            ("1985061501203", false, true), ("1900010100153", true, false),
            ("1984123101234", false, false),
        ])
    func checksDigits(_ matricule: String, _ luhn: Bool, _ verhoeff: Bool) {
        let base = matricule.prefix(11)
        #expect(CheckDigits.isLuhn(String(matricule.prefix(12))) == luhn)
        #expect(CheckDigits.isVerhoeff(String(base) + String(matricule.suffix(1))) == verhoeff)
    }

    @Test("one wrong digit is always found")
    func findsWrongDigit() {
        let base = Array("18931201057")
        for position in base.indices {
            for digit in "0123456789" where digit != base[position] {
                var wrong = base
                wrong[position] = digit
                #expect(!CheckDigits.isLuhn(String(wrong) + "3"))
                #expect(!CheckDigits.isVerhoeff(String(wrong) + "2"))
            }
        }
    }

    @Test("is no number", arguments: ["", "1", "12a", "١٢", "-12"])
    func refuses(_ text: String) {
        #expect(!CheckDigits.isLuhn(text))
        #expect(!CheckDigits.isVerhoeff(text))
    }

    private func call(_ name: String, _ arguments: [String]) throws -> XPathValue {
        let function = try #require(RuleFunctions.table[name])
        return function(arguments)
    }

    @Test(
        "adds months, to the last day of a short one",
        arguments: [
            ("2025-11-30", "3", "2026-02-28"), ("2023-11-30", "3", "2024-02-29"),
            ("2026-01-31", "1", "2026-02-28"),
            ("2026-10-15", "3", "2027-01-15"), ("2026-03-31", "-1", "2026-02-28"), ("", "3", ""),
            ("x", "3", ""),
            ("2026-01-01", "NaN", ""), ("9999-12-01", "1", ""),
        ])
    func addsMonths(_ date: String, _ months: String, _ expected: String) throws {
        guard case .string(let text) = try call("add-months", [date, months]) else {
            throw TestFailure()
        }
        #expect(text == expected)
    }

    @Test(
        "reads other functions",
        arguments: [
            ("mod97", ["90000135"], true), ("mod97", ["91234560"], true),
            ("mod97", ["90000136"], false),
            ("mod97", ["x"], false), ("is-partial-date", ["19850600"], true),
            ("is-partial-date", ["19850031"], true),
            ("is-partial-date", ["19851301"], false), ("is-partial-date", ["20230229"], false),
            ("matches", ["C1", "[A-Z][0-9]"], true), ("matches", ["C12", "[A-Z][0-9]"], false),
            ("luhn", [], false),
        ])
    func readsFunctions(_ name: String, _ arguments: [String], _ expected: Bool) throws {
        #expect(try call(name, arguments).boolean == expected)
    }

    @Test(
        "writes amounts",
        arguments: [("0", "0.00"), ("6260", "62.60"), ("-5", "-0.05"), ("x", "x")])
    func writesAmount(_ cents: String, _ expected: String) throws {
        guard case .string(let text) = try call("amount", [cents]) else { throw TestFailure() }
        #expect(text == expected)
    }
}

@Suite("Calendar dates")
struct CalendarDateTests {
    @Test("is a day", arguments: ["2026-02-28", "2024-02-29", "0001-01-01", "9999-12-31"])
    func reads(_ text: String) throws {
        #expect(try #require(CalendarDate(text)).description == text)
    }

    @Test(
        "is no day",
        arguments: [
            "2026-02-29", "2026-04-31", "2026-13-01", "0000-01-01", "2026-1-1", "", "2026-01-01Z",
            "٢٠٢٦-01-01",
        ])
    func refuses(_ text: String) {
        #expect(CalendarDate(text) == nil)
    }

    @Test("knows what came first")
    func compares() throws {
        let (early, late) = (
            try #require(CalendarDate("2025-12-31")), try #require(CalendarDate("2026-01-01"))
        )
        #expect(early < late)
    }
}
