// SPDX-License-Identifier: Apache-2.0

extension Pricing {
    /// The line with all its amounts; `nil` for a lump sum that no act brought.
    mutating func pricedLine(_ index: Int, of session: Session) -> PricedLine? {
        let item = session.items[index]
        if item.isDevice, item.isRefused { return nil }
        let rank = session.outcome.ranks[index]
        let supplement = session.outcome.supplements[index]
        let tariff = self.tariff(item, rank, supplement)
        let requested: RequestedLine? =
            if case .line(let place) = item.origin { request.lines[place] } else { nil }
        let billed = requested?.billed ?? tariff
        let opposable = self.opposable(item, rank, tariff, billed)
        let (rate, participation) = self.participation(item, opposable)
        return PricedLine(
            number: requested?.number, addedTo: item.isDevice ? bringer(item, session) : nil,
            code: pricedCode(item, rank), requestedCode: requested?.code,
            label: item.act?.label ?? "", quantity: item.requestedUnits,
            paidUnits: item.isRefused || item.act == nil ? 0 : rank.full + rank.half,
            date: item.date, tariff: tariff, billed: billed, opposable: opposable,
            nonOpposable: billed - opposable, rate: rate, statutory: opposable - participation,
            participation: participation,
            isConvenience: item.act == nil && tariffs.isConvenience(item.code),
            anomalies: item.anomalies, trace: item.trace)
    }

    private func pricedCode(_ item: Item, _ rank: Session.Rank) -> String {
        let isHalved = !item.isRefused && rank.half > 0 && rank.full == 0
        return item.code + (item.isMaterialPercent ? "M" : "") + String(item.letters)
            + (isHalved ? "R" : "")
    }

    private func bringer(_ item: Item, _ session: Session) -> Int? {
        guard let act = item.act else { return nil }
        for (index, other) in session.items.enumerated()
        where other.isLine && session.outcome.isKept[index] && !other.isRefused {
            guard let place = other.act else { continue }
            if act.uses.rules.contains(where: place.uses.otherRules.contains) {
                return other.number
            }
        }
        return nil
    }

    // MARK: Tariff

    private func tariff(
        _ item: Item, _ rank: Session.Rank, _ supplement: (Amount, String)?
    ) -> Amount {
        guard item.act != nil else { return .zero }
        var unit = item.base
        let factors = item.letters.compactMap { tariffs.factor($0) }.filter { $0 != 100 }
        let letters = item.letters.compactMap { letter in
            item.act.flatMap { rule(of: letter, $0, item)?.id }
        }
        if !factors.isEmpty {
            unit = item.fullUnit
            item.step(.tariff, .factors(factors), unit, letters.joined(separator: " "))
        }
        if item.isRefused || rank.half == 0 {
            guard item.requestedUnits > 1 else { return raised(unit, item, supplement) }
            let amount = unit * item.requestedUnits
            item.step(.tariff, .units(item.requestedUnits), amount, "nombre")
            return raised(amount, item, supplement)
        }
        let rest = item.requestedUnits - rank.full - rank.half
        let amount = item.fullUnit * (rank.full + rest) + item.halfUnit * rank.half
        item.step(
            .tariff,
            .ranked(
                full: rank.full + rest, half: rank.half, fullUnit: item.fullUnit,
                halfUnit: item.halfUnit), amount, rank.source ?? OwnRule.ranks.id)
        return raised(amount, item, supplement)
    }

    private func raised(
        _ amount: Amount, _ item: Item, _ supplement: (Amount, String)?
    ) -> Amount {
        guard let (more, source) = supplement, !item.isRefused else { return amount }
        item.step(.tariff, .raised(more), amount + more, source)
        return amount + more
    }

    // MARK: Opposable

    private func opposable(
        _ item: Item, _ rank: Session.Rank, _ tariff: Amount, _ billed: Amount
    ) -> Amount {
        noteConvenience(item, billed)
        checkExcess(item, billed: billed, tariff: tariff)
        item.step(.opposable, .carried, tariff, "coverage-rules 1.2")
        for anomaly in item.anomalies {
            item.step(
                .opposable, .rule(code: anomaly.code, severity: anomaly.severity), tariff,
                anomaly.source)
        }
        guard item.act != nil, !item.isRefused else {
            item.step(
                .opposable, .refused, .zero,
                item.anomalies.first { $0.severity == .error }?.source ?? OwnRule.convenience.id)
            return .zero
        }
        var amount = tariff
        let unpaid = item.requestedUnits - rank.full - rank.half
        if unpaid > 0 {
            amount = amount - item.fullUnit * unpaid
            item.step(
                .opposable, .limitedUnits(unpaid, unit: item.fullUnit), amount,
                rank.source ?? item.anomalies.first?.source ?? OwnRule.ranks.id)
        }
        if billed < amount {
            amount = billed
            item.step(.opposable, .limited(billed), amount, "montantBrut")
        }
        return amount
    }

    /// A supplement for what the patient asked for is never covered; its amount is free but must be
    /// named.
    private func noteConvenience(_ item: Item, _ billed: Amount) {
        guard item.act == nil, tariffs.isConvenience(item.code) else { return }
        item.note(
            tariffs.anomaly(
                "OEC-MNT-004", .convenience, severity: billed == .zero ? .warning : nil))
    }

