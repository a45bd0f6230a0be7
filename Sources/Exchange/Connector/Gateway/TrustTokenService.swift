// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import NationalAPI
import XML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Opens sessions at MySecu's security token service by WS-Trust (mysecu-wire, section 1, step 2).
struct TrustTokenService: SessionTokenService {
    let wire: GatewayWire
    let trust: NationalProfile.WSTrust

    private var service: GatewayService {
        GatewayService(
            wire: wire, title: "MySecu's session service", actor: .mysecu,
            timeoutInSeconds: trust.timeoutInSeconds)
    }

    func open(with proof: ProvenIdentity) async throws -> Session? {
        guard case .assertion(let assertion) = proof, let code = wire.identity.providerCode else {
            throw StageFailure(
                .sessionRefused, "The provider code is not known; give it with --provider.",
                actor: .you, .retry)
        }
        let openedAt = wire.now()
        let request = SessionRequest.issue(appliesTo: wire.exchangeAddress, providerCode: code)
        let answer: SessionAnswer
        do {
            answer = try SessionAnswer(
                try await ask(request, assertion.headerToken, SessionRequest.issueAction), trust)
        } catch let error as MessageError {
            throw service.distrust(error)
        }
        let lifetime = answer.expires.timeIntervalSince(answer.created)
        return Session(
            token: answer.token, openedAt: openedAt,
            lifetimeInSeconds: min(lifetime, Double(trust.maxLifetimeInSeconds)))
    }

    func end(_ session: Session) async throws {
        guard case .binary(let id, _) = session.token.kind else { return }
        let message = try await ask(
            .cancel(tokenID: id), .session(session.token), SessionRequest.cancelAction)
        do {
            try SessionAnswer.requireCancelled(message)
        } catch {
            throw service.distrust(error)
        }
    }

    /// Sends a request and believes only the platform's signature on its answer (GW-05).
    private func ask(
        _ request: SessionRequest, _ token: HeaderToken, _ action: String
    ) async throws -> VerifiedMessage {
        let (_, bytes) = try await service.post(
            wire.addresses.sessions + trust.path, try await message(request, token),
            contentType: "text/xml; charset=utf-8", action: action)
        do {
            let message = try VerifiedMessage(
                parsing: bytes, security: wire.profile.messageSecurity, now: wire.now(),
                memory: wire.identity.memory.certificates)
            guard wire.isTrusted(message.certificate, named: wire.addresses.platform) else {
                throw MessageError.notSigned(what: "the platform's certificate chain")
            }
            return message
        } catch MessageError.fault {
            throw service.refusal("no session was opened for this provider and certificate")
        } catch {
            throw service.distrust(error)
        }
    }

    private func message(_ request: SessionRequest, _ token: HeaderToken) async throws -> [UInt8] {
        do {
            return try await wire.signed(
                request.message(
                    trust, token: token, certificate: wire.identity.certificate, now: wire.now()))
        } catch let error as MessageError {
            throw StageFailure(.internalFault, "\(error)", actor: .connector, .attention)
        }
    }
}
