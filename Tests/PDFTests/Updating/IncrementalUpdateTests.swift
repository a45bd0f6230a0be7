// SPDX-License-Identifier: Apache-2.0
import PDF
import TestSupport
import Testing

@Suite("Incremental updates")
struct IncrementalUpdateTests {
    private let base = Result { try draw(SamplePage.make(rows: 2), fonts: SystemFonts.set) }

    @Test("leave the bytes before them alone and give a further revision")
    func appends() throws {
        let file = try PDFFile(base.get())
        var update = IncrementalUpdate(of: file)
        let added = update.add(.dictionary(["Type": .name("Essai")]))

        let updated = try PDFFile(update.finish().bytes)

        #expect(updated.bytes.starts(with: file.bytes))
        #expect(updated.revisions.count == 2)
        #expect(updated.revisions[0].end == file.bytes.count)
        #expect(updated.revisions[1].objectNumbers == [added.number])
        #expect(try updated.current.object(added).dictionaryValue?["Type"] == .name("Essai"))
        #expect(try updated.document(atRevision: 0).object(added) == .null)
        #expect(PDFConformanceChecker.findings(in: updated.bytes) == [])
    }

    @Test("keep what others wrote into the trailer")
    func keepsTrailer() throws {
        let bytes = PDFFileTests.file(
            PDFFileTests.minimal, trailer: "/Root 1 0 R /Autre [1.0] /DocChecksum /x")
        var update = IncrementalUpdate(of: try PDFFile(bytes))
        _ = update.add(.null)
        let trailer = try PDFFile(update.finish().bytes).current.trailer

        #expect(trailer["Autre"] == .array([.integer(1)]))
        #expect(trailer["DocChecksum"] == nil)
    }

    @Test("replace an object without losing its earlier state")
    func replaces() throws {
        let file = try PDFFile(base.get())
        let root = try #require(file.current.catalogReference)
        var catalog = try file.current.catalog()
        catalog["Lang"] = .text("de-LU")
        var update = IncrementalUpdate(of: file)
        update.set(root, .dictionary(catalog))

        let updated = try PDFFile(update.finish().bytes)

        #expect(try updated.current.catalog()["Lang"] == .text("de-LU"))
        #expect(try updated.document(atRevision: 0).catalog()["Lang"] == .text("fr-LU"))
    }

    @Test("keep the first half of the /ID and change the second")
    func changesIdentifier() throws {
        let file = try PDFFile(base.get())
        var update = IncrementalUpdate(of: file)
        _ = update.add(.null)

        let updated = try PDFFile(update.finish().bytes)

        let old = try #require(file.current.trailer["ID"]?.arrayValue)
        let new = try #require(updated.current.trailer["ID"]?.arrayValue)
        #expect(new[0] == old[0])
        #expect(new[1] != old[1])
    }

    @Test("say where each object's body stands")
    func tellsOffsets() throws {
        let file = try PDFFile(base.get())
        var update = IncrementalUpdate(of: file)
        let reference = update.reserve()
        update.set(reference, verbatim: Array("<</Contents <00>>>".utf8))

        let result = update.finish()

        let start = try #require(result.bodies[reference])
        #expect(result.bytes[start...].starts(with: "<</Contents".utf8))
    }

    @Test("add the end of line a file lacks")
    func addsLineEnd() throws {
        let file = try PDFFile(Array(base.get().dropLast()))
        var update = IncrementalUpdate(of: file)
        _ = update.add(.null)

        #expect(update.finish().bytes[file.bytes.count] == 0x0A)
    }

    @Test("follow a cross-reference stream with one, and qpdf reads it", arguments: [true, false])
    func matchesKind(usesStream: Bool) throws {
        let kind = usesStream ? "generate" : "disable"
        guard let packed = try Tool.qpdf.convert(base.get(), ["--object-streams=\(kind)"]) else {
            return
        }
        let file = try PDFFile(packed)
        var update = IncrementalUpdate(of: file)
        let added = update.add(.text("Essai"))

        let updated = try PDFFile(update.finish().bytes)

        #expect(updated.revisions.map(\.usesStream) == [usesStream, usesStream])
        #expect(try updated.current.object(added) == .text("Essai"))
        #expect(try Tool.qpdf.check(updated.bytes) != false)
    }
}
