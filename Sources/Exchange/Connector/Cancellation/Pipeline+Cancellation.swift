// SPDX-License-Identifier: Apache-2.0
import FormPacks
import NationalAPI

/// The road of a cancellation: made when the form it takes back has come to rest, sent, asked about
/// when its answer is lost. What it does to the form happens in the same transaction.
extension Pipeline {
    func planCancellation(_ cancellation: Transmission) async throws -> Step {
        switch cancellation.state {
        case .accepted: return .done(try await prepareCancellation(cancellation))
        case .completeLT: return .done(attempt(cancellation))
        case .sending: return .done(try await sendCancellation(cancellation))
        case .unknown: return .done(try await clarifyCancellation(cancellation))
        case .sent: return .done(next(cancellation, .final, []))
        default: throw Self.settled
        }
    }

    /// What a cancellation does depends on where its form came to rest.
    private func prepareCancellation(_ cancellation: Transmission) async throws -> Transition {
        let form = try await subject(of: cancellation)
        try await requireReplacement(of: cancellation)
        switch form.state {
        case .final:
            return next(
                cancellation, .completeLT, [(.message, try await message(cancellation, of: form))])
        case .attention, .accepted, .rendered, .signedPDF, .signedXML, .timestamped, .completeLT:
            // It never took effect on the other side: nothing is sent, it just goes no further.
            return withSubject(next(cancellation, .final, []), form, .cancelled)
        case .cancelled:
            return refused(cancellation, form, "The form has been cancelled already.")
        case .sending, .sent, .unknown, .waiting:
            throw StageFailure.hold("The form's own deposit is not settled yet.")
        }
    }

    private func message(
        _ cancellation: Transmission, of form: Transmission
    ) async throws -> [UInt8] {
        let names = try names(of: cancellation)
        let reason = try await output(.reason, cancellation.uuid)
        do {
            return try CancellationRequest(
                uuid: cancellation.uuid, documentNationalUUID: form.nationalUUID ?? "",
                replacement: cancellation.links.replacement,
                reason: String(decoding: reason, as: UTF8.self)
            ).bytes(names)
        } catch {
            throw StageFailure(
                .internalFault, "The cancellation cannot be made: \(error)", actor: .connector,
                .attention)
        }
    }

    private func sendCancellation(_ cancellation: Transmission) async throws -> Transition {
        let names = try names(of: cancellation)
        let message = try await output(.message, cancellation.uuid)
        let answer = try await gates.call(.platform) {
            try await exchange.cancel(
                uuid: cancellation.uuid, names: names, message: message)
        }
        return try await settle(cancellation, answer)
    }

    private func clarifyCancellation(_ cancellation: Transmission) async throws -> Transition {
        guard let query = environment.profile.status else { return attempt(cancellation) }
        let names = try names(of: cancellation)
        do {
            let known = try await gates.call(.platform) {
                try await exchange.cancellationKnown(
                    uuid: cancellation.uuid, names: names, asking: query)
            }
            guard let known else { return attempt(cancellation) }
            return try await settle(cancellation, known)
        } catch let failure as StageFailure where failure.code == .platformFault {
            return attempt(cancellation)
        } catch var failure as StageFailure {
            if failure.consequence == .retry { failure.consequence = .unknown }
            throw failure
        }
    }

    private func settle(
        _ cancellation: Transmission, _ answer: ExchangeClient.CancellationReply
    ) async throws -> Transition {
        let form = try await subject(of: cancellation)
        switch answer.outcome {
        case .answer(let confirmed):
            var sent = next(cancellation, .sent, [(.answer, answer.bytes)])
            sent.transmission.nationalUUID = confirmed.nationalUUID
            return withSubject(sent, form, .cancelled)
        case .anomalies(let anomalies):
            let codes = anomalies.filter { $0.level == .error }.map(\.code)
            var refused = refused(
                cancellation, form,
                "MySecu refuses the cancellation: \(codes.joined(separator: ", ")).")
            refused.outputs = [(.answer, answer.bytes)]
            return refused
        case .unknown(let reason):
            throw StageFailure(.outcomeUnknown, reason, actor: .mysecu, .unknown)
        }
    }

    /// The form stays as it was; what was to replace it is stopped by its own step.
    private func refused(
        _ cancellation: Transmission, _ form: Transmission, _ detail: String
    ) -> Transition {
        var refused = next(cancellation, .attention, [])
        refused.transmission.problem =
            StageFailure(.cancellationRefused, detail, actor: .you, .attention).problem
        return refused
    }

    private func withSubject(
        _ transition: Transition, _ form: Transmission, _ state: TransmissionState
    ) -> Transition {
        var moved = next(form, state, []).transmission
        moved.nationalUUID = form.nationalUUID
        var transition = transition
        transition.companions = [.init(moved, from: form.state)]
        return transition
    }

    /// The form in its place must be ready to leave before the old one is taken back.
    private func requireReplacement(of cancellation: Transmission) async throws {
        guard let uuid = cancellation.links.replacement,
            let replacement = try await store.transmission(uuid)
        else { return }
        switch replacement.state {
        case .completeLT: return
        case .attention, .cancelled:
            throw StageFailure(
                .cannotCancel, "The form that was to take its place cannot be sent.",
                actor: .you, .attention)
        default:
            throw StageFailure.hold("The form that takes its place is being signed first.")
        }
    }

    private func subject(of cancellation: Transmission) async throws -> Transmission {
        guard let uuid = cancellation.links.subject,
            let form = try await store.transmission(uuid)
        else {
            throw StageFailure(
                .storeUnusable, "The form that is to be cancelled is missing from the store.",
                actor: .connector, .attention)
        }
        return form
    }

    private func names(of cancellation: Transmission) throws -> NationalProfile.Cancellation {
        let model = try pack(cancellation).depositTerms().cancellationModel
        guard let names = environment.profile.cancellation(model: model) else {
            throw StageFailure(
                .cannotCancel, "The platform's profile has no cancellation for this form.",
                actor: .connector, .attention)
        }
        return names
    }
}

extension ExchangeClient {
    typealias CancellationReply = (
        outcome: ExchangeOutcome<CancellationAnswer>, bytes: [UInt8]
    )

    func cancel(
        uuid: String, names: NationalProfile.Cancellation, message: [UInt8]
    ) async throws -> CancellationReply {
        let profile = profile
        let (answer, bytes) = try await call(
            model: names.operation.model, business: message,
            timeoutInSeconds: names.operation.timeoutInSeconds
        ) { message throws(MessageError) in
            try CancellationAnswer(message, to: uuid, profile: profile, names: names)
        }
        return (answer.outcome(profile), bytes)
    }

    /// What was answered to a cancellation whose answer did not come back; `nil` when the platform
    /// never heard of it.
    func cancellationKnown(
        uuid: String, names: NationalProfile.Cancellation, asking query: NationalProfile.StatusQuery
    ) async throws -> CancellationReply? {
        let profile = profile
        let (answer, bytes) = try await call(
            model: query.operation.model, business: StatusRequest(uuid: uuid).bytes(query),
            timeoutInSeconds: query.operation.timeoutInSeconds
        ) { message throws(MessageError) in
            let status = try StatusAnswer(message, to: uuid, profile: profile, query: query)
            guard case .known(_, let kept) = status.knowledge else {
                return nil as CancellationAnswer?
            }
            return try CancellationAnswer(
                parsing: kept, to: uuid, profile: profile, names: names)
        }
        return answer.map { ($0.outcome(profile), bytes) }
    }
}
