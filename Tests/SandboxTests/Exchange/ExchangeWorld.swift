// SPDX-License-Identifier: Apache-2.0
import FormPacks
import Foundation
import HTTPTypes
import JSON
import Keys
import NationalAPI
import Synchronization
import Trust
import XML

@testable import Sandbox

/// The exchange and its admin without sockets, and the practitioner who talks to it.
struct ExchangeWorld {
    let insurer: InsurerWorld
    let front: SandboxFront
    let pauses = Pauses()
    private let authentication: SoftwareKey

    /// How long the sandbox wanted to wait.
    final class Pauses: Sendable {
        private let waited = Mutex<[Duration]>([])
        var all: [Duration] { waited.withLock { $0.filter { $0 > .zero } } }
        func add(_ duration: Duration) { waited.withLock { $0.append(duration) } }
    }

    /// - Parameter ledger: What was deposited before.
    init(ledger: Ledger = Ledger()) async throws {
        let insurer = try InsurerWorld()
        let now = { @Sendable in InsurerWorld.now }
        let pki = try PKIService(
            directory: nil, addresses: PKIAddresses(base: "http://pki.test:1"), now: now,
            generator: SystemRandomNumberGenerator())
        authentication = try await Self.practitioner(pki, insurer.register)
        var platform = try SoftwareKey(generating: .rsa3072)
        platform.certificateChain = try await pki.certify(
            platform.publicKey, named: "Platform of tests", profile: .platform)
        let (platformKey, pauses) = (platform, pauses)
        let faults = FaultSwitches()
        let exchange = ExchangeService(
            packs: insurer.insurer.packs, register: insurer.register, profile: insurer.profile,
            platform: PlatformIdentity(certificate: platform.certificateChain[0]) {
                try platformKey.signature(over: $0)
            },
            trust: TrustPolicy(anchors: await pki.authority.anchors),
            intermediates: [await pki.authority.issuing.certificate], ledger: ledger, now: now,
            makeUUID: { UUID().uuidString.lowercased() }, isRevoked: { _ in false },
            persist: { _ in }, insurer: insurer.insurer, faults: faults,
            pause: { pauses.add($0) })
        front = SandboxFront(
            pki: pki, exchange: exchange, register: insurer.register, faults: faults,
            clock: SandboxClock(now), pause: { pauses.add($0) })
        self.insurer = insurer
    }

    private static func practitioner(
        _ pki: PKIService, _ register: Register
    ) async throws -> SoftwareKey {
        var key = try SoftwareKey(generating: .rsa3072)
        let request = try key.certificationRequest(subject: DistinguishedName([]))
        key.certificateChain = try await pki.enrol(
            request.der, profile: .authentication,
            subject: CertificateSubject(
                givenName: "Camille", surname: "Testa",
                serialNumber: InsurerWorld.practitioner.eHealthID))
        return key
    }

    /// Sends a business message; the answer is verified when there is one.
    func send(
        _ model: String, _ business: [UInt8]
    ) async throws -> (status: Int, message: VerifiedMessage?) {
        let certificate = authentication.certificateChain[0]
        let unsigned = try ExchangeRequest.message(
            modelUID: model, business: business, profile: insurer.profile,
            certificate: certificate, now: InsurerWorld.now)
        let message = try unsigned.signed(with: authentication.signature(over: unsigned.toBeSigned))
        let (response, body) = await front.answerExchange(
            HTTPRequest(method: .post, scheme: "https", authority: "test", path: "/exchange"),
            message, client: certificate.der)
        guard response.status == .ok else { return (response.status.code, nil) }
        return (
            200,
            try VerifiedMessage(
                parsing: body, security: insurer.profile.messageSecurity, now: InsurerWorld.now)
        )
    }

    func get(_ path: String) async -> (HTTPResponse, [UInt8]) {
        await front.answerAdmin(
            HTTPRequest(method: .get, scheme: "http", authority: "test", path: path), nil)
    }

    func setFault(_ body: JSONValue) async -> Int {
        await front.answerAdmin(
            HTTPRequest(method: .post, scheme: "http", authority: "test", path: "/admin/faults"),
            body.serialized()
        ).0.status.code
    }
}
