// SPDX-License-Identifier: Apache-2.0
import FormPacks
import Foundation
import InProcess
import JSON
import Keys
import SQLiteStore
import Sandbox
import Synchronization
import Testing

@testable import Connector

@Suite("What is kept of one person: found by keyed digests, exported whole (DP-01, DP-06)")
struct PatientExportTests {
    private static let person = "1985061501293"
    private let side: NationalSide
    private let store: SealedStore
    private let intake: Intake

    init() async throws {
        let side = try await NationalSide()
        let store = SealedStore(
            try await side.store(),
            seal: try RecordSeal(key: SecretBytes(copying: [UInt8](repeating: 7, count: 32))),
            random: { count in (0..<count).map { _ in UInt8.random(in: 0...255) } })
        let clock = side.clock
        intake = Intake(
            packs: side.packs, fonts: side.fonts, store: store, now: { clock.now },
            makeUUID: { UUID().uuidString.lowercased() }, lookup: { store.lookup($0) })
        (self.side, self.store) = (side, store)
    }

    private func accept() async throws -> String {
        let uuid = UUID().uuidString.lowercased()
        guard
            case .accepted = try await intake.submit(
                ReceivedForm(.json(side.form(uuid: uuid))))
        else { throw CancellationError() }
        return uuid
    }

    /// The files of an export, by name.
    private func export(_ person: String) async throws -> (count: Int, files: [String: [UInt8]]) {
        let files = Mutex<[String: [UInt8]]>([:])
        let clock = side.clock
        let count = try await PatientExport(store, now: { clock.now }).write(
            of: try #require(Matricule(person))
        ) { file in files.withLock { $0[file.name] = file.bytes } }
        return (count, files.withLock { $0 })
    }

    @Test("a form is found by the persons it names and by its number, and by nothing else")
    func lookups() async throws {
        let uuid = try await accept()
        let form = try #require(
            intake.check(ReceivedForm(.json(side.form(uuid: uuid)))).form)
        let values = form.document.searchableValues
        #expect(values.contains(Self.person) && values.contains(form.document.number ?? ""))
        for value in values {
            let found = try await store.transmissions(
                .init(lookup: store.lookup(value), limit: 9))
            #expect(found.map(\.uuid) == [uuid])
        }
        for other in ["1985061501294", "", String(Self.person.dropLast())] {
            let found = try await store.transmissions(
                .init(lookup: store.lookup(other), limit: 9))
            #expect(found.isEmpty)
        }
    }

    @Test("the export holds every document of the person's forms and the list of them")
    func export() async throws {
        let sent = try await accept()
        try await side.dispatcher(store).drain()
        let open = try await accept()
        let (count, files) = try await export(Self.person)
        #expect(count == 2)
        let ended = ["form.xml", "signed.xml", "form.pdf", "receipt.json", "report.xml"]
        let expected = ended.map { "\(sent)-\($0)" } + ["\(open)-form.xml", "index.json"]
        #expect(Set(files.keys) == Set(expected))
        #expect(files["\(sent)-form.pdf"]?.starts(with: Array("%PDF-".utf8)) == true)
        let index = try JSONValue(parsing: try #require(files["index.json"]))
        let forms = index["forms"]?.array ?? []
        #expect(forms.compactMap { $0["uuid"]?.string }.sorted() == [sent, open].sorted())
        #expect(forms.first { $0["uuid"]?.string == sent }?["state"]?.string == "final")
    }

    @Test("of a stranger there is nothing; that it was looked for is audited, without his number")
    func stranger() async throws {
        _ = try await accept()
        let (count, files) = try await export("1972040521245")
        #expect(count == 0 && Array(files.keys) == ["index.json"])
        let entries = try await store.auditEntries(from: 1, limit: 99)
        let last = try #require(entries.last.map { String(decoding: $0.bytes, as: UTF8.self) })
        #expect(last.contains("\"action\":\"export\"") && last.contains("\"0 forms\""))
        #expect(!last.contains("1972040521245"))
    }
}
