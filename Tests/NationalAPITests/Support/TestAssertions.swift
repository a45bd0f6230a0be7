// SPDX-License-Identifier: Apache-2.0
import Foundation
import NationalAPI
import TestSupport
import Trust

/// An identity provider that signs any assertion, and a practitioner with an RSA key.
struct TestAssertions {
    static let relyingParty = "https://mysecu.test"
    static let eHealthID = "1000234560"
    let messages: TestMessages
    let saml: NationalProfile.SAML
    let trust: NationalProfile.WSTrust
    let holder = TestPKI.shared.rsaSigner

    init() throws {
        messages = try TestMessages()
        guard case .saml(let saml) = messages.profile.assertion,
            case .trust(let trust) = messages.profile.sessionToken
        else { throw CancellationError() }
        (self.saml, self.trust) = (saml, trust)
    }

    /// What a good identity provider says.
    func content() -> Assertion {
        Assertion(
            id: "id-a", issuer: saml.issuer, subject: "\(holder.certificate.subject)",
            eHealthID: Self.eHealthID, recipient: Self.relyingParty, inResponseTo: "id-request",
            issuedAt: TestMessages.now, validityInSeconds: 300)
    }

    /// An answer of the identity provider as it arrives.
    func answer(_ content: Assertion) throws -> String {
        let unsigned = content.unsigned(saml, certificate: holder.certificate)
        let signed = unsigned.signed(with: try holder.key.sign(unsigned.toBeSigned))
        let answer = AssertionAnswer(
            id: "id-r", inResponseTo: content.inResponseTo, issuer: content.issuer,
            issuedAt: content.issuedAt)
        return String(decoding: answer.message(signed), as: UTF8.self)
    }

    func read(_ answer: String) throws(AssertionError) -> VerifiedAssertion {
        try VerifiedAssertion(parsing: Array(answer.utf8), saml)
    }

    func expectation() -> AssertionExpectation {
        AssertionExpectation(
            issuer: saml.issuer, relyingParty: Self.relyingParty, holder: holder.certificate,
            eHealthID: Self.eHealthID, requestID: "id-request")
    }

    func verified(
        _ unsigned: UnsignedMessage, _ security: NationalProfile.MessageSecurity
    ) throws -> VerifiedMessage {
        try VerifiedMessage(
            parsing: signed(unsigned), security: security, now: TestMessages.now)
    }

    func signed(_ unsigned: UnsignedMessage) throws -> [UInt8] {
        unsigned.signed(with: try holder.key.sign(unsigned.toBeSigned))
    }
}
