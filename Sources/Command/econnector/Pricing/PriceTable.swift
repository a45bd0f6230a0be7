// SPDX-License-Identifier: Apache-2.0
import Coverage

/// A priced statement for people.
struct PriceTable {
    let words: PriceWords
    let showsTrace: Bool

    func text(of statement: PricedStatement) -> String {
        var table = TextTable([
            (words.line, .right), (words.code, .left), (words.quantity, .right),
            (words.tariff, .right), (words.opposable, .right), (words.nonOpposable, .right),
            (words.rate, .right), (words.statutory, .right), (words.patient, .right),
        ])
        for line in statement.lines {
            table.add(cells(of: line))
            table.note(line.anomalies.map(sentence))
            if showsTrace { table.note(line.trace.map(step)) }
        }
        let totals = statement.totals
        table.add([
            "", words.total, "", "\(totals.tariff)", "\(totals.opposable)",
            "\(totals.nonOpposable)", "", "\(totals.statutory)",
            "\(totals.participation + totals.nonOpposable)",
        ])
        table.note([
            words.ofWhich(
                participation: totals.participation, nonOpposable: totals.nonOpposable,
                convenience: totals.convenience)
        ])
        let closing = statement.anomalies.map(sentence) + [words.age(statement.dataAsOf)]
        return ([table.text] + closing).joined(separator: "\n")
    }

    private func cells(of line: PricedLine) -> [String] {
        let number = line.number.map(String.init) ?? line.addedTo.map { "\(words.added) \($0)" }
        let isChanged = line.requestedCode.map { $0 != line.code } ?? false
        return [
            number ?? "", isChanged ? "\(line.code) (\(line.requestedCode ?? ""))" : line.code,
            "\(line.quantity)", "\(line.tariff)", "\(line.opposable)", "\(line.nonOpposable)",
            "\(line.rate) %", "\(line.statutory)", "\(line.participation + line.nonOpposable)",
        ]
    }

    private func sentence(_ anomaly: PricingAnomaly) -> String {
        let level = words.severity(anomaly.severity)
        return "\(level) \(anomaly.code): \(anomaly.text[words.language]) [\(anomaly.source)]"
    }

    private func step(_ step: TraceStep) -> String {
        let operation = words.step(step.operation)
        return "\(words.figure(step.figure)): \(operation) = \(step.result) [\(step.source)]"
    }
}
