// SPDX-License-Identifier: Apache-2.0

/// Acts that are paid only beside another: device and material costs, lump sums, kilometres, and
/// what a remark ties to an act.
struct Companions {
    /// One of `others` must be payable for `item` to be.
    private struct Need {
        let item: Int
        let others: [Int]
        /// Its rank must leave something of it: device costs "only if the act is payable" (art. 15).
        let mustBePaid: Bool
    }

    private let items: [Item]
    private let needs: [Need]

    init(_ items: [Item], _ pricing: Pricing) {
        var needs: [Need] = []
        for index in items.indices where !items[index].isPast && !items[index].isRefused {
            guard let act = items[index].act else { continue }
            if items[index].isMaterialPercent {
                needs.append(
                    Need(
                        item: index,
                        others: items.indices.filter {
                            items[$0].act === act && !items[$0].isMaterialPercent
                        }, mustBePaid: false))
            }
            if act.groups.overlaps([.deviceCost, .materialCost]),
                let parent = pricing.act(String(act.code.dropLast()))
            {
                needs.append(
                    Need(
                        item: index, others: items.indices.filter { items[$0].act === parent },
                        mustBePaid: act.groups.overlaps(.deviceCost)))
            }
            for number in act.uses.rules where pricing.tariffs.isCompanionRule[number] {
                let rule = pricing.tariffs.rules[number]
                guard rule.isInForce(on: items[index].date),
                    !pricing.isLifted(rule, for: items[index])
                else { continue }
                needs.append(
                    Need(
                        item: index,
                        others: items.indices.filter {
                            $0 != index && items[$0].act?.uses.otherRules.contains(number) ?? false
                        }, mustBePaid: false))
            }
        }
        (self.items, self.needs) = (items, needs)
    }

    /// Takes out of `kept` whatever has lost its companion, until nothing changes.
    func prune(_ kept: inout [Bool]) {
        var isStable = needs.isEmpty
        while !isStable {
            isStable = true
            for need in needs where kept[need.item] && !need.others.contains(where: { kept[$0] }) {
                kept[need.item] = false
                isStable = false
            }
        }
    }

    /// Takes out what is due only if its act is paid, when the rank left nothing of the act.
    func dropUnpaid(_ outcome: inout Session.Outcome) {
        for need in needs where need.mustBePaid && outcome.isKept[need.item] {
            let isPaid = need.others.contains { other in
                outcome.isKept[other] && outcome.ranks[other].full + outcome.ranks[other].half > 0
            }
            guard !isPaid else { continue }
            outcome.total =
                outcome.total - Ranking.amount(items[need.item], outcome.ranks[need.item])
            outcome.isKept[need.item] = false
        }
    }

    /// Why an item that no rule excludes is not paid.
    static func anomaly(_ item: Item, _ pricing: Pricing) -> PricingAnomaly {
        guard let act = item.act else {
            return pricing.tariffs.anomaly("OEC-ACT-008", source: "art. 15")
        }
        if item.isMaterialPercent || act.groups.overlaps([.deviceCost, .materialCost]) {
            return pricing.tariffs.anomaly("OEC-ACT-008", pricing.costRule(item, act))
        }
        for number in act.uses.rules where pricing.tariffs.isCompanionRule[number] {
            return pricing.tariffs.rules[number].anomalyValue
        }
        return pricing.tariffs.anomaly("OEC-ACT-008", source: "art. 9")
    }
}
