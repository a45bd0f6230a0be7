// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import Foundation
import JSON
import Testing

@Suite("Packs: forms, messages and papers")
struct PackKindTests {
    private static let library = Result { () throws(PackError) in
        try PackLibrary.load(directory: TestPack.packs)
    }

    private func pack(_ kind: PackManifest.Kind) throws -> FormPack {
        try #require(Self.library.get().packs.first { $0.manifest.kind == kind })
    }

    /// The files of a pack of that kind, its manifest changed.
    private func files(
        _ kind: PackManifest.Kind, changing change: (JSONValue) throws -> JSONValue
    ) throws -> [String: [UInt8]] {
        let pack = try pack(kind)
        let folder = "\(TestPack.packs)/\(pack.id)/\(pack.version)"
        var files: [String: [UInt8]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder)
        where name.contains(".") {
            files[name] = try [UInt8](Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
        }
        let manifest = try JSONValue(parsing: #require(files["pack.json"]))
        files["pack.json"] = try change(manifest).serialized()
        return files
    }

    @Test("each kind has what it needs and nothing else")
    func parts() throws {
        for pack in try Self.library.get().packs {
            let manifest = pack.manifest
            #expect((manifest.deposit != nil) == (manifest.kind == .form))
            #expect((manifest.pdf == nil) == (manifest.kind == .message))
        }
    }

    @Test("a message or paper is found only by who asks for it")
    func kinds() throws {
        for kind in [PackManifest.Kind.message, .paper] {
            let pack = try pack(kind)
            let example = try #require(pack.examples["valid-minimal.json"])
            let library = try Self.library.get()
            let day = pack.manifest.examplesToday
            #expect(
                try library.check(.json(example), today: day).summary
                    == ["OEC-XML-002 form /\(pack.manifest.root.element)"])
            let found = try library.check(.json(example), today: day, kinds: [kind])
            #expect(found.document?.pack == pack)
            #expect(try pack.check(.json(example), today: day).document != nil)
        }
    }

    @Test("a message has no seats, deposit, signature or PDF in its manifest, and no page")
    func refusesMessage() throws {
        for member in ["seats", "deposit", "cancellation", "signature", "pdf"] {
            let files = try files(.message) { try $0.setting("/\(member)", to: .object([])) }
            let error = #expect(throws: PackError.self) { try FormPack(files: files) }
            #expect(error?.description.contains("/\(member)") == true)
        }
        var files = try files(.message) { $0 }
        files["page.json"] = Array("{}".utf8)
        #expect(throws: PackError.page(place: "", "a message has no page")) {
            try FormPack(files: files)
        }
    }

    @Test("a form without a deposit and a paper without a PDF are refused")
    func refusesIncomplete() throws {
        let form = try files(.form) { try $0.setting("/deposit", to: nil) }
        #expect(throws: PackError.self) { try FormPack(files: form) }
        let paper = try files(.paper) { try $0.setting("/pdf", to: nil) }
        #expect(throws: PackError.self) { try FormPack(files: paper) }
    }

    @Test("a message is composed without seats")
    func composes() throws {
        let pack = try pack(.message)
        let example = try #require(pack.examples["valid-full.json"])
        let document = try #require(
            try pack.check(.json(example), today: pack.manifest.examplesToday).document)
        let again = try pack.check(.xml(document.xml), today: pack.manifest.examplesToday)
        #expect(again.document?.xml == document.xml)
        #expect(try pack.embedding([1], in: document.xml) == document.xml)
    }
}
