// SPDX-License-Identifier: Apache-2.0
import Coverage
import Foundation
import NationalAPI
import Testing

@testable import Sandbox

@Suite("Insurer: its journal")
struct JournalTests {
    private let me = InsurerWorld.practitioner.eHealthID
    private let path = FileManager.default.temporaryDirectory.path + "/insurer-" + UUID().uuidString

    private func world() throws -> InsurerWorld {
        try InsurerWorld(journal: InsurerJournal(path: path))
    }

    @Test("a restart knows every answer, decision, payment and act")
    func restart() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try world()
        let simulation = try first.simulation(number: "2026-0001")
        let simulated = try await first.simulate(simulation)
        let validation = try first.validation(of: simulated)
        let validated = try await first.validate(validation)
        let other = try await first.simulate(first.simulation(matricule: "2010123199966"))
        let contested = try await first.contest(first.contestation(of: other))
        let open = try await first.simulate(first.simulation(matricule: "1972040521245"))

        let second = try world()
        #expect(try await second.simulate(simulation) == simulated)
        #expect(try await second.validate(validation) == validated)
        #expect(await second.insurer.payments == first.insurer.payments)
        let again = try await second.validate(second.validation(of: simulated))
        #expect(again.anomalies.map(\.code) == ["OEC-PID-003"])
        let late = try await second.validate(second.validation(of: other))
        #expect(late.anomalies.map(\.code) == ["OEC-PID-003"])
        let paid = try await second.validate(second.validation(of: open))
        #expect(paid.payment?.transfer == .ordinary)
        #expect(paid.payment?.reference != validated.payment?.reference)
        let next = try await second.simulate(second.simulation())
        #expect(next.simulationID != simulated.simulationID)
        #expect(next.codes.contains("OEC-ACT-005"))
        #expect(next.codes.contains("OEC-DUP-002"))
        let third = try await second.simulate(second.simulation(matricule: "2010123199966"))
        let contestedAgain = try await second.contest(second.contestation(of: third))
        #expect(contestedAgain.contestationID != contested.contestationID)
    }

    @Test("a line that was cut off did not happen; a reset forgets the file too")
    func cut() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try world()
        let kept = try first.simulation()
        _ = try await first.simulate(kept)
        let lost = try first.simulation()
        _ = try await first.simulate(lost)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.dropLast(20).write(to: URL(fileURLWithPath: path))
        let second = try world()
        #expect(await second.insurer.exchange(try InsurerWorld.uuid(of: kept), of: me) != nil)
        #expect(await second.insurer.exchange(try InsurerWorld.uuid(of: lost), of: me) == nil)
        _ = try await second.simulate(lost)
        let third = try world()
        #expect(await third.insurer.exchange(try InsurerWorld.uuid(of: lost), of: me) != nil)
        await third.insurer.reset()
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).isEmpty)
    }

    @Test("what a write that failed left behind is cut off by the next one")
    func torn() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try world()
        _ = try await first.simulate(first.simulation())
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(#"{"exchange": {"uuid"#.utf8))
        try file.close()
        let message = try first.simulation()
        let answer = try await first.simulate(message)
        #expect(try await world().simulate(message) == answer)
    }

    @Test("a damaged line in the middle is named, and its words are not")
    func damaged() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try world()
        for _ in 0..<3 { _ = try await first.simulate(first.simulation()) }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        var lines = text.components(separatedBy: "\n")
        lines[1] = String(lines[1].dropLast(9))
        try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: LineFileError.damaged(line: 2, path: path)) { try world() }
    }

    @Test("after a restart an open simulation is paid unless the person's history grew")
    func overtaken() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try world()
        let one = try await first.simulate(first.simulation(number: "1"))
        let two = try await first.simulate(
            first.simulation([.init(code: "1C38")], number: "2"))
        let second = try world()
        #expect(try await second.validate(second.validation(of: one)).status == .validated)
        let late = try await second.validate(second.validation(of: two))
        #expect(late.anomalies.map(\.code) == ["OEC-PID-002"])
    }

    @Test("what cannot be written down did not happen")
    func unwritable() async throws {
        let world = try world()
        try FileManager.default.removeItem(atPath: path)
        let message = try world.simulation()
        await #expect(throws: (any Error).self) { try await world.simulate(message) }
        #expect(await world.insurer.exchange(try InsurerWorld.uuid(of: message), of: me) == nil)
    }
}
