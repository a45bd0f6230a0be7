// SPDX-License-Identifier: Apache-2.0
package import Keys
package import NationalAPI
import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The eSanté Agency's identity provider, SAML side: says of a practitioner who signed a request
/// with his certificate who he is (mysecu-wire, section 1, step 1).
package struct IdentityProvider: Sendable {
    private let saml: NationalProfile.SAML
    private let key: SoftwareKey
    private let clients: ClientCheck
    private let makeUUID: @Sendable () -> String

    /// - Parameter key: RSA, with the chain of the provider's certificate.
    package init(
        saml: NationalProfile.SAML, key: SoftwareKey, clients: ClientCheck,
        makeUUID: @escaping @Sendable () -> String
    ) {
        (self.saml, self.key) = (saml, key)
        (self.clients, self.makeUUID) = (clients, makeUUID)
    }

    private static let validityInSeconds = 300.0
    /// How far off a wrong clock is.
    private static let wrongClock = 7_200.0

    /// Answers one SOAP message.
    ///
    /// - Returns: HTTP status and message.
    func respond(to message: [UInt8], fault: ServiceFault) async -> (Int, [UInt8]) {
        do {
            let verified = try VerifiedMessage(
                parsing: message, security: saml.messageSecurity, now: clients.now(),
                memory: clients.memory)
            let request = try AssertionRequest(verified, saml)
            return (200, try await answer(request, by: verified.certificate, fault))
        } catch let error as MessageError {
            return (500, Fault(.client, error.description).message)
        } catch {
            return (500, Fault(.server, "The identity provider has a fault.").message)
        }
    }

    private func answer(
        _ request: AssertionRequest, by certificate: Certificate, _ fault: ServiceFault
    ) async throws -> [UInt8] {
        var now = clients.now()
        switch fault {
        case .wrongClock: now += Self.wrongClock
        case .tokenExpired: now -= Self.wrongClock
        default: break
        }
        let answer = AssertionAnswer(
            id: "id-\(makeUUID())", inResponseTo: request.id, issuer: saml.issuer, issuedAt: now)
        guard let eHealthID = await clients.eHealthID(of: certificate),
            eHealthID == request.eHealthID
        else { return answer.refusal(AssertionAnswer.authenticationFailed) }
        let assertion = Assertion(
            id: "id-\(makeUUID())", issuer: saml.issuer, subject: "\(certificate.subject)",
            eHealthID: eHealthID, recipient: request.relyingParty,
            inResponseTo: request.id, issuedAt: now, validityInSeconds: Self.validityInSeconds)
        let unsigned = assertion.unsigned(saml, certificate: key.certificateChain[0])
        var value = try key.signature(over: unsigned.toBeSigned)
        if fault == .wrongSignature { value[value.count / 2] ^= 1 }
        return answer.message(unsigned.signed(with: value))
    }
}
