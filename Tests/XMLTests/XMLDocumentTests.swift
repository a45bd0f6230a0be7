// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import XML

private func document(_ text: String) throws -> XMLDocument {
    try XMLDocument(parsing: Array(text.utf8))
}

private func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
    text.utf16.reduce(into: bigEndian ? [0xFE, 0xFF] : [0xFF, 0xFE]) { bytes, unit in
        let pair = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
        bytes += bigEndian ? pair : pair.reversed()
    }
}

@Suite("XML document: what is accepted and what is refused")
struct XMLDocumentTests {
    @Test("reads elements, attributes and text by namespace")
    func reads() throws {
        let root = try document("<a xmlns='urn:x' b='1'><c>t<!-- no -->u</c><c/></a>").root
        #expect(root.isNamed("a", in: "urn:x"))
        #expect(root.attribute("b") == "1")
        #expect(root.children("c", in: "urn:x").count == 2)
        #expect(root.child("c", in: "urn:x")?.text == "tu")
    }

    @Test("names the place of an element by position among its twins")
    func path() throws {
        let root = try document("<a><b/><c/><b><d/></b></a>").root
        let last = try #require(root.children("b", in: nil).last?.firstChild)
        #expect(last.path == "/a/b[2]/d")
    }

    @Test(
        "refuses declarations of a document type in any encoding (XM-01)",
        arguments: [
            Array("<!DOCTYPE a><a/>".utf8), Array("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>".utf8),
            utf16("<!DOCTYPE a><a/>", bigEndian: false),
        ])
    func documentType(_ bytes: [UInt8]) {
        #expect(throws: XMLError.documentTypeDeclaration) { try XMLDocument(parsing: bytes) }
    }

    @Test("reads UTF-16 with a mark and UTF-8 with a mark")
    func encodings() throws {
        #expect(try XMLDocument(parsing: utf16("<a>é</a>", bigEndian: true)).root.text == "é")
        #expect(try XMLDocument(parsing: [0xEF, 0xBB, 0xBF] + "<a>é</a>".utf8).root.text == "é")
    }

    @Test(
        "refuses other encodings",
        arguments: [
            Array("<?xml version='1.0' encoding='ISO-8859-1'?><a/>".utf8),
            Array("<?xml version='1.0' encoding='UTF-7'?><a/>".utf8),
            [0x3C, 0x61, 0x3E, 0xC0, 0xAF, 0x3C, 0x2F, 0x61, 0x3E],
            [0xFF, 0xFE, 0, 0, 0x3C, 0, 0, 0],
        ])
    func foreignEncodings(_ bytes: [UInt8]) {
        let error = #expect(throws: XMLError.self) { try XMLDocument(parsing: bytes) }
        guard case .encoding = error else {
            Issue.record("expected .encoding, got \(String(describing: error))")
            return
        }
    }

    @Test("refuses an empty and an oversized document")
    func sizes() {
        #expect(throws: XMLError.empty) { try XMLDocument(parsing: []) }
        var limits = XMLLimits()
        limits.sizeInBytes = 3
        #expect(throws: XMLError.tooLarge(sizeInBytes: 4, limit: 3)) {
            try XMLDocument(parsing: Array("<a/>".utf8), limits: limits)
        }
    }

    @Test("refuses nesting, attributes and texts past their limits", arguments: [0, 1, 2])
    func limits(_ which: Int) throws {
        let bomb = [
            String(repeating: "<a>", count: 65) + String(repeating: "</a>", count: 65),
            "<a " + (0..<65).map { "a\($0)='1'" }.joined(separator: " ") + "/>",
            "<a>" + String(repeating: "x", count: (10 << 20) + 1) + "</a>",
        ][which]
        let error = #expect(throws: XMLError.self) { try document(bomb) }
        guard case .limit = error else {
            Issue.record("expected .limit, got \(String(describing: error))")
            return
        }
    }

    @Test("names the line of what is not well-formed, without content")
    func malformed() {
        let error = #expect(throws: XMLError.self) { try document("<a>\n<b>secret</c></a>") }
        #expect(
            error
                == .malformed(line: 2, reason: "an end tag does not match its start tag"))
    }

    @Test("finds an element by identifier and refuses one that is claimed twice (XM-03)")
    func identifiers() throws {
        #expect(try document("<a><b Id='x'/></a>").element(withID: "x")?.localName == "b")
        let twins = try document("<a><b Id='x'/><c xml:id='x'/></a>")
        #expect(throws: XMLError.duplicateID("x")) { try twins.element(withID: "x") }
        #expect(twins.duplicateID == "x")
    }
}

@Suite("Canonical XML and the writer")
struct CanonicalizationTests {
    private let source =
        "<a xmlns:p='urn:p' xmlns='urn:d' z='1' a='2'><p:b c='&quot;&#9;'>&lt;é</p:b><!--c--></a>"

