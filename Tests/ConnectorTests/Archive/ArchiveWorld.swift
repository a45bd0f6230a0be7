// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import HTTPTypes
import Keys
import Sandbox
import Synchronization
import TestSupport
import Transport
import Trust
import Validation

/// The test PKI's key of a doctor, as a signing key.
struct TestSigningKey: SigningKey {
    let identity: TestIdentity
    /// Whether it knows the authorities above its certificate.
    var knowsAuthorities = true

    var certificateChain: [Certificate] {
        knowsAuthorities ? identity.chain : [identity.certificate]
    }
    var algorithm: SignatureAlgorithm { identity.key.algorithm }
    func signature(over bytes: [UInt8]) throws -> [UInt8] { try identity.key.sign(bytes) }
}

/// Years of time-stamping units, OCSP answers and revocation lists under a clock that is set.
final class ArchiveWorld: Sendable {
    static let pki = TestPKI.shared
    static let tsa = "http://pki.test/tsa"

    /// One unit and when it is used.
    struct Unit: Sendable {
        let identity: TestIdentity
        let from: Date
    }

    struct State {
        var units: [Unit] = []
        var revoked: [SerialNumber: (at: Date, reason: RevocationReason)] = [:]
        var stamps: UInt8 = 0
        var requests: [String] = []
        var isDown: Set<String> = []
    }

    let clock = SandboxClock({ TestPKI.clock })
    /// Takes over before the first issuing authority ends.
    let secondIssuing: TestIdentity
    let crypto: CryptoPolicy
    private let state = Mutex(State())

    init(crypto: CryptoPolicy = .ts119312) throws {
        self.crypto = crypto
        secondIssuing = try Self.pki.issue(
            commonName: "Second issuing CA", serial: 60, notBefore: Self.years(6),
            notAfter: Self.years(25), by: Self.pki.root,
            extensions: [
                .basicConstraints(BasicConstraints(isAuthority: true)),
                .keyUsage([.keyCertSign, .cRLSign]), .cRLDistributionPoints([TestPKI.rootListURL]),
            ])
    }

    /// Years of 365.25 days after the test clock, in whole seconds.
    static func years(_ count: Double) -> Date {
        TestPKI.clock.addingTimeInterval((count * 365.25 * 86_400).rounded())
    }

    /// Adds a unit that stamps from `used` on.
    func addUnit(
        _ serial: UInt8, from: Double, to: Double, used: Double, isRSA: Bool = false,
        by issuer: TestIdentity? = nil
    ) throws {
        let key = isRSA ? try TestKey.rsa3072() : try TestKey.p256(named: "unit \(serial)")
        let identity = try TestPKI.issue(
            DistinguishedName([(.countryName, "LU"), (.commonName, "TSU \(serial)")]),
            serial: serial, key: key, by: issuer ?? Self.pki.issuing, notBefore: Self.years(from),
            notAfter: Self.years(to),
            extensions: [
                .keyUsage(.digitalSignature),
                .extendedKeyUsage([.timeStamping], isCritical: true),
            ] + TestPKI.statusPointers)
        state.withLock { $0.units.append(Unit(identity: identity, from: Self.years(used))) }
    }

    func revoke(_ serial: UInt8, at moment: Date, reason: RevocationReason) {
        state.withLock {
            $0.revoked[SerialNumber(magnitude: [serial])] = (moment, reason)
        }
    }

    /// Makes paths fail until they are allowed again.
    func setDown(_ paths: Set<String>) { state.withLock { $0.isDown = paths } }

    var requests: [String] { state.withLock { $0.requests } }

    // MARK: The connector's side

    func addresses(anchors: [Certificate]? = nil) -> ServiceAddresses {
        ServiceAddresses(
            exchange: "", timestampAuthority: Self.tsa, platform: "",
            anchors: anchors ?? [Self.pki.root.certificate], allowedHosts: ["pki.test"])
    }

    func extender(anchors: [Certificate]? = nil) -> SignatureExtender {
        let clock = clock
        return SignatureExtender(
            addresses: addresses(anchors: anchors), crypto: crypto, send: send,
            now: { clock.now }, random: Self.random)
    }

    func signer(
        _ identity: TestIdentity = pki.signer, knowsAuthorities: Bool = true
    ) -> DocumentSigner {
        let clock = clock
        return DocumentSigner(
            key: TestSigningKey(identity: identity, knowsAuthorities: knowsAuthorities),
            addresses: addresses(), send: send,
            now: { clock.now }, random: Self.random)
    }

