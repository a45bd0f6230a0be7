// SPDX-License-Identifier: Apache-2.0

/// What came of one row.
enum Outcome: Sendable {
    case passed
    case failed(got: String)
    /// A miss that a clause justifies: a predicate on content, never on a name.
    case excused(clause: String)
    /// Never run, such as XSLT.
    case skipped(reason: String)
}

/// How the samples of one kind are judged. It knows labels, not files.
protocol CorpusSet: Sendable {
    init()
    func outcome(of row: Row) -> Outcome
    /// Figures beside pass and fail that a threshold is set for, by name.
    func tally(of row: Row) -> [Tally]
    /// The share of rows that may go unrun.
    static var mostSkipped: Double { get }
}

extension CorpusSet {
    static var mostSkipped: Double { 0.05 }
    func tally(of row: Row) -> [Tally] { [] }
}

/// Whether one more thing about a row was right, under the name of what is counted.
struct Tally: Sendable {
    let name: String
    let isRight: Bool
    /// What was found, told when it is not right.
    var found = ""
}
