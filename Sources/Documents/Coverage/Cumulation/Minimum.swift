// SPDX-License-Identifier: Apache-2.0

/// Least coefficient of surgical assistance (art. 11) and of anaesthesia (art. 12): what a session's
/// acts with the letter are worth together at least, majorations included.
enum Minimum {
    /// What the item that ranks first gets on top, in cents.
    static func supplements(
        _ items: [Item], _ outcome: Session.Outcome, _ pricing: Pricing
    ) -> [Int: (Amount, String)] {
        var supplements: [Int: (Amount, String)] = [:]
        for minimum in pricing.tariffs.suffixes {
            guard let coefficient = minimum.minimumCoefficient else { continue }
            let indices = items.indices.filter {
                outcome.isKept[$0] && items[$0].letters.contains(minimum.letter)
            }
            guard let first = indices.max(by: { items[$0].rankValue < items[$1].rankValue }),
                !items[first].isPast, let act = items[first].act,
                let letter = pricing.tariffs.keyLetter(of: act.profession, on: items[first].date)
            else { continue }
            let factors = items[first].letters.filter(minimum.minimumTakes.contains)
                .compactMap { pricing.tariffs.factor($0) }
            let least = letter.times(coefficient).times(percents: factors)
            let sum = indices.reduce(Amount.zero) { sum, index in
                sum + Ranking.amount(items[index], outcome.ranks[index])
            }
            if sum < least { supplements[first] = (least - sum, minimum.rule) }
        }
        return supplements
    }
}
