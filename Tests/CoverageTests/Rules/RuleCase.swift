// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

@testable import Coverage

/// One case of `Tests/Fixtures/coverage`: a request in which a rule fires, or just does not.
struct RuleCase: Sendable, CustomTestStringConvertible {
    /// Id of a rule, band, suffix, row of art. 10, rate or amount; name of a parameter.
    let rule: String
    let fires: Bool
    let request: JSONReader
    let says: [Saying]
    /// Ids that no anomaly of the answer names.
    let silent: [String]
    /// Ids that the trace of a line names.
    let steps: [(line: Int, source: String)]
    let paid: [Int]
    let unpaid: [Int]
    /// Codes as priced, by line.
    let codes: [(line: Int, code: String)]
    /// Participations, by line.
    let participations: [(line: Int, amount: Amount)]
    private let note: String

    /// An anomaly that must be there; without line it is about the statement.
    struct Saying: Sendable {
        let line: Int?
        let code: String
        let source: String
    }

    var testDescription: String {
        "\(rule) \(fires ? "fires" : "does not fire")\(note.isEmpty ? "" : " (\(note))")"
    }

    init(_ file: JSONReader) throws {
        try file.allowOnly([
            "rule", "fires", "request", "says", "silent", "steps", "paid", "unpaid", "codes",
            "amounts", "note",
        ])
        rule = try file.member("rule").string()
        fires = try file.member("fires").boolean()
        request = try file.member("request")
        says = try Self.list(file, "says") { entry in
            Saying(
                line: try entry.optional("line")?.int(), code: try entry.member("code").string(),
                source: try entry.member("source").string())
        }
        silent = try file.strings("silent")
        steps = try Self.list(file, "steps") {
            (line: try $0.member("line").int(), source: try $0.member("source").string())
        }
        paid = try Self.list(file, "paid") { try $0.int() }
        unpaid = try Self.list(file, "unpaid") { try $0.int() }
        codes = try Self.list(file, "codes") {
            (line: try $0.member("line").int(), code: try $0.member("code").string())
        }
        participations = try Self.list(file, "amounts") {
            (
                line: try $0.member("line").int(),
                amount: try $0.member("participation").amount()
            )
        }
        note = try file.optional("note")?.string() ?? ""
    }

    private static func list<Value>(
        _ file: JSONReader, _ name: String, _ read: (JSONReader) throws -> Value
    ) throws -> [Value] {
        try file.optional(name)?.elements().map(read) ?? []
    }

    // MARK: The files

    static let rules = cases("rules.json")
    static let bands = cases("bands.json")
    static let suffixes = cases("suffixes.json")
    static let cumulation = cases("cumulation.json")
    static let rates = cases("rates.json")
    static let parameters = cases("parameters.json")

    /// Empty when the file cannot be read; ``RulePairTests`` then finds no case at all.
    private static func cases(_ name: String) -> [RuleCase] {
        let cases = try? ShippedTables.fixture(name).member("cases").elements()
            .map { try RuleCase($0) }
        return cases ?? []
    }
}
