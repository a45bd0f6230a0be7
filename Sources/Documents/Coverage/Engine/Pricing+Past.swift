// SPDX-License-Identifier: Apache-2.0

/// Rules about how often and how soon: they look at what was done before the day, and for limits
/// of a day at what the same doctor did on it.
extension Pricing {
    func checkPast(_ rule: BillingRule, _ number: Int, _ item: Item) {
        guard !item.isPast else { return }
        switch rule.kind {
        case .maxPerDay, .maxPerYear, .maxLifetime, .maxPerPeriod, .authorisation(.above):
            if let left = allowance(rule, number, item) { limitUnits(to: left, rule, item) }
        case .minInterval(let interval):
            if isTooSoon(interval, rule, number, item) {
                apply(rule, to: item)
            } else if !rule.hasOthers {
                limitUnits(to: 1, rule, item)
            }
        case .includedAfter(let days):
            let limit = rule.id == OwnRule.delivery.id ? questions.deliveryCoverDays : days
            let isIncluded = past.contains { known in
                known.act.uses.otherRules.contains(number)
                    && (0...limit).contains(item.date.days(since: known.date))
            }
            if isIncluded { apply(rule, to: item) }
        case .maxInterval(let interval):
            let date = item.date
            checkEarlier(rule, item) { known in
                isWithin(interval, from: known.date, to: date)
                    && known.act.uses.otherRules.contains(number)
            }
        case .requiresPrior:
            let date = item.date
            checkEarlier(rule, item) { known in
                known.date <= date && known.act.uses.otherRules.contains(number)
            }
        default: return
        }
    }

    /// Units that a limit of a day, a year, a period or a life leaves after what was done before;
    /// `nil` when the rule is no such limit.
    func allowance(_ rule: BillingRule, _ number: Int, _ item: Item) -> Int? {
        let code = rule.countsEachCode ? item.act : nil
        func used(since start: CalendarDate?) -> Int {
            units(of: number, since: start, until: item.date, code: code)
        }
        switch rule.kind {
        case .maxPerDay(let limit): return limit - ownUnits(of: number, on: item.date)
        case .maxPerYear(let limit, let window, let perDay):
            let left = limit - used(since: yearStart(window, item.date))
            return perDay.map { min(left, $0 - ownUnits(of: number, on: item.date)) } ?? left
        case .maxLifetime(let limit): return limit - used(since: nil)
        case .maxPerPeriod(let limit, let months):
            return limit - used(since: item.date.adding(months: -months))
        case .authorisation(.above(let limit, let window)):
            return isAuthorised(item) ? nil : limit - used(since: yearStart(window, item.date))
        default: return nil
        }
    }

    /// An earlier act must exist; without a history nobody knows, so that it is to be confirmed.
    private func checkEarlier(
        _ rule: BillingRule, _ item: Item, _ fits: (KnownAct) -> Bool
    ) {
        guard !past.contains(where: fits) else { return }
        if knowsPast {
            apply(rule, to: item)
        } else {
            item.note(rule.anomaly(min(rule.severity, .warning)))
        }
    }

    private func isTooSoon(
        _ interval: BillingRule.Interval, _ rule: BillingRule, _ number: Int, _ item: Item
    ) -> Bool {
        past.contains { known in
            let other = known.act
            let counts =
                rule.hasOthers
                ? other.uses.otherRules.contains(number)
                : rule.countsEachCode
                    ? known.act === item.act : other.uses.rules.contains(number)
            return counts && !known.isMaterialPercent
                && isWithin(interval, from: known.date, to: item.date)
        }
    }

    /// Fewer units are paid than asked for; none refuses the line.
    func limitUnits(to allowed: Int, _ rule: BillingRule, _ item: Item) {
        guard allowed < item.units else { return }
        guard rule.severity == .error else { return item.note(rule.anomalyValue) }
        if allowed <= 0 {
            item.refuse(rule.anomalyValue)
        } else {
            item.units = allowed
            item.note(rule.anomalyValue)
        }
    }

    private func isWithin(
        _ interval: BillingRule.Interval, from earlier: CalendarDate, to date: CalendarDate
    ) -> Bool {
        switch interval {
        case .days(let days): (0..<days).contains(date.days(since: earlier))
        case .months(let months): isWithin(months: months, from: earlier, to: date)
        }
    }

    /// Less than `months` lie between the days.
    func isWithin(months: Int, from earlier: CalendarDate, to date: CalendarDate) -> Bool {
        guard earlier <= date else { return false }
        return earlier.adding(months: months).map { date < $0 } ?? true
    }

    /// First day that counts for a limit "per year".
    func yearStart(_ window: BillingRule.YearWindow, _ date: CalendarDate) -> CalendarDate? {
        let isRolling =
            switch window {
            case .calendar: false
            case .rolling: true
            case .parameter: questions.yearIsRolling
            }
        return isRolling
            ? date.adding(months: -12).map(\.next)
            : CalendarDate(year: date.year, month: 1, day: 1)
    }

    /// Units of acts of the rule from `since` up to and including `until`.
    func units(
        of rule: Int, since: CalendarDate?, until: CalendarDate, code: MedicalAct? = nil
    ) -> Int {
        past.reduce(0) { sum, known in
            guard known.date <= until, !known.isMaterialPercent,
                since.map({ $0 <= known.date }) ?? true,
                code.map({ $0 === known.act }) ?? known.act.uses.rules.contains(rule)
            else { return sum }
            return sum + known.units
        }
    }

    private func ownUnits(of rule: Int, on date: CalendarDate) -> Int {
        past.reduce(0) { sum, known in
            known.isOwn && known.date == date && !known.isMaterialPercent
                && known.act.uses.rules.contains(rule)
                ? sum + known.units : sum
        }
    }
}

extension Pricing {
    /// More than 12 consultations or visits in six months (MED-12-6M).
    func checkManyConsultations(_ item: Item) {
        guard !item.isRefused, !item.isPast, let act = item.act,
            act.groups.overlaps([.consultation, .visit]), act.profession == .doctors,
            let start = item.date.adding(months: -questions.consultationLimitMonths)
        else { return }
        let earlier = past.reduce(0) { sum, known in
            known.date <= item.date && known.date > start
                && known.act.groups.overlaps([.consultation, .visit])
                && known.act.profession == .doctors ? sum + known.units : sum
        }
        guard earlier >= questions.consultationLimit,
            fact("medicalJustification", item) != true
        else { return }
        item.refuse(tariffs.anomaly("OEC-ACT-005", .manyConsultations))
    }
}
