// SPDX-License-Identifier: Apache-2.0

extension ShapeWalk {
    /// Compares how often elements occur with what a group allows.
    mutating func checkPresence(
        _ particle: SchemaModel.Particle, _ type: SchemaModel.ComplexType, _ counts: [Int],
        _ occurrences: [Occurrence]
    ) {
        switch particle {
        case .element(let index):
            checkCount(of: index, type, counts[index], occurrences)
        case .sequence(let particles, let isOptional):
            let isAbsent = particle.elements.allSatisfy { counts[$0] == 0 }
            guard !(isOptional && isAbsent) else { return }
            for particle in particles { checkPresence(particle, type, counts, occurrences) }
        case .choice(let particles, let isOptional):
            checkChoice(particles, isOptional: isOptional, type, counts, occurrences)
        }
    }

    private mutating func checkCount(
        of index: Int, _ type: SchemaModel.ComplexType, _ count: Int, _ occurrences: [Occurrence]
    ) {
        let use = type.elements[index]
        if count < use.minOccurs { report(.missing(use.name)) }
        guard let maximum = use.maxOccurs, count > maximum else { return }
        for surplus in occurrences.filter({ $0.index == index }).dropFirst(maximum) {
            report(.repeated(use.name, maximum: maximum), below: surplus.step)
        }
    }

    private mutating func checkChoice(
        _ particles: [SchemaModel.Particle], isOptional: Bool, _ type: SchemaModel.ComplexType,
        _ counts: [Int], _ occurrences: [Occurrence]
    ) {
        let present = particles.filter { $0.elements.contains { counts[$0] > 0 } }
        let names = particles.compactMap(\.elements.first).map { type.elements[$0].name }
        if present.isEmpty {
            let mayBeEmpty = isOptional || particles.contains { $0.isEmptiable(in: type) }
            if !mayBeEmpty { report(.missingOneOf(names)) }
        }
        for particle in present { checkPresence(particle, type, counts, occurrences) }
        for surplus in present.dropFirst() {
            let first = occurrences.first { surplus.elements.contains($0.index) }
            report(.onlyOneOf(names), below: first?.step ?? "")
        }
    }

    /// Reports the fewest elements whose removal leaves the rest in the order of the schema.
    mutating func reportMisplaced(
        _ occurrences: [Occurrence], _ type: SchemaModel.ComplexType
    ) {
        let isOrdered = zip(occurrences, occurrences.dropFirst()).allSatisfy {
            $0.index <= $1.index
        }
        guard !isOrdered else { return }
        let kept = Self.longestOrdered(occurrences.map(\.index))
        for (position, occurrence) in occurrences.enumerated() where !kept.contains(position) {
            report(.misplaced(type.elements[occurrence.index].name), below: occurrence.step)
        }
    }

    /// Positions of a longest non-decreasing run of `values`, in n log n (patience sorting).
    private static func longestOrdered(_ values: [Int]) -> Set<Int> {
        var tails: [Int] = []
        var previous = [Int?](repeating: nil, count: values.count)
        for (position, value) in values.enumerated() {
            var (low, high) = (0, tails.count)
            while low < high {
                let middle = (low + high) / 2
                if values[tails[middle]] <= value { low = middle + 1 } else { high = middle }
            }
            previous[position] = low > 0 ? tails[low - 1] : nil
            if low == tails.count { tails.append(position) } else { tails[low] = position }
        }
        var kept: Set<Int> = []
        var position = tails.last
        while let current = position {
            kept.insert(current)
            position = previous[current]
        }
        return kept
    }
}
