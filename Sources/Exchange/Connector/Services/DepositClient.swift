// SPDX-License-Identifier: Apache-2.0
import NationalAPI

extension ExchangeClient {
    /// Deposits one form.
    func deposit(
        uuid: String, modelUID: String, form: [UInt8]
    ) async throws -> (outcome: DepositOutcome, answer: [UInt8]) {
        let profile = profile
        let (answer, bytes) = try await call(
            model: modelUID, business: form, timeoutInSeconds: profile.exchange.timeoutInSeconds
        ) { message throws(MessageError) in
            try DepositAnswer(message, to: uuid, profile: profile)
        }
        return (answer.outcome(profile), bytes)
    }

    /// What was answered to a deposit whose answer did not come back; `nil` when the platform never
    /// heard of it.
    func depositKnown(
        uuid: String, asking query: NationalProfile.StatusQuery
    ) async throws -> (outcome: DepositOutcome, answer: [UInt8])? {
        let profile = profile
        let (answer, bytes) = try await call(
            model: query.operation.model, business: StatusRequest(uuid: uuid).bytes(query),
            timeoutInSeconds: query.operation.timeoutInSeconds
        ) { message throws(MessageError) in
            let status = try StatusAnswer(message, to: uuid, profile: profile, query: query)
            guard case .known(_, let kept) = status.knowledge else {
                return nil as DepositAnswer?
            }
            return try DepositAnswer(parsing: kept, to: uuid, profile: profile)
        }
        return answer.map { ($0.outcome(profile), bytes) }
    }

    /// Whether the platform knows a UUID at all.
    func isKnown(uuid: String, asking query: NationalProfile.StatusQuery) async throws -> Bool {
        let profile = profile
        return try await call(
            model: query.operation.model, business: StatusRequest(uuid: uuid).bytes(query),
            timeoutInSeconds: query.operation.timeoutInSeconds
        ) { message throws(MessageError) in
            try StatusAnswer(message, to: uuid, profile: profile, query: query).knowledge
                != .unknown
        }.answer
    }
}