    func renewal(within days: Int = 0, isDryRun: Bool = false) -> ArchiveRenewal {
        let clock = clock
        return ArchiveRenewal(
            extender(), now: { clock.now }, within: days, isDryRun: isDryRun)
    }

    static func random(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255) }
    }

    /// The verdict at the clock's time, with what is asked from the handlers.
    func verdict(on file: [UInt8], anchors: [Certificate]? = nil) async throws -> FileReport {
        try await extender(anchors: anchors).verdict(on: file)
    }

    // MARK: The authorities' side

    var send: Send {
        { [self] request, body, _ in
            let path = request.path ?? ""
            let isDown = state.withLock { state in
                state.requests.append(path)
                return state.isDown.contains(path)
            }
            if isDown { return (HTTPResponse(status: .serviceUnavailable), []) }
            return switch path {
            case "/tsa": (HTTPResponse(status: .ok), try stamp(body))
            case "/ocsp": (HTTPResponse(status: .ok), try answer(body))
            case "/root.crl": (HTTPResponse(status: .ok), try list(of: Self.pki.root))
            case "/issuing.cer":
                (HTTPResponse(status: .ok), Self.pki.issuing.certificate.der)
            default: (HTTPResponse(status: .notFound), [])
            }
        }
    }

    private func stamp(_ body: [UInt8]) throws -> [UInt8] {
        let request = try TimestampRequest(der: body)
        let now = clock.now
        let (unit, serial) = state.withLock { state in
            state.stamps += 1
            return (state.units.last { $0.from <= now }, state.stamps)
        }
        guard let unit, let digest = request.imprint.digest else {
            return TimestampResponse.rejected(.systemFailure, text: "no unit").der
        }
        let token = try Self.pki.timestamp(
            over: digest, at: now, nonce: request.nonce, serial: serial, by: unit.identity)
        return TimestampResponse.granted(token).der
    }

    private func answer(_ body: [UInt8]) throws -> [UInt8] {
        let request = try OCSPRequest(der: body)
        let (units, revoked) = state.withLock { ($0.units, $0.revoked) }
        let known = units.map(\.identity) + [Self.pki.signer, Self.pki.rsaSigner]
        guard
            let identity = known.first(where: {
                $0.certificate.serialNumber == request.certificateIDs.first?.serialNumber
            })
        else { return OCSPResponse.refusal(.unauthorized) }
        let issuer =
            identity.certificate.issuer.matches(secondIssuing.certificate.subject)
            ? secondIssuing : Self.pki.issuing
        let now = clock.now
        let responder = try Self.pki.issue(
            commonName: "Responder", serial: 70, notBefore: now - 86_400,
            notAfter: now + 90 * 86_400, by: issuer,
            extensions: [
                .keyUsage(.digitalSignature), .extendedKeyUsage([.ocspSigning]), .ocspNoCheck,
            ])
        let status = revoked[identity.certificate.serialNumber].map { entry in
            entry.at <= now
                ? CertificateStatus.revoked(at: entry.at, reason: entry.reason) : .good
        }
        return try Self.pki.ocspResponse(
            about: identity.certificate, status: status ?? .good, at: now, lifetime: 3_600,
            nonce: request.nonce, by: responder, issuer: issuer
        ).der
    }

    private func list(of authority: TestIdentity) throws -> [UInt8] {
        try Self.pki.revocationList(of: authority, at: clock.now).der
    }
}

/// Files to sign.
enum Plain: String, CaseIterable {
    case xml, pdf

    var bytes: [UInt8] { self == .xml ? Self.letter : Self.page }

    private static let letter = Array("<letter><text>Bonjour</text></letter>".utf8)

    /// A page with nothing on it, its objects given as text.
    private static let page: [UInt8] = {
        let objects = [
            "<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1>>",
            "<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200]>>",
        ]
        var text = "%PDF-1.7\n"
        var offsets: [Int] = []
        for (index, body) in objects.enumerated() {
            offsets.append(text.utf8.count)
            text += "\(index + 1) 0 obj\n\(body)\nendobj\n"
        }
        let start = text.utf8.count
        text += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for offset in offsets {
            let digits = String(offset)
            text += String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n"
        }
        text += "trailer\n<</Size \(objects.count + 1) /Root 1 0 R>>\nstartxref\n\(start)\n%%EOF"
        return Array(text.utf8)
    }()
}
