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
    /// The key belongs to somebody who has no mandate of the provider in the form (GW-07).
    case notMandated
}

/// Whose key signs here.
package struct Signer: Sendable, Hashable {
    /// eHealth ID: the serial number of the certificate's subject.
    package var identifier: String
    /// Provider codes that are the signer's own.
    package var providers: Set<String>

    package init(identifier: String, providers: Set<String>) {
        (self.identifier, self.providers) = (identifier, providers)
    }
}

/// Checks forms and makes the good ones durable, inside the caller's request (stages 1 to 4).
package struct Intake: Sendable {
    private let packs: PackLibrary
    private let fonts: FontSet
    private let store: any TransmissionStore
    private let signer: Signer?
    private let mandates: MandateBook?
    private let now: @Sendable () -> Date
    private let makeUUID: @Sendable () -> String
    private let lookup: @Sendable (String) -> [UInt8]?
    let passing: Passing

    /// - Parameters:
    ///   - lookup: The keyed digest under which a value of a form is found later.
    ///   - signer: Whose key signs; without one nobody asks for mandates here.
    ///   - mandates: Under which the signer may act for others.
    package init(
        packs: PackLibrary, fonts: FontSet, store: any TransmissionStore, signer: Signer? = nil,
        mandates: MandateBook? = nil, now: @escaping @Sendable () -> Date,
        makeUUID: @escaping @Sendable () -> String,
        lookup: @escaping @Sendable (String) -> [UInt8]? = { _ in nil },
        passing: @escaping Passing = { _ in }
    ) {
        (self.packs, self.fonts, self.store) = (packs, fonts, store)
        (self.signer, self.mandates, self.now) = (signer, mandates, now)
        (self.makeUUID, self.lookup, self.passing) = (makeUUID, lookup, passing)
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
    /// - Parameter kind: Whether the form is deposited, or signed and handed back.
    /// - Throws: ``FormCheckError`` for bytes that are no form; the store's error when nothing
    ///   could be made durable.
    package func submit(
        _ received: ReceivedForm, as kind: Transmission.Kind = .form
    ) async throws -> IntakeAnswer {
        passing(CrashPoint(.accept, .beforeEffect))
        let (transition, warnings): (Transition, [Coverage.Anomaly])
        switch try await prepare(received, as: kind) {
        case .refused(let answer): return answer
        case .prepared(let prepared, let anomalies): (transition, warnings) = (prepared, anomalies)
        }
        passing(CrashPoint(.accept, .beforeCommit))
        let acceptance = try await store.accept(transition)
        passing(CrashPoint(.accept, .afterCommit))
        switch acceptance {
        case .accepted: return .accepted(transition.transmission, warnings: warnings)
        case .replayed(let known): return .replayed(known)
        case .uuidReused: return .uuidReused
        }
    }

    /// A form that is ready to be accepted, or why it is not.
    enum Preparation {
        case prepared(Transition, warnings: [Coverage.Anomaly])
        case refused(IntakeAnswer)
    }

    func prepare(
        _ received: ReceivedForm, as kind: Transmission.Kind = .form
    ) async throws -> Preparation {
        let (form, anomalies) = try check(received)
        guard let form else { return .refused(.refused(anomalies)) }
        guard let parties = try await parties(of: form.document) else {
            return .refused(.notMandated)
        }
        let page: [UInt8]
        do {
            page = try draw(form.document.pageDescription, fonts: fonts)
        } catch {
            return .refused(.undrawable("\(error)"))
        }
        passing(CrashPoint(.accept, .afterEffect))
        let moment = now()
        let transmission = Transmission(
            uuid: form.document.uuid, kind: kind, digest: form.digest,
            pack: PackReference(id: form.document.pack.id, version: form.document.pack.version),
            parties: parties, state: .accepted, acceptedAt: moment, changedAt: moment,
            dueAt: moment)
        var transition = Transition(
            transmission, outputs: [(.composed, form.document.xml), (.renderedPDF, page)])
        transition.lookups = form.document.searchableValues.prefix(Limits.lookupsOfForm)
            .compactMap(lookup)
        return .prepared(transition, warnings: form.warnings)
    }

    /// Who acts for whom; `nil` when nobody may.
    private func parties(of form: CheckedDocument) async throws -> Parties? {
        let provider = form.providerCode ?? ""
        guard let signer else { return Parties(provider: provider) }
        var parties = Parties(provider: provider, actor: signer.identifier)
        guard !provider.isEmpty, !signer.providers.contains(provider) else { return parties }
        let mandate = try await mandates?.mandate(
            grantor: provider, delegate: signer.identifier, pack: form.pack.id)
        guard let mandate else { return nil }
        parties.mandate = mandate.id
        return parties
    }
}
