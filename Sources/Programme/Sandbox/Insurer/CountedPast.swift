// SPDX-License-Identifier: Apache-2.0
import Coverage

/// One act that was paid, and who did it.
struct CountedAct: Sendable, Hashable {
    var act: PastAct
    /// Code of the provider who did it.
    var performer: String
}

/// What statements leave behind for the next one of the same person.
struct CountedPast: Sendable, Hashable {
    var acts: [CountedAct] = []
    /// Dental base amount used, in cents, by calendar year.
    var baseAmounts: [Int: Int] = [:]

    mutating func add(_ other: CountedPast) {
        acts += other.acts
        baseAmounts.merge(other.baseAmounts, uniquingKeysWith: +)
    }

    /// The acts as one performer sees them: his own are also those of his association (art. 1).
    func history(seenBy performer: String, _ register: Register) -> [PastAct] {
        acts.map { counted in
            var act = counted.act
            act.isOwn = register.areAssociates(counted.performer, performer)
            return act
        }
    }

    var consumed: [Int: Amount] { baseAmounts.mapValues { Amount(cents: $0) } }
}

extension CountedPast: CustomStringConvertible {
    /// Without the acts.
    var description: String { "CountedPast(\(acts.count) acts)" }
}
