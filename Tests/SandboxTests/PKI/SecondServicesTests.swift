// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import JSON
import Keys
import Testing
import Trust
import Validation

@testable import Sandbox

@Suite("Sandbox PKI: the second time-stamp authority and the second responder")
struct SecondServicesTests {
    private let world: ExchangeWorld
    private let request = TimestampRequest(
        imprint: DigestAlgorithm.sha256.digest([7]), nonce: Nonce(random: [1, 2, 3]))

    init() async throws { world = try await ExchangeWorld() }

    private func post(_ path: String, _ body: [UInt8]) async -> (HTTPResponse, [UInt8]) {
        await world.front.answerPKI(
            HTTPRequest(method: .post, scheme: "http", authority: "test", path: path), body)
    }

    private func token(_ path: String) async throws -> TimestampToken {
        try TimestampResponse(der: await post(path, request.der).1).token()
    }

    private func ocsp(_ path: String) async throws -> OCSPResponse {
        let authority = await world.pki.authority
        let identifier = CertificateID(
            of: world.authentication.certificateChain[0], issuer: authority.issuing.certificate)
        return try OCSPResponse(
            der: await post(path, OCSPRequest([identifier], nonce: nil).der).1)
    }

    @Test("each has a key and a certificate of its own")
    func units() async throws {
        let authority = await world.pki.authority
        for (path, unit) in zip(["/tsa", "/tsa2"], authority.timeStampingUnits) {
            let token = try await token(path)
            try token.checkBinding(to: request)
            #expect(token.info.authority == .directory(unit.certificate.subject))
        }
        for (path, responder) in zip(["/ocsp", "/ocsp2"], authority.responders) {
            let response = try await ocsp(path)
            #expect(response.responder == .byKey(responder.certificate.publicKey.keyIdentifier))
        }
        let keys = (authority.timeStampingUnits + authority.responders).map(\.key.publicKey)
        #expect(keys.count == 4 && Set(keys.map(\.keyIdentifier)).count == 4)
    }

    @Test("certificates name both responders, the list names both units")
    func published() async throws {
        let certificate = world.authentication.certificateChain[0]
        #expect(
            certificate.extensions.ocspURLs
                == ["http://pki.test:1/ocsp", "http://pki.test:1/ocsp2"])
        await world.pki.setTimestampService(isGranted: false)
        let list = try await world.pki.trustedLists().lists[0]
        #expect(
            list.services.map(\.periods[0].status) == [
                TrustedListName.granted, TrustedListName.withdrawn, TrustedListName.granted,
            ])
    }

    @Test(
        "one fails without the other",
        arguments: [("tsa", "/tsa", "/tsa2"), ("ocsp2", "/ocsp2", "/ocsp")])
    func apart(_ service: String, _ failing: String, _ working: String) async throws {
        let rule: JSONValue = ["service": .string(service), "fault": "unavailable"]
        #expect(await world.setFault(rule) == 200)
        #expect(await post(failing, request.der).0.status == .serviceUnavailable)
        #expect(await post(working, request.der).0.status == .ok)
    }

    @Test("a stamp by a wrong clock, or with a wrong signature (AS-04)")
    func wrongStamps() async throws {
        let rules: JSONValue = [
            ["service": "tsa", "fault": "wrong-clock", "offsetSeconds": 1_200],
            ["service": "tsa2", "fault": "wrong-signature"],
        ]
        #expect(await world.setFault(rules) == 200)
        #expect(try await token("/tsa").genTime == InsurerWorld.now.addingTimeInterval(1_200))
        let forged = try await token("/tsa2")
        try forged.checkBinding(to: request)
        let unit = await world.pki.authority.timeStampingUnits[1].certificate
        let content = try #require(forged.signedData.content)
        #expect(
            forged.signer.check(content: content, contentType: .tstInfo, by: unit.publicKey)
                == .invalidSignature)
    }

    @Test("refusals in their own words")
    func refusals() async throws {
        let rules: JSONValue = [
            ["service": "tsa2", "fault": "business-error"],
            ["service": "ocsp", "fault": "refusal"],
        ]
        #expect(await world.setFault(rules) == 200)
        await #expect(throws: TimestampError.self) { try await token("/tsa2") }
        await #expect(throws: OCSPError.self) { try await ocsp("/ocsp") }
    }

    @Test("a PKI of one authority of a kind gets its second when it is opened")
    func older() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/older-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func open() throws -> PKIService {
            try PKIService(
                directory: folder, addresses: addresses, now: { clock },
                generator: SystemRandomNumberGenerator())
        }
        let first = await (try open()).authority
        for name in ["tsa2", "ocsp2"] {
            for kind in ["key", "pem"] {
                try FileManager.default.removeItem(atPath: "\(folder)/\(name).\(kind)")
            }
        }
        let (second, third) = (await (try open()).authority, await (try open()).authority)
        #expect(second.timeStampingUnit.certificate == first.timeStampingUnit.certificate)
        #expect(second.timeStampingUnits[1].certificate != first.timeStampingUnits[1].certificate)
        #expect(
            third.timeStampingUnits.map(\.certificate)
                == second.timeStampingUnits.map(\.certificate))
    }
}
