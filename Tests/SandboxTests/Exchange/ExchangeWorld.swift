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
    let exchange: ExchangeService
    let pki: PKIService
    let clock: SandboxClock
    let pauses = Pauses()
    let authentication: SoftwareKey

    /// How long the sandbox wanted to wait.
    final class Pauses: Sendable {
        private let waited = Mutex<[Duration]>([])
        var all: [Duration] { waited.withLock { $0.filter { $0 > .zero } } }
        func add(_ duration: Duration) { waited.withLock { $0.append(duration) } }
    }

    /// - Parameters:
    ///   - ledger: What was deposited before.
    ///   - eHealthID: Of who talks.
    init(
        ledger: Ledger = Ledger(), as eHealthID: String = InsurerWorld.practitioner.eHealthID
    ) async throws {
        let insurer = try InsurerWorld()
        let clock = SandboxClock({ InsurerWorld.now })
        let now = { @Sendable in clock.now }
        let pki = try PKIService(
            directory: nil, addresses: PKIAddresses(base: "http://pki.test:1"), now: now,
            generator: SystemRandomNumberGenerator())
        authentication = try await Self.practitioner(pki, eHealthID)
        var platform = try SoftwareKey(generating: .rsa3072)
        platform.certificateChain = try await pki.certify(
            platform.publicKey, named: "Platform of tests", profile: .platform)
        let (platformKey, pauses) = (platform, pauses)
        let faults = FaultSwitches()
        exchange = ExchangeService(
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
            clock: clock, pause: { pauses.add($0) })
        (self.insurer, self.pki, self.clock) = (insurer, pki, clock)
    }

    /// An RSA key takes long to make: every practitioner has the same.
    private static let keys = Result { try SoftwareKey(generating: .rsa3072) }

    private static func practitioner(
        _ pki: PKIService, _ eHealthID: String
    ) async throws -> SoftwareKey {
        var key = try keys.get()
        let request = try key.certificationRequest(subject: DistinguishedName([]))
        key.certificateChain = try await pki.enrol(
            request.der, profile: .authentication,
            subject: CertificateSubject(
                givenName: "Camille", surname: "Testa",
                serialNumber: eHealthID))
        return key
    }

    /// Sends a business message; the answer is verified when there is one.
    func send(
        _ model: String, _ business: [UInt8]
    ) async throws -> (status: Int, message: VerifiedMessage?) {
        let (response, body) = try await post(model, business)
        guard response.status == .ok else { return (response.status.code, nil) }
        return (
            200,
            try VerifiedMessage(
                parsing: body, security: insurer.profile.messageSecurity, now: clock.now)
        )
    }

    /// Sends a business message and takes whatever comes.
    func post(
        _ model: String, _ business: [UInt8]
    ) async throws -> (HTTPResponse, [UInt8]) {
        let certificate = authentication.certificateChain[0]
        let unsigned = try ExchangeRequest.message(
            modelUID: model, business: business, profile: insurer.profile,
            certificate: certificate, now: clock.now)
        let message = try unsigned.signed(with: authentication.signature(over: unsigned.toBeSigned))
        return await front.answerExchange(
            HTTPRequest(method: .post, scheme: "https", authority: "test", path: "/exchange"),
            message, client: certificate.der)
    }

    func get(_ path: String) async -> (HTTPResponse, [UInt8]) {
        await front.answerAdmin(
            HTTPRequest(method: .get, scheme: "http", authority: "test", path: path), nil)
    }

    /// What an admin route shows, as JSON.
    func show(_ path: String) async throws -> JSONValue {
        try JSONDocument(parsing: await get(path).1).root
    }

    func change(_ path: String, _ body: JSONValue) async -> Int {
        await front.answerAdmin(
            HTTPRequest(method: .post, scheme: "http", authority: "test", path: path),
            body.serialized()
        ).0.status.code
    }

    func setFault(_ body: JSONValue) async -> Int { await change("/admin/faults", body) }
}
