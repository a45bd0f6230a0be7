// SPDX-License-Identifier: Apache-2.0
import PAdES
import PDF
import Testing
import Trust

@Suite("The cost of many revisions")
struct GrowthTests {
    /// A signed file of the size that validation data was added to so many times.
    private func file(revisions: Int, size: Int) throws -> [UInt8] {
        let picture = String(repeating: "0", count: size)
        let bytes = ForeignFileTests.file(
            page: "/Contents 4 0 R",
            more: ["<</Length \(size)>>\nstream\n\(picture)\nendstream"])
        var signed = try SampleForm.signed(bytes, field: nil).bytes
        for index in 0..<revisions {
            let file = try PDFFile(signed)
            var update = IncrementalUpdate(of: file)
            var catalog = try file.current.catalog()
            catalog["Metadata"] = .reference(
                update.add(.stream(PDFStream([:], data: [UInt8(index)]))))
            let root = try #require(file.current.catalogReference)
            update.set(root, .dictionary(catalog))
            signed = update.finish().bytes
        }
        return signed
    }

    @Test("fifty revisions are judged one by one, and all are named")
    func judgesMany() throws {
        let signature = try onlySignature(in: file(revisions: 50, size: 1_000))

        #expect(signature.changes.count == 50)
        #expect(Set(signature.changes.map(\.revision)) == Set(2...51))
        #expect(signature.coverage == .entire)
    }

    @Test("what a file costs does not depend on what its streams hold")
    func readsLargeStreams() throws {
        let signature = try onlySignature(in: file(revisions: 1, size: 4 << 20))

        #expect(signature.coverage == .entire)
    }
}
