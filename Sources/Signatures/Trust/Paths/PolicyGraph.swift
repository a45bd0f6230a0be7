// SPDX-License-Identifier: Apache-2.0

/// The valid policies of a path as a graph (RFC 9618, which replaces the tree of RFC 5280, 6.1).
///
/// At each depth a policy stands once, whatever the number of ways that lead to it, so that work
/// grows with the number of policies named and never exponentially.
struct PolicyGraph {
    private struct Node {
        let policy: OID
        /// What the next certificate may name to go on from here.
        var expected: Set<OID>
        /// Positions of the nodes above.
        let parents: Set<Int>
    }

    /// One layer per certificate, the anchor's first; empty when no policy is valid any more.
    private var layers: [[Node]] = [
        [Node(policy: .anyPolicy, expected: [.anyPolicy], parents: [])]
    ]

    var isEmpty: Bool { layers.isEmpty }

    /// Goes on with the policies of the next certificate (6.1.3 d and e).
    ///
    /// - Parameter allowsAny: Whether the certificate's anyPolicy counts.
    mutating func process(_ policies: [OID], allowsAny: Bool) {
        guard let last = layers.last, !policies.isEmpty else {
            layers = []
            return
        }
        var above: [OID: Set<Int>] = [:]
        for (index, node) in last.enumerated() {
            for policy in node.expected { above[policy, default: []].insert(index) }
        }
        let any = last.firstIndex { $0.policy == .anyPolicy }
        var layer: [Node] = []
        for policy in policies where policy != .anyPolicy {
            if let parents = above[policy] {
                layer.append(Node(policy: policy, expected: [policy], parents: parents))
            } else if let any {
                layer.append(Node(policy: policy, expected: [policy], parents: [any]))
            }
        }
        if allowsAny, policies.contains(.anyPolicy) {
            let present = Set(layer.map(\.policy))
            for (policy, parents) in above where !present.contains(policy) {
                layer.append(Node(policy: policy, expected: [policy], parents: parents))
            }
        }
        layers.append(layer)
        prune()
    }

    /// Replaces what the next certificate may name (6.1.4 b).
    ///
    /// - Parameter isInhibited: Mapped policies are then not valid at all.
    mutating func map(_ mappings: [PolicyMapping], isInhibited: Bool) {
        guard var layer = layers.popLast() else { return }
        let targets = Dictionary(grouping: mappings, by: \.issuerPolicy)
            .mapValues { Set($0.map(\.subjectPolicy)) }
        if isInhibited {
            layer.removeAll { targets[$0.policy] != nil }
        } else {
            let any = layer.first { $0.policy == .anyPolicy }
            for (policy, subjects) in targets {
                if let index = layer.firstIndex(where: { $0.policy == policy }) {
                    layer[index].expected = subjects
                } else if let any {
                    layer.append(Node(policy: policy, expected: subjects, parents: any.parents))
                }
            }
        }
        layers.append(layer)
        prune()
    }

    /// Removes nodes that lead nowhere, from the last layer upwards (6.1.3 d 3).
    private mutating func prune() {
        guard layers.last?.isEmpty == false else {
            layers = []
            return
        }
        for depth in layers.indices.dropLast().reversed() {
            let used = layers[depth + 1].reduce(into: Set<Int>()) { $0.formUnion($1.parents) }
            guard used.count < layers[depth].count else { return }
            let kept = layers[depth].indices.filter(used.contains)
            let places = Dictionary(uniqueKeysWithValues: zip(kept, 0...))
            layers[depth] = kept.map { layers[depth][$0] }
            layers[depth + 1] = layers[depth + 1].map { node in
                Node(
                    policy: node.policy, expected: node.expected,
                    parents: Set(node.parents.compactMap { places[$0] }))
            }
        }
    }

    /// The policies under which the authorities issued, in the anchor's terms (6.1.5 g).
    var authorityPolicies: Set<OID> {
        guard let last = layers.last else { return [] }
        if last.contains(where: { $0.policy == .anyPolicy }) { return [.anyPolicy] }
        return constrained
    }

    /// Those of them that are among the initial ones; nil for any.
    func userPolicies(_ initial: Set<OID>?) -> Set<OID> {
        guard let initial, !initial.contains(.anyPolicy) else { return authorityPolicies }
        guard let last = layers.last else { return [] }
        let hasAny = last.contains { $0.policy == .anyPolicy }
        return hasAny ? initial : constrained.intersection(initial)
    }

    /// Policies of the nodes that stand right below an anyPolicy node.
    private var constrained: Set<OID> {
        var policies: Set<OID> = []
        for (above, layer) in zip(layers, layers.dropFirst()) {
            for node in layer where node.policy != .anyPolicy {
                if node.parents.contains(where: { above[$0].policy == .anyPolicy }) {
                    policies.insert(node.policy)
                }
            }
        }
        return policies
    }
}
