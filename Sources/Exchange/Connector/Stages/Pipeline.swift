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

    package init(
        packs: PackLibrary, profile: NationalProfile, addresses: ServiceAddresses,
        key: any SigningKey, identity: MessageIdentity, send: @escaping Send,
        now: @escaping @Sendable () -> Date, random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        (self.packs, self.profile, self.addresses) = (packs, profile, addresses)
        (self.key, self.identity, self.send) = (key, identity, send)
        (self.now, self.random) = (now, random)
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
    private let exchange: ExchangeClient

    package init(_ environment: PipelineEnvironment, store: any TransmissionStore) {
        self.environment = environment
        self.store = store
        signing = SigningStages(environment)
        completion = CompletionStage(environment)
        exchange = ExchangeClient(environment)
    }

    /// Fetches at start what every form will need; what cannot be had is asked for again then.
    package func prepare() async { await completion.prepare() }

    /// The next step of a form.
    ///
    /// - Throws: ``StageFailure``, which says what follows; other errors are the store's.
    package func step(_ transmission: Transmission) async throws -> Transition {
        try await steps([transmission])[0].get()
    }

    /// The next step of every form of a batch, in their order.
    ///
    /// Forms that were accepted together reach their signatures together: first all PDFs, then all
    /// XMLs. Each such level is signed in one activation of the key (RS-02). One form's failure is
    /// its own.
    package func steps(_ batch: [Transmission]) async -> [Result<Transition, any Error>] {
        let plans = await plans(of: batch)
        var level: [(index: Int, planned: PlannedSignature)] = []
        for (index, plan) in plans.enumerated() {
            guard let planned = (try? plan.get())?.signature else { continue }
            level.append((index, planned))
        }
        var steps = plans.map { plan in plan.map(\.transition) }
        guard !level.isEmpty else { return steps }
        do {
            let values = try await signing.sign(level.map(\.planned.toBeSigned))
            for (entry, value) in zip(level, values) {
                steps[entry.index] = Result { try plans[entry.index].get().finished(with: value) }
            }
        } catch {
            for entry in level { steps[entry.index] = .failure(error) }
        }
        return steps
    }

    private func plans(of batch: [Transmission]) async -> [Result<Step, any Error>] {
        await withTaskGroup(of: (Int, Result<Step, any Error>).self) { group in
            for (index, transmission) in batch.enumerated() {
                group.addTask {
                    do {
                        return (index, .success(try await plan(transmission)))
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
    private struct Step: Sendable {
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

    private func plan(_ transmission: Transmission) async throws -> Step {
        let uuid = transmission.uuid
        switch transmission.state {
        case .accepted:
            return .done(next(transmission, .rendered, []))
        case .rendered:
            let planned = try signing.planPDF(
                try await output(.renderedPDF, uuid), for: try pack(transmission))
            return signature(planned, transmission, .signedPDF, .signedPDF)
        case .signedPDF:
            return try await embed(transmission)
        case .signedXML:
            return .done(try await stamp(transmission))
        case .timestamped:
            return .done(try await complete(transmission))
        case .completeLT, .unknown:
            // The attempt is durable before its first byte leaves (RE-05).
            var begun = next(transmission, .sending, [])
            begun.transmission.attempts += 1
            begun.transmission.failures = transmission.failures
            return .done(begun)
        case .sending:
            return .done(try await deposit(transmission))
        case .sent:
            return .done(next(transmission, .final, []))
        case .waiting, .final, .attention, .cancelled:
            throw StageFailure(
                .internalFault, "A settled form has no next step.", actor: .connector, .attention)
        }
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
            let pdf = isStamped ? try await signing.stampPDF(signed) : signed
            return .done(next(transmission, .signedPDF, [(.embeddedPDF, pdf)]))
        }
        let planned = try signing.planXML(
            uuid, try await output(.composed, uuid), embedding: embedded,
            for: try pack(transmission))
        return signature(planned, transmission, .signedXML, .signedXML)
    }

    /// The XML's time-stamp, and beside it the PDF's when the embedded copy went without (B-B).
    private func stamp(_ transmission: Transmission) async throws -> Transition {
        let uuid = transmission.uuid
        var outputs: [(OutputKind, [UInt8])] = []
        if environment.profile.embeddedLevel == .basic {
            let pdf = try await signing.stampPDF(try await output(.embeddedPDF, uuid))
            outputs.append((.stampedPDF, pdf))
        }
        let xml = try await signing.stampXML(try await output(.signedXML, uuid))
        return next(transmission, .timestamped, outputs + [(.timestampedXML, xml)])
    }

    private func complete(_ transmission: Transmission) async throws -> Transition {
        let uuid = transmission.uuid
        let isStampedApart = environment.profile.embeddedLevel == .basic
        let completed = try await completion.complete(
            xml: try await output(.timestampedXML, uuid),
            pdf: try await output(isStampedApart ? .stampedPDF : .embeddedPDF, uuid))
        return next(
            transmission, .completeLT,
            [
                (.completeXML, completed.xml), (.standalonePDF, completed.standalonePDF),
                (.report, completed.report),
            ])
    }

    private func deposit(_ transmission: Transmission) async throws -> Transition {
        let uuid = transmission.uuid
        let form = try await output(.completeXML, uuid)
        let (outcome, answer) = try await exchange.deposit(
            uuid: uuid, modelUID: try pack(transmission).depositTerms().model, form: form)
        let receipt = DepositRecord(
            transmission, outcome: outcome, form: form, moment: environment.now())
        switch outcome {
        case .receipt:
            return next(transmission, .sent, [(.answer, answer), (.receipt, receipt.json)])
        case .anomalies(let anomalies):
            var refused = next(
                transmission, .attention, [(.answer, answer), (.receipt, receipt.json)])
            let codes = anomalies.filter { $0.level == .error }.map(\.code)
            refused.transmission.problem =
                StageFailure(
                    .refusedByPlatform,
                    "MySecu refuses the form: \(codes.joined(separator: ", ")).",
                    actor: .you, .attention
                ).problem
            return refused
        case .unknown(let reason):
            throw StageFailure(.outcomeUnknown, reason, actor: .mysecu, .unknown)
        }
    }

    private func next(
        _ transmission: Transmission, _ state: TransmissionState,
        _ outputs: [(OutputKind, [UInt8])]
    ) -> Transition {
        var moved = transmission
        let moment = environment.now()
        (moved.state, moved.problem, moved.failures) = (state, nil, 0)
        (moved.changedAt, moved.dueAt) = (moment, moment)
        return Transition(moved, outputs: outputs)
    }

    private func pack(_ transmission: Transmission) throws -> FormPack {
        let reference = transmission.pack
        guard let pack = environment.packs.pack(id: reference.id, version: reference.version) else {
            throw StageFailure(
                .internalFault,
                "The form pack \(reference.id) \(reference.version) is not installed any more.",
                actor: .you, .retry)
        }
        return pack
    }

    private func output(_ kind: OutputKind, _ uuid: String) async throws -> [UInt8] {
        guard let bytes = try await store.output(kind, of: uuid) else {
            throw StageFailure(
                .storeUnusable, "The output \(kind.rawValue) is missing from the store.",
                actor: .connector, .attention)
        }
        return bytes
    }
}
