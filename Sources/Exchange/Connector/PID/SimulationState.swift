// SPDX-License-Identifier: Apache-2.0

/// Where a PID simulation stands (pid-and-reimbursement, section 3).
///
/// Raw values are stored and shown; they are never renamed.
package enum SimulationState: String, Sendable, Hashable, CaseIterable {
    /// Kept here; nothing of it has left this machine.
    case draft
    /// The request is durable and on its way.
    case simulationSent = "simulation_sent"
    /// The insurer's answer is there; the practice decides.
    case simulated
    case validationSent = "validation_sent"
    /// The insurer confirmed; final for the doctor.
    case validated
    /// The insurer ordered the instant transfer: one per statement.
    case paymentOrdered = "payment_ordered"
    /// The payment advice was seen.
    case paid
    /// An ordinary transfer instead of an instant one.
    case paymentDeferred = "payment_deferred"
    case contestationSent = "contestation_sent"
    /// The insurer confirmed; the ordinary fee statement takes over.
    case contested
    /// Its validity was over before the practice decided.
    case expired
    /// Given up by the practice.
    case abandoned
    /// A message left and no believable answer came back; not the ETSI word INDETERMINATE.
    case unknown

    /// The French word, as messages and labels have it.
    package var label: String {
        switch self {
        case .draft: "BROUILLON"
        case .simulationSent: "SIMULATION_ENVOYEE"
        case .simulated: "SIMULEE"
        case .validationSent: "VALIDATION_ENVOYEE"
        case .validated: "VALIDEE"
        case .paymentOrdered: "PAIEMENT_INITIE"
        case .paid: "PAYEE"
        case .paymentDeferred: "PAIEMENT_DIFFERE"
        case .contestationSent: "CONTESTATION_ENVOYEE"
        case .contested: "CONTESTEE"
        case .expired: "EXPIREE"
        case .abandoned: "ABANDONNEE"
        case .unknown: "INDETERMINEE"
        }
    }

    /// Nothing further happens by itself.
    package var isSettled: Bool {
        switch self {
        case .paid, .contested, .expired, .abandoned: true
        default: false
        }
    }

    /// The insurer has confirmed that it pays: nothing can be changed from here on.
    package var isFinalForDoctor: Bool {
        switch self {
        case .validated, .paymentOrdered, .paid, .paymentDeferred: true
        default: false
        }
    }
}

/// The three messages of PID, and the state in which each is on its way.
package enum SimulationStep: String, Sendable, Hashable, CaseIterable {
    case simulation, validation, contestation

    package var sent: SimulationState {
        switch self {
        case .simulation: .simulationSent
        case .validation: .validationSent
        case .contestation: .contestationSent
        }
    }
}

/// What the insurer's answer says as a whole: `statut` ACCEPTEE, PARTIELLE, REFUSEE.
package enum SimulationResult: String, Sendable, Hashable, CaseIterable {
    case accepted, partial, refused
}

/// What a simulation leaves behind, immutable once written: only a contestation that nobody has
/// answered takes new words.
package enum SimulationPart: String, Sendable, Hashable, CaseIterable {
    /// The statement from which the simulation was derived: national XML with empty seats.
    case statement
    /// The three messages as they are sent and sent again, byte for byte.
    case simulation, validation, contestation
    /// What the insurer answered to each, as it was verified.
    case simulationAnswer = "simulation_answer"
    case validationAnswer = "validation_answer"
    case contestationAnswer = "contestation_answer"
    case paymentAdvice = "payment_advice"
    /// The key that the others are sealed with, itself wrapped (DP-01).
    case recordKey = "record_key"
}

extension SimulationStep {
    var request: SimulationPart {
        switch self {
        case .simulation: .simulation
        case .validation: .validation
        case .contestation: .contestation
        }
    }

    var answer: SimulationPart {
        switch self {
        case .simulation: .simulationAnswer
        case .validation: .validationAnswer
        case .contestation: .contestationAnswer
        }
    }
}
