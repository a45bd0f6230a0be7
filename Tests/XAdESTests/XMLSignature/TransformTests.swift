// SPDX-License-Identifier: Apache-2.0
import Testing
import Trust
import XML

@testable import XMLSignature

@Suite("Transforms and pointers: what a reference leads to")
struct TransformTests {
    private typealias Template = SignatureTemplate

    /// What is digested for one reference of a signature at the end of `<a>`.
    private func digested(
        _ content: String, uri: String?, transforms: [String] = [],
        detached: [DetachedData] = []
    ) throws -> ReferenceValidation {
        let signature = Template.signature(
            references: Template.reference(uri, "AA==", transforms: transforms)
        )
        .replacing("{V}", with: "AA==")
        let template = Template(text: "<a>\(content)\(signature)</a>", detached: detached)
        return try template.first(in: template.text).validateReferences()[0]
    }

    private func text(_ validation: ReferenceValidation) -> String {
        String(decoding: validation.bytes, as: UTF8.self)
    }

    @Test("the whole document has no comments, but with an XPointer")
    func document() throws {
        let steps = [Template.enveloped, Template.exclusive + "WithComments"]
        let plain = try digested("<b/><!--c-->", uri: "", transforms: steps)
        #expect(text(plain) == "<a><b></b></a>")
        let pointed = try digested("<b/><!--c-->", uri: "#xpointer(/)", transforms: steps)
        #expect(text(pointed) == "<a><b></b><!--c--></a>")
        #expect(plain.coversDocument(except: try #require(plain.nodes?.excluded?.first)))
    }

    @Test(
        "an identifier leads to one whole element",
        arguments: [
            ("#b", ""), ("#xpointer(id('b'))", "<!--c-->"), ("#xpointer(id(\"b\"))", "<!--c-->"),
        ])
    func element(_ uri: String, _ comment: String) throws {
        let escaped = uri.replacing("\"", with: "&quot;")
        let validation = try digested(
            "<b Id='b'>x<!--c--></b>", uri: escaped,
            transforms: [Template.exclusive + "WithComments"])
        #expect(text(validation) == "<b Id=\"b\">x\(comment)</b>")
        #expect(validation.wholeElement?.localName == "b")
    }

    @Test("nodes without canonicalisation get C14N 1.0 without comments")
    func implied() throws {
        let validation = try digested("<b Id='b' xmlns:u='urn:u'>x</b>", uri: "#b")
        #expect(text(validation) == "<b xmlns:u=\"urn:u\" Id=\"b\">x</b>")
    }

    @Test("base64 takes the character data of nodes and of octets")
    func base64() throws {
        let base64 = "http://www.w3.org/2000/09/xmldsig#base64"
        let nodes = try digested(
            "<b Id='b'>QU<!--c--><c>JD</c>\n</b>", uri: "#b", transforms: [base64])
        #expect(text(nodes) == "ABC" && nodes.nodes == nil && nodes.wholeElement == nil)
        let octets = try digested(
            "", uri: "f.b64", transforms: [base64],
            detached: [.init(name: "f.b64", bytes: Array("QUJD\n".utf8))])
        #expect(text(octets) == "ABC")
    }

    @Test("an XPath expression has the prefixes of its place and here()")
    func xpath() throws {
        let xpath = """
            <ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath \
            xmlns:d="http://www.w3.org/2000/09/xmldsig#">\
            count(ancestor-or-self::d:Signature | here()/ancestor::d:Signature[1]) > \
            count(ancestor-or-self::d:Signature)</ds:XPath></ds:Transform>
            """
        let validation = try digested("<b>x</b>", uri: "", transforms: [xpath])
        #expect(text(validation) == "<a><b>x</b></a>")
    }

    @Test("the usual expression against signatures is a tree with holes, and the same nodes")
    func withoutSignatures() throws {
        for expression in [
            " not( ancestor-or-self::ds:Signature ) ",
            "not(ancestor-or-self::*[self::ds:Signature])",
        ] {
            let xpath = """
                <ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">\
                <ds:XPath>\(expression)</ds:XPath></ds:Transform>
                """
            let validation = try digested("<b>x</b>", uri: "", transforms: [xpath])
            #expect(text(validation) == "<a><b>x</b></a>")
        }
    }

