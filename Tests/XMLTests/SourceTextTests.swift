// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import XML

@Suite("Source text: adding without touching a byte of what is there")
struct SourceTextTests {
    private func appended(_ source: String, to name: String) throws -> String {
        let bytes = Array(source.utf8)
        let document = try XMLDocument(parsing: bytes)
        let element = try #require(
            document.root.descendantsAndSelf.first { $0.localName == name })
        var text = try SourceText(bytes)
        try text.append(Array("+".utf8), inside: element)
        return String(decoding: text.bytes, as: UTF8.self)
    }

    @Test(
        "finds the end of the element by its place in the tree",
        arguments: [
            ("<a><b></b><c/></a>", "<a><b>+</b><c/></a>"),
            ("<a><b/></a>", "<a><b>+</b></a>"),
            ("<a><p:b  xmlns:p='urn:p' /></a>", "<a><p:b  xmlns:p='urn:p' >+</p:b></a>"),
            ("<a><b><b></b></b></a>", "<a><b><b></b>+</b></a>"),
            ("<a><!-- <b></b> --><b>1</b></a>", "<a><!-- <b></b> --><b>1+</b></a>"),
            ("<a><![CDATA[<b></b>]]><b\n>1</b\n></a>", "<a><![CDATA[<b></b>]]><b\n>1+</b\n></a>"),
            (
                "<?x <b>?><a y='<b/>'><b/></a>".replacing("<b/>'", with: "&lt;b/>'"),
                "<?x <b>?><a y='&lt;b/>'><b>+</b></a>"
            ),
            ("<a y=\"/>'\"><b z='>'/></a>", "<a y=\"/>'\"><b z='>'>+</b></a>"),
            ("\u{FEFF}<a><b/></a>", "\u{FEFF}<a><b>+</b></a>"),
        ])
    func places(_ source: String, _ expected: String) throws {
        #expect(try appended(source, to: "b") == expected)
    }

    @Test("UTF-16 becomes UTF-8")
    func utf16() throws {
        let source = "\u{FEFF}<?xml version='1.0' encoding='UTF-16'?><a><b>é</b></a>"
        let bytes = source.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let document = try XMLDocument(parsing: bytes)
        var text = try SourceText(bytes)
        try text.append(Array("+".utf8), inside: try #require(document.root.firstChild))
        #expect(try XMLDocument(parsing: text.bytes).root.text == "é+")
    }

    @Test("an XML declaration is put in front once")
    func declaration() throws {
        var text = try SourceText(Array("<a/>".utf8))
        text.declareVersion()
        text.declareVersion()
        #expect(
            String(decoding: text.bytes, as: UTF8.self)
                == "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a/>")
    }
}

@Suite("Refusals of the parser")
struct ParserRefusalTests {
    @Test(
        "errors of namespaces are errors",
        arguments: ["<a p:x='1'/>", "<p:a/>", "<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>"])
    func namespaces(_ source: String) {
        #expect(throws: XMLError.self) { try XMLDocument(parsing: Array(source.utf8)) }
    }

    @Test("a text beyond libxml2's bound is refused by ours, with its name")
    func longText() {
        let source = "<a>" + String(repeating: "x", count: 10_000_001) + "</a>"
        #expect(throws: XMLError.limit(what: "bytes in one text", limit: 10_000_000, line: 1)) {
            try XMLDocument(parsing: Array(source.utf8))
        }
    }

    @Test("no product reads a document type: the parser that does is named by tests alone")
    func documentTypes() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources")
        let files = FileManager.default.enumerator(atPath: sources.path)
        while let file = files?.nextObject() as? String {
            guard file.hasSuffix(".swift"), !file.hasSuffix("DocumentTypeParser.swift") else {
                continue
            }
            let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
            #expect(!text.contains("parsingWithDocumentType"), "\(file)")
        }
    }
}
