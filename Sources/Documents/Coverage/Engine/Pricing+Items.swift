// SPDX-License-Identifier: Apache-2.0

extension Pricing {
    /// A line of the request with its value in the list and its factors; refused when the list
    /// does not know it.
    func item(_ index: Int) -> Item {
        let line = request.lines[index]
        let reading = CodeReading(line.code, suffixes: line.suffixes, self)
        let item = Item(
            origin: .line(index), number: line.number, act: reading?.act,
            code: reading?.act.code ?? line.code.uppercased(),
            date: line.date ?? request.date, time: line.time ?? request.time,
            place: line.place ?? request.place, requestedUnits: line.quantity, line: line)
        guard let reading else {
            if tariffs.isConvenience(line.code) { return item }
            item.refuse(tariffs.anomaly("OEC-ACT-001", source: "art. 1"))
            return item
        }
        item.isMaterialPercent = reading.isMaterialPercent
        item.letters = reading.letters.filter { !tariffs.isRankLetter($0) }
        item.asksForRank = reading.letters.contains(where: tariffs.isRankLetter)
        setValue(item)
        return item
    }

    /// A companion act of the same day's past.
    func item(past known: KnownAct, number: Int) -> Item {
        let item = Item(
            origin: .past, number: number, act: known.act, code: known.act.code,
            date: known.date, time: known.time, place: request.place,
            requestedUnits: known.units)
        item.isMaterialPercent = known.isMaterialPercent
        item.letters = known.letters.filter { !tariffs.isRankLetter($0) }
        setValue(item)
        item.anomalies = []
        return item
    }

    /// The lump sum of a declared device, should an act of the session bring it.
    func item(device index: Int, on date: CalendarDate) -> Item? {
        let device = request.devices[index]
        guard let declared = act(device.code.uppercased()), declared.groups.overlaps(.ffua) else {
            return nil
        }
        let reduction = reduction(device, declared, on: date)
        guard let code = Self.ffuaCode(declared.code, reduced: reduction != nil),
            let act = act(code)
        else { return nil }
        let item = Item(
            origin: .device(index), number: Int.max - request.devices.count + index, act: act,
            code: act.code, date: date, time: request.time, place: request.place, requestedUnits: 1)
        setValue(item)
        if let reduction, act !== declared { item.note(reduction) }
        return item
    }

    /// Lump sums: the last digit is 1 for the full amount, 2 for the reduced one (art. 15bis).
    static func ffuaCode(_ code: String, reduced: Bool) -> String? {
        guard let last = code.last, last == "1" || last == "2" else { return nil }
        return reduced ? code.dropLast() + "2" : code
    }

    /// Why the reduced amount applies to a device, or `nil`: it is old, or in frequent use, or was
    /// declared so (art. 15bis).
    func reduction(
        _ device: DeclaredDevice, _ act: MedicalAct, on date: CalendarDate
    ) -> PricingAnomaly? {
        for number in act.uses.rules {
            let rule = tariffs.rules[number]
            guard case .lumpSum(let uses, let years, let lowActivityYears) = rule.kind else {
                continue
            }
            let limit = device.hadLowActivity ? lowActivityYears : years
            if let first = device.firstUse, first.completedYears(on: date) >= limit {
                return rule.anomalyValue
            }
            if let count = device.usesThisYear, count >= uses { return rule.anomalyValue }
        }
        guard device.reduced else { return nil }
        return tariffs.anomaly("OEC-ACT-013", .lumpSum, severity: .information)
    }

    // MARK: Value

    /// Sets base, units with factors and rank value; notes what the list cannot say.
    func setValue(_ item: Item) {
        guard let act = item.act else { return }
        guard let (amount, coefficient, step) = listValue(of: act, item) else {
            if !item.isRefused {
                item.refuse(
                    tariffs.anomaly("OEC-ACT-006", source: "art. 4 \(act.sourceFile)"))
            }
            return
        }
        item.base = amount
        item.trace.append(step)
        setRankValue(item, act, coefficient)
        checkLetters(item, act)
        setUnits(item)
    }

    /// Amount of one unit before factors, by article 4.
    private func listValue(
        of act: MedicalAct, _ item: Item
    ) -> (Amount, Coefficient?, TraceStep)? {
        if let version = act.versions.first(where: { $0.isValid(on: item.date) }) {
            return value(of: act, version, item)
        }
        // Lump sums stand in the regulation without a day of their own.
        if act.marks.contains(.ffua), let version = act.versions.first, version.from == nil {
            return fixed(version, item)
        }
        guard !act.isDeclared, let version = act.versions.first(where: { $0.coefficient != nil }),
            let from = version.from, item.date < from, version.tariff != nil,
            tariffs.keyLetter(of: act.profession, on: item.date) != nil,
            !questions.refusesOldCoefficient
        else { return nil }
        item.note(
            tariffs.anomaly(
                "OEC-ACT-014", source: "art. 4 coefficientBeforeItsList",
                text: tariffs.parameterText("coefficientBeforeItsList")))
        return value(of: act, version, item)
    }

