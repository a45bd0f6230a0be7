// SPDX-License-Identifier: Apache-2.0

/// Of acts that exclude each other, the ones whose sum is highest (art. 10: "whichever sum is
/// higher", applied to every exclusion).
///
/// A search with a bound: a branch that cannot be worth more than the best found is left out. A
/// session with more open questions than `CoverageLimits.choices` is decided act by act, the
/// dearest first.
struct Choice {
    private let items: [Item]
    private let ranking: Ranking
    private let companions: Companions
    private let minima: [Minimum]
    private let neighbours: [[(other: Int, reason: Conflicts.Reason)]]
    private let contested: [Int]

    init(_ items: [Item], _ conflicts: Conflicts, _ pricing: Pricing) {
        self.items = items
        ranking = Ranking(items, conflicts, pricing)
        companions = Companions(items, pricing)
        minima = Minimum.all(items, pricing)
        var neighbours: [[(other: Int, reason: Conflicts.Reason)]] = []
        if !conflicts.edges.isEmpty {
            neighbours = Array(repeating: [], count: items.count)
            for edge in conflicts.edges {
                neighbours[edge.first].append((edge.second, edge.reason))
                neighbours[edge.second].append((edge.first, edge.reason))
            }
        }
        self.neighbours = neighbours
        contested = neighbours.indices.filter { !neighbours[$0].isEmpty }
    }

    func best() -> Session.Outcome {
        let all = items.map { !$0.isRefused && $0.act != nil }
        guard !contested.isEmpty else { return outcome(all) }
        var start = all
        // What is billed already stays; what it excludes is not paid any more.
        for index in contested where items[index].isPast && all[index] {
            for (other, _) in neighbours[index] where !items[other].isPast { start[other] = false }
        }
        var search = Search(best: outcome(greedy(start)))
        visit(0, start, &search)
        var best = search.best
        for index in contested where all[index] && !best.isKept[index] {
            for (other, reason) in neighbours[index]
            where best.isKept[other] && !best.lostTo[index].contains(reason) {
                best.lostTo[index].append(reason)
            }
        }
        return best
    }

    private struct Search {
        var best: Session.Outcome
        var visited = 0
    }

    /// Keeps the contested acts from `position` on, or leaves them out; what is kept takes its
    /// neighbours out.
    private func visit(_ position: Int, _ kept: [Bool], _ search: inout Search) {
        guard search.visited < CoverageLimits.choices else { return }
        search.visited += 1
        let bound = minima.reduce(ranking.bound(kept)) { $0 + $1.bound(kept) }
        guard bound > search.best.total else { return }
        var position = position
        while position < contested.count, !isOpen(contested[position], kept) { position += 1 }
        guard position < contested.count else {
            let outcome = outcome(kept)
            if outcome.total > search.best.total { search.best = outcome }
            return
        }
        let index = contested[position]
        var with = kept
        for (other, _) in neighbours[index] { with[other] = false }
        visit(position + 1, with, &search)
        let hasAlternative = neighbours[index].contains {
            kept[$0.other] && items[$0.other].act !== items[index].act
        }
        guard hasAlternative else { return }
        var without = kept
        without[index] = false
        visit(position + 1, without, &search)
    }

    private func isOpen(_ index: Int, _ kept: [Bool]) -> Bool {
        kept[index] && neighbours[index].contains { kept[$0.other] }
    }

    private func greedy(_ start: [Bool]) -> [Bool] {
        var kept = start
        for index in contested where kept[index] {
            for (other, _) in neighbours[index] { kept[other] = false }
        }
        return kept
    }

    private func outcome(_ kept: [Bool]) -> Session.Outcome {
        var outcome = Session.Outcome(count: items.count)
        outcome.isKept = kept
        companions.prune(&outcome.isKept)
        ranking.rank(&outcome)
        companions.dropUnpaid(&outcome)
        for minimum in minima {
            guard let (item, amount, source) = minimum.supplement(outcome) else { continue }
            outcome.supplements[item] = (amount, source)
            outcome.total += amount
        }
        return outcome
    }
}
