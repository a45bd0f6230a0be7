// SPDX-License-Identifier: Apache-2.0

/// Which acts of a session exclude each other, and by which rule.
struct Conflicts {
    struct Edge {
        let first: Int
        let second: Int
        let reason: Reason
    }

    enum Reason: Hashable {
        /// Index of a rule.
        case rule(Int)
        /// No row of art. 10 allows the pair; a rule may have taken the CAC away.
        case article10(because: Int?)
        /// A question that the sources leave open, decided by a parameter.
        case parameter(String)
        /// A derogation in the table of art. 10.
        case row(Int)
    }

    private(set) var edges: [Edge] = []
    /// Technical acts that a row pays in full beside a general act: pairs of general and technical.
    private(set) var fullTariff: [(general: Int, technical: Int)] = []
    /// Rules that only warn.
    private(set) var remarks: [(Int, PricingAnomaly)] = []

    init(_ items: [Item], lifted: [Int], _ pricing: Pricing) {
        let live = items.indices.filter { !items[$0].isRefused && items[$0].act != nil }
        guard live.count > 1 else { return }
        addRules(live, items, lifted, pricing)
        addArticle10(live, items, pricing)
    }

    /// Everything that excludes an act: one anomaly for each code, with the first sentence and all
    /// sources.
    func anomalies(_ reasons: [Reason], _ pricing: Pricing) -> [PricingAnomaly] {
        var found: [PricingAnomaly] = []
        for anomaly in reasons.map({ self.anomaly($0, pricing) }) {
            guard let same = found.firstIndex(where: { $0.code == anomaly.code }) else {
                found.append(anomaly)
                continue
            }
            if !found[same].source.split(separator: " ").contains(anomaly.source[...]) {
                found[same].source += " " + anomaly.source
            }
        }
        return found
    }

    private func anomaly(_ reason: Reason, _ pricing: Pricing) -> PricingAnomaly {
        switch reason {
        case .rule(let number): return pricing.tariffs.rules[number].anomalyValue
        case .article10(let cause):
            let rule = cause.map { pricing.tariffs.rules[$0] }
            return pricing.tariffs.anomaly(
                "OEC-ACT-002",
                source: [OwnRule.generalAndTechnical.id, rule?.id].compactMap(\.self)
                    .joined(separator: " "),
                text: rule?.text ?? pricing.tariffs.text(.generalAndTechnical))
        case .parameter(let name):
            return pricing.tariffs.anomaly(
                "OEC-ACT-002", source: name, text: pricing.tariffs.parameterText(name))
        case .row(let number):
            let row = pricing.tariffs.cumulation[number]
            return pricing.tariffs.anomaly("OEC-ACT-002", source: row.id, text: row.text)
        }
    }

    // MARK: Rules of rules.json

    private mutating func addRules(
        _ live: [Int], _ items: [Item], _ lifted: [Int], _ pricing: Pricing
    ) {
        var members: [(rule: Int, item: Int, isOther: Bool)] = []
        for index in live {
            guard let act = items[index].act else { continue }
            for rule in act.uses.rules
            where pricing.tariffs.isPairRule[rule] && !lifted.contains(rule) {
                members.append((rule, index, false))
            }
            for rule in act.uses.otherRules where pricing.tariffs.isPairRule[rule] {
                members.append((rule, index, true))
            }
        }
        guard members.contains(where: { !$0.isOther }) else { return }
        members.sort { ($0.rule, $0.item) < ($1.rule, $1.item) }
        var start = 0
        while start < members.count {
            let number = members[start].rule
            var end = start
            while end < members.count, members[end].rule == number { end += 1 }
            add(
                number, codes: members[start..<end].filter { !$0.isOther }.map(\.item),
                others: members[start..<end].filter(\.isOther).map(\.item), live, items, pricing)
            start = end
        }
    }

    private mutating func add(
        _ number: Int, codes: [Int], others: [Int], _ live: [Int], _ items: [Item],
        _ pricing: Pricing
    ) {
        let rule = pricing.tariffs.rules[number]
        guard let date = codes.first.map({ items[$0].date }), rule.isInForce(on: date) else {
            return
        }
        for first in codes {
            guard !pricing.isLifted(rule, for: items[first]) else { continue }
            for second in partners(of: first, rule, codes, others, live, items)
            where second != first {
                add(first, second, number, pricing)
            }
        }
    }

    private func partners(
        of first: Int, _ rule: BillingRule, _ codes: [Int], _ others: [Int], _ live: [Int],
        _ items: [Item]
    ) -> [Int] {
        switch rule.kind {
        case .mutuallyExclusive:
            return codes.filter { items[$0].act !== items[first].act }
        case .notCumulable:
            return others.filter { items[$0].act !== items[first].act }
        case .maxPerDay(1), .maxPerSession(1, false), .minInterval:
            guard !rule.hasOthers else { return others.filter { $0 != first } }
            return codes.filter {
                $0 != first && (!rule.countsEachCode || items[$0].act === items[first].act)
            }
        case .onlyCombinableWith:
            let section = items[first].act?.section
            return live.filter { index in
                items[index].act?.isTechnical == true && !others.contains(index)
                    && items[index].act !== items[first].act
                    && items[index].act?.section == section
            }
        case .isolated:
            return live.filter { index in
                items[index].act.map { act in
                    !act.groups.overlaps([.convenance, .report, .costs])
                } ?? false && !others.contains(index)
            }
        case .includedAfter: return others
        default: return []
        }
    }

