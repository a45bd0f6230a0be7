// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport

/// PDF/A files that break one clause or none: PASS and FAIL are about that clause alone.
struct PDFArchive: CorpusSet {
    /// Clauses outside the checker's list are never run.
    static let mostSkipped = 1.0

    func outcome(of row: Row) -> Outcome {
        guard let clause = Self.clause(of: row), let part = Self.part(of: row) else {
            return .skipped(reason: "no clause in the row")
        }
        guard let findings = ArchiveChecker.findings(in: row.bytes, clause: clause, part) else {
            return .skipped(reason: "clause \(clause) is not in the checker's list")
        }
        switch (row.expected, findings.isEmpty) {
        case ("PASS", true), ("FAIL", false): return .passed
        default: return .failed(got: findings.isEmpty ? "no finding" : findings[0])
        }
    }

    /// The clause named behind the word in the reason.
    private static func clause(of row: Row) -> String? {
        let words = row.reason.split(separator: " ")
        guard let place = words.firstIndex(of: "clause"), place + 1 < words.count else {
            return nil
        }
        return String(words[place + 1])
    }

    /// The part of ISO 19005 in the level, for example `PDF/A-2b`.
    private static func part(of row: Row) -> ArchiveChecker.Part? {
        row.formatLevel.first(where: \.isNumber)?.wholeNumberValue
            .flatMap { ArchiveChecker.Part(rawValue: $0) }
    }
}
