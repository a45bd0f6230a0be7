// SPDX-License-Identifier: Apache-2.0

/// A regular expression of XML Schema (part 2, appendix F), compiled to a machine that reads each
/// character once: no input makes it slow.
///
/// Supported: characters, `.`, character lists, groups, alternatives, `?`, `*`, `+`, `{n}`, `{n,}`
/// and `{n,m}`. Classes such as `\d` are refused, because engines disagree on what they hold.
struct Pattern: Sendable, Hashable {
    let source: String
    private let states: [State]

    private enum State: Sendable, Hashable {
        case character(CharacterList)
        /// Continues at both.
        case split(Int, Int)
        case jump(Int)
        case match
    }

    fileprivate struct CharacterList: Sendable, Hashable {
        var ranges: [ClosedRange<UInt32>]
        var isNegated = false

        func contains(_ scalar: UInt32) -> Bool {
            ranges.contains { $0.contains(scalar) } != isNegated
        }
    }

    /// `nil` when the expression is not of the supported kind or too large.
    init?(_ source: String) {
        var parser = PatternParser(source)
        guard let node = parser.parse() else { return nil }
        var states: [State] = []
        guard Self.compile(node, into: &states) else { return nil }
        states.append(.match)
        (self.source, self.states) = (source, states)
    }

    /// Whether the whole text matches.
    func matches(_ text: String) -> Bool {
        var current = Set<Int>()
        add(0, to: &current)
        for scalar in text.unicodeScalars {
            var next = Set<Int>()
            for index in current {
                if case .character(let list) = states[index], list.contains(scalar.value) {
                    add(index + 1, to: &next)
                }
            }
            guard !next.isEmpty else { return false }
            current = next
        }
        return current.contains(states.count - 1)
    }

    private func add(_ index: Int, to set: inout Set<Int>) {
        guard set.insert(index).inserted else { return }
        switch states[index] {
        case .split(let first, let second):
            add(first, to: &set)
            add(second, to: &set)
        case .jump(let target): add(target, to: &set)
        case .character, .match: break
        }
    }

    private static func compile(_ node: PatternNode, into states: inout [State]) -> Bool {
        guard states.count < PackLimits.patternStates else { return false }
        switch node {
        case .characters(let list): states.append(.character(list))
        case .sequence(let nodes):
            for node in nodes where !compile(node, into: &states) { return false }
        case .alternatives(let nodes): return compileAlternatives(nodes, into: &states)
        case .repetition(let node, let minimum, let maximum):
            return compileRepetition(node, minimum, maximum, into: &states)
        }
        return true
    }

    private static func compileAlternatives(
        _ nodes: [PatternNode], into states: inout [State]
    ) -> Bool {
        var jumps: [Int] = []
        for (index, node) in nodes.enumerated() {
            let split = states.count
            let isLast = index == nodes.count - 1
            if !isLast { states.append(.match) }
            guard compile(node, into: &states) else { return false }
            guard !isLast else { break }
            jumps.append(states.count)
            states.append(.match)
            states[split] = .split(split + 1, states.count)
        }
        for jump in jumps { states[jump] = .jump(states.count) }
        return true
    }

    private static func compileRepetition(
        _ node: PatternNode, _ minimum: Int, _ maximum: Int?, into states: inout [State]
    ) -> Bool {
        for _ in 0..<minimum where !compile(node, into: &states) { return false }
        guard let maximum else {
            let split = states.count
            states.append(.match)
            guard compile(node, into: &states) else { return false }
            states.append(.jump(split))
            states[split] = .split(split + 1, states.count)
            return true
        }
        var splits: [Int] = []
        for _ in minimum..<maximum {
            splits.append(states.count)
            states.append(.match)
            guard compile(node, into: &states) else { return false }
        }
        for split in splits { states[split] = .split(split + 1, states.count) }
        return true
    }
}

private indirect enum PatternNode {
    case characters(Pattern.CharacterList)
    case sequence([PatternNode])
    case alternatives([PatternNode])
    case repetition(PatternNode, Int, Int?)
}

