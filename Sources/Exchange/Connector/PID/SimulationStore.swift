// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What became of an attempt to keep a simulation.
package enum SimulationAcceptance: Sendable, Hashable {
    case accepted
    /// The same bytes were handed in before.
    case replayed(Simulation)
    /// Other bytes were handed in under this UUID.
    case uuidReused
}

/// Keeps every simulation through crashes: when a function returns, what it says is durable.
package protocol SimulationStore: Sendable {
    /// Binds the UUID to the bytes handed in, with the message as it will be sent.
    func accept(_ change: SimulationChange) async throws -> SimulationAcceptance

    func simulation(_ uuid: String) async throws -> Simulation?

    func part(_ part: SimulationPart, of uuid: String) async throws -> [UInt8]?

    /// Writes a step if the simulation still stands where the step began, parts and all.
    ///
    /// - Returns: False when somebody else moved it; nothing is written then (RE-04).
    func record(_ change: SimulationChange, from state: SimulationState) async throws -> Bool

    /// Simulations that are not settled and due at `moment`, the longest due first.
    func dueSimulations(at moment: Date, limit: Int) async throws -> [Simulation]

    /// When the next unsettled simulation becomes due.
    func nextSimulationDue() async throws -> Date?

    /// The simulations in these states, newest first; all when empty.
    func simulations(in states: [SimulationState], limit: Int) async throws -> [Simulation]
}
