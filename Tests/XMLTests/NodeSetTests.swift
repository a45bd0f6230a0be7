// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import XML

@Suite("Node sets: what transforms leave, and its canonical form")
struct NodeSetTests {
    private func document(_ text: String) throws -> XMLDocument {
        try XMLDocument(parsing: Array(text.utf8))
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func text(
        _ nodes: NodeSet, _ method: CanonicalizationMethod = .inclusive10
    ) throws -> String { text(try nodes.canonical(method)) }

    @Test("a part has the namespaces and the xml: attributes of the elements around it")
    func inherited() throws {
        let document = try document(
            "<a xmlns='urn:d' xmlns:p='urn:p' xml:lang='fr'><b><p:c x='1'/>t</b><z/></a>")
        let b = try #require(document.root.firstChild)
        let part = NodeSet.subtree(b, comments: true)
        #expect(
            try text(part)
                == "<b xmlns=\"urn:d\" xmlns:p=\"urn:p\" xml:lang=\"fr\"><p:c x=\"1\"></p:c>t</b>")
        #expect(
            try text(part, .exclusive10)
                == "<b xmlns=\"urn:d\"><p:c xmlns:p=\"urn:p\" x=\"1\"></p:c>t</b>")
        #expect(try text(.all(of: document, comments: true)).hasSuffix("<z></z></a>"))
    }

    @Test("holes are left out and stand again afterwards, whatever their place")
    func holes() throws {
        let document = try document("<a><x/>1<y><x/></y>2<x/></a>")
        let before = try document.canonical()
        let x = document.root.descendantsAndSelf.filter { $0.localName == "x" }
        let y = try #require(document.root.child("y", in: nil))
        let all = NodeSet.all(of: document, comments: true)
        #expect(try text(all.removing(x)) == "<a>1<y></y>2</a>")
        #expect(try text(all.removing([y, x[0]])) == "<a>12<x></x></a>")
        #expect(try text(NodeSet.subtree(x[1], comments: true).removing([y])).isEmpty)
        #expect(try document.canonical() == before)
    }

    @Test("comments stay only where both the set and the method have them")
    func comments() throws {
        let document = try document("<a>1<!-- c -->2</a>")
        let (with, without) = (
            NodeSet.all(of: document, comments: true), NodeSet.all(of: document, comments: false)
        )
        #expect(try text(with, .inclusive10WithComments) == "<a>1<!-- c -->2</a>")
        #expect(try text(with, .inclusive10) == "<a>12</a>")
        #expect(try text(without, .inclusive10WithComments) == "<a>12</a>")
    }

    @Test("an expression is asked for every node, attributes and namespaces too")
    func xpath() throws {
        let document = try document("<a xmlns:p='urn:p' i='1'><b i='2'>t</b><c/></a>")
        let context = try XPathContext(document)
        let all = NodeSet.all(of: document, comments: true)
        let noB = try all.filtered(by: XPath("not(ancestor-or-self::b)"), in: context)
        #expect(try text(noB) == "<a xmlns:p=\"urn:p\" i=\"1\"><c></c></a>")
        let elements = try all.filtered(by: XPath("self::*"), in: context)
        #expect(try text(elements) == "<a><b></b><c></c></a>")
        #expect(String(decoding: noB.text, as: UTF8.self).isEmpty)
        #expect(String(decoding: all.text, as: UTF8.self) == "t")
    }

    @Test("here() is the element that holds the expression")
    func here() throws {
        let document = try document("<a><s><x/></s><b/></a>")
        let context = try XPathContext(document)
        let x = try #require(document.root.firstChild?.firstChild)
        context.defineHere(as: x)
        let set = try NodeSet.all(of: document, comments: true).filtered(
            by: XPath("count(ancestor-or-self::s | here()/parent::s) > count(ancestor-or-self::s)"),
            in: context)
        #expect(try text(set) == "<a><b></b></a>")
    }

    @Test("an expression over many nodes may take only so many steps")
    func steps() throws {
        var limits = XMLLimits()
        limits.xpathOperations = 5_000
        let many = String(repeating: "<b/>", count: 500)
        let document = try XMLDocument(parsing: Array("<a>\(many)</a>".utf8), limits: limits)
        let context = try XPathContext(document)
        let all = NodeSet.all(of: document, comments: true)
        #expect(throws: XMLError.self) {
            try all.filtered(by: XPath("count(//b) > 0"), in: context)
        }
    }

    @Test(
        "the filters of XPath Filter 2.0 keep, take away and add whole elements",
        arguments: [
            ([("intersect", "//b")], "<b><c></c></b>"),
            ([("subtract", "//c")], "<a><b></b><d></d></a>"),
            ([("intersect", "//b"), ("subtract", "//c")], "<b></b>"),
            ([("intersect", "//c"), ("union", "//d")], "<c></c><d></d>"),
            ([("intersect", "//c | //d")], "<c></c><d></d>"),
        ])
    func filters(_ steps: [(String, String)], _ expected: String) throws {
        let document = try document("<a><b><c/></b><d/></a>")
        let filters = try steps.map { operation, expression in
            XPathFilter(
                try #require(XPathFilter.Operation(rawValue: operation)), try XPath(expression),
                in: try XPathContext(document))
        }
        let set = try NodeSet.all(of: document, comments: true).filtered(by: filters)
        #expect(try text(set) == expected)
    }

    @Test("one kept element leaves a tree, of which it can be said that it is whole")
    func tree() throws {
        let document = try document("<a><b><c/></b></a>")
        let b = try #require(document.root.firstChild)
        let keep = XPathFilter(.intersect, try XPath("//b"), in: try XPathContext(document))
        let set = try NodeSet.all(of: document, comments: false).filtered(by: [keep])
        #expect(set.apex == b && set.excluded == [])
    }
}

@Suite("Identifiers: only what is there once is found")
struct IdentifierIndexTests {
    @Test(
        "two attributes with one value are ambiguous, whatever their names",
        arguments: ["Id", "ID", "id", "xml:id", "w:Id"])
    func ambiguous(_ name: String) throws {
        let wsu =
            "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
        let document = try XMLDocument(
            parsing: Array("<a xmlns:w='\(wsu)' Id='x'><b \(name)='x'/><c Id='y'/></a>".utf8))
        let index = IdentifierIndex(document)
        #expect(throws: XMLError.duplicateID("x")) { try index.element(withID: "x") }
        #expect(try index.element(withID: "y")?.localName == "c")
        #expect(try index.element(withID: "z") == nil)
        #expect(index.firstDuplicate == "x")
    }

    @Test("an attribute of another namespace identifies nothing")
    func foreign() throws {
        let document = try XMLDocument(
            parsing: Array("<a xmlns:f='urn:f' Id='x'><b f:Id='x' f:id='x' iD='x'/></a>".utf8))
        #expect(try IdentifierIndex(document).element(withID: "x")?.localName == "a")
    }
}