    private mutating func add(
        _ first: Int, _ second: Int, _ number: Int, _ pricing: Pricing
    ) {
        let rule = pricing.tariffs.rules[number]
        guard rule.severity == .error else {
            return remarks.append((first, rule.anomalyValue))
        }
        add(first, second, .rule(number))
    }

    // MARK: Article 10

    /// Every general act against every technical act of the session.
    private mutating func addArticle10(
        _ live: [Int], _ items: [Item], _ pricing: Pricing
    ) {
        let generals = live.filter { isSubject(items[$0]) }
        guard !generals.isEmpty else { return }
        let technicals = live.filter { index in
            items[index].act?.isTechnical == true && !items[index].isMaterialPercent
                && !isComplement(items[index], pricing)
        }
        for general in generals {
            let besides = technicals.filter { decide(general, $0, items, pricing) }
            guard besides.count > 1, !pricing.questions.severalCAC,
                items[general].act?.groups.overlaps(.consultation) ?? false
            else { continue }
            for technical in besides {
                add(general, technical, .parameter("consultationWithSeveralCAC"))
            }
        }
    }

    private mutating func add(_ first: Int, _ second: Int, _ reason: Reason) {
        edges.append(
            Edge(first: min(first, second), second: max(first, second), reason: reason))
    }

    /// An act that is paid only beside another technical act goes with it.
    private func isComplement(_ item: Item, _ pricing: Pricing) -> Bool {
        item.act?.uses.rules.contains { pricing.tariffs.isComplementRule[$0] } ?? false
    }

    /// Kilometres, reports, telephone and costs follow rules of their own.
    private func isSubject(_ item: Item) -> Bool {
        guard let act = item.act else { return false }
        return act.uses.isGeneral
            && !act.groups.overlaps([.kilometre, .telephone, .convenance])
    }

    /// Whether the two may stand beside each other.
    private mutating func decide(
        _ general: Int, _ technical: Int, _ items: [Item], _ pricing: Pricing
    ) -> Bool {
        guard let first = items[general].act, let second = items[technical].act else {
            return true
        }
        if first.profession == .dentists, pricing.questions.dentalConsultationWithActs {
            return true
        }
        let rows = first.uses.generalRows & second.uses.technicalRows
        var isAllowed = false
        var left = rows
        while left != 0 {
            let number = left.trailingZeroBitCount
            left &= left - 1
            let row = pricing.tariffs.cumulation[number]
            guard applies(row, items[technical], second, pricing) else { continue }
            if row.isExclusion {
                add(general, technical, .row(number))
                return false
            }
            isAllowed = true
            if row.isFullTariff { fullTariff.append((general, technical)) }
        }
        if !isAllowed {
            add(
                general, technical,
                .article10(because: lostCAC(items[technical], second, pricing)))
        }
        return isAllowed
    }

    private func applies(
        _ row: CumulationRow, _ item: Item, _ act: MedicalAct, _ pricing: Pricing
    ) -> Bool {
        if row.needsCAC, !act.marks.contains(.cac) || lostCAC(item, act, pricing) != nil {
            return false
        }
        if item.letters.contains(where: row.notSuffixes.contains) { return false }
        if !row.specialities.isEmpty || row.parameter != nil {
            let parameter: SpecialitySet =
                switch row.parameter {
                case "firstTwoDaysSpecialities": pricing.questions.firstTwoDays
                case "covidSpecialities": pricing.questions.covid
                default: []
                }
            return row.specialities.union(parameter)
                .contains(SpecialitySet(index: pricing.speciality.index))
        }
        return true
    }

    /// The rule that takes CAC away, where the label ties it to a condition.
    private func lostCAC(_ item: Item, _ act: MedicalAct, _ pricing: Pricing) -> Int? {
        guard act.marks.contains(.cac) else { return nil }
        for number in act.uses.rules {
            let rule = pricing.tariffs.rules[number]
            guard case .conditionalCAC(let days, let specialities) = rule.kind,
                rule.isInForce(on: item.date)
            else { continue }
            if let specialities,
                !specialities.contains(SpecialitySet(index: pricing.speciality.index))
            {
                return number
            }
            if let days,
                pricing.past.contains(where: { known in
                    known.isOwn && known.act.groups.overlaps(.consultation)
                        && (1...days).contains(item.date.days(since: known.date))
                })
            {
                return number
            }
        }
        return nil
    }
}
