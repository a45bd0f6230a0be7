// SPDX-License-Identifier: Apache-2.0
import Coverage
import NationalAPI
import XML

extension Insurer {
    /// Answers any message of the exchange that is the insurer's; `nil` for other models.
    ///
    /// - Throws: The message cannot be understood.
    nonisolated package func answer(_ request: InsurerRequest) async throws -> InsurerReply? {
        switch request.model {
        case profile.pid.simulation.model: try await simulate(request)
        case profile.pid.validation.model: try await validate(request)
        case profile.pid.contestation.model: try await contest(request)
        case profile.paymentAdvice?.operation.model: try await advise(request)
        default: nil
        }
    }

    /// The payment advice of the provider who asks.
    private nonisolated func advise(_ request: InsurerRequest) async throws -> InsurerReply {
        guard let query = profile.paymentAdvice else { return .unavailable }
        let asked = try PaymentAdviceRequest(parsing: request.business, query)
        let provider = register.provider(code: asked.providerCode)
        let isDelegate = mandates.allow(
            request.eHealthID, for: asked.providerCode, scope: Mandate.directPayment,
            on: CalendarDate(inLuxembourg: request.now))
        guard provider?.eHealthID == request.eHealthID || isDelegate else {
            throw MessageError.structure(what: "provider code of the message's signer")
        }
        let advice = await advice(
            to: asked.providerCode, reference: asked.reference,
            id: asked.uuid.replacing("-", with: ""), now: request.now)
        return InsurerReply(answer: advice.element)
    }
}
