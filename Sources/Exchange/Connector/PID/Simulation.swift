// SPDX-License-Identifier: Apache-2.0
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// One simulation and where it stands.
package struct Simulation: Sendable, Hashable {
    /// UUID of the simulation message, version 4, lower case: the idempotency key (RE-01).
    package var uuid: String
    /// SHA-256 of the bytes that were handed in.
    package var digest: Digest
    /// The pack of what was handed in: the message itself or a statement.
    package var pack: PackReference
    package var state: SimulationState
    /// The message under way or of unknown outcome; `nil` when none is.
    package var step: SimulationStep?
    package var result: SimulationResult?
    /// The insurer offers to pay, pays, or may be paying: the same acts must not be billed twice.
    package var mayBePaid: Bool {
        let isOffered = state == .simulated && (result == .accepted || result == .partial)
        return isOffered || state.isFinalForDoctor || step == .validation
    }
    /// The insurer's identifier of the simulation.
    package var nationalID: String?
    package var validUntil: Date?
    /// Why it does not move, or what the insurer refused last.
    package var problem: TransmissionProblem?
    /// Times the message under way was begun; written before its first byte leaves (RE-05).
    package var attempts: Int
    /// Failures in a row; the delay of the next attempt follows from it (RE-07).
    package var failures: Int
    package var acceptedAt: Date
    package var changedAt: Date
    /// Work may go on from here.
    package var dueAt: Date

    package init(
        uuid: String, digest: Digest, pack: PackReference, state: SimulationState,
        step: SimulationStep? = nil, result: SimulationResult? = nil, nationalID: String? = nil,
        validUntil: Date? = nil, problem: TransmissionProblem? = nil, attempts: Int = 0,
        failures: Int = 0, acceptedAt: Date, changedAt: Date, dueAt: Date
    ) {
        (self.uuid, self.digest, self.pack, self.state) = (uuid, digest, pack, state)
        (self.step, self.result, self.nationalID) = (step, result, nationalID)
        (self.validUntil, self.problem) = (validUntil, problem)
        (self.attempts, self.failures) = (attempts, failures)
        (self.acceptedAt, self.changedAt, self.dueAt) = (acceptedAt, changedAt, dueAt)
    }
}

/// One step of a simulation: where it stands now and what the step made, one transaction (RE-03).
package struct SimulationChange: Sendable {
    package var simulation: Simulation
    package var parts: [(SimulationPart, [UInt8])]

    package init(_ simulation: Simulation, parts: [(SimulationPart, [UInt8])] = []) {
        (self.simulation, self.parts) = (simulation, parts)
    }
}
