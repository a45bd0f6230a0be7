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
}
