// SPDX-License-Identifier: Apache-2.0

/// One act on its way to a price: a line of the request, an act of the same day's past, or the
/// lump sum of a declared device.
///
/// Working state of one pricing, never seen outside it; a class, so that sessions, choices and
/// ranks look at it without copying it.
final class Item {
    enum Origin: Equatable {
        /// Index in the request.
        case line(Int)
        case past
        /// Index in the request's devices.
        case device(Int)
    }

    let origin: Origin
    /// Number of the line; orders what nothing else tells apart.
    let number: Int
    /// `nil` when no list has the code.
    let act: MedicalAct?
    let code: String
    let date: CalendarDate
    let time: ClockTime?
    let place: CarePlace
    let requestedUnits: Int
    /// What was sent; nothing for the past and for lump sums of devices.
    let line: RequestedLine?

    /// Units that may be paid.
    var units: Int
    /// Factor letters that count, in the order of the request, without the rank letter.
    var letters: [Character] = []
    /// The line was sent with the rank letter.
    var asksForRank = false
    /// Material cost of 8 % of the act's coefficient, written `CODE` + `M`.
    var isMaterialPercent = false

    var isRefused = false
    /// The list's value of one unit.
    var base = Amount.zero
    /// One unit with its factors, in full and with the rank letter.
    var fullUnit = Amount.zero
    var halfUnit = Amount.zero
    /// Coefficient in ten-thousandths, by which acts rank.
    var rankValue = 0
    var anomalies: [PricingAnomaly] = []
    var trace: [TraceStep] = []

    init(
        origin: Origin, number: Int, act: MedicalAct?, code: String, date: CalendarDate,
        time: ClockTime?, place: CarePlace, requestedUnits: Int, line: RequestedLine? = nil
    ) {
        (self.origin, self.number, self.act, self.code) = (origin, number, act, code)
        (self.date, self.time, self.place) = (date, time, place)
        (self.requestedUnits, self.line) = (requestedUnits, line)
        units = requestedUnits
        trace.reserveCapacity(Self.usualSteps)
    }

    /// Steps of most lines: value, rank, opposable, a rule, share.
    private static let usualSteps = 6

    var isPast: Bool { origin == .past }
    var isDevice: Bool { if case .device = origin { true } else { false } }
    var isLine: Bool { if case .line = origin { true } else { false } }

    func refuse(_ anomaly: PricingAnomaly) {
        note(anomaly)
        isRefused = true
    }

    func note(_ anomaly: PricingAnomaly) {
        guard !anomalies.contains(where: { $0.code == anomaly.code && $0.source == anomaly.source })
        else { return }
        anomalies.append(anomaly)
    }

    func step(
        _ figure: TraceStep.Figure, _ operation: TraceStep.Operation, _ result: Amount,
        _ source: String
    ) {
        trace.append(
            TraceStep(figure: figure, operation: operation, result: result, source: source))
    }

    /// The order in which equal things are looked at; it never depends on the order of the request.
    /// Lines that are alike in everything but their number are paid alike, whichever comes first.
    static func comesBefore(_ left: Item, _ right: Item) -> Bool {
        if left.fullUnit != right.fullUnit { return left.fullUnit > right.fullUnit }
        if left.code != right.code { return left.code < right.code }
        if left.letters != right.letters {
            return String(left.letters) < String(right.letters)
        }
        if left.requestedUnits != right.requestedUnits {
            return left.requestedUnits > right.requestedUnits
        }
        if left.line != right.line, let first = left.line, let second = right.line {
            if first.ordering != second.ordering { return first.ordering < second.ordering }
        }
        return left.number < right.number
    }
}

extension RequestedLine {
    /// Everything but the number, dearest first.
    fileprivate var ordering: String {
        let amount = CalendarDate.padded(1_000_000_000 - (billed?.cents ?? 999_999_999), to: 10)
        let stated = facts.sorted { $0.key < $1.key }.map { "\($0.key)\($0.value)" }
        return [
            amount, time?.description ?? "", requestedTime?.description ?? "", place?.code ?? "",
            "\(authorised)", tooth ?? "", stated.joined(),
        ].joined(separator: " ")
    }
}
