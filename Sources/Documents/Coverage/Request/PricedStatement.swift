// SPDX-License-Identifier: Apache-2.0

/// A statement with its prices: what the insurer takes on, what the patient pays, and why.
package struct PricedStatement: Sendable, Hashable {
    /// In the order of the request, then what was added for declared devices.
    package var lines: [PricedLine]
    package var totals: Totals
    /// About the statement as a whole.
    package var anomalies: [PricingAnomaly]
    /// Day of the tariff lists.
    package var dataAsOf: CalendarDate
}

/// One act of a statement with its price: what it is worth, what the insurer takes on, what the patient pays.
///
/// `opposable + nonOpposable` is what was billed; `statutory + participation` is `opposable`.
package struct PricedLine: Sendable, Hashable {
    /// The request's number; `nil` for a lump sum that a declared device brings with it.
    package var number: Int?
    /// Line of the act that brings the lump sum.
    package var addedTo: Int?
    /// As priced, with the letters that count: `GDE14R`.
    package var code: String
    /// As sent; `nil` for an added line.
    package var requestedCode: String?
    package var label: String
    package var quantity: Int
    /// Units that count in full or at half; the past of later statements counts these.
    package var paidUnits: Int
    package var date: CalendarDate
    /// What the act is worth by the tariff list, for all its units.
    package var tariff: Amount
    package var billed: Amount
    package var opposable: Amount
    package var nonOpposable: Amount
    /// Share of the statutes in percent, as the rule says it.
    package var rate: Int
    /// Part statutaire.
    package var statutory: Amount
    /// Participation personnelle.
    package var participation: Amount
    /// Convenance personnelle: never covered.
    package var isConvenience: Bool
    package var anomalies: [PricingAnomaly]
    package var trace: [TraceStep]
}

package struct Totals: Sendable, Hashable {
    package var billed = Amount.zero
    package var tariff = Amount.zero
    package var opposable = Amount.zero
    package var nonOpposable = Amount.zero
    package var statutory = Amount.zero
    package var participation = Amount.zero
    package var convenience = Amount.zero

    package init() {}

    package mutating func add(_ line: PricedLine) {
        billed += line.billed
        tariff += line.tariff
        opposable += line.opposable
        nonOpposable += line.nonOpposable
        statutory += line.statutory
        participation += line.participation
        if line.isConvenience { convenience += line.nonOpposable }
    }
}

/// Code anomalie of a price (pid-and-reimbursement, 7.2), with the rules it comes from.
package struct PricingAnomaly: Sendable, Hashable {
    package var code: String
    package var severity: Anomaly.Severity
    package var text: LocalizedText
    /// Rule ids, separated by a blank.
    package var source: String

    package init(
        code: String, severity: Anomaly.Severity, text: LocalizedText, source: String
    ) {
        (self.code, self.severity, self.text, self.source) = (code, severity, text, source)
    }
}

/// One step of the computation, so that a person can do it again.
///
/// The steps of one figure start from zero; each takes the result before it.
package struct TraceStep: Sendable, Hashable {
    package enum Figure: String, Sendable, Hashable, CaseIterable {
        case tariff, opposable, participation
    }

    package enum Operation: Sendable, Hashable {
        /// The amount printed in the list.
        case listed
        /// Coefficient times key letter, to 0.10.
        case coefficient(Coefficient, KeyLetterValue)
        /// Times `percent`s of 100, to 0.10 once for the whole product.
        case factors([Int])
        /// A minimum coefficient makes the amount this much higher.
        case raised(Amount)
        /// Times a number of units.
        case units(Int)
        /// Units in full and at half, each at its own amount.
        case ranked(full: Int, half: Int, fullUnit: Amount, halfUnit: Amount)
        /// Opposable starts from the tariff.
        case carried
        /// At most this many units count.
        case limitedUnits(Int, unit: Amount)
        /// No more than what was billed.
        case limited(Amount)
        /// A rule that spoke about the line; it changes no amount by itself.
        case rule(code: String, severity: Anomaly.Severity)
        /// The rules before take the line out.
        case refused
        /// `percent` of `base`, cut as `rounding` says, and at most `ceiling`.
        case share(percent: Int, base: Amount, rounding: ParticipationRounding, ceiling: Amount)
        /// No participation.
        case free
    }

    package var figure: Figure
    package var operation: Operation
    package var result: Amount
    /// Rule ids.
    package var source: String
}

/// How a participation becomes whole cents (coverage-rules, section 1).
package enum ParticipationRounding: String, Sendable, Hashable, CaseIterable {
    case truncate, halfUp, roundUp

    func percent(_ percent: Int, of amount: Amount) -> Amount {
        let product = amount.cents * percent
        switch self {
        case .truncate: return Amount(cents: product / 100)
        case .halfUp: return Amount(cents: (product + 50) / 100)
        case .roundUp: return Amount(cents: (product + 99) / 100)
        }
    }
}
