// SPDX-License-Identifier: Apache-2.0
package import FormPacks
package import Keys
package import NationalAPI
import Trust

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What the stages need beside the form itself.
package struct PipelineEnvironment: Sendable {
    package var packs: PackLibrary
    package var profile: NationalProfile
    package var addresses: ServiceAddresses
    /// Signs the form: its certificate commits to content.
    package var key: any SigningKey
    /// Signs messages and opens connections.
    package var identity: MessageIdentity
    package var send: Send
    package var now: @Sendable () -> Date
    package var random: @Sendable (Int) -> [UInt8]
    /// Who gives time-stamps, shared by all who ask for them.
    package var authorities: TimestampAuthorities
    /// Before every service, shared by all who ask it.
    package var gates: ServiceGates
    /// Where fault-injection runs end the process.
    package var passing: Passing
    /// Nothing is signed under a clock that is wrong (RE-10).
    package var clock: ClockWatch?

    package init(
        packs: PackLibrary, profile: NationalProfile, addresses: ServiceAddresses,
        key: any SigningKey, identity: MessageIdentity, send: @escaping Send,
        now: @escaping @Sendable () -> Date, random: @escaping @Sendable (Int) -> [UInt8],
        gates: ServiceGates, passing: @escaping Passing = { _ in }
    ) {
        (self.packs, self.profile, self.addresses) = (packs, profile, addresses)
        (self.key, self.identity, self.send) = (key, identity, send)
        (self.now, self.random, self.gates, self.passing) = (now, random, gates, passing)
        authorities = TimestampAuthorities(
            addresses.timestampAuthorities, now: gates.now, jitter: { 0.5 })
    }
}

