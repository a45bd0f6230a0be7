// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Coverage

@Suite("Every rule fires where it should, and just does not where it should not")
struct RuleCaseTests {
    @Test("rules", arguments: RuleCase.rules)
    func rules(_ example: RuleCase) throws { try check(example) }

    @Test("hours, days and urgency of labels", arguments: RuleCase.bands)
    func bands(_ example: RuleCase) throws { try check(example) }

    @Test("suffixes", arguments: RuleCase.suffixes)
    func suffixes(_ example: RuleCase) throws { try check(example) }

    @Test("general and technical acts", arguments: RuleCase.cumulation)
    func cumulation(_ example: RuleCase) throws { try check(example) }

    @Test("shares of the statutes", arguments: RuleCase.rates)
    func rates(_ example: RuleCase) throws { try check(example) }

    @Test("parameters, with their default and with another value", arguments: RuleCase.parameters)
    func parameters(_ example: RuleCase) throws { try check(example) }

    private func check(_ example: RuleCase) throws {
        let request = try PricingRequest(reading: example.request)
        let answer = try ShippedTables.tariffs.get().price(request)
        for saying in example.says {
            let said = try anomalies(of: answer, line: saying.line)
            #expect(
                said.contains { $0.code == saying.code && $0.names(saying.source) },
                "expected \(saying.code) \(saying.source), found \(said.map(\.summary))")
        }
        let all = answer.anomalies + answer.lines.flatMap(\.anomalies)
        for id in example.silent {
            #expect(!all.contains { $0.names(id) }, "\(all.map(\.summary))")
        }
        for step in example.steps {
            let sources = try line(step.line, of: answer).trace.map(\.source)
            #expect(
                sources.contains { $0.split(separator: " ").contains(step.source[...]) },
                "expected \(step.source), found \(sources)")
        }
        for number in example.paid {
            #expect(try line(number, of: answer).opposable > .zero, "\(all.map(\.summary))")
        }
        for number in example.unpaid {
            #expect(try line(number, of: answer).opposable == .zero)
        }
        for (number, code) in example.codes {
            #expect(try line(number, of: answer).code == code)
        }
        for (number, amount) in example.participations {
            #expect(try line(number, of: answer).participation == amount)
        }
    }

    private func line(_ number: Int, of answer: PricedStatement) throws -> PricedLine {
        try #require(answer.lines.first { $0.number == number })
    }

    private func anomalies(
        of answer: PricedStatement, line number: Int?
    ) throws -> [PricingAnomaly] {
        guard let number else { return answer.anomalies }
        return try line(number, of: answer).anomalies
    }
}

extension PricingAnomaly {
    /// The id is one of the source's, or the whole of it ("art. 9").
    fileprivate func names(_ id: String) -> Bool {
        source == id || source.split(separator: " ").contains(id[...])
    }

    fileprivate var summary: String { "\(code) \(source)" }
}
