// SPDX-License-Identifier: Apache-2.0
@testable import PDF
import Testing

@Suite("Reading PDF")
struct PDFFileTests {
    /// A small file; `objects` are the bodies of objects 1, 2, ...
    static func file(_ objects: [String], trailer: String = "/Root 1 0 R") -> [UInt8] {
        var text = "%PDF-1.7\n"
        var offsets: [Int] = []
        for (index, body) in objects.enumerated() {
            offsets.append(text.utf8.count)
            text += "\(index + 1) 0 obj\n\(body)\nendobj\n"
        }
        let start = text.utf8.count
        text += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for offset in offsets {
            text +=
                String(repeating: "0", count: 10 - String(offset).count) + "\(offset) 00000 n \n"
        }
        text += "trailer\n<</Size \(objects.count + 1) \(trailer)>>\nstartxref\n\(start)\n%%EOF\n"
        return Array(text.utf8)
    }

    static let minimal = [
        "<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1>>",
        "<</Type /Page /Parent 2 0 R>>",
    ]

    @Test("finds pages and objects")
    func reads() throws {
        let file = try PDFFile(Self.file(Self.minimal))

        #expect(try file.current.pages().map(\.reference.number) == [3])
        #expect(file.revisions.count == 1)
        #expect(file.revisions[0].end == file.bytes.count)
    }

    @Test(
        "reads every kind of object and writes it back",
        arguments: [
            (
                "<</A 1/B(a\\)\\n\\101)/C<4142>/D[true null -1.5 +.25 4.]/E/N#20a>>",
                "<</A 1 /B <61290A41> /C (AB) /D [true null -1.5 0.25 4] /E /N#20a>>"
            ),
            ("[1 0 R 1 0 12]", "[1 0 R 1 0 12]"), ("(a(b)c)", "(a\\(b\\)c)"), ("<abc>", "<ABC0>"),
            ("% comment\n7", "7"),
        ])
    func roundTrips(source: String, written: String) throws {
        var parser = ObjectParser(Array(source.utf8))
        var writer = ObjectWriter()
        writer.write(try parser.object())

        #expect(String(decoding: writer.bytes, as: UTF8.self) == written)
    }

    @Test("refuses what is no PDF")
    func refusesOthers() {
        #expect(throws: PDFError.notPDF) { try PDFFile(Array("PK".utf8)) }
        #expect(throws: PDFError.notPDF) { try PDFFile([0x20] + Self.file(Self.minimal)) }
        #expect(throws: PDFError.missingCrossReference) { try PDFFile(Array("%PDF-1.7\n".utf8)) }
    }

