// SPDX-License-Identifier: Apache-2.0

/// Séance: everything done on one person by one doctor on one calendar day.
///
/// Acts of the same day that are already billed take part as they were: they occupy their rank and
/// exclude what they exclude, but their price is given.
struct Session {
    let date: CalendarDate
    var items: [Item]
    /// What became of each item, once `run` is done.
    var outcome: Outcome

    /// What one choice of payable acts is worth.
    struct Outcome {
        var isKept: [Bool]
        var ranks: [Rank]
        /// What excludes an item that is not kept.
        var lostTo: [[Conflicts.Reason]]
        /// What the item that ranks first gets on top, to reach the minimum of art. 11 and 12.
        var supplements: [Int: (Amount, String)] = [:]
        var total: Amount

        init(count: Int) {
            isKept = Array(repeating: true, count: count)
            ranks = Array(repeating: Rank(), count: count)
            lostTo = Array(repeating: [], count: count)
            total = .zero
        }
    }

    /// How many units count in full, at half and not at all (art. 9).
    struct Rank: Equatable {
        var full = 0
        var half = 0
        var none = 0
        /// Rule that set it.
        var source: String?
    }

    /// Declared devices that bring nothing, because another of their kind does.
    var openDevices: [String] = []
    /// Rules that an act of the session lifts ("with 8D01").
    private var liftedRules: [Int] = []

    init(_ lines: [Item], on date: CalendarDate, _ pricing: Pricing) {
        self.date = date
        items = lines
        for (number, known) in pricing.past.enumerated() where known.date == date && known.isOwn {
            items.append(pricing.item(past: known, number: -1 - number))
        }
        outcome = Outcome(count: 0)
        liftedRules = items.flatMap { $0.act?.uses.liftedRules ?? [] }
    }

    func lifts(_ rule: Int) -> Bool { liftedRules.contains(rule) }

    mutating func run(_ pricing: inout Pricing) {
        for index in items.indices where !items[index].isPast {
            let item = items[index]
            pricing.checkAlone(item, in: self)
            pricing.checkManyConsultations(item)
        }
        items.sort(by: Item.comesBefore)
        checkDevices(pricing)
        if !pricing.request.devices.isEmpty {
            addLumpSums(pricing)
            items.sort(by: Item.comesBefore)
        }
        replace(pricing)
        checkReports(pricing)
        excludeMaterial(pricing)
        limitRepeats(pricing)
        limitCosts(pricing)
        let conflicts = Conflicts(items, lifted: liftedRules, pricing)
        for (index, anomaly) in conflicts.remarks { items[index].note(anomaly) }
        outcome = Choice(items, conflicts, pricing).best()
        explain(conflicts, pricing)
        items.indices.forEach { noteRank($0, pricing) }
        noteImagingMethods(pricing)
        noteWhatTheDayWouldHaveCost(&pricing)
        closeLumpSums(&pricing)
    }

    /// Acts that were paid, for the sessions after this one.
    var performed: [Pricing.KnownAct] {
        items.indices.compactMap { index in
            let item = items[index]
            guard !item.isPast, let act = item.act, outcome.isKept[index], !item.isRefused
            else { return nil }
            return Pricing.KnownAct(
                act: act, date: item.date, time: item.time,
                units: outcome.ranks[index].full + outcome.ranks[index].half, isOwn: true,
                letters: item.letters, isMaterialPercent: item.isMaterialPercent)
        }
    }

    // MARK: Repeats

    /// Limits of a session or a day that more than one unit may share: the dearest are paid.
    private mutating func limitRepeats(_ pricing: Pricing) {
        var used: [RepeatKey: Int] = [:]
        for index in items.indices where !items[index].isRefused {
            guard let act = items[index].act else { continue }
            for number in act.uses.rules where pricing.tariffs.isLimitRule[number] {
                let rule = pricing.tariffs.rules[number]
                guard rule.isInForce(on: date), !lifts(number),
                    let limit = limit(rule, number, items[index], pricing),
                    !pricing.isLifted(rule, for: items[index])
                else { continue }
                let key = RepeatKey(
                    rule: number, act: rule.countsEachCode ? ObjectIdentifier(act) : nil)
                let before = pricing.tariffs.isPairRule[number] ? 0 : used[key, default: 0]
                if !items[index].isPast {
                    pricing.limitUnits(to: limit - before, rule, items[index])
                }
                if !items[index].isRefused { used[key] = before + items[index].units }
            }
        }
    }

