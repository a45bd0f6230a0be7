// SPDX-License-Identifier: Apache-2.0
package import Coverage
package import JSON
package import NationalAPI

/// The one payment to which a validation leads.
package struct PaymentOrder: Sendable, Hashable {
    /// EndToEndId of the transfer.
    package var reference: String
    /// The insurer's identifier of the fee statement.
    package var statementID: String
    package var simulationID: String
    /// UUID of the validation.
    package var uuid: String
    package var providerCode: String
    /// The practice's own number of the fee statement.
    package var statementNumber: String?
    /// In cents.
    package var amount: Int
    package var transfer: ValidationAnswer.Transfer
    /// An instant transfer is booked at once, an ordinary one on the next banking day.
    package var bookedOn: CalendarDate

    /// - Parameter effects: How many orders there are for the simulation.
    package func json(effects: Int = 1) -> JSONValue {
        [
            "reference": .string(reference), "statementID": .string(statementID),
            "simulationID": .string(simulationID), "uuid": .string(uuid),
            "provider": .string(providerCode), "amount": .string("\(Amount(cents: amount))"),
            "transfer": .string(transfer.rawValue), "bookedOn": .string(bookedOn.description),
            "effects": .int(effects),
        ]
    }

    var entry: PaymentAdvice.Entry {
        PaymentAdvice.Entry(
            reference: reference, amount: amount, bookedOn: bookedOn, transfer: transfer,
            remittance: "PID \(statementID) \(reference)")
    }
}
