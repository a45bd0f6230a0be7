// SPDX-License-Identifier: Apache-2.0
import NationalAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Simulation {
    /// Takes over what the insurer made of the simulation.
    ///
    /// An answer without a simulation (`ERREUR`) can neither be validated nor contested: the
    /// statement takes the ordinary way.
    mutating func take(
        _ answer: SimulationAnswer, _ profile: NationalProfile.ImmediateDirectPayment, now: Date
    ) {
        state = .simulated
        (nationalID, validUntil) = (answer.simulationID, answer.validUntil)
        switch answer.status {
        case .accepted: result = .accepted
        case .partial: result = .partial
        case .refused: result = .refused
        case .failed:
            result = .refused
            problem = Self.refusal(answer.anomalies)
        }
        dueAt = validUntil ?? now.addingTimeInterval(Double(profile.validityInMinutes) * 60)
    }

    mutating func take(
        _ answer: ValidationAnswer, _ profile: NationalProfile.ImmediateDirectPayment, now: Date
    ) {
        guard answer.status == .validated else {
            return takeRefusal(answer.anomalies, profile, now: now)
        }
        guard let payment = answer.payment, payment.amount > 0 else {
            // Nothing is paid, so nothing will be credited.
            (state, dueAt) = (.validated, .distantFuture)
            return
        }
        state = payment.transfer == .instant ? .paymentOrdered : .paymentDeferred
        dueAt = now
    }

    mutating func take(
        _ answer: ContestationAnswer, _ profile: NationalProfile.ImmediateDirectPayment, now: Date
    ) {
        guard answer.status == .contested else {
            return takeRefusal(answer.anomalies, profile, now: now)
        }
        state = .contested
    }

    /// The insurer refused what the practice decided: the simulation is over, or it decides anew.
    private mutating func takeRefusal(
        _ anomalies: [NationalAnomaly], _ profile: NationalProfile.ImmediateDirectPayment,
        now: Date
    ) {
        problem = Self.refusal(anomalies)
        let isOver = anomalies.contains { $0.code == profile.codes.expired }
        state = isOver ? .expired : .simulated
        dueAt = validUntil ?? now
    }

    private static func refusal(_ anomalies: [NationalAnomaly]) -> TransmissionProblem {
        let codes = anomalies.filter { $0.level == .error }.map(\.code)
        return TransmissionProblem(
            code: ProblemCode.refusedByInsurer.rawValue,
            detail: "The insurer refuses the message: \(codes.joined(separator: ", ")).",
            actor: .you)
    }
}