    @Test("exclusive form drops what is not used and comments")
    func exclusive() throws {
        let bytes = try document(source).canonical()
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "<a xmlns=\"urn:d\" a=\"2\" z=\"1\"><p:b xmlns:p=\"urn:p\" c=\"&quot;&#x9;\">&lt;é</p:b></a>"
        )
    }

    @Test("a prefix list keeps a namespace, inclusive forms keep all")
    func prefixes() throws {
        let document = try document("<a xmlns:q='urn:q'><b/></a>")
        let b = try #require(document.root.firstChild)
        let exclusive = try document.canonical(.subtree(b), inclusivePrefixes: ["q"])
        #expect(String(decoding: exclusive, as: UTF8.self) == "<b xmlns:q=\"urn:q\"></b>")
        let inclusive = try document.canonical(.subtree(b), method: .inclusive10)
        #expect(inclusive == exclusive)
    }

    @Test("a selection leaves out the signature; a node set is taken literally")
    func selections() throws {
        let document = try document("<a><b/><s>x</s></a>")
        let s = try #require(document.root.child("s", in: nil))
        let without = try document.canonical(.documentWithout([s]))
        #expect(String(decoding: without, as: UTF8.self) == "<a><b></b></a>")
        let context = try XPathContext(document)
        let set = try context.nodeSet(XPath("//s | //s/text()"))
        let literal = try NodeSet.selected(set).canonical(.exclusive10)
        #expect(String(decoding: literal, as: UTF8.self) == "<s>x</s>")
    }

    @Test("the writer writes the exclusive canonical form")
    func writer() throws {
        let element = Element(
            .init("a", in: "urn:d"), attributes: [.init("b", "2"), .init("z", "<\"\n")],
            children: [
                .element(.init(.init("b", prefix: "p", in: "urn:p"), text: "é<&>\r")),
                .element(.init(.init("c"), text: "")),
            ])
        let unsorted = Element(
            element.name, attributes: element.attributes.reversed(), children: element.children)
        #expect(Writer.bytes(of: unsorted) == Writer.bytes(of: element))
        let bytes = Writer.bytes(of: element)
        #expect(try XMLDocument(parsing: bytes).canonical() == bytes)
        #expect(try XMLDocument(root: element).canonical() == bytes)
        #expect(try XMLDocument(parsing: bytes).root.value() == element)
    }

    @Test("a copied subtree is a document with the same canonical form")
    func copying() throws {
        let outer = try document(
            "<e xmlns='urn:e' xmlns:p='urn:p'><p:b><p:c xmlns=''><d/></p:c></p:b></e>")
        let inner = try #require(outer.root.firstChild)
        let cut = try XMLDocument(copying: inner)
        #expect(try cut.canonical() == outer.canonical(.subtree(inner)))
    }
}

@Suite("XPath and XML Schema")
struct XPathTests {
    @Test("evaluates with prefixes, variables and functions of ours")
    func evaluates() throws {
        let document = try document("<a xmlns='urn:x'><b>2</b><b>3</b></a>")
        let context = try XPathContext(
            document, namespaces: ["x": "urn:x", "f": "urn:f"],
            functionNamespace: "urn:f", functions: ["twice": { .string($0[0] + $0[0]) }])
        context.setVariable("n", to: .number(2))
        #expect(try context.evaluate(XPath("sum(/x:a/x:b) = 5 and count(//x:b) = $n")).boolean)
        #expect(try context.string(XPath("f:twice(/x:a/x:b[2])")) == "33")
    }

    @Test("an expression that calls a function outlives the context it was first evaluated in")
    func sharedExpression() throws {
        let expression = try XPath("f:size('abc')")
        for _ in 0..<50 {
            let context = try XPathContext(
                document("<a/>"), namespaces: ["f": String("urn:" + "f")],
                functionNamespace: "urn:f", functions: ["size": { .number(Double($0[0].count)) }])
            #expect(try context.string(expression) == "3")
        }
    }

    @Test("refuses what is no XPath 1.0 and what runs away")
    func refuses() throws {
        #expect(throws: XMLError.self) { try XPath("a[") }
        let context = try XPathContext(document("<a><b/></a>"))
        #expect(throws: XMLError.self) { try context.evaluate(XPath("$missing")) }
    }

    @Test("a schema is compiled once and says what is wrong, on every thread")
    func schema() async throws {
        let schema = try XMLSchema(
            Array(
                """
                <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
                <xs:element name="a"><xs:complexType><xs:sequence>
                <xs:element name="b" type="xs:int" maxOccurs="9"/></xs:sequence></xs:complexType>
                </xs:element></xs:schema>
                """.utf8))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    #expect(try schema.violations(in: document("<a><b>1</b></a>")).isEmpty)
                    let found = try schema.violations(in: document("<a>\n<b>x</b></a>"))
                    #expect(found.first?.path == "/a/b" && found.first?.line == 2)
                }
            }
            try await group.waitForAll()
        }
    }
}