    /// More was billed than the tariff: the excess is the patient's, with a reason or without.
    private func checkExcess(_ item: Item, billed: Amount, tariff: Amount) {
        guard billed > tariff, let act = item.act else { return }
        if act.marks.contains(.dsd) {
            if fact("quotation", item) == true {
                item.note(
                    tariffs.anomaly("OEC-MNT-002", .excessOnQuotation, severity: .information))
            } else {
                item.note(tariffs.anomaly("OEC-MNT-003", .excessOnQuotation))
            }
            return
        }
        let isFirstClass =
            request.hospitalClass == .first
            && billed.cents * 100 <= tariff.cents * (100 + tariffs.firstClassExcess)
        item.note(
            tariffs.anomaly(
                "OEC-MNT-002", source: isFirstClass ? OwnRule.stationary.id : "art. 4",
                severity: isFirstClass ? .information : .warning))
    }

    // MARK: Participation

    private mutating func participation(
        _ item: Item, _ opposable: Amount
    ) -> (rate: Int, Amount) {
        guard let act = item.act else { return (0, .zero) }
        guard let rate = rate(of: act, item) else { return (0, free(item, OwnRule.convenience.id)) }
        if item.isRefused || opposable == .zero {
            return (rate.rate, free(item, rate.id))
        }
        if rate.rate == 100 { return (100, free(item, rate.id)) }
        if case .act(let code) = rate.base {
            return visitParticipation(item, opposable, rate, ordinary: code)
        }
        var (shared, source) = (opposable, rate.id)
        if case .above(let amount) = rate.base {
            shared = above(amount, opposable, on: item.date)
            if shared != opposable { source += " \(amount)" }
        }
        let ceiling = min(opposable, sessionCapLeft ?? opposable)
        let amount = min(ceiling, questions.rounding.percent(100 - rate.rate, of: shared))
        if let left = sessionCapLeft { sessionCapLeft = left - amount }
        item.step(
            .participation,
            .share(
                percent: 100 - rate.rate, base: shared, rounding: questions.rounding,
                ceiling: ceiling), amount, source)
        return (rate.rate, amount)
    }

    private func free(_ item: Item, _ source: String) -> Amount {
        item.step(.participation, .free, .zero, source)
        return .zero
    }

    /// The strongest rate that fits age, place, day and facts.
    func rate(of act: MedicalAct, _ item: Item) -> CoverageRate? {
        if questions.ffuaIsFull, act.groups.overlaps(.ffua) {
            return tariffs.rates.first { $0.rate == 100 && $0.age == nil }
        }
        for number in act.uses.rates {
            let rate = tariffs.rates[number]
            guard rate.isInForce(on: item.date),
                rate.age?.contains(item.date, birth: request.birthDate) ?? true,
                rate.places.isEmpty || rate.places.contains(item.place),
                rate.facts.allSatisfy({ fact($0, item) == true })
            else { continue }
            return rate
        }
        return nil
    }

    /// The part of an amount above what is left of the year's base.
    private mutating func above(
        _ id: String, _ opposable: Amount, on date: CalendarDate
    ) -> Amount {
        let base = tariffs.amount(id, on: date) ?? .zero
        let left = max(Amount.zero, base - baseConsumed[date.year, default: .zero])
        let full = min(left, opposable)
        baseConsumed[date.year, default: .zero] += full
        return opposable - full
    }

    private mutating func visitParticipation(
        _ item: Item, _ opposable: Amount, _ rate: CoverageRate, ordinary: String
    ) -> (rate: Int, Amount) {
        guard visitWindow.charges(on: item.date, days: questions.visitWindowDays) else {
            return (100, free(item, OwnRule.visitWindow.id))
        }
        let base = visitBase(item, opposable, ordinary)
        let amount = min(opposable, questions.rounding.percent(100 - rate.rate, of: base))
        item.step(
            .participation,
            .share(
                percent: 100 - rate.rate, base: base, rounding: questions.rounding,
                ceiling: opposable), amount, "\(rate.id) visitParticipationBase")
        return (rate.rate, amount)
    }

    /// 20 % are taken of the ordinary visit of the general practitioner, not of the visit made.
    private func visitBase(_ item: Item, _ opposable: Amount, _ ordinary: String) -> Amount {
        guard questions.visitBaseIsOrdinary, let visit = act(ordinary),
            let coefficient = visit.versions.lazy.compactMap(\.coefficient).first,
            let letter = tariffs.keyLetter(of: .doctors, on: item.date)
        else { return opposable }
        return letter.times(coefficient)
    }
}

/// The 28 days after a visit that carried the participation (MED-VISIT-28D).
struct VisitWindow: Sendable {
    private var lastCharged: CalendarDate?

    mutating func charges(on date: CalendarDate, days: Int) -> Bool {
        if let lastCharged, lastCharged <= date, date.days(since: lastCharged) < days {
            return false
        }
        lastCharged = date
        return true
    }

    /// Brings the window to the state before `date`; the period does not restart.
    mutating func replay(_ past: [Pricing.KnownAct], upTo date: CalendarDate, _ pricing: Pricing) {
        lastCharged = nil
        for known in past where known.date <= date {
            let act = known.act
            if act.groups.overlaps(.extraHospitalVisit), act.profession == .doctors {
                _ = charges(on: known.date, days: pricing.questions.visitWindowDays)
            }
        }
    }
}

extension Tariffs {
    func amount(_ id: String, on date: CalendarDate) -> Amount? {
        amounts.first { $0.id == id && $0.isInForce(on: date) }?.value
    }

    /// Supplement of a first-class room in percent of the tariff (MED-STAT).
    var firstClassExcess: Int { rates.lazy.compactMap(\.excessPercent).first ?? 0 }

    /// The cap of a session's participation that a rate of that day names.
    func sessionCap(on date: CalendarDate) -> Amount? {
        rates.lazy.filter { $0.isInForce(on: date) }.compactMap(\.cap).first
            .flatMap { amount($0, on: date) }
    }
}
