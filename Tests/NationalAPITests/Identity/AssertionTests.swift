// SPDX-License-Identifier: Apache-2.0
import Foundation
import NationalAPI
import TestSupport
import Testing
import Trust

@Suite("SAML assertion: signed whole, read from what was signed (GW-01, XM-03)")
struct AssertionTests {
    private let world: TestAssertions

    init() throws { world = try TestAssertions() }

    @Test("a good assertion is read as it was made and holds for its request")
    func good() throws {
        let assertion = try world.read(world.answer(world.content()))
        #expect(assertion.content == world.content())
        #expect(assertion.certificate == world.holder.certificate)
        try assertion.check(world.expectation(), now: TestMessages.now)
    }

    @Test("a request comes back as it was made, over the three parts that are published")
    func request() throws {
        let request = AssertionRequest(
            id: "id-1", eHealthID: TestAssertions.eHealthID,
            relyingParty: TestAssertions.relyingParty)
        let unsigned = try request.message(
            world.saml, certificate: world.holder.certificate, now: TestMessages.now)
        let verified = try world.verified(unsigned, world.saml.messageSecurity)
        #expect(try AssertionRequest(verified, world.saml) == request)
        let text = String(decoding: unsigned.toBeSigned, as: UTF8.self)
        #expect(text.components(separatedBy: "<ds:Reference ").count == 4)
        #expect(text.components(separatedBy: "PrefixList=\"soap wsse\"").count == 4)
    }

    @Test(
        "an assertion that is not ours, or not of now, is refused",
        arguments: [
            Change(.foreign(what: "Issuer")) { $0.issuer = "urn:other" },
            Change(.foreign(what: "Subject")) { $0.subject = "CN=Somebody Else" },
            Change(.foreign(what: "eHealth ID")) { $0.eHealthID = "1" },
            Change(.foreign(what: "InResponseTo")) { $0.inResponseTo = "id-other" },
            Change(.foreign(what: "Recipient")) { $0.recipient = "https://other.test" },
            Change(.foreign(what: "Audience")) { $0.audience = "https://mysecu.test/" },
            Change(.notYetValid) { $0.notBefore += 301 },
            Change(.expired) { $0.notOnOrAfter -= 601 },
            Change(.expired) { $0.confirmedUntil -= 601 },
        ])
    func foreign(_ change: Change) throws {
        var content = world.content()
        change.apply(&content)
        let assertion = try world.read(world.answer(content))
        #expect(throws: change.error) {
            try assertion.check(world.expectation(), now: TestMessages.now)
        }
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let error: AssertionError
        let apply: @Sendable (inout Assertion) -> Void
        var testDescription: String { error.description }

        init(_ error: AssertionError, _ apply: @escaping @Sendable (inout Assertion) -> Void) {
            (self.error, self.apply) = (error, apply)
        }
    }

    @Test("a changed value or signature is found", arguments: ["1000234560", "Recipient=\"h"])
    func changed(_ text: String) throws {
        let original = try world.answer(world.content())
        let forged = original.replacing(text, with: text.replacing("h", with: "H") + "1")
        try #require(forged != original)
        #expect(throws: AssertionError.signatureInvalid) { try world.read(forged) }
    }

    @Test("an assertion without its signature is refused (X-05)")
    func stripped() throws {
        let parts = try XSW(world.answer(world.content()))
        #expect(throws: AssertionError.notSigned(what: "a signature of its own")) {
            try world.read(parts.response(parts.bare))
        }
    }

    @Test("a comment inside an identifier never shortens it (X-06)")
    func comment() throws {
        let original = try world.answer(world.content())
        let forged = original.replacing(">1000234560<", with: ">1000<!-- x -->234560<")
        try #require(forged != original)
        #expect(try world.read(forged).content.eHealthID == "1000234560")
    }

    @Test("another method than the profile's is refused (XM-05)")
    func method() throws {
        let forged = try world.answer(world.content()).replacing(
            "xmldsig-more#rsa-sha256", with: "xmldsig-more#rsa-sha512")
        let error = AssertionError.signatureUnsupported("another method than the profile's")
        #expect(throws: error) { try world.read(forged) }
    }

    @Test("a refusal of the identity provider is one, and gives no assertion")
    func refused() throws {
        let answer = AssertionAnswer(
            id: "id-r", inResponseTo: "id-request", issuer: world.saml.issuer,
            issuedAt: TestMessages.now)
        let status = AssertionAnswer.authenticationFailed
        let text = String(decoding: answer.refusal(status), as: UTF8.self)
        #expect(throws: AssertionError.refused(status: status)) { try world.read(text) }
    }
}

