// SPDX-License-Identifier: Apache-2.0
import FormPacks
import NationalAPI

/// Stage 8: what leaves, what comes back, and what to do when nothing does.
extension Pipeline {
    func deposit(_ transmission: Transmission) async throws -> Transition {
        let uuid = transmission.uuid
        let form = try await output(.completeXML, uuid)
        let model = try pack(transmission).depositTerms().model
        let (outcome, answer) = try await gates.call(.platform) {
            try await exchange.deposit(uuid: uuid, modelUID: model, form: form)
        }
        return try settle(transmission, outcome, form: form, answer: answer)
    }

    /// A deposit left and its answer did not come back: the platform is asked before anything is
    /// sent again; if it never heard of it, or cannot be asked, the same bytes go out once more
    /// (RE-05).
    func clarify(_ transmission: Transmission) async throws -> Transition {
        guard let query = environment.profile.status else { return attempt(transmission) }
        let uuid = transmission.uuid
        let known: (outcome: DepositOutcome, answer: [UInt8])?
        do {
            known = try await gates.call(.platform) {
                try await exchange.depositKnown(uuid: uuid, asking: query)
            }
        } catch let failure as StageFailure where failure.code == .platformFault {
            // It has no such query, whatever the profile says.
            return attempt(transmission)
        } catch var failure as StageFailure {
            // Nothing was sent, and nothing was learned.
            if failure.consequence == .retry { failure.consequence = .unknown }
            throw failure
        }
        guard let known else { return attempt(transmission) }
        return try settle(
            transmission, known.outcome, form: try await output(.completeXML, uuid),
            answer: known.answer)
    }

    /// A form of an old copy: the platform may have it already, signed by what was lost since. If it
    /// does, the form ends here; if not, it goes on where it stood (RE-14).
    func askFirst(_ transmission: Transmission) async throws -> Transition {
        guard let query = environment.profile.status else {
            throw StageFailure(
                .outcomeUnknown,
                "The store is an old copy and the platform cannot be asked; a person must ask it.",
                actor: .you, .attention)
        }
        let uuid = transmission.uuid
        let isKnown = try await gates.call(.platform) {
            try await exchange.isKnown(uuid: uuid, asking: query)
        }
        guard isKnown, transmission.kind == .form else {
            // A cancellation that is known is clarified like one whose answer was lost.
            var freed = next(transmission, isKnown ? .unknown : transmission.state, [])
            freed.transmission.asksFirst = false
            return freed
        }
        let known = try await gates.call(.platform) {
            try await exchange.depositKnown(uuid: uuid, asking: query)
        }
        guard let known else { throw Self.settled }
        let form = try await store.output(.completeXML, of: uuid)
        var settled = try settle(
            transmission, known.outcome, form: form ?? [], answer: known.answer)
        settled.transmission.asksFirst = false
        return settled
    }

    private func settle(
        _ transmission: Transmission, _ outcome: DepositOutcome, form: [UInt8], answer: [UInt8]
    ) throws -> Transition {
        passing(CrashPoint(.receipt, .beforeEffect))
        defer { passing(CrashPoint(.receipt, .afterEffect)) }
        let record = DepositRecord(
            transmission, outcome: outcome, form: form, moment: environment.now())
        let outputs: [(OutputKind, [UInt8])] = [(.answer, answer), (.receipt, record.json)]
        switch outcome {
        case .receipt(let receipt):
            var sent = next(transmission, .sent, outputs)
            sent.transmission.nationalUUID = receipt.nationalUUID
            return sent
        case .anomalies(let anomalies):
            var refused = next(transmission, .attention, outputs)
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

    /// What makes the way free for a form that replaces another (RE-12).
    func requirePredecessor(of transmission: Transmission) async throws {
        guard let predecessor = transmission.links.predecessor else { return }
        guard let cancellation = try await store.transmission(predecessor) else { return }
        guard cancellation.state != .final else { return }
        guard cancellation.state == .attention else {
            throw StageFailure.hold("The form it replaces is being cancelled first.")
        }
        throw StageFailure(
            .correctionStopped, "The form it replaces could not be cancelled; a person must look.",
            actor: .you, .attention)
    }

    /// The durable write of a step that was taken.
    func step(of transmission: Transmission, to moved: Transmission) -> PipelineStep {
        switch (transmission.state, moved.state) {
        case (.signedPDF, .signedPDF): .stampPDF
        case (_, .sent): .receipt
        default: step(of: transmission)
        }
    }

    /// The durable write a form makes next, as fault-injection runs name it.
    func step(of transmission: Transmission) -> PipelineStep {
        switch transmission.state {
        case .accepted: transmission.kind == .cancellation ? .prepareCancellation : .render
        case .rendered: .signPDF
        case .signedPDF: .signXML
        case .signedXML: .timestamp
        case .timestamped: .collectLT
        case .completeLT: .attempt
        case .sending: .send
        case .unknown: .query
        case .sent: .finalise
        case .waiting, .final, .attention, .cancelled: .hold
        }
    }
}
