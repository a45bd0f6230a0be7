// SPDX-License-Identifier: Apache-2.0
import NationalAPI

/// Fetches a SAML assertion over SOAP from the eSanté Agency's identity provider (mysecu-wire,
/// section 1, step 1).
struct SAMLAssertionProvider: AssertionProvider {
    let wire: GatewayWire
    let saml: NationalProfile.SAML

    private var service: GatewayService {
        GatewayService(
            wire: wire, title: "The identity provider", actor: .esante,
            timeoutInSeconds: saml.timeoutInSeconds)
    }

    func prove() async throws -> ProvenIdentity {
        let identity: any ClientIdentity = wire.identity
        let request = AssertionRequest(
            id: wire.makeID(), eHealthID: identity.eHealthID, relyingParty: wire.addresses.exchange
        )
        let (_, answer) = try await service.post(
            wire.addresses.identity + saml.path, try await message(request),
            contentType: "text/xml; charset=utf-8", action: "")
        do {
            let assertion = try VerifiedAssertion(
                parsing: answer, saml, memory: wire.identity.memory.certificates)
            guard wire.isTrusted(assertion.certificate, named: wire.addresses.identityProvider)
            else { throw AssertionError.notSigned(what: "the identity provider's certificate") }
            try assertion.check(
                AssertionExpectation(
                    issuer: saml.issuer, relyingParty: request.relyingParty,
                    holder: identity.certificate, eHealthID: request.eHealthID,
                    requestID: request.id), now: wire.now())
            return .assertion(assertion)
        } catch AssertionError.refused {
            throw service.refusal("the eHealth ID was not authenticated", by: .you)
        } catch AssertionError.fault {
            throw service.refusal("the request was not accepted")
        } catch {
            throw service.distrust(error)
        }
    }

    private func message(_ request: AssertionRequest) async throws -> [UInt8] {
        do {
            return try await wire.signed(
                request.message(saml, certificate: wire.identity.certificate, now: wire.now()))
        } catch let error as MessageError {
            throw StageFailure(.internalFault, "\(error)", actor: .connector, .attention)
        }
    }
}
