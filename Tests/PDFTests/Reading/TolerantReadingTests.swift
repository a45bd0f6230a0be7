// SPDX-License-Identifier: Apache-2.0
@testable import PDF
import Testing

@Suite("Reading PDF whatever its state")
struct TolerantReadingTests {
    private let sound = PDFFileTests.file(PDFFileTests.minimal)

    private func replacing(_ old: String, with new: String) -> [UInt8] {
        Array(String(decoding: sound, as: UTF8.self).replacing(old, with: new).utf8)
    }

    @Test("a sound file has nothing to forgive")
    func readsSound() throws {
        let file = try PDFFile(tolerating: sound)

        #expect(file.irregularities == [])
        #expect(!file.isRebuilt)
    }

    @Test(
        "a lost table is made up for by searching",
        arguments: ["startxref", "xref\n0 4", "/Root 1 0 R"])
    func rebuilds(lost: String) throws {
        let bytes = replacing(lost, with: String(repeating: "z", count: lost.utf8.count))
        let file = try PDFFile(tolerating: bytes)

        #expect(file.isRebuilt)
        #expect(try file.current.pages().count == 1)
        #expect(file.revisions.count == 1)
        #expect(file.revisions[0].endOfMarker == nil)
        #expect(throws: PDFError.self) { _ = try PDFFile(bytes).current.catalog() }
    }

    @Test("in a file that is searched the last object of a number counts")
    func takesLast() throws {
        let bytes =
            sound + Array("1 0 obj\n<</Pages 2 0 R /Lang (de)>>\nendobj\nstartxref\n3\n".utf8)
        let file = try PDFFile(tolerating: bytes)

        #expect(file.isRebuilt)
        #expect(try file.current.catalog()["Lang"] == .text("de"))
    }

    @Test("objects in streams are found by searching too")
    func findsContained() throws {
        let body = "7 0 <</Type /Catalog /Pages 8 0 R>>"
        let text =
            "%PDF-1.7\n9 0 obj\n<</Type /ObjStm /N 1 /First 4 /Length \(body.utf8.count)>>\n"
            + "stream\n\(body)\nendstream\nendobj\n8 0 obj\n<</Kids []>>\nendobj\n"
            + "trailer\n<</Root 7 0 R>>\n"
        let file = try PDFFile(tolerating: Array(text.utf8))

        #expect(try file.current.catalog()["Pages"] == .reference(ObjectReference(number: 8)))
    }

    @Test("offsets count from the header or from the first byte", arguments: [true, false])
    func readsLeadingBytes(fromHeader: Bool) throws {
        let leading = Array("junk\n".utf8)
        let text = String(decoding: sound, as: UTF8.self)
        let bytes: [UInt8]
        if fromHeader {
            bytes = leading + sound
        } else {
            let header = "%PDF-1.7\n"
            bytes =
                leading + Array(header.utf8.dropLast(leading.count + 1)) + [0x0A]
                + Array(text.utf8.dropFirst(header.utf8.count))
        }
        guard fromHeader else {
            // The header itself is cut, so there is nothing to count from.
            #expect(throws: PDFError.notPDF) { try PDFFile(tolerating: bytes) }
            return
        }
        let file = try PDFFile(tolerating: bytes)

        #expect(file.irregularities == [.leadingBytes(5)])
        #expect(try file.current.pages().count == 1)
    }

    @Test("encryption is named, not undone")
    func namesEncryption() throws {
        let bytes = PDFFileTests.file(
            PDFFileTests.minimal, trailer: "/Root 1 0 R /Encrypt <</Filter /Standard>>")

        #expect(
            try PDFFile(tolerating: bytes).irregularities == [.encrypted(handler: "Standard")])
    }

    @Test("what is no PDF stays none")
    func refusesOthers() {
        #expect(throws: PDFError.notPDF) { try PDFFile(tolerating: Array("PK".utf8)) }
        #expect(throws: PDFError.missingCrossReference) {
            try PDFFile(tolerating: Array("%PDF-1.7\n".utf8))
        }
    }

    @Test("limits hold all the same")
    func keepsLimits() {
        #expect(throws: PDFError.tooManyObjects) {
            try PDFFile(tolerating: replacing("/Size 4", with: "/Size 10000000"))
        }
    }

    @Test("objects hidden in each other are not read for each of them", .timeLimit(.minutes(5)))
    func boundsOverlaps() throws {
        let count = 4_000
        var text = "%PDF-1.7\n1 0 obj\n<</Pages 2 0 R>>\nendobj\n2 0 obj\n<<>>\nendobj\n"
        var offsets = [9, 9 + 34]
        for number in 3...count {
            offsets.append(text.utf8.count)
            text += "\(number) 0 obj ("
        }
        text += String(repeating: ")", count: count) + "endobj\n"
        let start = text.utf8.count
        text += "xref\n0 \(count + 1)\n0000000000 65535 f \n"
        for offset in offsets {
            text += String("\(10_000_000_000 + offset)".dropFirst()) + " 00000 n \n"
        }
        text += "trailer\n<</Size \(count + 1) /Root 1 0 R>>\nstartxref\n\(start)\n%%EOF\n"
        let file = try PDFFile(Array(text.utf8))

        #expect(ObjectHistory(of: file).isTooMuch)
        #expect(throws: PDFError.expandsTooMuch) { try file.hazards() }
    }
}
