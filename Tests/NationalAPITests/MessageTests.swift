// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import NationalAPI
import Testing
import TestSupport
import Trust
import XML

private let now = TestPKI.clock

@Suite("Messages of the exchange: signed whole, believed only as signed (GW-05)")
struct MessageTests {
    private let profile: NationalProfile
    private let security: NationalProfile.MessageSecurity

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let file = try Data(
            contentsOf: URL(fileURLWithPath: "\(root)/Data/profiles/lu-mysecu-2023.json"))
        profile = try NationalProfile(JSONReader(JSONDocument(parsing: [UInt8](file)).root))
        security = profile.messageSecurity
    }

    private func message(_ form: String = "<a xmlns='urn:a'><b xmlns=''>1</b></a>") throws
        -> [UInt8]
    {
        let signer = TestPKI.shared.rsaSigner
        let unsigned = try ExchangeRequest.message(
            modelUID: "MODEL-1", business: Array(form.utf8), profile: profile,
            certificate: signer.certificate, now: now)
        return try unsigned.signed(
            with: signer.key.sign(unsigned.toBeSigned))
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("a request comes back as it was made, its form a document of its own")
    func roundTrip() throws {
        let verified = try VerifiedMessage(parsing: message(), security: security, now: now)
        let request = try ExchangeRequest(verified, profile: profile)
        #expect(request.modelUID == "MODEL-1")
        #expect(
            text(try request.business.canonical())
                == "<a xmlns=\"urn:a\"><b xmlns=\"\">1</b></a>")
    }

    @Test(
        "a changed body, time or key reference is found",
        arguments: [
            ("<b xmlns=\"\">1", "<b xmlns=\"\">2"), ("MODEL-1", "MODEL-2"),
            ("Created>2", "Created>1"),
            ("URI=\"#id-token\"", "URI=\"#id-token\" x=\"\""),
        ])
    func changed(_ old: String, _ new: String) throws {
        let original = text(try message())
        let forged = original.replacing(old, with: new)
        try #require(forged != original)
        #expect(throws: MessageError.signatureInvalid) {
            try VerifiedMessage(parsing: Array(forged.utf8), security: security, now: now)
        }
    }

    @Test("a signed Body moved aside for another is not taken for the message")
    func wrapped() throws {
        let original = text(try message())
        let start = try #require(original.firstRange(of: "<soap:Body"))
        let end = try #require(original.firstRange(of: "</soap:Body>"))
        let body = String(original[start.lowerBound..<end.upperBound])
        let other = body.replacing("wsu:Id=\"id-body\"", with: "wsu:Id=\"id-other\"")
            .replacing(">1<", with: ">9<")
        let forged = original.replacing(body, with: other).replacing(
            "</soap:Header>", with: "<x>\(body)</x></soap:Header>")
        #expect(throws: MessageError.notSigned(what: "Body")) {
            try VerifiedMessage(parsing: Array(forged.utf8), security: security, now: now)
        }
    }

    @Test("an answer with a character that XML does not have is not built")
    func characters() throws {
        func build(_ uuid: String) throws(MessageError) {
            _ = try DepositAnswer(uuid: uuid, nationalUUID: nil, anomalies: []).message(
                profile: profile, certificate: TestPKI.shared.rsaSigner.certificate, now: now)
        }
        for uuid in ["a\u{1}b", "a\u{FFFE}b", "a\u{FFFF}"] {
            let error = MessageError.cannotBeBuilt(reason: "a character that XML does not allow")
            #expect(throws: error) { try build(uuid) }
        }
        try build("a\tb\r\n\u{FFFD}é\u{10FFFF}")
    }

    @Test("a remembered certificate makes no forged message true")
    func memory() throws {
        let memory = VerificationMemory()
        func read(_ text: String) throws -> VerifiedMessage {
            try VerifiedMessage(
                parsing: Array(text.utf8), security: security, now: now, memory: memory)
        }
        let original = text(try message())
        let first = try read(original)
        #expect(try read(original).certificate.der == first.certificate.der)
        #expect(throws: MessageError.signatureInvalid) {
            try read(original.replacing("MODEL-1", with: "MODEL-2"))
        }
    }

    @Test("a message outside its time is refused", arguments: [-700.0, 700])
    func expired(_ offset: Double) throws {
        let bytes = try message()
        #expect(throws: MessageError.expired) {
            try VerifiedMessage(
                parsing: bytes, security: security, now: now.addingTimeInterval(offset))
        }
    }

    @Test("an answer to another deposit is foreign; a fault and an unknown level are never good")
    func answers() throws {
        let signer = TestPKI.shared.rsaSigner
        func verified(_ answer: DepositAnswer) throws -> VerifiedMessage {
            let unsigned = try answer.message(
                profile: profile, certificate: signer.certificate, now: now)
            let bytes = try unsigned.signed(with: signer.key.sign(unsigned.toBeSigned))
            return try VerifiedMessage(parsing: bytes, security: security, now: now)
        }
        let receipt = try verified(DepositAnswer(uuid: "u", nationalUUID: "n", anomalies: []))
        #expect(throws: MessageError.foreignAnswer) {
            try DepositAnswer(receipt, to: "v", profile: profile)
        }
        let read = try DepositAnswer(receipt, to: "u", profile: profile)
        #expect(
            read.outcome(profile)
                == .receipt(Receipt(uuid: "u", nationalUUID: "n", anomalies: [])))
        let refusal = NationalAnomaly(level: .error, code: "OEC-XML-001", text: "t")
        let refused = try verified(
            DepositAnswer(uuid: "u", nationalUUID: nil, anomalies: [refusal]))
        #expect(
            try DepositAnswer(refused, to: "u", profile: profile).outcome(profile)
                == .anomalies([refusal]))
        #expect(throws: MessageError.fault(code: "soap:Client", text: "no")) {
            try VerifiedMessage(parsing: Fault(.client, "no").message, security: security, now: now)
        }
    }
}
