// SPDX-License-Identifier: Apache-2.0

extension Pricing {
    /// Keeps the factor letters that may count; a letter that may not is named and counts nothing.
    func checkLetters(_ item: Item, _ act: MedicalAct) {
        if item.asksForRank, !act.ranks {
            item.note(tariffs.anomaly("OEC-ACT-009", source: "art. 9"))
            item.asksForRank = false
        }
        guard !item.letters.isEmpty else { return }
        var kept: [Character] = []
        for letter in item.letters {
            if let anomaly = objection(to: letter, kept, item, act) {
                item.note(anomaly)
            } else {
                kept.append(letter)
            }
        }
        for rule in kept.compactMap({ rule(of: $0, act, item) }) where !rule.needs.isEmpty {
            guard !rule.needs.contains(where: kept.contains) else { continue }
            item.note(anomaly(rule, "OEC-ACT-009"))
            kept.removeAll { $0 == rule.letter }
        }
        item.letters = kept
        for rule in kept.compactMap({ rule(of: $0, act, item) }) { checkUse(of: rule, item) }
    }

    /// Who may use the letter, and what is open about it.
    private func checkUse(of rule: SuffixRule, _ item: Item) {
        if rule.facts.contains(where: { fact($0, item) == nil }) {
            item.note(
                tariffs.anomaly(
                    "OEC-ACT-010", source: rule.id, severity: .warning, text: rule.text))
        }
        if !rule.specialities.isEmpty,
            !rule.specialities.contains(SpecialitySet(index: speciality.index))
        {
            item.refuse(
                tariffs.anomaly(
                    "OEC-ACT-004", source: rule.rule, text: tariffs.ruleText(rule.rule)))
        }
        if rule.role == .bilateral, questions.bilateralWarns,
            item.rankValue < questions.bilateralSmallCoefficient.hundredths * 100
        {
            item.note(tariffs.anomaly("OEC-ACT-014", .bilateral))
        }
    }

    private func anomaly(_ rule: SuffixRule, _ code: String) -> PricingAnomaly {
        tariffs.anomaly(code, source: rule.id, text: rule.text)
    }

    /// The rule of a letter on this act: of two with one letter the one whose condition holds.
    func rule(of letter: Character, _ act: MedicalAct, _ item: Item) -> SuffixRule? {
        let rules = act.uses.suffixes.map { tariffs.suffixes[$0] }.filter { $0.letter == letter }
        return rules.first { $0.age?.holds(years: years(on: item.date)) ?? true } ?? rules.first
    }

    private func objection(
        to letter: Character, _ kept: [Character], _ item: Item, _ act: MedicalAct
    ) -> PricingAnomaly? {
        guard !act.groups.overlaps(.costs), !item.isMaterialPercent,
            let rule = rule(of: letter, act, item)
        else {
            let known = tariffs.suffixes.first { $0.letter == letter }
            return tariffs.anomaly(
                "OEC-ACT-009", source: known?.id ?? "art. 4", text: known?.text)
        }
        if kept.contains(letter) || kept.contains(where: rule.excludes.contains) {
            return anomaly(rule, "OEC-ACT-009")
        }
        if let forbidden = majorationRule(letter, act, item) { return forbidden }
        if let age = rule.age, !age.holds(years: years(on: item.date)) {
            return anomaly(rule, "OEC-ACT-009")
        }
        if let band = rule.time {
            guard let time = item.time, band.contains(time) else {
                return anomaly(rule, "OEC-ACT-010")
            }
        }
        if rule.facts.contains(where: { fact($0, item) == false }) {
            return anomaly(rule, "OEC-ACT-010")
        }
        if rule.needsSunday, item.date.weekday != 7 { return anomaly(rule, "OEC-ACT-010") }
        if rule.needsHoliday, !tariffs.holidays.contains(item.date) {
            return anomaly(rule, "OEC-ACT-010")
        }
        return nil
    }

    private func majorationRule(
        _ letter: Character, _ act: MedicalAct, _ item: Item
    ) -> PricingAnomaly? {
        for index in act.uses.rules {
            let rule = tariffs.rules[index]
            guard case .noMajoration(let letters) = rule.kind, letters.contains(letter),
                rule.isInForce(on: item.date), !isLifted(rule, for: item)
            else { continue }
            return rule.anomalyValue
        }
        return nil
    }

    func years(on date: CalendarDate) -> Int { request.birthDate.completedYears(on: date) }

    func isSundayOrHoliday(_ date: CalendarDate) -> Bool {
        date.weekday == 7 || tariffs.holidays.contains(date)
    }
}