    private func value(
        of act: MedicalAct, _ version: ActVersion, _ item: Item
    ) -> (Amount, Coefficient?, TraceStep)? {
        if let coefficient = version.coefficient, !act.isDeclared {
            guard let letter = tariffs.keyLetter(of: act.profession, on: item.date) else {
                return fixed(version, item)
            }
            if version.tariff == nil {
                guard questions.usesUncheckedCoefficient else { return nil }
                item.note(
                    tariffs.anomaly(
                        "OEC-ACT-014", source: "art. 4 uncheckedCoefficients",
                        text: tariffs.parameterText("uncheckedCoefficients")))
            }
            let counted = item.isMaterialPercent ? materialCoefficient(coefficient) : coefficient
            var amount = letter.times(counted)
            if item.isMaterialPercent, !questions.materialRoundsCoefficient {
                amount = letter.times(coefficient).tenths(
                    times: tariffs.material.percent, over: 100)
            }
            return (
                amount, counted,
                TraceStep(
                    figure: .tariff, operation: .coefficient(counted, letter), result: amount,
                    source: item.isMaterialPercent ? "art. 15 art. 4" : "art. 4")
            )
        }
        return fixed(version, item)
    }

    /// 8 % of the coefficient (art. 15, dermatology): by parameter the coefficient is rounded or the amount.
    private func materialCoefficient(_ coefficient: Coefficient) -> Coefficient {
        questions.materialRoundsCoefficient
            ? coefficient.percent(tariffs.material.percent)
            : coefficient
    }

    /// A tariff that stands in the list without coefficient.
    private func fixed(
        _ version: ActVersion, _ item: Item
    ) -> (Amount, Coefficient?, TraceStep)? {
        guard let tariff = version.tariff, !item.isMaterialPercent else { return nil }
        if version.source != "declared", version.coefficient == nil, !isLumpSum(item) {
            guard !questions.refusesFixedTariff else { return nil }
            item.note(
                tariffs.anomaly(
                    "OEC-ACT-014", source: "art. 4 listTariffWithoutCoefficient",
                    text: tariffs.parameterText("listTariffWithoutCoefficient")))
        }
        if version.source == "declared" {
            item.note(tariffs.anomaly("OEC-ACT-014", source: "declared"))
        }
        return (
            tariff, nil,
            TraceStep(
                figure: .tariff, operation: .listed, result: tariff,
                source: version.source == "declared" ? "declared" : "art. 4")
        )
    }

    private func isLumpSum(_ item: Item) -> Bool {
        item.act?.groups.overlaps(.ffua) ?? false
    }

    private func setRankValue(_ item: Item, _ act: MedicalAct, _ coefficient: Coefficient?) {
        if let coefficient {
            item.rankValue = coefficient.hundredths * 100
        } else if let letter = tariffs.keyLetter(of: act.profession, on: item.date) {
            item.rankValue = item.base.cents * 1_000_000 / letter.tenThousandths
        } else {
            item.rankValue = item.base.cents * 20
        }
    }

    /// One rounding for the whole product of factors (art. 4).
    func setUnits(_ item: Item) {
        let factors = item.letters.compactMap { tariffs.factor($0) }.filter { $0 != 100 }
        item.fullUnit = item.base.times(percents: factors)
        item.halfUnit = item.base.times(percents: factors + [50])
    }
}

extension Amount {
    /// This amount times each percent, rounded to 0.10 once.
    func times(percents: [Int]) -> Amount {
        guard !percents.isEmpty else { return self }
        var (numerator, denominator) = (1, 1)
        for percent in percents {
            let common = Self.commonDivisor(percent, 100)
            numerator *= percent / common
            denominator *= 100 / common
        }
        return tenths(times: numerator, over: denominator)
    }

    private static func commonDivisor(_ left: Int, _ right: Int) -> Int {
        right == 0 ? max(left, 1) : commonDivisor(right, left % right)
    }
}

extension MedicalAct {
    var sourceFile: String { "nomenclature-\(profession.rawValue).csv" }
}

extension Tariffs {
    func factor(_ letter: Character) -> Int? {
        suffixes.first { $0.letter == letter }?.factor
    }

    /// R, which the engine sets itself.
    func isRankLetter(_ letter: Character) -> Bool {
        suffixes.contains { $0.letter == letter && $0.role == .rank }
    }

    func hasRole(_ role: SuffixRule.Role, _ letters: [Character]) -> Bool {
        !letters.isEmpty
            && suffixes.contains { $0.role == role && letters.contains($0.letter) }
    }

    func parameterText(_ name: String) -> LocalizedText? {
        parameterByName[name].map { parameters[$0].text }
    }

    /// CP1 to CP8: never in the lists, always known.
    func isConvenience(_ code: String) -> Bool {
        convenienceCodes.contains(code.uppercased())
    }
}