@Suite("SAML assertion: signature wrapping (X-03)")
struct WrappingTests {
    private let world: TestAssertions

    init() throws { world = try TestAssertions() }

    @Test("no shape of wrapping is taken for a signed assertion", arguments: XSW.Shape.allCases)
    func wrapped(_ shape: XSW.Shape) throws {
        let parts = try XSW(world.answer(world.content()))
        #expect(throws: shape.error) { try world.read(parts.forged(shape)) }
    }
}

/// A good answer taken apart, and put together again with somebody else in it.
struct XSW {
    enum Shape: Int, CaseIterable, Sendable {
        /// A forged Response before the signed one.
        case responseBefore = 1
        /// The signature beside the assertion it signs.
        case signatureDetached
        case assertionBefore
        /// The signed assertion inside a forged one.
        case assertionAround
        /// The forged assertion has the signature, the original follows.
        case signatureMoved
        /// The original hides in the signature's Object.
        case objectOfSignature
        /// The forged one stands where anything may, under the same identifier.
        case extensions
        /// The same identifier twice, the original inside the signature.
        case sameIdentifier
        /// The signed one hides in the status.
        case statusDetail

        var error: AssertionError {
            switch self {
            case .responseBefore: .structure(what: "single element in Body")
            case .signatureDetached, .assertionBefore, .signatureMoved:
                .structure(what: "Assertion")
            case .assertionAround, .objectOfSignature, .extensions, .sameIdentifier,
                .statusDetail:
                .structure(what: "single Assertion")
            }
        }
    }

    let bare: String
    private let head: String
    private let signature: String
    private let signed: String
    var whole: String { signed }
    private let tail: String

    init(_ answer: String) throws {
        func piece(_ name: String, in text: String) throws -> Range<String.Index> {
            guard let start = text.firstRange(of: "<\(name) "),
                let end = text[start.upperBound...].firstRange(of: "</\(name)>")
            else { throw CancellationError() }
            return start.lowerBound..<end.upperBound
        }
        let assertion = try piece("saml:Assertion", in: answer)
        signed = String(answer[assertion])
        head = String(answer[..<assertion.lowerBound])
        tail = String(answer[assertion.upperBound...])
        let place = try piece("ds:Signature", in: signed)
        signature = String(signed[place])
        bare = signed.replacing(signature, with: "")
    }

    func response(_ content: String) -> String { head + content + tail }

    private func evil(id: String = "id-evil", with content: String = "") -> String {
        bare.replacing("ID=\"id-a\"", with: "ID=\"\(id)\"")
            .replacing("1000234560", with: "1000999999")
            .replacing("</saml:Issuer>", with: "</saml:Issuer>\(content)")
    }

    private func signature(holding content: String) -> String {
        signature.replacing(
            "</ds:Signature>", with: "<ds:Object>\(content)</ds:Object></ds:Signature>")
    }

    func forged(_ shape: Shape) -> String {
        switch shape {
        case .responseBefore:
            let start = head.firstRange(of: "<samlp:Response")?.lowerBound ?? head.startIndex
            let forged = head[start...] + evil() + "</samlp:Response>"
            return head[..<start] + forged.replacing("ID=\"id-r\"", with: "ID=\"id-s\"")
                + head[start...] + signed + tail
        case .signatureDetached: return response(bare + signature + evil())
        case .assertionBefore: return response(evil() + signed)
        case .assertionAround: return response(evil(with: signed))
        case .signatureMoved: return response(evil(with: signature) + bare)
        case .objectOfSignature: return response(evil(with: signature(holding: bare)))
        case .extensions:
            return response(
                "<samlp:Extensions>\(evil(id: "id-a"))</samlp:Extensions>\(signed)")
        case .sameIdentifier:
            return response(evil(id: "id-a", with: signature(holding: bare)))
        case .statusDetail:
            return response(evil()).replacing(
                "</samlp:Status>",
                with: "<samlp:StatusDetail>\(signed)</samlp:StatusDetail></samlp:Status>")
        }
    }
}
