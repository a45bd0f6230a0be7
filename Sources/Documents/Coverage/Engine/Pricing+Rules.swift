// SPDX-License-Identifier: Apache-2.0

extension Pricing {
    /// Everything that one act must fulfil by itself: who, whom, where, when, with what agreement,
    /// and how often before. What stands beside it in the session comes later.
    mutating func checkAlone(_ item: Item, in session: Session) {
        guard let act = item.act, !item.isRefused else { return }
        checkPatient(item)
        if rate(of: act, item) == nil {
            item.refuse(tariffs.anomaly("OEC-ACT-006", source: "rates.json"))
        }
        checkSpeciality(item, act)
        checkPlace(item, act)
        for band in act.uses.bands { check(tariffs.bands[band], item) }
        checkMarks(item, act)
        checkMaterial(item)
        if act.groups.overlaps(.deviceCost), fact("deviceAuthorised", item) == false {
            item.refuse(
                tariffs.anomaly("OEC-ACT-013", .deviceCost))
        }
        for number in act.uses.rules {
            let rule = tariffs.rules[number]
            guard rule.isInForce(on: item.date), !isLifted(rule, for: item),
                !session.lifts(number)
            else { continue }
            checkFacts(rule, item)
            check(rule, number, item)
        }
    }

    private func checkPatient(_ item: Item) {
        if item.date < request.birthDate {
            item.refuse(tariffs.anomaly("OEC-PAT-003", source: "art. 1"))
        }
    }

    /// A consultation belongs to a speciality (G2); the codes that no speciality owns have rules.
    private func checkSpeciality(_ item: Item, _ act: MedicalAct) {
        guard let owners = tariffs.consultationOwners[act.code],
            !owners.contains(SpecialitySet(index: speciality.index))
        else { return }
        item.refuse(tariffs.anomaly("OEC-ACT-004", .speciality))
    }

    private func checkPlace(_ item: Item, _ act: MedicalAct) {
        if case .unknown = item.place {
            let anomaly = tariffs.anomaly(
                "OEC-ACT-007", source: "unknownPlace",
                severity: questions.refusesUnknownPlace ? .error : .warning)
            if questions.refusesUnknownPlace { item.refuse(anomaly) } else { item.note(anomaly) }
        }
        guard act.groups.overlaps(.costs) || item.isMaterialPercent, item.place.isHospital,
            !(act.groups.overlaps(.deviceCost) && fact("deviceAbsentInHospital", item) == true)
        else { return }
        item.refuse(tariffs.anomaly("OEC-ACT-007", costRule(item, act)))
    }

    private func check(_ band: LabelBand, _ item: Item) {
        let anomaly = tariffs.anomaly("OEC-ACT-010", source: band.id, text: band.text)
        checkUrgency(band, item, anomaly)
        guard isDay(item.date, band.days) else {
            guard band.days == .sundayOrHoliday, !tariffs.knowsHolidays(of: item.date.year) else {
                return item.refuse(anomaly)
            }
            return item.note(
                tariffs.anomaly(
                    "OEC-ACT-010", source: band.id, severity: .warning, text: band.text))
        }
        if band.orDays.contains(where: { isDay(item.date, $0) }) { return }
        guard let hours = band.time else { return }
        guard let time = item.time, hours.contains(time) else { return item.refuse(anomaly) }
        guard band.isRequested else { return }
        let isAskedOutside = item.line?.requestedTime.map { !hours.contains($0) } ?? false
        if isAskedOutside || fact("requestedInBand", item) == false { item.refuse(anomaly) }
    }

    /// Asked as urgent, and for one of the reasons that the rule names.
    private func checkUrgency(_ band: LabelBand, _ item: Item, _ anomaly: PricingAnomaly) {
        guard let name = band.fact else { return }
        let reasons = band.oneOf.map { fact($0, item) }
        if fact(name, item) == false || (!reasons.isEmpty && reasons.allSatisfy { $0 == false }) {
            return item.refuse(anomaly)
        }
        guard fact(name, item) == true, reasons.isEmpty || reasons.contains(true) else {
            return item.note(
                tariffs.anomaly(
                    "OEC-ACT-010", source: band.id, severity: .warning, text: band.text))
        }
    }

    private func isDay(_ date: CalendarDate, _ days: LabelBand.Days) -> Bool {
        switch days {
        case .any: true
        case .saturday: date.weekday == 6
        case .sundayOrHoliday: isSundayOrHoliday(date)
        }
    }

    /// The rule that speaks of a cost beside an act.
    func costRule(_ item: Item, _ act: MedicalAct) -> OwnRule {
        if item.isMaterialPercent { return .materialPercent }
        if act.groups.overlaps(.ffua) { return .lumpSum }
        return act.groups.overlaps(.deviceCost) ? .deviceCost : .materialCost
    }

