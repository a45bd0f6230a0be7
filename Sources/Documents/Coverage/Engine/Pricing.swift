// SPDX-License-Identifier: Apache-2.0

/// One pricing at work: the tables, the request, and what is known of the past.
struct Pricing {
    let tariffs: Tariffs
    let request: PricingRequest
    let speciality: Speciality
    let questions: OpenQuestions
    /// Acts that the request declares.
    let declared: [MedicalAct]
    /// What was done before the session that is priced just now, oldest first.
    var past: [KnownAct]
    let knowsPast: Bool
    /// Of each year's dental base: used before the statement, and by its lines so far.
    var baseConsumed: [Int: Amount]
    /// What is left of the participation's cap in this session, where one applies.
    var sessionCapLeft: Amount?
    var visitWindow = VisitWindow()
    var statementAnomalies: [PricingAnomaly] = []

    /// An act of the past that the lists know.
    struct KnownAct {
        let act: MedicalAct
        let date: CalendarDate
        let time: ClockTime?
        let units: Int
        let isOwn: Bool
        let letters: [Character]
        /// Material cost of the act, not the act.
        let isMaterialPercent: Bool
    }

    init(_ request: PricingRequest, _ tariffs: Tariffs) throws(PricingError) {
        try Self.check(request)
        guard let speciality = tariffs.specialities.speciality(request.speciality) else {
            throw .unknownSpeciality(
                request.speciality, known: tariffs.specialities.all.map(\.id))
        }
        (self.tariffs, self.request, self.speciality) = (tariffs, request, speciality)
        try Self.checkFacts(request, tariffs)
        questions = try Self.questions(request.parameters, tariffs)
        try Self.check(request.parameters.acts)
        declared = try request.parameters.acts.map { (act) throws(PricingError) in
            try tariffs.act(act, speciality.profession)
        }
        knowsPast = request.history != nil
        baseConsumed = request.baseAmountConsumed
        past = []
        if (request.history ?? []).contains(where: {
            CodeReading($0.code, suffixes: [], self) == nil
        }) {
            statementAnomalies.append(
                tariffs.anomaly("OEC-ACT-001", source: "history", severity: .warning))
        }
        past = (request.history ?? []).compactMap { entry in
            CodeReading(entry.code, suffixes: [], self).map { reading in
                KnownAct(
                    act: reading.act, date: entry.date, time: entry.time, units: entry.quantity,
                    isOwn: entry.isOwn, letters: reading.letters,
                    isMaterialPercent: reading.isMaterialPercent)
            }
        }.sorted { $0.date < $1.date }
    }

    private static func check(_ request: PricingRequest) throws(PricingError) {
        guard !request.lines.isEmpty else { throw .noLines }
        guard request.lines.count <= CoverageLimits.lines else {
            throw .tooManyLines(count: request.lines.count, limit: CoverageLimits.lines)
        }
        var ofOneDay: [CalendarDate: Int] = [:]
        for act in request.history ?? [] {
            ofOneDay[act.date, default: 0] += 1
            guard ofOneDay[act.date, default: 0] <= CoverageLimits.pastActsOfOneDay else {
                throw .tooManyPastActs(act.date, limit: CoverageLimits.pastActsOfOneDay)
            }
        }
        var numbers: Set<Int> = []
        for line in request.lines {
            guard numbers.insert(line.number).inserted else {
                throw .repeatedLineNumber(line.number)
            }
            guard CoverageLimits.quantity.contains(line.quantity) else {
                throw .quantity(line: line.number, allowed: CoverageLimits.quantity)
            }
        }
    }

    private static func check(_ acts: [DeclaredAct]) throws(PricingError) {
        var codes: Set<String> = []
        for act in acts {
            guard codes.insert(act.code.uppercased()).inserted else {
                throw .repeatedAct(act.code)
            }
            for mark in act.marks where MedicalAct.Marks(remarks: mark).isEmpty {
                throw .unknownMark(mark, known: MedicalAct.Marks.names.map(\.0))
            }
        }
    }

