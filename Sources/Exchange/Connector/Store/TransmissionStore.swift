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
/// A store knows nothing of the road a form takes. Every store passes the conformance suite in
/// `Tests/StoreSupport`.
package protocol TransmissionStore: Sendable {
    /// Binds UUIDs to bytes, with the outputs of the first stages: all of them or none.
    ///
    /// - Returns: What became of the first; `uuidReused` also when another one is known already.
    func accept(_ transitions: [Transition]) async throws -> Acceptance

    func transmission(_ uuid: String) async throws -> Transmission?

    /// Those that exist of these outputs.
    func outputs(_ kinds: [OutputKind], of uuid: String) async throws -> [OutputKind: [UInt8]]

    /// Takes due work into one worker's hands, the longest due first; counts a crash against it
    /// until its step is written (RE-04, RE-09).
    func claim(_ request: ClaimRequest) async throws -> [Claim]

    /// Writes a step if the work is still this claim's, outputs, companions and all.
    ///
    /// - Returns: False when somebody else has it, or a companion moved; nothing is written then.
    func record(
        _ transition: Transition, of claim: Claim, then: ClaimContinuation
    ) async throws -> Bool

    /// Gives up what a worker of this name held when it ended; an orderly end counts no crash.
    func release(worker: String, isOrderly: Bool) async throws

    /// Lets work that is held by a service go on from `moment`: the longest due, up to `limit`.
    func makeDue(heldBy service: ServiceName, at moment: Date, limit: Int) async throws

    /// Marks everything that is not settled: the platform is asked before any further step (RE-14).
    ///
    /// - Returns: How much was marked.
    func askFirst(audit: AuditFact) async throws -> Int

    /// Lets work go on from `moment` that was changed after `late`: by a clock that was wrong then.
    func makeDue(changedAfter late: Date, at moment: Date) async throws

    /// Lets work go on from `moment`.
    func makeDue(_ uuids: [String], at moment: Date) async throws

    /// When the next work that nobody holds becomes due, other than what these services hold.
    func nextDue(excluding: Set<ServiceName>) async throws -> Date?

    func transmissions(_ query: TransmissionQuery) async throws -> [Transmission]

    /// How many there are in each state, and since when the oldest of them has been there.
    func counts() async throws -> [TransmissionState: StateCount]

    /// What happened after a position, in order.
    func events(after sequence: Int, limit: Int) async throws -> [ConnectorEvent]

    /// The position of the last event; 0 when there is none.
    func lastEvent() async throws -> Int
}

extension TransmissionStore {
    package func accept(_ transition: Transition) async throws -> Acceptance {
        try await accept([transition])
    }

    package func output(_ kind: OutputKind, of uuid: String) async throws -> [UInt8]? {
        try await outputs([kind], of: uuid)[kind]
    }
}

/// How many forms stand at a state.
package struct StateCount: Sendable, Hashable {
    package var count: Int
    /// Since when the oldest has been there; not told of settled forms.
    package var oldest: Date?

    package init(count: Int, oldest: Date?) { (self.count, self.oldest) = (count, oldest) }
}

/// Which forms to list, newest first.
package struct TransmissionQuery: Sendable {
    /// All when empty.
    package var states: [TransmissionState] = []
    /// All when empty.
    package var kinds: [Transmission.Kind] = []
    /// Only what was accepted before this one.
    package var after: Position?
    /// Only what has this keyed digest.
    package var lookup: [UInt8]?
    /// Only what names this form as its subject, replacement or predecessor.
    package var linkedTo: String?
    package var limit: Int

    /// A place in the list.
    package struct Position: Sendable, Hashable {
        package var acceptedAt: Date
        package var uuid: String

        package init(acceptedAt: Date, uuid: String) {
            (self.acceptedAt, self.uuid) = (acceptedAt, uuid)
        }
    }

    package init(
        states: [TransmissionState] = [], kinds: [Transmission.Kind] = [],
        after: Position? = nil, lookup: [UInt8]? = nil, linkedTo: String? = nil, limit: Int
    ) {
        (self.states, self.kinds, self.after) = (states, kinds, after)
        (self.lookup, self.linkedTo, self.limit) = (lookup, linkedTo, limit)
    }
}
