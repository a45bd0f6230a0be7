// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What came of a set, and whether its thresholds hold.
struct SetResult {
    let name: String
    private(set) var rows: [(row: Row, outcome: Outcome, seconds: Double)] = []
    private var tallies: [String: (right: Int, all: Int)] = [:]
    private var isKnown = true
    private var mostSkipped = 0.0
    private var wrong: [String] = []

    init(of folder: URL) {
        name = folder.lastPathComponent
        guard let kind = Runner.kinds[name] else {
            isKnown = false
            return
        }
        mostSkipped = kind.mostSkipped
        let set = kind.init()
        let clock = ContinuousClock()
        for row in (try? Row.all(in: folder)) ?? [] {
            var outcome = Outcome.passed
            let time = clock.measure { outcome = set.outcome(of: row) }
            let seconds =
                Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
            rows.append((row, outcome, seconds))
            for tally in set.tally(of: row) {
                tallies[tally.name, default: (0, 0)].all += 1
                tallies[tally.name, default: (0, 0)].right += tally.isRight ? 1 : 0
                if !tally.isRight { wrong.append("\(row.file): \(tally.name), got \(tally.found)") }
            }
        }
    }

    /// Labels of files that must never be called good: not one miss is allowed.
    private static let neverGood: Set = [
        "CRYPTO-INVALID", "INVALID", "MIXED", "PARTIAL-SCOPE", "REJECT", "MODIFIED-AFTER-SIGNING",
        "UNTRUSTED", "POLICY-WEAK", "INDETERMINATE", "DETACHED-DATA-MISSING", "NOT-PADES", "REFUSE",
    ]

    /// At most 2 % missed, none of them a bad file called good, 3 % excused and few skipped.
    var holds: Bool {
        guard isKnown else { return false }
        let hasWorst = rows.contains { row, outcome, _ in
            if case .failed = outcome { Self.neverGood.contains(row.expected) } else { false }
        }
        return !hasWorst && share(count.failed) <= 0.02 && share(count.excused) <= 0.03
            && share(count.skipped) <= mostSkipped
            && tallies.values.allSatisfy { Double($0.right) >= 0.95 * Double($0.all) }
    }

    private func share(_ number: Int) -> Double {
        rows.isEmpty ? 0 : Double(number) / Double(rows.count)
    }

    private var count: (passed: Int, failed: Int, excused: Int, skipped: Int) {
        var count = (passed: 0, failed: 0, excused: 0, skipped: 0)
        for (_, outcome, _) in rows {
            switch outcome {
            case .passed: count.passed += 1
            case .failed: count.failed += 1
            case .excused: count.excused += 1
            case .skipped: count.skipped += 1
            }
        }
        return count
    }

    func print() {
        guard isKnown else { return Runner.say("\(name): no judge for this kind of set") }
        let count = count
        var line = "\(name): \(count.passed) passed, \(count.failed) failed, "
        line += "\(count.excused) excused, \(count.skipped) skipped"
        for (name, tally) in tallies.sorted(by: { $0.key < $1.key }) {
            line += ", \(name) \(tally.right) of \(tally.all)"
        }
        Runner.say(line)
        for text in wrong { Runner.say("  other    \(text)") }
        for (row, outcome, seconds) in rows {
            switch outcome {
            case .passed: break
            case .failed(let got):
                Runner.say("  miss     \(row.file): expected \(row.expected), got \(got)")
            case .excused(let clause): Runner.say("  excused  \(row.file): \(clause)")
            case .skipped(let reason): Runner.say("  skipped  \(row.file): \(reason)")
            }
            if seconds > 2 { Runner.say("  slow     \(row.file): \(Int(seconds * 1000)) ms") }
        }
    }
}
