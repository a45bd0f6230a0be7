// SPDX-License-Identifier: Apache-2.0
import Foundation
import NationalAPI
import TestSupport
import Testing
import Trust

@Suite("WS-Trust: sessions asked for, given and ended (GW-01, GW-05)")
struct SessionMessageTests {
    private let world: TestAssertions
    private let token = SessionToken(
        .binary(id: "id-session", valueType: "http://ws.mySecu.lu/trust/token/bst"),
        value: "b3BhcXVl")

    init() throws { world = try TestAssertions() }

    private func issue(_ content: Assertion? = nil) throws -> UnsignedMessage {
        let assertion = try world.read(world.answer(content ?? world.content()))
        let request = SessionRequest.issue(
            appliesTo: "https://mysecu.test/exchange", providerCode: "90000135")
        return try request.message(
            world.trust, token: assertion.headerToken, certificate: world.holder.certificate,
            now: TestMessages.now)
    }

    @Test("a request carries the assertion, whose own signature still holds")
    func issued() throws {
        let verified = try world.verified(issue(), world.trust.messageSecurity)
        #expect(
            try SessionRequest(verified, world.trust)
                == .issue(appliesTo: "https://mysecu.test/exchange", providerCode: "90000135"))
        let carried = try VerifiedAssertion(#require(verified.token), world.saml)
        #expect(carried.content == world.content())
    }

    @Test("another assertion in the place of the signed one is found")
    func swapped() throws {
        var other = world.content()
        other.eHealthID = "1000999999"
        let message = String(decoding: try world.signed(issue()), as: UTF8.self)
        let theirs = try XSW(String(decoding: world.signed(issue(other)), as: UTF8.self))
        let forged = message.replacing(try XSW(message).whole, with: theirs.whole)
        try #require(forged != message)
        #expect(throws: MessageError.signatureInvalid) {
            try VerifiedMessage(
                parsing: Array(forged.utf8), security: world.trust.messageSecurity,
                now: TestMessages.now)
        }
    }

    @Test("an answer comes back as it was made; other tokens are none")
    func answer() throws {
        let answer = SessionAnswer(
            token: token, created: TestMessages.now, expires: TestMessages.now + 3600)
        let verified = try world.verified(
            answer.message(
                world.trust, profile: world.messages.profile,
                certificate: world.holder.certificate, now: TestMessages.now),
            world.messages.profile.messageSecurity)
        #expect(try SessionAnswer(verified, world.trust) == answer)
        var trust = world.trust
        trust.tokenType = "urn:other"
        #expect(throws: MessageError.structure(what: "TokenType of the profile")) {
            try SessionAnswer(verified, trust)
        }
    }

    @Test("a cancellation names the token it carries, and only its own answer settles it")
    func cancelled() throws {
        let request = SessionRequest.cancel(tokenID: "id-session")
        let verified = try world.verified(
            request.message(
                world.trust, token: .session(token), certificate: world.holder.certificate,
                now: TestMessages.now), world.trust.messageSecurity)
        #expect(try SessionRequest(verified, world.trust) == request)
        #expect(verified.sessionToken == token)
        #expect(throws: MessageError.structure(what: "RequestSecurityTokenResponse")) {
            try SessionAnswer.requireCancelled(verified)
        }
        let answer = try world.verified(
            SessionAnswer.cancelled(
                profile: world.messages.profile, certificate: world.holder.certificate,
                now: TestMessages.now), world.messages.profile.messageSecurity)
        try SessionAnswer.requireCancelled(answer)
    }

    private func exchange(_ session: SessionToken?) throws -> [UInt8] {
        try world.signed(
            ExchangeRequest.message(
                modelUID: "MODEL-1", business: Array("<a/>".utf8), session: session,
                profile: world.messages.profile, certificate: world.holder.certificate,
                now: TestMessages.now))
    }

    private func read(_ text: String) throws -> VerifiedMessage {
        try VerifiedMessage(
            parsing: Array(text.utf8), security: world.messages.profile.messageSecurity,
            now: TestMessages.now)
    }

    @Test("the exchange carries the token under its signature; a bearer token stays outside")
    func carried() throws {
        let message = String(decoding: try exchange(token), as: UTF8.self)
        #expect(try read(message).sessionToken == token)
        #expect(throws: MessageError.signatureInvalid) {
            try read(message.replacing("b3BhcXVl", with: "b3BhcXVm"))
        }
        let bearer = SessionToken(.bearer, value: "secret")
        let plain = String(decoding: try exchange(bearer), as: UTF8.self)
        #expect(try read(plain).sessionToken == nil && !plain.contains("secret"))
    }

    @Test("a token put into a message that was signed without one is not taken")
    func planted() throws {
        let plain = String(decoding: try exchange(nil), as: UTF8.self)
        let planted = plain.replacing(
            "</wsse:Security>",
            with: "<wsse:BinarySecurityToken ValueType=\"t\" wsu:Id=\"id-session\" "
                + "xmlns:wsu=\"http://docs.oasis-open.org/wss/2004/01/"
                + "oasis-200401-wss-wssecurity-utility-1.0.xsd\">x</wsse:BinarySecurityToken>"
                + "</wsse:Security>")
        try #require(planted != plain)
        #expect(throws: MessageError.notSigned(what: "another part")) { try read(planted) }
    }

    @Test("only faults about the session ask for another one (GW-03)")
    func faults() {
        #expect(Fault.refusesSession("wsse:InvalidSecurityToken"))
        #expect(Fault.refusesSession("x:SecurityTokenUnavailable"))
        #expect(!Fault.refusesSession("soap:Client") && !Fault.refusesSession("soap:Server"))
        let text = String(
            decoding: Fault(.invalidSecurityToken, "no").message, as: UTF8.self)
        #expect(text.contains("<faultcode xmlns:wsse=") && text.contains(">wsse:InvalidSecurityT"))
    }

    @Test("a token has no textual form (DP-04)")
    func redacted() {
        let texts = ["\(token)", String(reflecting: token), String(describing: [token])]
        #expect(texts.allSatisfy { !$0.contains("b3BhcXVl") })
        var dumped = ""
        dump(token, to: &dumped)
        #expect(!dumped.contains("b3BhcXVl"))
    }
}
