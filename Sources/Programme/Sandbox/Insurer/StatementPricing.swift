// SPDX-License-Identifier: Apache-2.0
import Coverage
import NationalAPI

/// What the rules engine says of a bill, with the magic acts and effects in it.
struct StatementPricing {
    var lines: [SimulationAnswer.Line]
    var anomalies: [NationalAnomaly]
    var totals: PIDTotals
    var status: SimulationAnswer.Status
    /// What will count as history once the simulation is validated.
    var acts: [PastAct]
    var baseAmounts: [Int: Int]

    /// - Throws: The statement as a whole cannot be priced.
    init(
        _ request: PricingRequest, tariffs: Tariffs, register: Register, effect: MagicEffect?
    ) throws(PricingError) {
        var priced = request
        priced.lines.removeAll { register.magicActs[$0.code] != nil }
        lines = []
        (anomalies, acts, baseAmounts) = ([], [], [:])
        var conveniences = 0
        if !priced.lines.isEmpty {
            let statement = try tariffs.price(priced)
            lines = statement.lines.map(Self.line)
            anomalies = statement.anomalies.map { NationalAnomaly($0) }
            acts = Self.acts(statement, priced)
            baseAmounts = Self.baseAmounts(statement)
            conveniences = statement.totals.convenience.cents
        }
        for line in request.lines {
            guard let code = register.magicActs[line.code] else { continue }
            lines.append(Self.magic(line, tariffs.anomaly(code, source: line.code)))
        }
        if case .lines(let code) = effect {
            lines = lines.map { Self.marked($0, tariffs.anomaly(code, source: "register")) }
        }
        lines.sort { ($0.number ?? .max) < ($1.number ?? .max) }
        totals = Self.totals(lines, conveniences)
        status = Self.status(lines, anomalies)
    }

    private static func line(_ line: PricedLine) -> SimulationAnswer.Line {
        SimulationAnswer.Line(
            number: line.number, addedTo: line.addedTo, code: line.code, tariff: line.tariff.cents,
            opposable: line.opposable.cents, nonOpposable: line.nonOpposable.cents,
            rate: line.rate, statutory: line.statutory.cents,
            participation: line.participation.cents,
            anomalies: line.anomalies.map { NationalAnomaly($0, line: line.number) })
    }

    /// An error takes a magic act out; anything else lets it be paid in full.
    private static func magic(
        _ line: RequestedLine, _ anomaly: PricingAnomaly
    ) -> SimulationAnswer.Line {
        let billed = line.billed?.cents ?? 0
        let opposable = anomaly.severity == .error ? 0 : billed
        return SimulationAnswer.Line(
            number: line.number, code: line.code, tariff: nil, opposable: opposable,
            nonOpposable: billed - opposable, rate: nil, statutory: opposable, participation: 0,
            anomalies: [NationalAnomaly(anomaly, line: line.number)])
    }

    private static func marked(
        _ line: SimulationAnswer.Line, _ anomaly: PricingAnomaly
    ) -> SimulationAnswer.Line {
        var line = line
        line.anomalies.append(NationalAnomaly(anomaly, line: line.number))
        guard anomaly.severity == .error else { return line }
        line.nonOpposable += line.opposable
        (line.opposable, line.statutory, line.participation) = (0, 0, 0)
        return line
    }

    private static func totals(
        _ lines: [SimulationAnswer.Line], _ conveniences: Int
    ) -> PIDTotals {
        func sum(_ part: (SimulationAnswer.Line) -> Int) -> Int {
            lines.reduce(0) { $0 + part($1) }
        }
        return PIDTotals(
            total: sum { $0.opposable + $0.nonOpposable }, opposable: sum(\.opposable),
            nonOpposable: sum(\.nonOpposable), statutory: sum(\.statutory),
            participation: sum(\.participation), convenances: conveniences)
    }

    private static func status(
        _ lines: [SimulationAnswer.Line], _ anomalies: [NationalAnomaly]
    ) -> SimulationAnswer.Status {
        let hasError = (lines.flatMap(\.anomalies) + anomalies).contains { $0.level == .error }
        guard hasError else { return .accepted }
        return lines.allSatisfy { $0.opposable == 0 } ? .refused : .partial
    }

    private static func acts(_ statement: PricedStatement, _ request: PricingRequest) -> [PastAct] {
        let times = Dictionary(
            request.lines.map { ($0.number, $0.time) }, uniquingKeysWith: { first, _ in first })
        return statement.lines.compactMap { line in
            guard let number = line.number, line.opposable.cents > 0 else { return nil }
            return PastAct(
                date: line.date, time: times[number] ?? request.time, code: line.code,
                quantity: line.quantity)
        }
    }

    /// The part of the dental base amount that each year's lines used: what had no participation
    /// although its rate asks for one.
    private static func baseAmounts(_ statement: PricedStatement) -> [Int: Int] {
        var amounts: [Int: Int] = [:]
        for line in statement.lines {
            for step in line.trace where step.figure == .participation {
                guard case .share(_, let base, _, _) = step.operation, step.usesBaseAmount else {
                    continue
                }
                amounts[line.date.year, default: 0] += line.opposable.cents - base.cents
            }
        }
        return amounts
    }
}

extension TraceStep {
    /// Rates of dental care and orthodontics stand on the yearly base amount (coverage-rules, 2).
    fileprivate var usesBaseAmount: Bool { source.hasPrefix("DENT-") || source == "ORTHO" }
}
