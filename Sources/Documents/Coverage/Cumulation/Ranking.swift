// SPDX-License-Identifier: Apache-2.0

/// Rank of technical acts in one session (art. 9): 100 % for the highest coefficient, 50 % for the
/// second and third, nothing after.
struct Ranking {
    /// Who is ranked together: the surgeon, the assistant, the anaesthetist and the complications
    /// of a delivery each for themselves (art. 9, 11, 12).
    private enum List: Int, CaseIterable {
        case acts, assistance, anaesthesia, complications
    }

    /// What an item is to the ranking, whatever is kept beside it.
    private struct Place {
        /// `nil`: paid in full.
        var list: List?
        var value: Int
        var isRadiology: Bool
        var isDelivery: Bool
        var isComplication: Bool
        /// General acts beside which it is paid in full (art. 10).
        var fullBeside: [Int]
        /// All units in full.
        var full: Int
    }

    private let items: [Item]
    private let places: [Place]
    /// Ranked items by value, the highest first.
    private let order: [Int]
    private let isPolytrauma: Bool
    /// Id of the rank letter.
    private let rankID: String?
    private let sumsRadiology: Bool

    init(_ items: [Item], _ conflicts: Conflicts, _ pricing: Pricing) {
        self.items = items
        let places = items.indices.map { Self.place($0, items, conflicts, pricing) }
        self.places = places
        order = items.indices.filter { places[$0].list != nil }.sorted {
            places[$0].value != places[$1].value ? places[$0].value > places[$1].value : $0 < $1
        }
        sumsRadiology = pricing.questions.radiologyRanksBySum
        rankID = pricing.tariffs.suffixes.first { $0.role == .rank }?.id
        isPolytrauma = items.contains { item in
            pricing.fact("polytrauma", item) == true && pricing.isAuthorised(item)
        }
    }

    /// What the units are worth with their ranks.
    static func amount(_ item: Item, _ rank: Session.Rank) -> Amount {
        item.fullUnit * rank.full + item.halfUnit * rank.half
    }

    /// No choice among what is kept can be worth more.
    func bound(_ kept: [Bool]) -> Amount {
        var (sum, first, second, third) = (0, 0, 0, 0)
        for index in items.indices where kept[index] {
            let place = places[index]
            guard place.list == .acts, !place.isRadiology, !place.isComplication,
                place.fullBeside.isEmpty, !isPolytrauma
            else {
                sum += place.full
                continue
            }
            for _ in 0..<min(items[index].units, 3) {
                let unit = items[index].fullUnit.cents
                if unit > first {
                    (first, second, third) = (unit, first, second)
                } else if unit > second {
                    (second, third) = (unit, second)
                } else if unit > third {
                    third = unit
                }
            }
        }
        // Half a unit is rounded to ten cents, so that it may be five cents more than the half.
        return Amount(cents: sum + first + (second + third) / 2 + 10)
    }

    func rank(_ outcome: inout Session.Outcome) {
        let hasDelivery = places.indices.contains {
            outcome.isKept[$0] && places[$0].isDelivery
        }
        for index in items.indices where outcome.isKept[index] && places[index].list == nil {
            outcome.ranks[index].full = items[index].units
        }
        for list in List.allCases {
            var members: [Int] = []
            for index in order where outcome.isKept[index] {
                guard self.list(index, hasDelivery) == list else { continue }
                if places[index].fullBeside.contains(where: { outcome.isKept[$0] }) {
                    outcome.ranks[index].full = items[index].units
                } else {
                    members.append(index)
                }
            }
            if !members.isEmpty { rank(members, list, &outcome) }
        }
        var total = Amount.zero
        for index in items.indices where outcome.isKept[index] {
            total += Self.amount(items[index], outcome.ranks[index])
        }
        outcome.total = total
    }

    private func list(_ index: Int, _ hasDelivery: Bool) -> List? {
        hasDelivery && places[index].isComplication ? .complications : places[index].list
    }

    private func rank(_ members: [Int], _ list: List, _ outcome: inout Session.Outcome) {
        let halves = list == .complications ? 1 : 2
        let radiology = members.filter { places[$0].isRadiology }
        var radiologyValue = 0
        for index in radiology {
            let value = places[index].value
            radiologyValue =
                sumsRadiology
                ? radiologyValue + value * items[index].units : max(radiologyValue, value)
        }
        // Whoever sends every act with the rank letter says that another one came first.
        let isPreceded = members.allSatisfy { items[$0].asksForRank }
        var place = isPreceded ? 1 : 0
        defer {
            if isPreceded { for index in members { outcome.ranks[index].source = rankID } }
        }
        var isRadiologyLeft = !radiology.isEmpty
        func rankRadiology() {
            for index in radiology { set(&outcome, index, items[index].units, place, halves) }
            place += 1
            isRadiologyLeft = false
        }
        for index in members where !places[index].isRadiology {
            if isRadiologyLeft, radiologyValue >= places[index].value { rankRadiology() }
            for _ in 0..<items[index].units {
                set(&outcome, index, 1, place, halves)
                place += 1
            }
        }
        if isRadiologyLeft { rankRadiology() }
    }

    private func set(
        _ outcome: inout Session.Outcome, _ index: Int, _ units: Int, _ place: Int, _ halves: Int
    ) {
        if place == 0 {
            outcome.ranks[index].full += units
        } else if place <= halves || isPolytrauma {
            outcome.ranks[index].half += units
            outcome.ranks[index].source =
                (place <= halves ? OwnRule.ranks : .ranksAtPolytrauma).id
        } else {
            outcome.ranks[index].none += units
            outcome.ranks[index].source =
                (halves == 1 ? OwnRule.ranksAtDelivery : .ranks).id
        }
    }

    private static func place(
        _ index: Int, _ items: [Item], _ conflicts: Conflicts, _ pricing: Pricing
    ) -> Place {
        let item = items[index]
        var place = Place(
            list: nil, value: item.rankValue, isRadiology: false, isDelivery: false,
            isComplication: false, fullBeside: [], full: item.fullUnit.cents * item.units)
        guard let act = item.act, act.ranks, !item.isMaterialPercent else { return place }
        place.list =
            pricing.tariffs.hasRole(.assistance, item.letters)
            ? .assistance
            : pricing.tariffs.hasRole(.anaesthesia, item.letters) ? .anaesthesia : .acts
        place.isRadiology = act.groups.overlaps(.radiodiagnostic)
        place.isDelivery = act.groups.overlaps(.deliveryForfait)
        place.isComplication = act.groups.overlaps(.deliveryComplication) && place.list == .acts
        if !pricing.questions.rankBeforeBilateral,
            pricing.tariffs.hasRole(.bilateral, item.letters)
        {
            place.value = place.value * 3 / 2
        }
        place.fullBeside = conflicts.fullTariff.compactMap {
            $0.technical == index ? $0.general : nil
        }
        return place
    }
}