    private static func checkFacts(
        _ request: PricingRequest, _ tariffs: Tariffs
    ) throws(PricingError) {
        for facts in [request.facts] + request.lines.map(\.facts) {
            for name in facts.keys.sorted() where tariffs.facts[name] == nil {
                throw .unknownFact(name, known: tariffs.facts.keys.sorted())
            }
        }
    }

    private static func questions(
        _ given: ParameterValues, _ tariffs: Tariffs
    ) throws(PricingError) -> OpenQuestions {
        guard !given.values.isEmpty else { return tariffs.questions }
        for (name, value) in given.values.sorted(by: { $0.key < $1.key }) {
            guard let index = tariffs.parameterByName[name] else {
                throw .unknownParameter(name, known: tariffs.parameters.map(\.name))
            }
            let parameter = tariffs.parameters[index]
            guard parameter.accepts(value, tariffs.specialities) else {
                throw .parameterValue(name: name, value: value, allowed: parameter.allowed)
            }
        }
        do {
            return try OpenQuestions(tariffs.parameters, given.values, tariffs.specialities)
        } catch {
            // The table was complete when it was loaded, and every value was accepted above.
            return tariffs.questions
        }
    }

    // MARK: Acts

    /// The act of that code: declared with the request, of the doctor's own list, or of the other.
    func act(_ code: String) -> MedicalAct? {
        if !declared.isEmpty, let act = declared.first(where: { $0.code == code }) { return act }
        return tariffs.act(code, for: speciality.profession)
    }

    /// What is stated about a line: `nil` when nobody said.
    func fact(_ name: String, _ item: Item) -> Bool? {
        if case .line(let index) = item.origin, let value = request.lines[index].facts[name] {
            return value
        }
        return request.facts[name]
    }

    func isLifted(_ rule: BillingRule, for item: Item) -> Bool {
        if rule.notSpecialities.contains(SpecialitySet(index: speciality.index)) { return true }
        return rule.unless.contains { fact($0, item) == true }
    }

    // MARK: The statement

    mutating func statement() -> PricedStatement {
        noteUnknownDevices()
        var items: [Item] = []
        items.reserveCapacity(request.lines.count)
        for index in request.lines.indices { items.append(item(index)) }
        var lines: [PricedLine?] = Array(repeating: nil, count: request.lines.count)
        var added: [PricedLine] = []
        for date in Set(items.map(\.date)).sorted() {
            visitWindow.replay(past, upTo: date, self)
            var session = Session(
                items.filter { $0.date == date }, on: date, self)
            session.run(&self)
            sessionCapLeft =
                questions.sessionCap ?? tariffs.sessionCap(on: date)
            for index in session.items.indices where !session.items[index].isPast {
                guard let line = pricedLine(index, of: session) else { continue }
                if case .line(let place) = session.items[index].origin {
                    lines[place] = line
                } else {
                    added.append(line)
                }
            }
            remember(session.performed)
        }
        return result(lines.compactMap { $0 } + added.sorted { $0.code < $1.code })
    }

    /// Keeps the past in the order of its days.
    private mutating func remember(_ performed: [KnownAct]) {
        let isLater = performed.first.map { act in past.last.map { $0.date <= act.date } ?? true }
        past += performed
        if isLater == false { past.sort { $0.date < $1.date } }
    }

    /// A declared device that no list knows brings nothing; its declarer should hear so.
    private mutating func noteUnknownDevices() {
        for device in request.devices {
            let groups = act(device.code.uppercased())?.groups ?? []
            guard !groups.overlaps([.ffua, .deviceCost]) else { continue }
            statementAnomalies.append(
                tariffs.anomaly("OEC-ACT-013", .lumpSum, severity: .warning))
            return
        }
    }

    private func result(_ lines: [PricedLine]) -> PricedStatement {
        var totals = Totals()
        for line in lines { totals.add(line) }
        return PricedStatement(
            lines: lines, totals: totals, anomalies: statementAnomalies,
            dataAsOf: tariffs.asOf)
    }
}

