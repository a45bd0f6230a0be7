// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What became of an attempt to accept a form (RE-01).
package enum Acceptance: Sendable, Hashable {
    case accepted
    /// The same bytes were accepted before.
    case replayed(Transmission)
    /// Other bytes were accepted under this UUID.
    case uuidReused
}

/// What a store throws: it says for itself which problem it is.
package protocol StoreFailure: Error, CustomStringConvertible {
    var code: ProblemCode { get }
}

/// Keeps every accepted form through crashes: when a function returns, what it says is durable.
///
/// A store knows nothing of the road a form takes.
package protocol TransmissionStore: Sendable {
    /// Binds the UUID to these bytes, with the outputs of the first stages.
    func accept(_ transition: Transition) async throws -> Acceptance

    func transmission(_ uuid: String) async throws -> Transmission?

    func output(_ kind: OutputKind, of uuid: String) async throws -> [UInt8]?

    /// Writes a step if the form still stands where the step began, outputs and all.
    ///
    /// - Returns: False when somebody else moved the form; nothing is written then (RE-04).
    func record(_ transition: Transition, from state: TransmissionState) async throws -> Bool

    /// Forms that are not settled and due at `moment`, the longest due first.
    func due(at moment: Date, limit: Int) async throws -> [Transmission]

    /// When the next unsettled form becomes due.
    func nextDue() async throws -> Date?

    /// The forms in these states, newest first; all when empty.
    func transmissions(in states: [TransmissionState], limit: Int) async throws -> [Transmission]
}
