// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import InProcess
import SQLiteStore
import Sandbox
import TestSupport
import Testing
import Trust
import Validation

/// Signed files in memory, as a store has them.
private actor FilesAtHand: ArchiveStore {
    private var files: [(file: ArchivedFile, bytes: [[UInt8]])]

    init(_ files: [[UInt8]]) {
        self.files = files.enumerated().map {
            (ArchivedFile(uuid: "form-\($0)", kind: .completeXML, renewals: 0), [$1])
        }
    }

    func archivedFiles() -> [ArchivedFile] {
        files.map {
            ArchivedFile(uuid: $0.file.uuid, kind: $0.file.kind, renewals: $0.bytes.count - 1)
        }
    }

    func bytes(of file: ArchivedFile) -> [UInt8]? {
        files.first { $0.file.uuid == file.uuid }?.bytes[file.renewals]
    }

    func addRenewal(_ bytes: [UInt8], of file: ArchivedFile, at moment: Date) -> Bool {
        guard let index = files.firstIndex(where: { $0.file.uuid == file.uuid }) else {
            return false
        }
        files[index].bytes.append(bytes)
        return true
    }
}

@Suite("Renewing an archive")
struct ArchiveRenewalTests {
    private typealias Action = ArchiveRenewal.Outcome.Action

    private func world() throws -> ArchiveWorld {
        let world = try ArchiveWorld()
        try world.addUnit(61, from: -0.5, to: 5.5, used: -0.5)
        try world.addUnit(62, from: 4, to: 9, used: 4)
        return world
    }

    private func outcomes(
        _ renewal: ArchiveRenewal, _ store: FilesAtHand
    ) async throws -> [ArchiveRenewal.Outcome] {
        var outcomes: [ArchiveRenewal.Outcome] = []
        try await renewal.renew(store) { _, outcome, number, count in
            #expect(number == outcomes.count + 1 && count == 3)
            outcomes.append(outcome)
        }
        return outcomes
    }

    @Test("what is due is renewed and the rest kept; one bad file stops nothing")
    func store() async throws {
        let world = try world()
        let old = try await world.signer().sign(
            Plain.xml.bytes, level: .longTerm, identifier: "id-1")
        world.clock.set(to: ArchiveWorld.years(4.9))
        let young = try await world.signer().sign(
            Plain.pdf.bytes, level: .archived, identifier: "id-2")
        world.clock.set(to: ArchiveWorld.years(5.1))
        let store = FilesAtHand([Array("no file".utf8), old, young])

        let planned = try await outcomes(world.renewal(isDryRun: true), store)
        #expect(planned.map(\.action) == [.failed, .due, .kept])
        #expect(await store.archivedFiles().map(\.renewals) == [0, 0, 0])

        let found = try await outcomes(world.renewal(), store)
        #expect(found.map(\.action) == [.failed, .renewed, .kept])
        #expect(found[1].standing?.level == .archived)
        #expect(await store.archivedFiles().map(\.renewals) == [0, 1, 0])

        let again = try await outcomes(world.renewal(), store)
        #expect(again.map(\.action) == [.failed, .kept, .kept])
    }

    @Test("--within takes what becomes due later")
    func within() async throws {
        let world = try world()
        let file = try await world.signer().sign(
            Plain.xml.bytes, level: .archived, identifier: "id-1")
        world.clock.set(to: ArchiveWorld.years(4.9))
        let early = try await world.renewal(within: 60).renew(file) { _ in }
        #expect(early.action == .renewed)
        let late = try await world.renewal(within: 10).renew(file) { _ in }
        #expect(late.action == .kept)
    }

    @Test("a service that is down is no verdict: another run renews the file")
    func outage() async throws {
        let world = try world()
        let file = try await world.signer().sign(
            Plain.pdf.bytes, level: .archived, identifier: "id-1")
        world.clock.set(to: ArchiveWorld.years(5.1))
        world.setDown(["/tsa"])
        let failed = try await world.renewal().renew(file) { _ in }
        #expect(failed.action == .failed && failed.isTemporary)
        world.setDown([])
        #expect(try await world.renewal().renew(file) { _ in }.action == .renewed)
    }

    @Test("the forms of a connector are renewed beside their outputs, which stay")
    func forms() async throws {
        let side = try await NationalSide()
        let store = try await side.store()
        let form = try await side.accept(store)
        try await side.dispatcher(store).drain()
        let before = try #require(await store.output(.completeXML, of: form.uuid))
        // The sandbox's unit lasts until 2060.
        side.clock.set(to: try Date("2059-07-02T00:00:00Z", strategy: .iso8601))
        let clock = side.clock
        let extender = SignatureExtender(
            addresses: ServiceAddresses(
                exchange: "", timestampAuthority: "http://pki.test:1/tsa", platform: "",
                anchors: await side.pki.authority.anchors.certificates,
                allowedHosts: ["pki.test:1"]),
            send: { [front = side.front] request, body, _ in
                await front.answerPKI(request, body)
            }, now: { clock.now }, random: ArchiveWorld.random)
        var actions: [ArchiveRenewal.Outcome.Action] = []
        try await ArchiveRenewal(extender, now: { clock.now }).renew(store) { _, outcome, _, _ in
            actions.append(outcome.action)
            #expect(outcome.problem == nil)
        }
        #expect(actions == [.renewed, .renewed])
        #expect(try await store.output(.completeXML, of: form.uuid) == before)
        let files = try await store.archivedFiles()
        #expect(files.map(\.renewals) == [1, 1])
        for file in files {
            let bytes = try #require(await store.bytes(of: file))
            let report = try await extender.verdict(on: bytes)
            #expect(report.isPassed && report.signatures.map(\.level) == [.archived])
        }
    }
}
