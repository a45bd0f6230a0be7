// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import JSON
import Keys
import Testing
import Trust

@testable import Sandbox

@Suite("Signing and stamping for software that deposits by its own means (DSR 3.5)")
struct SigningServiceTests {
    private let world: ExchangeWorld
    private let value = Array("<ds:SignedInfo/>".utf8)

    init() async throws { world = try await ExchangeWorld() }

    private func sign(
        provider: String = "90000135", uuid: String = InsurerWorld.uuid(), values: [[UInt8]]
    ) async throws -> (status: Int, answer: JSONValue) {
        let digest = DigestAlgorithm.sha256.digest([1]).bytes
        func base64(_ bytes: [UInt8]) -> JSONValue { .string(Data(bytes).base64EncodedString()) }
        let request: JSONValue = [
            "uuid": .string(uuid), "provider": .string(provider),
            "values": .array(values.map(base64)), "digests": .array([base64(digest)]),
        ]
        let (response, body) = await world.front.answerExchange(
            HTTPRequest(method: .post, scheme: "https", authority: "test", path: "/sign"),
            request.serialized(), client: world.authentication.certificateChain[0].der)
        let answer = try? JSONDocument(parsing: body).root
        return (response.status.code, answer ?? nil)
    }

    private func bytes(_ value: JSONValue?) -> [UInt8] {
        [UInt8](Data(base64Encoded: value?.string ?? "") ?? Data())
    }

    @Test("values verify with the provider's certificate, stamps bind to their digests")
    func signed() async throws {
        let (status, answer) = try await sign(values: [value])
        #expect(status == 200)
        let certificate = try Certificate(der: bytes(answer["certificates"]?[0]))
        #expect(certificate.subject[.serialNumber] == InsurerWorld.practitioner.eHealthID)
        #expect(certificate.extensions.keyUsage == .contentCommitment)
        let signature = bytes(answer["signatures"]?[0])
        #expect(
            certificate.publicKey.verify(
                signature: signature, over: value, algorithm: .ecdsa(.sha256))
                == .valid)
        let token = try TimestampToken(der: bytes(answer["timestamps"]?[0]))
        #expect(token.info.imprint.digest == DigestAlgorithm.sha256.digest([1]))
    }

    @Test("the same request gets the same answer; its UUID belongs to it")
    func repeated() async throws {
        let uuid = InsurerWorld.uuid()
        let first = try await sign(uuid: uuid, values: [value])
        #expect(try await sign(uuid: uuid, values: [value]).answer == first.answer)
        #expect(try await sign(uuid: uuid, values: [[1]]).status == 422)
    }

    @Test("nobody has another provider's key sign")
    func foreign() async throws {
        #expect(try await sign(provider: "91234560", values: [value]).status == 403)
        #expect(try await sign(provider: "00000000", values: [value]).status == 403)
    }

    @Test(
        "a request that cannot be read is refused",
        arguments: [[], [UInt8](repeating: 0, count: 70_000)])
    func unreadable(_ value: [UInt8]) async throws {
        #expect(try await sign(values: [value]).status == 400)
    }

    @Test("its faults", arguments: [("refusal", 403), ("unavailable", 503), ("cut-after", 444)])
    func faults(_ fault: String, _ status: Int) async throws {
        #expect(
            await world.setFault(["service": "signing", "fault": .string(fault)]) == 200)
        #expect(try await sign(values: [value]).status == status)
    }
}
