// SPDX-License-Identifier: Apache-2.0
package import FormPacks
package import NationalAPI
import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What a caller is told who wants a form taken back.
package enum CancellationReply: Sendable {
    /// Durable; the cancellation goes its way by itself.
    case accepted(Transmission, replacement: Transmission?)
    /// The same was asked for before.
    case replayed(Transmission)
    case unknownForm
    /// Nothing was written; why, in English.
    case impossible(String)
    /// The form in its place is refused; nothing was written.
    case replacementRefused(IntakeAnswer)
}

/// Takes forms back, alone or with another in their place.
package struct FormDesk: Sendable {
    private let intake: Intake
    private let store: any TransmissionStore
    private let profile: NationalProfile
    private let packs: PackLibrary
    private let now: @Sendable () -> Date

    package init(
        intake: Intake, store: any TransmissionStore, profile: NationalProfile,
        packs: PackLibrary, now: @escaping @Sendable () -> Date
    ) {
        (self.intake, self.store, self.profile) = (intake, store, profile)
        (self.packs, self.now) = (packs, now)
    }

    /// Cancels a form, and deposits another in its place if there is one: one action, durable as a
    /// whole before it is answered (forms, 4.4, 7).
    ///
    /// The key is the form's UUID: asking again for the same is answered as before. After a refused
    /// or impossible cancellation a new one may be asked for.
    ///
    /// - Throws: ``FormCheckError`` for a replacement that is no form; the store's errors.
    package func cancel(
        _ uuid: String, reason: String, replacement: ReceivedForm? = nil
    ) async throws -> CancellationReply {
        guard let form = try await store.transmission(uuid), form.kind == .form else {
            return .unknownForm
        }
        guard CancellationRequest.isReason(reason) else {
            return .impossible("A reason has 1 to 200 characters that XML allows.")
        }
        let digest = Self.digest(reason, replacement)
        let earlier = try await store.transmissions(
            TransmissionQuery(kinds: [.cancellation], linkedTo: uuid, limit: 100)
        ).filter { $0.links.subject == uuid }
        if let same = earlier.first(where: { $0.state != .attention }) {
            return same.digest == digest
                ? .replayed(same) : .impossible("The form is being cancelled already.")
        }
        if let reason = impossibility(of: form) { return .impossible(reason) }
        let identifier = UUIDText.derived("cancellation-\(earlier.count)", of: uuid)
        return try await accept(
            cancellation(identifier, of: form, digest), reason: reason, replacing: replacement)
    }

    private func accept(
        _ cancellation: Transmission, reason: String, replacing: ReceivedForm?
    ) async throws -> CancellationReply {
        var cancellation = cancellation
        var transitions: [Transition] = []
        var replacement: Transmission?
        if let replacing {
            switch try await intake.prepare(replacing) {
            case .refused(let answer): return .replacementRefused(answer)
            case .prepared(var transition, _):
                guard transition.transmission.uuid != cancellation.links.subject else {
                    return .impossible("The form in its place needs a UUID of its own.")
                }
                transition.transmission.links.predecessor = cancellation.uuid
                cancellation.links.replacement = transition.transmission.uuid
                replacement = transition.transmission
                transitions.append(transition)
            }
        }
        let first = Transition(cancellation, outputs: [(.reason, Array(reason.utf8))])
        intake.passing(CrashPoint(.accept, .beforeCommit))
        let acceptance = try await store.accept([first] + transitions)
        intake.passing(CrashPoint(.accept, .afterCommit))
        switch acceptance {
        case .accepted: return .accepted(cancellation, replacement: replacement)
        case .replayed(let known): return .replayed(known)
        case .uuidReused:
            return replacement == nil
                ? .impossible("The form is being cancelled already.")
                : .replacementRefused(.uuidReused)
        }
    }

    /// Why a form cannot be cancelled any more, in English; the platform may still say no.
    private func impossibility(of form: Transmission) -> String? {
        if form.state == .cancelled { return "The form has been cancelled already." }
        guard let pack = packs.pack(id: form.pack.id, version: form.pack.version),
            let terms = pack.manifest.deposit,
            profile.cancellation(model: terms.cancellationModel) != nil
        else { return "Forms of this kind cannot be cancelled." }
        return nil
    }

    private func cancellation(
        _ uuid: String, of form: Transmission, _ digest: Digest
    ) -> Transmission {
        let moment = now()
        var cancellation = Transmission(
            uuid: uuid, kind: .cancellation, digest: digest, pack: form.pack,
            parties: form.parties, state: .accepted, acceptedAt: moment, changedAt: moment,
            dueAt: moment)
        cancellation.links.subject = form.uuid
        return cancellation
    }

    private static func digest(_ reason: String, _ replacement: ReceivedForm?) -> Digest {
        DigestAlgorithm.sha256.digest(Array(reason.utf8) + [0] + (replacement?.digest.bytes ?? []))
    }
}