    @Test("refuses encryption")
    func refusesEncryption() {
        #expect(throws: PDFError.encrypted) {
            try PDFFile(Self.file(Self.minimal, trailer: "/Root 1 0 R /Encrypt 3 0 R"))
        }
    }

    @Test(
        "refuses nesting beyond the limit", arguments: [(64, true), (65, false), (100_000, false)])
    func limitsNesting(depth: Int, isRead: Bool) throws {
        let array = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let file = try PDFFile(Self.file(Self.minimal + [array]))

        let result = Result { () throws(PDFError) in
            try file.current.object(ObjectReference(number: 4))
        }
        switch result {
        case .success: #expect(isRead)
        case .failure(let error):
            #expect(!isRead)
            #expect(error == .nestedTooDeep)
        }
    }

    @Test("refuses a declared number of objects beyond the limit")
    func limitsObjects() {
        let bytes = Self.file(Self.minimal, trailer: "/Root 1 0 R")
        let text = String(decoding: bytes, as: UTF8.self)
        let many = text.replacing("xref\n0 4\n", with: "xref\n0 10000000\n")
        #expect(throws: PDFError.tooManyObjects) { try PDFFile(Array(many.utf8)) }
        let size = text.replacing("/Size 4", with: "/Size 10000000")
        #expect(throws: PDFError.tooManyObjects) { try PDFFile(Array(size.utf8)) }
    }

    @Test("refuses cross-references, pages and references that go round in circles")
    func refusesCycles() throws {
        let file = Self.file(Self.minimal)
        let start = try #require(file.positions(of: Array("\nxref".utf8)).first) + 1
        let loop = Self.file(Self.minimal, trailer: "/Root 1 0 R /Prev \(start)")
        #expect(throws: PDFError.cycle) { try PDFFile(loop) }

        let pages = Self.file(["<</Pages 2 0 R>>", "<</Kids [2 0 R]>>"])
        #expect(throws: PDFError.cycle) { try PDFFile(pages).current.pages() }

        let references = try PDFFile(Self.file(["2 0 R", "1 0 R"]))
        #expect(throws: PDFError.cycle) {
            try references.current.resolve(.reference(ObjectReference(number: 1)))
        }
    }

    @Test("refuses more than 500 pages")
    func limitsPages() throws {
        func pages(_ count: Int) throws -> PDFFile {
            let kids = (0..<count).map { "\($0 + 3) 0 R" }.joined(separator: " ")
            let leaves = Array(repeating: "<</Type /Page>>", count: count)
            return try PDFFile(Self.file(["<</Pages 2 0 R>>", "<</Kids [\(kids)]>>"] + leaves))
        }
        #expect(try pages(500).current.pages().count == 500)
        #expect(throws: PDFError.tooManyPages) { try pages(501).current.pages() }
    }

    @Test("refuses a stream that expands beyond the limit")
    func limitsExpansion() throws {
        let bomb = Deflate.compress([UInt8](repeating: 0, count: 4 << 20))
        let stream = PDFStream(["Filter": .name("FlateDecode")], data: bomb)
        let view = try PDFFile(Self.file(Self.minimal)).current

        #expect(throws: PDFError.expandsTooMuch) { try view.data(of: stream) }
        let harmless = PDFStream(
            ["Filter": .name("FlateDecode")],
            data: Deflate.compress([UInt8](repeating: 0, count: 1 << 20)))
        #expect(try view.data(of: harmless).count == 1 << 20)
    }

    @Test("refuses an object that is not where the table says")
    func refusesMisplaced() throws {
        let text = String(decoding: Self.file(Self.minimal), as: UTF8.self)
        let file = try PDFFile(Array(text.replacing("3 0 obj", with: "4 0 obj").utf8))
        let third = ObjectReference(number: 3)

        #expect(throws: PDFError.unexpected(third, wanted: "obj")) {
            try file.current.object(third)
        }
    }

    @Test("keeps both of two entries of one name in sight")
    func seesRepeatedKeys() throws {
        let file = try PDFFile(Self.file(["<</A 1 /A 2>>"]))
        let dictionary = try file.current.catalog()

        #expect(dictionary.repeatedKeys == ["A"])
        #expect(dictionary["A"] == .integer(2))
    }

    @Test("finds what a hybrid file hides from old readers")
    func readsHybrid() throws {
        var text = String(decoding: Self.file(Self.minimal), as: UTF8.self)
        let tail = try #require(text.firstRange(of: "xref\n0 4"))
        let table = String(text[tail.lowerBound...])
        text = String(text[..<tail.lowerBound])
        let hidden = text.utf8.count
        text += "4 0 obj\n(cache)\nendobj\n"
        let stream = text.utf8.count
        let entry = String(hidden, radix: 16)
        let padded = String(repeating: "0", count: 8 - entry.count) + entry
        text += "5 0 obj\n<</Type /XRef /Size 6 /W [1 4 1] /Index [4 1] /Filter /ASCIIHexDecode "
        text += "/Length 13>>\nstream\n01\(padded)00>\nendstream\nendobj\n"
        let start = text.utf8.count
        text += table.replacing("xref\n0 4", with: "xref\n0 6", maxReplacements: 1)
            .replacing("trailer", with: "0000000000 00000 f \n0000000000 00000 f \ntrailer")
            .replacing("/Size 4", with: "/Size 6 /XRefStm \(stream)")
            .replacing("startxref\n\(hidden)\n", with: "startxref\n\(start)\n")

        let file = try PDFFile(Array(text.utf8))

        #expect(file.revisions.count == 1)
        #expect(try file.current.object(ObjectReference(number: 4)) == .text("cache"))
    }

    @Test("reads object streams and cross-reference streams")
    func readsStreams() throws {
        let plain = try draw(SamplePage.make(rows: 3), fonts: SystemFonts.set)
        guard let packed = try Tool.qpdf.convert(plain, ["--object-streams=generate"]) else {
            return
        }
        let file = try PDFFile(packed)

        #expect(file.revisions[0].usesStream)
        #expect(try file.current.pages().count == 1)
        for number in file.current.objectNumbers { _ = try file.current.object(number: number) }
        #expect(try file.current.catalog()["Lang"] == .text("fr-LU"))
    }

    @Test("reads a linearised file as one revision")
    func readsLinearised() throws {
        let plain = try draw(SamplePage.make(rows: 60), fonts: SystemFonts.set)
        guard let linear = try Tool.qpdf.convert(plain, ["--linearize"]) else { return }
        let file = try PDFFile(linear)

        #expect(file.revisions.count == 1)
        #expect(try file.current.pages().count == 3)
    }
}
