// SPDX-License-Identifier: Apache-2.0
import NationalAPI
import XML

/// What the insurer answered to one message of PID, ready to be kept.
enum PIDAnswer: Sendable {
    case simulation(SimulationAnswer)
    case validation(ValidationAnswer)
    case contestation(ContestationAnswer)

    /// The code with which the insurer says that it is closed or overloaded: nothing happened, and
    /// the same message may come again (pid-and-reimbursement, 7.2, group TEC).
    var closure: String? {
        let anomalies =
            switch self {
            case .simulation(let answer): answer.status == .failed ? answer.anomalies : []
            case .validation(let answer): answer.status == .failed ? answer.anomalies : []
            case .contestation(let answer): answer.status == .failed ? answer.anomalies : []
            }
        let errors = anomalies.filter { $0.level == .error }.map(\.code)
        let isClosed = !errors.isEmpty && errors.allSatisfy { $0.hasPrefix("OEC-TEC-") }
        return isClosed ? errors.first : nil
    }

    /// The business element, as it is kept and read again.
    func bytes(_ profile: NationalProfile) -> [UInt8] {
        switch self {
        case .simulation(let answer): Writer.bytes(of: answer.element(profile))
        case .validation(let answer): Writer.bytes(of: answer.element(profile))
        case .contestation(let answer): Writer.bytes(of: answer.element(profile))
        }
    }
}

extension ExchangeClient {
    /// Sends one message of PID, or sends it again.
    func call(_ question: PIDQuestion) async throws -> PIDAnswer {
        let (profile, operation) = (profile, profile.pid.operation(of: question.step))
        return try await call(
            model: operation.model, business: question.business,
            timeoutInSeconds: operation.timeoutInSeconds
        ) { message throws(MessageError) in
            let answer = try PIDAnswer(message, to: question, profile: profile)
            try question.check(answer)
            return answer
        }.answer
    }

    /// Whether a message arrived, and what was answered then; `nil` when it never did.
    ///
    /// - Throws: ``StageFailure``: nobody could be asked.
    func answer(
        to question: PIDQuestion, asking query: NationalProfile.StatusQuery
    ) async throws -> PIDAnswer? {
        let (profile, uuid) = (profile, question.uuid)
        return try await call(
            model: query.operation.model, business: StatusRequest(uuid: uuid).bytes(query),
            timeoutInSeconds: query.operation.timeoutInSeconds
        ) { message throws(MessageError) in
            let status = try StatusAnswer(message, to: uuid, profile: profile, query: query)
            guard case .known(_, let kept) = status.knowledge else { return nil as PIDAnswer? }
            let answer = try PIDAnswer(parsing: kept, to: question, profile: profile)
            try question.check(answer)
            return answer
        }.answer
    }

    /// What was credited under a payment reference.
    func paymentAdvice(
        uuid: String, providerCode: String, reference: String,
        asking query: NationalProfile.PaymentAdviceQuery
    ) async throws -> PaymentAdvice {
        let profile = profile
        let request = PaymentAdviceRequest(
            uuid: uuid, providerCode: providerCode, reference: reference)
        return try await call(
            model: query.operation.model, business: request.bytes(query),
            timeoutInSeconds: query.operation.timeoutInSeconds
        ) { message throws(MessageError) in
            try PaymentAdvice(message, to: providerCode, profile: profile)
        }.answer
    }
}

extension PIDAnswer {
    fileprivate init(
        _ message: VerifiedMessage, to question: PIDQuestion, profile: NationalProfile
    ) throws(MessageError) {
        let uuid = question.uuid
        self =
            switch question.step {
            case .simulation:
                .simulation(try SimulationAnswer(message, to: uuid, profile: profile))
            case .validation:
                .validation(try ValidationAnswer(message, to: uuid, profile: profile))
            case .contestation:
                .contestation(try ContestationAnswer(message, to: uuid, profile: profile))
            }
    }

    fileprivate init(
        parsing bytes: [UInt8], to question: PIDQuestion, profile: NationalProfile
    ) throws(MessageError) {
        let uuid = question.uuid
        self =
            switch question.step {
            case .simulation:
                .simulation(try SimulationAnswer(parsing: bytes, to: uuid, profile: profile))
            case .validation:
                .validation(try ValidationAnswer(parsing: bytes, to: uuid, profile: profile))
            case .contestation:
                .contestation(try ContestationAnswer(parsing: bytes, to: uuid, profile: profile))
            }
    }
}

extension NationalProfile.ImmediateDirectPayment {
    fileprivate func operation(of step: SimulationStep) -> NationalProfile.Operation {
        switch step {
        case .simulation: simulation
        case .validation: validation
        case .contestation: contestation
        }
    }
}
