// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keys
import Testing
import Trust

@testable import Sandbox

@Suite("Sandbox PKI over time")
struct PKIServiceTests {
    private let folder =
        FileManager.default.temporaryDirectory.path + "/service-" + UUID().uuidString

    private func service(_ directory: String?) throws -> PKIService {
        try PKIService(
            directory: directory, addresses: addresses, now: { clock },
            generator: SeededGenerator(state: 5))
    }

    @Test("a restart goes on with the same keys, certificates and revocations")
    func restart() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = try service(folder)
        let key = try SoftwareKey(generating: .rsa3072)
        let chain = try await first.enrol(
            key.certificationRequest(subject: doctor.name).der, profile: .signature, subject: doctor
        )
        let server = try await first.makeParty(named: "localhost", profile: .localServer)
        try await first.revoke(chain[0].serialNumber, reason: .superseded)
        let second = try service(folder)
        let (before, after) = (await first.authority, await second.authority)
        #expect(before.root.certificate == after.root.certificate)
        #expect(after.issued[server.certificate.serialNumber]?.profile == "tls-server")
        let list = try RevocationList(der: await second.issuingList())
        #expect(list.entries.keys.map(\.self) == [chain[0].serialNumber])
    }

    @Test("services answer bytes with bytes")
    func bytes() async throws {
        let service = try service(nil)
        let authority = await service.authority
        let digest = DigestAlgorithm.sha256.digest([1])
        let request = TimestampRequest(imprint: digest, nonce: Nonce(random: [1, 2, 3]))
        let token = try TimestampResponse(der: await service.timestamp(request.der)).token()
        try token.checkBinding(to: request)
        let certificate = authority.timeStampingUnit.certificate
        let identifier = CertificateID(of: certificate, issuer: authority.issuing.certificate)
        let response = try OCSPResponse(
            der: await service.ocsp(OCSPRequest([identifier], nonce: nil).der))
        #expect(response.answers[0].thisUpdate >= token.genTime)
        #expect(try RevocationList(der: await service.rootList()).entries.isEmpty)
    }
}