    /// What a lump sum stands for is not billed beside it (art. 7), even where it would be dearer.
    private mutating func replace(_ pricing: Pricing) {
        var replacing: [Int] = []
        for item in items where !item.isRefused {
            guard let act = item.act else { continue }
            for number in act.uses.rules {
                if case .insteadOf = pricing.tariffs.rules[number].kind {
                    replacing.append(number)
                }
            }
        }
        guard !replacing.isEmpty else { return }
        for index in items.indices where items[index].isLine && !items[index].isRefused {
            guard let act = items[index].act,
                let number = act.uses.otherRules.first(where: replacing.contains),
                pricing.tariffs.rules[number].isInForce(on: date),
                !pricing.isLifted(pricing.tariffs.rules[number], for: items[index])
            else { continue }
            items[index].refuse(pricing.tariffs.rules[number].anomalyValue)
        }
    }

    /// Where the parameter says so, a report is not paid beside a consultation with acts.
    private func checkReports(_ pricing: Pricing) {
        let name = "reportWithConsultationAndActs"
        guard !pricing.questions.reportWithConsultationAndActs, has(.technical),
            has(.consultation)
        else { return }
        for item in items where item.isLine && item.act?.groups.overlaps(.report) ?? false {
            item.refuse(
                pricing.tariffs.anomaly(
                    "OEC-ACT-002", source: name, text: pricing.tariffs.parameterText(name)))
        }
    }

    private func excludeMaterial(_ pricing: Pricing) {
        for item in items where !item.isRefused {
            for number in item.act?.uses.rules ?? [] {
                guard case .noMaterial = pricing.tariffs.rules[number].kind else { continue }
                for other in items where other.isLine && other.isMaterialPercent {
                    other.refuse(pricing.tariffs.rules[number].anomalyValue)
                }
            }
        }
    }

    private func has(_ groups: GroupSet) -> Bool {
        items.contains { !$0.isRefused && $0.act?.groups.overlaps(groups) ?? false }
    }

    private struct RepeatKey: Hashable {
        let rule: Int
        let act: ObjectIdentifier?
    }

    /// Limits of one unit a day are conflicts between acts, so that the better sum wins; of those
    /// only one line's own units are cut. What the past took is taken off.
    private func limit(
        _ rule: BillingRule, _ number: Int, _ item: Item, _ pricing: Pricing
    ) -> Int? {
        if case .maxPerSession(let limit, let perEye) = rule.kind {
            return perEye ? limit * 2 : limit
        }
        return item.isPast ? nil : pricing.allowance(rule, number, item)
    }

    // MARK: What is said about it

    private mutating func explain(_ conflicts: Conflicts, _ pricing: Pricing) {
        for index in items.indices where !items[index].isPast && !items[index].isRefused {
            guard !outcome.isKept[index], items[index].act != nil else { continue }
            let reasons = outcome.lostTo[index]
            if !reasons.isEmpty {
                for anomaly in conflicts.anomalies(reasons, pricing) {
                    items[index].refuse(anomaly)
                }
            } else {
                items[index].refuse(
                    Companions.anomaly(items[index], pricing))
            }
        }
    }

    private mutating func noteRank(_ index: Int, _ pricing: Pricing) {
        let rank = outcome.ranks[index]
        guard !items[index].isPast, !items[index].isRefused, rank.half + rank.none > 0,
            rank.source != nil, !items[index].asksForRank
        else { return }
        items[index].note(
            pricing.tariffs.anomaly(
                "OEC-ACT-012", source: rank.source ?? OwnRule.ranks.id,
                text: pricing.tariffs.text(.ranks)))
    }

    /// Two imaging methods are not paid for one organ (art. 17); which organ no request says.
    private mutating func noteImagingMethods(_ pricing: Pricing) {
        guard let rule = pricing.tariffs.rule(OwnRule.imagingMethods.id) else { return }
        var methods: [Int: GroupSet] = [:]
        for index in items.indices where outcome.isKept[index] && !items[index].isRefused {
            guard let groups = items[index].act?.groups.intersection(.imaging), !groups.isEmpty
            else { continue }
            methods[index] = groups
        }
        let all = methods.values.reduce(GroupSet()) { $0.union($1) }
        for (index, own) in methods where !items[index].isPast && all != own {
            guard !pricing.isLifted(rule, for: items[index]) else { continue }
            items[index].note(rule.anomalyValue)
        }
    }

    /// What is already billed stays as it was; that a joint statement would have priced it lower is
    /// said.
    private func noteWhatTheDayWouldHaveCost(_ pricing: inout Pricing) {
        let isPast = items.map(\.isPast)
        guard isPast.contains(true), isPast.contains(false) else { return }
        let alone = items.filter(\.isPast)
        let before = Choice(alone, Conflicts(alone, lifted: liftedRules, pricing), pricing).best()
            .total
        var joint = Amount.zero
        for index in items.indices where items[index].isPast && outcome.isKept[index] {
            joint += Ranking.amount(items[index], outcome.ranks[index])
        }
        guard joint < before else { return }
        pricing.statementAnomalies.append(
            pricing.tariffs.anomaly(
                "OEC-ACT-012", source: "ART9 ART10", severity: .warning,
                text: pricing.tariffs.text(.jointDay)))
    }
}
