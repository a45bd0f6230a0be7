// SPDX-License-Identifier: Apache-2.0
import PDF
import TestSupport
import Testing

@Suite("Single clauses of PDF/A")
struct ArchiveClauseTests {
    private static let clauses = [
        "6.1.2", "6.1.3", "6.1.4", "6.1.6", "6.1.7.1", "6.1.7.2", "6.1.9", "6.1.10", "6.1.12",
        "6.1.13", "6.2.3", "6.2.5", "6.2.6", "6.2.8.1", "6.2.9.1", "6.2.9.2", "6.2.9.3", "6.3.1",
        "6.3.2", "6.3.3", "6.4.1", "6.4.2", "6.5.1", "6.5.2", "6.9", "6.10", "6.11",
    ]

    @Test("our own pages keep every clause", arguments: clauses)
    func keeps(clause: String) throws {
        let bytes = try draw(SamplePage.make(rows: 3), fonts: SystemFonts.set)

        #expect(ArchiveChecker.findings(in: bytes, clause: clause, .two) == [])
    }

    @Test(
        "a broken one is found by its own clause",
        arguments: [
            ("6.1.2", "%PDF-1.7", "%PDF-2.0"), ("6.1.3", "/ID [<", "/IX [<"),
            ("6.1.4", "xref\n0 ", "xref \n0"), ("6.1.9", " obj\n", " obj "),
            ("6.3.2", "/F 132", "/F 128"), ("6.5.2", "/Lang (", "/AA   ("),
        ])
    func finds(clause: String, old: String, new: String) throws {
        var bytes = try draw(SamplePage.make(rows: 1), fonts: SystemFonts.set)
        let place = try #require(bytes.positions(of: Array(old.utf8)).first, "\(old)")
        bytes.replaceSubrange(place..<place + old.utf8.count, with: new.utf8)

        #expect(ArchiveChecker.findings(in: bytes, clause: clause, .two)?.isEmpty == false)
    }

    @Test("a clause that is not listed is not judged")
    func knowsItsLimits() {
        #expect(!ArchiveChecker.knows("6.6.2.3.1", .two))
        #expect(ArchiveChecker.findings(in: [], clause: "6.6.2.3.1", .two) == nil)
    }
}