    /// APCM and ACM printed as marks without condition; DSD is looked at with the amounts.
    private func checkMarks(_ item: Item, _ act: MedicalAct) {
        guard act.marks.contains(.apcm) || act.marks.contains(.acm), !isAuthorised(item) else {
            return
        }
        let isPrior = act.marks.contains(.apcm)
        let refuses = isPrior || questions.refusesMissingACM
        let anomaly = tariffs.anomaly(
            "OEC-ACT-003", isPrior ? .priorAgreement : .agreement,
            severity: refuses ? .error : .warning)
        if refuses { item.refuse(anomaly) } else { item.note(anomaly) }
    }

    /// 8 % for material are due without suture (art. 15).
    private func checkMaterial(_ item: Item) {
        guard item.isMaterialPercent else { return }
        switch fact("withoutSuture", item) {
        case true: return
        case false: item.refuse(tariffs.anomaly("OEC-ACT-007", .materialPercent))
        case nil:
            item.note(tariffs.anomaly("OEC-ACT-007", .materialPercent, severity: .warning))
        }
    }

    func isAuthorised(_ item: Item) -> Bool {
        if case .line(let index) = item.origin, request.lines[index].authorised { return true }
        return fact("controlAgreement", item) == true
    }

    /// A fact that is denied refuses; one that nobody stated is to be confirmed.
    private func checkFacts(_ rule: BillingRule, _ item: Item) {
        if case .place = rule.kind { return }
        if case .forbiddenPlace = rule.kind { return }
        if case .explained = rule.kind { return }
        for name in rule.facts {
            switch fact(name, item) {
            case true: continue
            case false: apply(rule, to: item)
            case nil: item.note(rule.anomaly(min(rule.severity, .warning)))
            }
        }
    }

    func apply(_ rule: BillingRule, to item: Item) {
        if rule.severity == .error {
            item.refuse(rule.anomalyValue)
        } else {
            item.note(rule.anomalyValue)
        }
    }

    private func check(_ rule: BillingRule, _ number: Int, _ item: Item) {
        switch rule.kind {
        case .speciality(let allowed):
            guard !allowed.contains(SpecialitySet(index: speciality.index)) else { return }
            apply(rule, to: item)
        case .excludedSpeciality(let excluded):
            guard excluded.contains(SpecialitySet(index: speciality.index)) else { return }
            apply(rule, to: item)
        case .place(let places):
            checkPlaces(rule, places, item)
        case .forbiddenPlace(let places):
            if places.contains(item.place)
                || rule.facts.contains(where: { fact($0, item) == true })
            {
                apply(rule, to: item)
            }
        case .excludedContext(let name):
            if fact(name, item) == true { apply(rule, to: item) }
        case .age(let range):
            if !range.contains(item.date, birth: request.birthDate) { apply(rule, to: item) }
        case .authorisation(.above):
            checkPast(rule, number, item)
        case .authorisation(let condition):
            guard !isAuthorised(item), needsAgreement(condition, number, item) else { return }
            apply(rule, to: item)
        case .maxPerDay, .maxPerYear, .maxLifetime, .maxPerPeriod, .minInterval, .maxInterval,
            .includedAfter, .requiresPrior:
            checkPast(rule, number, item)
        case .maxPerSession, .onlyWith, .onlyCombinableWith, .mutuallyExclusive, .notCumulable,
            .insteadOf, .noMaterial, .materialPercent, .isolated,
            .lumpSum, .noMajoration, .conditionalCAC, .needsFact, .explained:
            return
        }
    }

    /// One of the places, or one of the facts, is enough.
    private func checkPlaces(_ rule: BillingRule, _ places: [CarePlace], _ item: Item) {
        if places.contains(item.place) { return }
        if rule.facts.contains(where: { fact($0, item) == true }) { return }
        if rule.facts.isEmpty || rule.facts.allSatisfy({ fact($0, item) == false }) {
            apply(rule, to: item)
        } else {
            item.note(rule.anomaly(min(rule.severity, .warning)))
        }
    }

    private func needsAgreement(
        _ condition: BillingRule.Authorisation, _ number: Int, _ item: Item
    ) -> Bool {
        switch condition {
        case .always: true
        case .fromAge(let age): years(on: item.date) >= age
        case .withinMonths(let months):
            past.contains { known in
                known.act.uses.rules.contains(number)
                    && isWithin(months: months, from: known.date, to: item.date)
            }
        // Counted in units, with the limits.
        case .above: false
        }
    }
}

extension Tariffs {
    /// The table of public holidays has the year.
    func knowsHolidays(of year: Int) -> Bool {
        CalendarDate(year: year, month: 1, day: 1).map(holidays.contains) ?? false
    }

    func rule(_ id: String) -> BillingRule? { ruleByID[id].map { rules[$0] } }

    func ruleText(_ id: String) -> LocalizedText? { ruleByID[id].map { rules[$0].text } }
}
