// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Trust

/// Any bytes end in a value or a typed error, within bounds: no parser here may crash or hang.
@Suite("Hostile bytes")
struct HostileBytesTests {
    private static let parsers: [@Sendable ([UInt8]) -> Void] = [
        { bytes in if let it = try? Certificate(der: bytes) { use(it) } },
        { bytes in if let it = try? RevocationList(der: bytes) { use(it) } },
        { bytes in if let it = try? OCSPResponse(der: bytes) { use(it) } },
        { bytes in _ = try? OCSPResponse(basicDER: bytes) },
        { bytes in _ = try? OCSPRequest(der: bytes) },
        { bytes in if let it = try? SignedData(parsing: bytes, allowingBER: true) { use(it) } },
        { bytes in _ = try? SignedData(padded: bytes, allowingBER: true) },
        { bytes in if let it = try? TimestampToken(der: bytes, allowingBER: true) { use(it) } },
        { bytes in _ = try? TimestampResponse(der: bytes).token() },
        { bytes in _ = try? TimestampInfo(der: bytes) },
        { bytes in _ = try? DistinguishedName(der: bytes).description },
        { bytes in _ = try? PublicKey(subjectPublicKeyInfo: bytes) },
        { bytes in _ = PEM.blocks(in: String(decoding: bytes, as: UTF8.self)) },
    ]

    private static func use(_ certificate: Certificate) {
        _ = certificate.description
        _ = certificate.verifySignature(by: certificate.publicKey)
        let pki = TestPKI.shared
        for chain in pki.anchors.chains(from: certificate, through: [pki.issuing.certificate]) {
            _ = chain.validation(at: TestPKI.clock, for: .signing)
        }
    }

    private static func use(_ list: RevocationList) {
        let pki = TestPKI.shared
        let material = ValidationMaterial(revocationLists: [list])
        let judge = RevocationJudge(policy: pki.policy, material: material, now: TestPKI.clock)
        _ = judge.statements(about: pki.signer.certificate, issuer: pki.issuing.certificate)
    }

    private static func use(_ response: OCSPResponse) {
        let pki = TestPKI.shared
        let material = ValidationMaterial(ocspResponses: [response])
        let judge = RevocationJudge(policy: pki.policy, material: material, now: TestPKI.clock)
        _ = judge.statements(about: pki.signer.certificate, issuer: pki.issuing.certificate)
    }

    private static func use(_ signed: SignedData) {
        _ = signed.material
        for signer in signed.signers {
            _ = signed.certificate(of: signer)
            _ = signer.signingTime
            _ = signer.check(content: [], by: TestPKI.shared.signer.certificate.publicKey)
        }
    }

    private static func use(_ token: TimestampToken) {
        _ = token.profile(authority: nil)
        _ = token.check(by: TestPKI.shared.tsa.certificate)
        use(token.signedData)
    }

    private static func samples() throws -> [[UInt8]] {
        let pki = TestPKI.shared
        return [
            pki.signer.certificate.der, try pki.revocationList().der,
            try pki.ocspResponse(about: pki.signer.certificate).der,
            try pki.sign([1, 2, 3], attached: true).der,
            try pki.timestamp(over: DigestAlgorithm.sha256.digest([1])).der,
        ]
    }

    /// A generator with a fixed seed: the same bytes on every run.
    private struct Sequence: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    @Test("changed, cut, doubled and stretched samples end well")
    func mutations() throws {
        var random = Sequence(state: 1)
        for sample in try Self.samples() {
            for _ in 0..<400 {
                var bytes = sample
                for _ in 0...Int.random(in: 0...3, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0...4, using: &random) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
                    case 2: bytes.removeSubrange(place...)
                    case 3: bytes.insert(contentsOf: bytes[..<min(place, 64)], at: place)
                    default: bytes[place] = [0x80, 0x84, 0xFF, 0x30, 0x31, 0xA0][place % 6]
                    }
                    if bytes.isEmpty { bytes = [0x30] }
                }
                for parse in Self.parsers { parse(bytes) }
            }
        }
    }

    @Test("noise ends well")
    func noise() {
        var random = Sequence(state: 2)
        for size in 0..<300 {
            let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
            for parse in Self.parsers { parse(bytes) }
        }
    }

    @Test("nesting without end and lengths without content are refused")
    func depth() {
        let deep = [UInt8](repeating: 0x30, count: 1 << 16)
        let indefinite = [[UInt8]](repeating: [0x30, 0x80], count: 1 << 15).flatMap { $0 }
        let nested = (0..<2000).reduce([UInt8]()) { inner, _ in
            inner.count < 60_000 ? DERValue.element(0x30, inner).encoded : inner
        }
        for bytes in [
            deep, indefinite, nested, [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], [0x30, 0x88],
        ] {
            for parse in Self.parsers { parse(bytes) }
            #expect(throws: DERError.self) { try Certificate(der: bytes) }
            #expect(throws: DERError.self) { try SignedData(parsing: bytes, allowingBER: true) }
        }
    }
}