private struct PatternParser {
    private var scalars: ArraySlice<Unicode.Scalar>
    private static let depthLimit = 20

    init(_ source: String) { scalars = Array(source.unicodeScalars)[...] }

    mutating func parse() -> PatternNode? {
        guard let node = alternatives(depth: 0), scalars.isEmpty else { return nil }
        return node
    }

    private mutating func alternatives(depth: Int) -> PatternNode? {
        guard depth < Self.depthLimit else { return nil }
        var nodes: [PatternNode] = []
        repeat {
            guard let node = sequence(depth: depth) else { return nil }
            nodes.append(node)
        } while take("|")
        return nodes.count == 1 ? nodes[0] : .alternatives(nodes)
    }

    private mutating func sequence(depth: Int) -> PatternNode? {
        var nodes: [PatternNode] = []
        while let next = scalars.first, next != "|", next != ")" {
            guard let atom = atom(depth: depth), let node = quantified(atom) else { return nil }
            nodes.append(node)
        }
        return .sequence(nodes)
    }

    private mutating func atom(depth: Int) -> PatternNode? {
        switch scalars.popFirst() {
        case "(":
            guard let node = alternatives(depth: depth + 1), take(")") else { return nil }
            return node
        case "[": return list().map(PatternNode.characters)
        case ".": return .characters(.init(ranges: [0x0A...0x0A, 0x0D...0x0D], isNegated: true))
        case "\\": return escaped().map { .characters(.init(ranges: [$0...$0])) }
        case "*", "+", "?", "{", "}", "]", nil: return nil
        case let scalar?: return .characters(.init(ranges: [scalar.value...scalar.value]))
        }
    }

    private mutating func escaped() -> UInt32? {
        switch scalars.popFirst() {
        case "n": 0x0A
        case "r": 0x0D
        case "t": 0x09
        case let scalar? where "\\|.?*+(){}-[]^".unicodeScalars.contains(scalar): scalar.value
        default: nil
        }
    }

    private mutating func list() -> Pattern.CharacterList? {
        var list = Pattern.CharacterList(ranges: [])
        list.isNegated = take("^")
        while let scalar = scalars.popFirst() {
            if scalar == "]" { return list.ranges.isEmpty ? nil : list }
            guard scalar != "[" else { return nil }
            guard let low = scalar == "\\" ? escaped() : scalar.value else { return nil }
            guard scalars.first == "-", scalars.dropFirst().first != "]" else {
                list.ranges.append(low...low)
                continue
            }
            scalars.removeFirst()
            guard let end = scalars.popFirst(),
                let high = end == "\\" ? escaped() : end.value, low <= high
            else { return nil }
            list.ranges.append(low...high)
        }
        return nil
    }

    private mutating func quantified(_ atom: PatternNode) -> PatternNode? {
        switch scalars.first {
        case "?": scalars.removeFirst(); return .repetition(atom, 0, 1)
        case "*": scalars.removeFirst(); return .repetition(atom, 0, nil)
        case "+": scalars.removeFirst(); return .repetition(atom, 1, nil)
        case "{": scalars.removeFirst(); return counted(atom)
        default: return atom
        }
    }

    private mutating func counted(_ atom: PatternNode) -> PatternNode? {
        guard let minimum = number() else { return nil }
        if take("}") { return .repetition(atom, minimum, minimum) }
        guard take(",") else { return nil }
        if take("}") { return .repetition(atom, minimum, nil) }
        guard let maximum = number(), maximum >= minimum, take("}") else { return nil }
        return .repetition(atom, minimum, maximum)
    }

    private mutating func number() -> Int? {
        var digits = ""
        while let scalar = scalars.first, ("0"..."9").contains(scalar), digits.count < 4 {
            digits.unicodeScalars.append(scalar)
            scalars.removeFirst()
        }
        return Int(digits)
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard scalars.first == scalar else { return false }
        scalars.removeFirst()
        return true
    }
}
