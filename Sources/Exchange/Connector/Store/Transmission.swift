// SPDX-License-Identifier: Apache-2.0
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// One accepted form and where it stands.
package struct Transmission: Sendable, Hashable {
    /// Version 4, lower case: the idempotency key (RE-01).
    package var uuid: String
    /// SHA-256 of the bytes that were accepted.
    package var digest: Digest
    package var pack: PackReference
    package var state: TransmissionState
    /// Why it waits, is unknown or needs attention; empty otherwise.
    package var problem: TransmissionProblem?
    /// Deposits begun so far; written before the first byte leaves (RE-05).
    package var attempts: Int
    /// Failures in a row of the stage it stands at; the retry's delay follows from it (RE-07).
    package var failures: Int
    package var acceptedAt: Date
    package var changedAt: Date
    /// Work may go on from here.
    package var dueAt: Date

    package init(
        uuid: String, digest: Digest, pack: PackReference, state: TransmissionState,
        problem: TransmissionProblem? = nil, attempts: Int = 0, failures: Int = 0,
        acceptedAt: Date, changedAt: Date, dueAt: Date
    ) {
        (self.uuid, self.digest, self.pack, self.state) = (uuid, digest, pack, state)
        (self.problem, self.attempts, self.failures) = (problem, attempts, failures)
        (self.acceptedAt, self.changedAt, self.dueAt) = (acceptedAt, changedAt, dueAt)
    }
}

/// The pack version a form was accepted with; it finishes with the same one.
package struct PackReference: Sendable, Hashable {
    package var id: String
    package var version: String
    package init(id: String, version: String) { (self.id, self.version) = (id, version) }
}

/// Why a form does not move, for people and programs: no content of the form.
package struct TransmissionProblem: Sendable, Hashable {
    /// Who can do something about it (RFC 9457 member `actor`).
    package enum Actor: String, Sendable, CaseIterable {
        case you, connector, esante, incert, mysecu, cns
    }

    package var code: String
    package var detail: String
    package var actor: Actor

    package init(code: String, detail: String, actor: Actor) {
        (self.code, self.detail, self.actor) = (code, detail, actor)
    }
}

/// One step of a form: new state and what the stage made, written in one transaction (RE-03).
package struct Transition: Sendable {
    package var transmission: Transmission
    package var outputs: [(OutputKind, [UInt8])]

    package init(_ transmission: Transmission, outputs: [(OutputKind, [UInt8])] = []) {
        (self.transmission, self.outputs) = (transmission, outputs)
    }
}
