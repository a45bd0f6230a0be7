// SPDX-License-Identifier: Apache-2.0

extension PricedLine {
    /// What the line used of a yearly base amount, in whose limits nothing is shared.
    ///
    /// - Parameter tariffs: Those that priced it.
    package func baseAmountUsed(_ tariffs: Tariffs) -> Amount {
        trace.reduce(.zero) { used, step in
            guard step.figure == .participation, case .share(_, let base, _, _) = step.operation,
                let second = step.source.split(separator: " ").dropFirst().first,
                tariffs.isYearlyBase(second)
            else { return used }
            return used + (opposable - base)
        }
    }
}

extension Tariffs {
    /// Whether a rate shares only what lies above that amount.
    fileprivate func isYearlyBase(_ id: Substring) -> Bool {
        rates.contains { rate in
            if case .above(let amount) = rate.base { amount == id } else { false }
        }
    }
}
