// SPDX-License-Identifier: Apache-2.0
package import Coverage
package import FormPacks
package import PDF
package import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A form as it arrived, before anybody looked inside (stage 1).
package struct ReceivedForm: Sendable {
    package let input: FormInput
    package let digest: Digest

    package init(_ input: FormInput) {
        self.input = input
        switch input {
        case .json(let bytes), .xml(let bytes): digest = DigestAlgorithm.sha256.digest(bytes)
        }
    }
}

/// A form that has the shape of its pack and breaks no rule of it (stage 2).
package struct CheckedForm: Sendable {
    package let document: CheckedDocument
    package let digest: Digest
    package let warnings: [Coverage.Anomaly]
}

/// What a caller is told when it hands in a form.
package enum IntakeAnswer: Sendable {
    /// Durable: from here on the form is ours.
    case accepted(Transmission, warnings: [Coverage.Anomaly])
    /// The same bytes were accepted before; nothing was done again.
    case replayed(Transmission)
    /// The form leaves no trace of its UUID.
    case refused([Coverage.Anomaly])
    /// The page cannot show what the form says: the field and the character or length.
    case undrawable(String)
    case uuidReused
}

/// Checks forms and makes the good ones durable, inside the caller's request (stages 1 to 4).
package struct Intake: Sendable {
    private let packs: PackLibrary
    private let fonts: FontSet
    private let store: any TransmissionStore
    private let now: @Sendable () -> Date
    private let makeUUID: @Sendable () -> String

    package init(
        packs: PackLibrary, fonts: FontSet, store: any TransmissionStore,
        now: @escaping @Sendable () -> Date,
        makeUUID: @escaping @Sendable () -> String
    ) {
        (self.packs, self.fonts, self.store) = (packs, fonts, store)
        (self.now, self.makeUUID) = (now, makeUUID)
    }

    /// Checks a form without keeping anything of it.
    package func check(
        _ received: ReceivedForm
    ) throws(FormCheckError) -> (form: CheckedForm?, anomalies: [Coverage.Anomaly]) {
        let result = try packs.check(
            received.input, today: CalendarDate(inLuxembourg: now()), uuid: makeUUID())
        let form = result.document.map {
            CheckedForm(document: $0, digest: received.digest, warnings: result.anomalies)
        }
        return (form, result.anomalies)
    }

    /// Checks and draws a form and, if it is good, accepts it: durable when this returns (RE-02).
    ///
    /// The page is drawn here, so that a form no page can show is refused and not accepted.
    ///
    /// - Throws: ``FormCheckError`` for bytes that are no form; the store's error when nothing
    ///   could be made durable.
    package func submit(_ received: ReceivedForm) async throws -> IntakeAnswer {
        let (form, anomalies) = try check(received)
        guard let form else { return .refused(anomalies) }
        let page: [UInt8]
        do {
            page = try draw(form.document.pageDescription, fonts: fonts)
        } catch {
            return .undrawable("\(error)")
        }
        let moment = now()
        let transmission = Transmission(
            uuid: form.document.uuid, digest: form.digest,
            pack: PackReference(id: form.document.pack.id, version: form.document.pack.version),
            state: .accepted, acceptedAt: moment, changedAt: moment, dueAt: moment)
        let transition = Transition(
            transmission, outputs: [(.composed, form.document.xml), (.renderedPDF, page)])
        return switch try await store.accept(transition) {
        case .accepted: .accepted(transmission, warnings: form.warnings)
        case .replayed(let known): .replayed(known)
        case .uuidReused: .uuidReused
        }
    }
}