extension Tariffs {
    /// Prices a statement. Pure: the same request always gets the same answer.
    ///
    /// - Throws: The request as a whole cannot be priced. A line that breaks a rule is priced, with
    ///   an anomaly.
    package func price(_ request: PricingRequest) throws(PricingError) -> PricedStatement {
        var pricing = try Pricing(request, self)
        return pricing.statement()
    }

    fileprivate func act(
        _ declared: DeclaredAct, _ profession: Profession
    ) throws(PricingError) -> MedicalAct {
        let code = declared.code.uppercased()
        let known = act(code, for: profession)
        let row = ActRow(
            code: code, label: known?.label ?? code, section: known?.section ?? "",
            profession: profession,
            marks: (known?.marks ?? []).union(
                MedicalAct.Marks(remarks: declared.marks.joined(separator: ";"))),
            versions: [
                ActVersion(
                    from: CalendarDate(year: 1, month: 1, day: 1), to: nil, coefficient: nil,
                    tariff: declared.tariff, source: "declared")
            ])
        return MedicalAct(
            row, uses: try uses(declared, known, profession), isDeclared: true)
    }

    /// A known act keeps its rules; another stands where its group stands, which is that of the
    /// doctors' technical acts or of dental care when none is stated.
    private func uses(
        _ declared: DeclaredAct, _ known: MedicalAct?, _ profession: Profession
    ) throws(PricingError) -> ActUses {
        var uses = known?.uses ?? ActUses()
        var names = declared.group.map { [$0] } ?? []
        if known == nil, names.isEmpty {
            names.append(profession == .doctors ? "technical" : "dentalCare")
        }
        if known == nil, profession == .dentists || isTechnical(names) {
            names.append("technical")
        }
        for name in names {
            guard let group = groupUses[name] else { throw .unknownGroup(name) }
            uses.join(group, rates: rates)
        }
        if known == nil, let named = unlistedUses[declared.code.uppercased()] {
            uses.join(named, rates: rates)
        }
        if known == nil { uses.rates = declaredRates(uses, names, profession) }
        uses.isGeneral =
            uses.isGeneral
            || uses.groups.overlaps([.consultation, .visit, .hospitalForfait, .report])
        return uses
    }
}

extension Tariffs {
    /// The listed acts of the groups are technical ones.
    private func isTechnical(_ names: [String]) -> Bool {
        let groups = names.compactMap { ActGroup(rawValue: $0) }.map { GroupSet($0) }
        return acts.first { groups.contains(where: $0.groups.overlaps) }?
            .groups.overlaps(.technical) ?? false
    }

    /// Of a declared act the rates of its group and profession; a group that no rate names is paid
    /// like the first listed act in it, else like any technical act.
    private func declaredRates(
        _ uses: ActUses, _ names: [String], _ profession: Profession
    ) -> [Int] {
        func own(_ list: [Int]) -> [Int] {
            list.filter { rates[$0].profession == nil || rates[$0].profession == profession }
        }
        let stated = own(uses.rates)
        guard stated.isEmpty else { return stated }
        let groups = names.compactMap { ActGroup(rawValue: $0) }.map { GroupSet($0) }
        let model = acts.first { act in
            act.profession == profession && groups.contains(where: act.groups.overlaps)
        }
        return model?.uses.rates ?? own(groupUses["technical"]?.rates ?? [])
    }
}

extension ActUses {
    fileprivate mutating func join(_ other: ActUses, rates table: [CoverageRate]) {
        groups.formUnion(other.groups)
        rules = Set(rules + other.rules).sorted()
        otherRules = Set(otherRules + other.otherRules).sorted()
        generalRows |= other.generalRows
        technicalRows |= other.technicalRows
        rates = Set(rates + other.rates).sorted {
            (-table[$0].priority, $0) < (-table[$1].priority, $1)
        }
        bands = Set(bands + other.bands).sorted()
        suffixes = Set(suffixes + other.suffixes).sorted()
    }
}
