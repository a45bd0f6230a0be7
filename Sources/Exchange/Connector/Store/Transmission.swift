// SPDX-License-Identifier: Apache-2.0
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// One accepted piece of work and where it stands: a form on its way, its cancellation, or a form
/// that is signed and handed back.
package struct Transmission: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Signed, deposited, receipted.
        case form
        /// Takes a deposited form back.
        case cancellation
        /// Signed and stamped, never deposited by us.
        case signing
    }

    /// Version 4, lower case: the idempotency key (RE-01).
    package var uuid: String
    package var kind: Kind
    /// SHA-256 of the bytes that were accepted.
    package var digest: Digest
    package var pack: PackReference
    package var parties: Parties
    package var links = Links()
    package var state: TransmissionState
    /// Why it waits, is unknown or needs attention; empty otherwise.
    package var problem: TransmissionProblem?
    /// The service without which it does not get further.
    package var heldBy: ServiceName?
    /// The platform's own identifier, once it is known; cancellations name it.
    package var nationalUUID: String?
    /// Deposits begun so far; written before the first byte leaves (RE-05).
    package var attempts: Int
    /// Failures in a row of the stage it stands at; the retry's delay follows from it (RE-07).
    package var failures: Int
    package var acceptedAt: Date
    package var changedAt: Date
    /// Work may go on from here.
    package var dueAt: Date
    /// It comes from an old copy of the store: the platform may know more of it (RE-14).
    package var asksFirst = false

    package init(
        uuid: String, kind: Kind = .form, digest: Digest, pack: PackReference,
        parties: Parties = Parties(), state: TransmissionState,
        problem: TransmissionProblem? = nil, attempts: Int = 0, failures: Int = 0,
        acceptedAt: Date, changedAt: Date, dueAt: Date
    ) {
        (self.uuid, self.kind, self.digest, self.pack) = (uuid, kind, digest, pack)
        (self.parties, self.state, self.problem) = (parties, state, problem)
        (self.attempts, self.failures) = (attempts, failures)
        (self.acceptedAt, self.changedAt, self.dueAt) = (acceptedAt, changedAt, dueAt)
    }
}

/// On whose behalf a form is sent, and who acts (GW-07).
package struct Parties: Sendable, Hashable {
    /// Provider code.
    package var provider: String
    /// Identifier of the person whose key signs: the serial number of the certificate's subject.
    package var actor: String
    /// The mandate under which somebody else than the provider acts.
    package var mandate: String?

    package init(provider: String = "", actor: String = "", mandate: String? = nil) {
        (self.provider, self.actor, self.mandate) = (provider, actor, mandate)
    }
}

/// What a piece of work has to do with others, by UUID.
package struct Links: Sendable, Hashable {
    /// The form that a cancellation takes back.
    package var subject: String?
    /// The form that a cancellation announces in its place.
    package var replacement: String?
    /// The cancellation that must be final before this form's deposit leaves (RE-12).
    package var predecessor: String?

    package init(subject: String? = nil, replacement: String? = nil, predecessor: String? = nil) {
        (self.subject, self.replacement, self.predecessor) = (subject, replacement, predecessor)
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

/// The services a form depends on; raw values are stored and shown.
package enum ServiceName: String, Sendable, Hashable, CaseIterable {
    case store, key
    case timestamps, revocation
    case trustedList = "trusted_list"
    case identity, platform, insurer
}
