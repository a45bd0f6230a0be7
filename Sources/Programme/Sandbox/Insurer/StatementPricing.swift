// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
import NationalAPI

/// What the rules engine says of a bill, with the magic acts and effects in it.
struct StatementPricing {
    var lines: [SimulationAnswer.Line]
    var anomalies: [NationalAnomaly]
    var totals: PIDTotals
    var status: SimulationAnswer.Status
    /// What will count once the simulation is validated.
    var counts = CountedPast()

    /// Prices each performer's acts as a statement of his own: he owes the others nothing, and what
    /// they did is another doctor's history to him. Who bills comes first, then the others by
    /// their codes, so that the order of the lines changes nothing.
    ///
    /// - Parameter past: What counted for this person before.
    /// - Throws: The statement as a whole cannot be priced.
    init(
        _ bill: SimulatedBill, tariffs: Tariffs, register: Register, effect: MagicEffect?,
        past: CountedPast
    ) throws(PricingError) {
        (lines, anomalies) = ([], [])
        var (past, conveniences) = (past, 0)
        let others = bill.performers.subtracting([bill.providerCode]).sorted()
        for performer in [bill.providerCode] + others {
            guard
                let request = try Self.request(of: performer, in: bill, register: register, past)
            else { continue }
            let statement = try tariffs.price(request)
            lines += statement.lines.map(Self.line)
            for anomaly in statement.anomalies.map({ NationalAnomaly($0) })
            where !anomalies.contains(anomaly) {
                anomalies.append(anomaly)
            }
            let added = CountedPast(
                acts: Self.acts(statement, request, by: performer),
                baseAmounts: Self.baseAmounts(statement, tariffs))
            past.add(added)
            counts.add(added)
            conveniences += statement.totals.convenience.cents
        }
        for line in bill.request.lines {
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

    /// Whether every amount has its place in the messages.
    var fitsMessages: Bool {
        (lines.compactMap(\.tariff) + [totals.total]).allSatisfy { $0 <= PIDTotals.largest }
    }

    /// One performer's lines with what the insurer knows: speciality, devices, history.
    ///
    /// - Returns: `nil` when none of the lines is his, magic ones apart.
    private static func request(
        of performer: String, in bill: SimulatedBill, register: Register, _ past: CountedPast
    ) throws(PricingError) -> PricingRequest? {
        let parties = bill.parties.lines.filter { ($0.executant ?? bill.providerCode) == performer }
        let numbers = Set(parties.map(\.number))
        var request = bill.request
        request.lines.removeAll {
            register.magicActs[$0.code] != nil || !numbers.contains($0.number)
        }
        guard !request.lines.isEmpty else { return nil }
        guard let provider = register.provider(code: performer) else {
            throw .unknownSpeciality("", known: [])
        }
        (request.speciality, request.devices) = (provider.speciality, provider.devices)
        request.history = past.history(seenBy: performer, register)
        request.baseAmountConsumed = past.consumed
        let unknown = Set(
            parties.filter { $0.document.map(register.knowsAgreement) == false }.map(\.number))
        for index in request.lines.indices where unknown.contains(request.lines[index].number) {
            request.lines[index].authorised = false
            request.lines[index].facts["quotation"] = nil
        }
        return request
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

    private static func acts(
        _ statement: PricedStatement, _ request: PricingRequest, by performer: String
    ) -> [CountedAct] {
        let times = Dictionary(
            request.lines.map { ($0.number, $0.time) }, uniquingKeysWith: { first, _ in first })
        return statement.lines.compactMap { line in
            guard let number = line.number, line.opposable.cents > 0, line.paidUnits > 0 else {
                return nil
            }
            let act = PastAct(
                date: line.date, time: times[number] ?? request.time, code: line.code,
                quantity: line.paidUnits)
            return CountedAct(act: act, performer: performer)
        }
    }

    private static func baseAmounts(
        _ statement: PricedStatement, _ tariffs: Tariffs
    ) -> [Int: Int] {
        statement.lines.reduce(into: [:]) { amounts, line in
            let used = line.baseAmountUsed(tariffs).cents
            if used > 0 { amounts[line.date.year, default: 0] += used }
        }
    }
}
