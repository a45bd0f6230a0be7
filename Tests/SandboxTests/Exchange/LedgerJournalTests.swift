// SPDX-License-Identifier: Apache-2.0
import Coverage
import Foundation
import JSON
import Testing

@testable import Sandbox

@Suite("The ledger's file")
struct LedgerJournalTests {
    private let path = NSTemporaryDirectory() + "ledger-" + UUID().uuidString + ".jsonl"

    private func entry() -> Ledger.Entry {
        var entry = DocumentWorld.entry(sender: "1000000135")
        (entry.cancelledBy, entry.replacedBy) = (InsurerWorld.uuid(), InsurerWorld.uuid())
        (entry.replaces, entry.effects, entry.state) = (InsurerWorld.uuid(), 2, .cancelReplaced)
        entry.payment = Ledger.Payment(reference: "R1", bookedOn: .init("2026-07-16")!)  // constant
        return entry
    }

    @Test("the last line of a UUID counts, and nothing of an entry is lost")
    func restart() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let journal = try LedgerJournal(path: path)
        var first = entry()
        try journal.apply(.entries([first]))
        first.state = .canceled
        try journal.apply(.entries([first, DocumentWorld.entry(sender: "1")]))
        let ledger = try LedgerJournal(path: path).ledger()
        #expect(ledger.entries.count == 2)
        #expect(ledger[first.uuid]?.stored == first.stored)
        #expect(ledger.document(nationalUUID: first.nationalUUID)?.uuid == first.uuid)
        #expect(first.json["person"] == nil && first.stored["person"] != nil)
    }

    @Test("a line that was cut off did not happen; a damaged one is named")
    func damage() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let journal = try LedgerJournal(path: path)
        try journal.apply(.entries([entry()]))
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        try (whole + Data("{\"uuid\"".utf8)).write(to: URL(fileURLWithPath: path))
        #expect(try LedgerJournal(path: path).ledger().entries.count == 1)
        try (Data("{}\n".utf8) + whole).write(to: URL(fileURLWithPath: path))
        #expect(throws: LineFileError.damaged(line: 1, path: path)) {
            try LedgerJournal(path: path).ledger()
        }
    }

    @Test("a reset forgets everything")
    func reset() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let journal = try LedgerJournal(path: path)
        try journal.apply(.entries([entry()]))
        try journal.apply(.cleared)
        #expect(try LedgerJournal(path: path).ledger().entries.isEmpty)
    }
}