    @Test("XPath Filter 2.0 keeps and takes away")
    func filter2() throws {
        let filter = """
            <ds:Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2">\
            <f:XPath xmlns:f="http://www.w3.org/2002/06/xmldsig-filter2" Filter="intersect">//b</f:XPath>\
            <f:XPath xmlns:f="http://www.w3.org/2002/06/xmldsig-filter2" Filter="subtract">//c</f:XPath>\
            </ds:Transform>
            """
        let validation = try digested("<b>x<c/></b>", uri: "", transforms: [filter])
        #expect(text(validation) == "<b>x</b>")
        #expect(validation.nodes?.apex?.localName == "b" && validation.wholeElement == nil)
    }

    @Test("transforms go on after canonicalisation: octets are parsed again")
    func chained() throws {
        let xpath = """
            <ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">\
            <ds:XPath>not(ancestor-or-self::c)</ds:XPath></ds:Transform>
            """
        let validation = try digested(
            "<b Id='b'>x<c/></b>", uri: "#b", transforms: [Template.exclusive, xpath])
        #expect(text(validation) == "<b Id=\"b\">x</b>")
    }

    @Test(
        "what is not computed is neither failed nor passed",
        arguments: ["http://www.w3.org/TR/1999/REC-xslt-19991116", "urn:transform"])
    func notComputed(_ identifier: String) throws {
        let validation = try digested("", uri: "", transforms: [identifier])
        #expect(validation.outcome == .notComputed(reason: "transform \(identifier)"))
        #expect(validation.bytes.isEmpty)
    }

    @Test("data outside the document is found by URI, by its last part, or when there is only one")
    func detached() throws {
        let two = [
            DetachedData(name: "one file.txt", bytes: [1]), DetachedData(name: "two", bytes: [2]),
        ]
        #expect(try digested("", uri: "two", detached: two).bytes == [2])
        #expect(try digested("", uri: "one%20file.txt", detached: two).bytes == [1])
        #expect(try digested("", uri: "http://h/x/two", detached: two).bytes == [2])
        #expect(try digested("", uri: "three", detached: [two[1]]).bytes == [2])
        #expect(try digested("", uri: nil, detached: [two[1]]).bytes == [2])
        let unclear = try digested("", uri: "three", detached: two)
        #expect(
            unclear.outcome
                == .notFound(reason: "none of the data outside this document has the name"))
        #expect(
            try digested("", uri: "two").outcome
                == .notFound(reason: "the data outside this document was not given"))
    }

    @Test("relationships of office packages are filtered, sorted and completed")
    func relationships() throws {
        let namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
        let transform = """
            <ds:Transform \
            Algorithm="http://schemas.openxmlformats.org/package/2006/RelationshipTransform">\
            <m:RelationshipReference SourceId="r2" \
            xmlns:m="http://schemas.openxmlformats.org/package/2006/digital-signature"/>\
            <m:RelationshipReference SourceId="r1" \
            xmlns:m="http://schemas.openxmlformats.org/package/2006/digital-signature"/>\
            </ds:Transform>
            """
        let part = """
            <Relationships xmlns="\(namespace)"> <Relationship Id="r3" Type="t" Target="c"/>
            <Relationship Id="r2" Type="t" Target="b"/><Relationship Id="r1" Type="t" Target="a"/></Relationships>
            """
        let validation = try digested(
            "", uri: "p", transforms: [transform],
            detached: [.init(name: "p", bytes: Array(part.utf8))])
        #expect(
            text(validation) == """
                <Relationships xmlns="\(namespace)">\
                <Relationship Id="r1" Target="a" TargetMode="Internal" Type="t"></Relationship>\
                <Relationship Id="r2" Target="b" TargetMode="Internal" Type="t"></Relationship>\
                </Relationships>
                """)
    }
}
