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
    /// What has expired did so two hours ago.
    private static let longAgo = 7_200.0

    /// Answers one SOAP message.
    ///
    /// - Returns: HTTP status and message.
    func respond(to message: [UInt8], strike: Strike) async -> (Int, [UInt8]) {
        do {
            let verified = try VerifiedMessage(
                parsing: message, security: saml.messageSecurity, now: clients.now(),
                memory: clients.memory)
            let request = try AssertionRequest(verified, saml)
            return (200, try await answer(request, by: verified.certificate, strike))
        } catch let error as MessageError {
            return (500, Fault(.client, error.description).message)
        } catch {
            return (500, Fault(.server, "The identity provider has a fault.").message)
        }
    }

    private func answer(
        _ request: AssertionRequest, by certificate: Certificate, _ strike: Strike
    ) async throws -> [UInt8] {
        var now = clients.now()
        switch strike.fault {
        case .wrongClock: now += Double(strike.offsetSeconds)
        case .tokenExpired: now -= Self.longAgo
        default: break
        }
        let answer = AssertionAnswer(
            id: "id-\(makeUUID())", inResponseTo: request.id, issuer: saml.issuer, issuedAt: now)
        guard let person = await clients.person(certificate), person == request.eHealthID,
            strike.fault != .refusal
        else { return answer.refusal(AssertionAnswer.authenticationFailed) }
        let assertion = Assertion(
            id: "id-\(makeUUID())", issuer: saml.issuer, subject: "\(certificate.subject)",
            eHealthID: person, recipient: request.relyingParty,
            inResponseTo: request.id, issuedAt: now, validityInSeconds: Self.validityInSeconds)
        let unsigned = assertion.unsigned(saml, certificate: key.certificateChain[0])
        var value = try key.signature(over: unsigned.toBeSigned)
        if strike.fault == .wrongSignature { value[value.count / 2] ^= 1 }
        return answer.message(unsigned.signed(with: value))
    }
}