/// The road of one form after it was accepted, one durable step at a time (RE-03).
///
/// Each step reads what the step before left in the store, makes its outputs and names the next
/// state; it writes nothing itself. A step may be repeated: what was signed is never signed again
/// (RE-06), because the signed bytes are an output of an earlier step.
package struct Pipeline: Sendable {
    let environment: PipelineEnvironment
    let store: any TransmissionStore
    let signing: SigningStages
    let completion: CompletionStage
    let exchange: ExchangeClient

    package init(_ environment: PipelineEnvironment, store: any TransmissionStore) {
        self.environment = environment
        self.store = store
        signing = SigningStages(environment)
        completion = CompletionStage(environment)
        exchange = ExchangeClient(environment)
    }

    var gates: ServiceGates { environment.gates }
    var passing: Passing { environment.passing }

    /// Fetches at start what every form will need; what cannot be had is asked for again then.
    package func prepare() async { await completion.prepare() }

    /// The next step of every form of a batch, in their order.
    ///
    /// Forms that were accepted together reach their signatures together: first all PDFs, then all
    /// XMLs. Each such level is signed in one activation of the key (RS-02). One form's failure is
    /// its own.
    package func steps(_ batch: [Claim]) async -> [Result<Transition, any Error>] {
        let plans = await plans(of: batch)
        var level: [(index: Int, planned: PlannedSignature)] = []
        for (index, plan) in plans.enumerated() {
            guard let planned = (try? plan.get())?.signature else { continue }
            level.append((index, planned))
        }
        var steps = plans.map { plan in plan.map(\.transition) }
        if !level.isEmpty {
            do {
                let values = try await signing.sign(level.map(\.planned.toBeSigned))
                for (entry, value) in zip(level, values) {
                    steps[entry.index] = Result {
                        try plans[entry.index].get().finished(with: value)
                    }
                }
            } catch {
                for entry in level { steps[entry.index] = .failure(error) }
            }
        }
        for claim in batch { passing(CrashPoint(step(of: claim.transmission), .afterEffect)) }
        return steps
    }

    private func plans(of batch: [Claim]) async -> [Result<Step, any Error>] {
        await withTaskGroup(of: (Int, Result<Step, any Error>).self) { group in
            for (index, claim) in batch.enumerated() {
                group.addTask {
                    do {
                        passing(CrashPoint(step(of: claim.transmission), .beforeEffect))
                        return (index, .success(try await plan(claim)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            var plans: [(Int, Result<Step, any Error>)] = []
            for await plan in group { plans.append(plan) }
            return plans.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// A step that is done, or that waits for its level to be signed.
    struct Step: Sendable {
        var transition: Transition
        /// What the key must sign first; its value makes the output.
        var signature: PlannedSignature?
        var output: OutputKind?

        static func done(_ transition: Transition) -> Step { Step(transition: transition) }

        func finished(with value: [UInt8]) throws -> Transition {
            guard let signature, let output else { return transition }
            do {
                var finished = transition
                finished.outputs.append((output, try signature.finish(value)))
                return finished
            } catch {
                throw StageFailure(.signingFailed, "\(error)", actor: .connector, .attention)
            }
        }
    }

    private func plan(_ claim: Claim) async throws -> Step {
        let transmission = claim.transmission
        guard claim.crashes < Self.crashesBeforeQuarantine(of: transmission) else {
            throw Self.quarantined
        }
        // Whoever had it in hand before may have sent it: its outcome is unknown (RE-05).
        if transmission.state == .sending, claim.isFresh {
            return .done(next(transmission, .unknown, []))
        }
        if transmission.asksFirst { return .done(try await askFirst(transmission)) }
        return transmission.kind == .cancellation
            ? try await planCancellation(transmission) : try await planForm(transmission)
    }

    /// What may have arrived is not put aside as long as the platform can be asked about it (RE-05).
    private static func crashesBeforeQuarantine(of transmission: Transmission) -> Int {
        switch transmission.state {
        case .sending, .unknown, .sent: Limits.crashesBeforeQuarantineOfSent
        default: Limits.crashesBeforeQuarantine
        }
    }

    private static let quarantined = StageFailure(
        .quarantined, "The program ended twice while it worked on this form; a person must look.",
        actor: .connector, .attention)

    private func planForm(_ transmission: Transmission) async throws -> Step {
        let uuid = transmission.uuid
        switch transmission.state {
        case .accepted:
            return .done(next(transmission, .rendered, []))
        case .rendered:
            let planned = try signing.planPDF(
                try await output(.renderedPDF, uuid), for: try pack(transmission),
                parties: transmission.parties)
            return signature(planned, transmission, .signedPDF, .signedPDF)
        case .signedPDF:
            return try await embed(transmission)
        case .signedXML:
            return .done(try await stamp(transmission))
        case .timestamped:
            return .done(try await complete(transmission))
        case .completeLT:
            if transmission.kind == .signing { return .done(next(transmission, .final, [])) }
            try await requirePredecessor(of: transmission)
            return .done(attempt(transmission))
        case .unknown:
            return .done(try await clarify(transmission))
        case .sending:
            return .done(try await deposit(transmission))
        case .sent:
            return .done(next(transmission, .final, []))
        case .waiting, .final, .attention, .cancelled:
            throw Self.settled
        }
    }

    static let settled = StageFailure(
        .internalFault, "A settled form has no next step.", actor: .connector, .attention)

    /// The attempt is durable before its first byte leaves (RE-05).
    func attempt(_ transmission: Transmission) -> Transition {
        var begun = next(transmission, .sending, [])
        begun.transmission.attempts += 1
        begun.transmission.failures = transmission.failures
        return begun
    }

    private func signature(
        _ planned: PlannedSignature, _ transmission: Transmission, _ state: TransmissionState,
        _ output: OutputKind
    ) -> Step {
        Step(transition: next(transmission, state, []), signature: planned, output: output)
    }

    /// The PDF's time-stamp is durable before the XML around it is signed (RE-03).
    private func embed(_ transmission: Transmission) async throws -> Step {
        let uuid = transmission.uuid
        guard let embedded = try await store.output(.embeddedPDF, of: uuid) else {
            let signed = try await output(.signedPDF, uuid)
            let isStamped = environment.profile.embeddedLevel == .timestamped
            passing(CrashPoint(.stampPDF, .beforeEffect))
            let pdf = isStamped ? try await stampPDF(signed) : signed
            passing(CrashPoint(.stampPDF, .afterEffect))
            return .done(next(transmission, .signedPDF, [(.embeddedPDF, pdf)]))
        }
        let planned = try signing.planXML(
            uuid, try await output(.composed, uuid), embedding: embedded,
            for: try pack(transmission), parties: transmission.parties)
        return signature(planned, transmission, .signedXML, .signedXML)
    }

    private func stampPDF(_ signed: [UInt8]) async throws -> [UInt8] {
        try await gates.call(.timestamps) { try await signing.stampPDF(signed) }
    }

    /// The XML's time-stamp, and beside it the PDF's when the embedded copy went without (B-B): both
    /// are asked for at once, as one call, so that a probe of a service that was out is a whole one.
    private func stamp(_ transmission: Transmission) async throws -> Transition {
        let uuid = transmission.uuid
        let signed = try await output(.signedXML, uuid)
        guard environment.profile.embeddedLevel == .basic else {
            let xml = try await gates.call(.timestamps) { try await signing.stampXML(signed) }
            return next(transmission, .timestamped, [(.timestampedXML, xml)])
        }
        let page = try await output(.embeddedPDF, uuid)
        let outputs = try await gates.call(.timestamps) {
            async let pdf = signing.stampPDF(page)
            let xml = try await signing.stampXML(signed)
            return [(OutputKind.stampedPDF, try await pdf), (.timestampedXML, xml)]
        }
        return next(transmission, .timestamped, outputs)
    }

    private func complete(_ transmission: Transmission) async throws -> Transition {
        let uuid = transmission.uuid
        let isStampedApart = environment.profile.embeddedLevel == .basic
        let xml = try await output(.timestampedXML, uuid)
        let pdf = try await output(isStampedApart ? .stampedPDF : .embeddedPDF, uuid)
        let completed = try await gates.call(.revocation) {
            try await completion.complete(xml: xml, pdf: pdf)
        }
        return next(
            transmission, .completeLT,
            [
                (.completeXML, completed.xml), (.standalonePDF, completed.standalonePDF),
                (.report, completed.report),
            ])
    }

    func next(
        _ transmission: Transmission, _ state: TransmissionState,
        _ outputs: [(OutputKind, [UInt8])]
    ) -> Transition {
        var moved = transmission
        let moment = environment.now()
        (moved.state, moved.problem, moved.heldBy, moved.failures) = (state, nil, nil, 0)
        (moved.changedAt, moved.dueAt) = (moment, moment)
        return Transition(moved, outputs: outputs)
    }

    func pack(_ transmission: Transmission) throws -> FormPack {
        let reference = transmission.pack
        guard let pack = environment.packs.pack(id: reference.id, version: reference.version) else {
            throw StageFailure(
                .internalFault,
                "The form pack \(reference.id) \(reference.version) is not installed any more.",
                actor: .you, .retry)
        }
        return pack
    }

    func output(_ kind: OutputKind, _ uuid: String) async throws -> [UInt8] {
        guard let bytes = try await store.output(kind, of: uuid) else {
            throw StageFailure(
                .storeUnusable, "The output \(kind.rawValue) is missing from the store.",
                actor: .connector, .attention)
        }
        return bytes
    }
}
