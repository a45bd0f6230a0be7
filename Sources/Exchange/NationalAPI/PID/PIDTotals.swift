// SPDX-License-Identifier: Apache-2.0
import XML

/// The sums of a simulation, in cents (pid-and-reimbursement, 4.2).
///
/// `opposable + nonOpposable` is `total`; `statutory + participation` is `opposable`; the
/// convenances are a part of what is not opposable.
package struct PIDTotals: Sendable, Hashable {
    /// The largest amount of any message, in cents: what the packs' schemas allow.
    package static let largest = 999_999_99

    /// What is billed.
    package var total: Int
    /// What the insurer recognises.
    package var opposable: Int
    /// What the patient pays in any case.
    package var nonOpposable: Int
    /// Part statutaire: what the insurer pays the provider.
    package var statutory: Int
    /// Participation personnelle: the patient's part of what is opposable.
    package var participation: Int
    /// Convenances personnelles.
    package var convenances: Int

    package init(
        total: Int, opposable: Int, nonOpposable: Int, statutory: Int, participation: Int,
        convenances: Int
    ) {
        (self.total, self.opposable, self.nonOpposable) = (total, opposable, nonOpposable)
        (self.statutory, self.participation) = (statutory, participation)
        self.convenances = convenances
    }

    /// What the patient pays: his participation and everything that is not opposable.
    package var patientShare: Int { participation + nonOpposable }

    var addsUp: Bool {
        opposable + nonOpposable == total && statutory + participation == opposable
            && convenances <= nonOpposable
    }

    func element(_ pid: Vocabulary) -> Element {
        func amount(_ name: String, _ cents: Int) -> Element {
            pid.element(name, text: MessageText.amount(cents))
        }
        return pid.element(
            "totaux",
            [
                amount("montantTotal", total), amount("opposable", opposable),
                amount("nonOpposable", nonOpposable), amount("partStatutaire", statutory),
                amount("participationPersonnelle", participation),
                amount("convenances", convenances),
            ])
    }

    init(_ totals: MessageReader) throws(MessageError) {
        total = try totals.cents("montantTotal")
        opposable = try totals.cents("opposable")
        nonOpposable = try totals.cents("nonOpposable")
        statutory = try totals.cents("partStatutaire")
        participation = try totals.cents("participationPersonnelle")
        convenances = try totals.cents("convenances")
    }
}
