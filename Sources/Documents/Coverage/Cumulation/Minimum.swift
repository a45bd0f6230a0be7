// SPDX-License-Identifier: Apache-2.0

/// Least coefficient of surgical assistance (art. 11) and of anaesthesia (art. 12): what a session's
/// acts with the letter are worth together at least, majorations included.
struct Minimum {
    /// Highest rank value first.
    private let members: [Int]
    private let items: [Item]
    private let coefficient: Coefficient
    private let rule: SuffixRule
    private let tariffs: Tariffs

    static func all(_ items: [Item], _ pricing: Pricing) -> [Minimum] {
        pricing.tariffs.suffixes.compactMap { rule in
            guard let coefficient = rule.minimumCoefficient else { return nil }
            let members = items.indices.filter { items[$0].letters.contains(rule.letter) }
                .sorted { items[$0].rankValue > items[$1].rankValue }
            guard !members.isEmpty else { return nil }
            return Minimum(
                members: members, items: items, coefficient: coefficient, rule: rule,
                tariffs: pricing.tariffs)
        }
    }

    /// What the kept member that ranks first gets on top, and by which rule.
    func supplement(_ outcome: Session.Outcome) -> (item: Int, amount: Amount, source: String)? {
        let kept = members.filter { outcome.isKept[$0] }
        guard let first = kept.first, !items[first].isPast, let least = least(items[first]) else {
            return nil
        }
        let sum = kept.reduce(Amount.zero) { sum, index in
            sum + Ranking.amount(items[index], outcome.ranks[index])
        }
        return sum < least ? (first, least - sum, rule.rule) : nil
    }

    /// No choice adds more than this.
    func bound(_ kept: [Bool]) -> Amount {
        members.filter { kept[$0] }.compactMap { least(items[$0]) }.max() ?? .zero
    }

    /// The minimum with the letters that it takes too.
    private func least(_ item: Item) -> Amount? {
        guard let act = item.act,
            let letter = tariffs.keyLetter(of: act.profession, on: item.date)
        else { return nil }
        let factors = item.letters.filter(rule.minimumTakes.contains)
            .compactMap { tariffs.factor($0) }
        return letter.times(coefficient).times(percents: factors)
    }
}
