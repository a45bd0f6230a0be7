// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Coverage

/// No rule without a case where it fires and one where it just does not.
@Suite("Cases of rules are complete")
struct RulePairTests {
    /// Read by people: a request cannot carry what they speak of, or another id does their work.
    private static let explained: Set<String> = [
        "G1", "G3", "G6", "G7", "G8", "ART10-SERIES", "ART14", "ART16",
    ]

    @Test("rules.json")
    func rules() throws {
        try expectPairs(
            ShippedTables.ids("rules.json", "rules"), in: RuleCase.rules,
            without: Self.explained)
    }

    @Test("bands.json")
    func bands() throws {
        try expectPairs(ShippedTables.ids("bands.json", "bands"), in: RuleCase.bands)
    }

    @Test("suffixes.json")
    func suffixes() throws {
        try expectPairs(ShippedTables.ids("suffixes.json", "suffixes"), in: RuleCase.suffixes)
    }

    @Test("cumulation.json", arguments: ["rows", "exclusions"])
    func cumulation(_ member: String) throws {
        try expectPairs(ShippedTables.ids("cumulation.json", member), in: RuleCase.cumulation)
    }

    @Test("rates.json", arguments: ["rates", "amounts"])
    func rates(_ member: String) throws {
        try expectPairs(
            ShippedTables.ids("rates.json", member), in: RuleCase.rates + RuleCase.rules)
    }

    @Test("parameters.json")
    func parameters() throws {
        let names = try ShippedTables.tariffs.get().parameters.map(\.name)
        try expectPairs(names, in: RuleCase.parameters)
    }

    private func expectPairs(
        _ ids: [String], in cases: [RuleCase], without excepted: Set<String> = []
    ) throws {
        #expect(!cases.isEmpty)
        let firing = Set(cases.filter(\.fires).map(\.rule))
        let quiet = Set(cases.filter { !$0.fires }.map(\.rule))
        for id in Set(ids).subtracting(excepted) {
            #expect(firing.contains(id), "\(id) never fires")
            #expect(quiet.contains(id), "\(id) has no case in which it does not fire")
        }
    }
}
