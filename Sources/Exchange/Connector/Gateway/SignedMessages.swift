// SPDX-License-Identifier: Apache-2.0
import NationalAPI

/// WS-Security: our signature on every request, the platform's on every answer (GW-05).
struct SignedMessages: MessageSecurity {
    let wire: GatewayWire

    func secured(
        modelUID: String, business: [UInt8], session: Session?
    ) async throws -> SecuredMessage {
        do {
            let unsigned = try ExchangeRequest.message(
                modelUID: modelUID, business: business, session: session?.token,
                profile: wire.profile, certificate: wire.identity.certificate, now: wire.now())
            return SecuredMessage(
                bytes: try await wire.signed(unsigned),
                bearer: session.flatMap { $0.token.kind == .bearer ? $0.token.value : nil })
        } catch let error as MessageError {
            throw StageFailure(.internalFault, "\(error)", actor: .connector, .attention)
        }
    }

    func verified(_ answer: [UInt8]) throws -> VerifiedMessage {
        let message = try VerifiedMessage(
            parsing: answer, security: wire.profile.messageSecurity, now: wire.now(),
            memory: wire.identity.memory.certificates)
        guard wire.isTrusted(message.certificate, named: wire.addresses.platform) else {
            throw MessageError.notSigned(what: "the platform's certificate chain")
        }
        return message
    }
}
