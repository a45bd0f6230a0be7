// SPDX-License-Identifier: Apache-2.0

/// Which object refers to which, by number; node 0 is the trailer, from which everything is reached.
struct ReferenceGraph {
    private var outgoing: [Int: [Int]] = [:]
    private var incoming: [Int: Set<Int>] = [:]
    private var known: [Int: Bool] = [0: true]
    /// How many references are held.
    private(set) var count = 0

    /// Replaces what the node refers to.
    mutating func set(_ node: Int, to targets: [Int]) {
        let targets = Array(Set(targets))
        for target in outgoing[node] ?? [] { incoming[target]?.remove(node) }
        count += targets.count - (outgoing[node]?.count ?? 0)
        outgoing[node] = targets.isEmpty ? nil : targets
        for target in targets { incoming[target, default: []].insert(node) }
        if known.count > 1 { known = [0: true] }
    }

    /// The nodes that lead to the number and are reached from the trailer themselves.
    mutating func referrers(of number: Int) -> [Int] {
        guard let sources = incoming[number] else { return [] }
        return sources.filter { isReached($0) }.sorted()
    }

    /// Walks backwards until the trailer or a node already known is met.
    private mutating func isReached(_ node: Int) -> Bool {
        if let answer = known[node] { return answer }
        var next: [Int: Int] = [:]
        var stack = [node]
        var seen: Set<Int> = [node]
        while let current = stack.popLast() {
            for source in incoming[current] ?? [] {
                if known[source] == true {
                    // Everything between is reached too.
                    var step: Int? = current
                    while let place = step {
                        known[place] = true
                        step = next[place]
                    }
                    return true
                }
                guard known[source] == nil, seen.insert(source).inserted else { continue }
                next[source] = current
                stack.append(source)
            }
        }
        for place in seen { known[place] = false }
        return false
    }
}
