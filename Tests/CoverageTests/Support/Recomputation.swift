// SPDX-License-Identifier: Apache-2.0
import Coverage

/// Does the arithmetic of a trace again, as a person with a calculator would.
enum Recomputation {
    /// The last result of a figure; `nil` when a step does not follow from the one before.
    static func value(_ figure: TraceStep.Figure, of line: PricedLine) -> Int? {
        var value = 0
        for step in line.trace where step.figure == figure {
            guard let next = apply(step.operation, to: value, line, step.result.cents) else {
                return nil
            }
            guard next == step.result.cents else { return nil }
            value = next
        }
        return value
    }

    private static func apply(
        _ operation: TraceStep.Operation, to value: Int, _ line: PricedLine, _ printed: Int
    ) -> Int? {
        switch operation {
        case .listed: return printed
        case .coefficient(let coefficient, let letter):
            // Hundredths times ten-thousandths, to ten cents, half up.
            return toTenCents(coefficient.hundredths * letter.tenThousandths, unit: 1_000_000)
        case .factors(let percents):
            let scale = percents.reduce(1) { product, _ in product * 100 }
            return toTenCents(percents.reduce(value, *), unit: scale * 100)
        case .raised(let amount): return value + amount.cents
        case .units(let count): return value * count
        case .rule: return value
        case .ranked(let full, let half, let fullUnit, let halfUnit):
            return full * fullUnit.cents + half * halfUnit.cents
        case .carried: return line.tariff.cents
        case .limitedUnits(let count, let unit): return value - count * unit.cents
        case .limited(let amount): return min(value, amount.cents)
        case .refused, .free: return 0
        case .share(let percent, let base, let rounding, let ceiling):
            let product = base.cents * percent
            let share =
                switch rounding {
                case .truncate: product / 100
                case .halfUp: (product + 50) / 100
                case .roundUp: (product + 99) / 100
                }
            return min(share, ceiling.cents)
        }
    }

    /// `value / unit` euros in cents, rounded to 0.10 half up.
    private static func toTenCents(_ value: Int, unit: Int) -> Int {
        let tenths = unit / 10
        return (value + tenths / 2) / tenths * 10
    }
}
