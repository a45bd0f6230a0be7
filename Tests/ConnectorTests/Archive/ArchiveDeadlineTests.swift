// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import TestSupport
import Testing
import Trust

@Suite("The deadline of an archive")
struct ArchiveDeadlineTests {
    private static let pki = TestPKI.shared

    private static func day(_ text: String) throws -> Date {
        try Date("\(text)T00:00:00Z", strategy: .iso8601)
    }

    /// Of a unit below the issuing authority, whose certificate ends with 2035.
    private func deadline(
        to end: String, isRSA: Bool = false, _ crypto: CryptoPolicy?
    ) throws -> ArchiveDeadline? {
        let unit = try TestPKI.issue(
            DistinguishedName([(.commonName, "Unit")]), serial: 40,
            key: isRSA ? .rsa3072() : .p256(named: "deadline"), by: Self.pki.issuing,
            notAfter: Self.day(end),
            extensions: [.extendedKeyUsage([.timeStamping], isCritical: true)])
        let token = try Self.pki.timestamp(
            over: DigestAlgorithm.sha256.digest([1]), by: unit)
        let chain = try #require(
            Self.pki.anchors.chains(from: unit.certificate, through: unit.chain).first)
        return ArchiveDeadline(of: token, chain: chain, crypto: crypto)
    }

    @Test("the unit's certificate ends the proof; renewal begins six months before")
    func expiry() throws {
        let found = try #require(try deadline(to: "2031-08-31", .ts119312))
        #expect(found.end == (try Self.day("2031-08-31")))
        #expect(found.cause == .certificateExpiry("CN=Unit"))
        // Six calendar months before 31 August is the last of February.
        #expect(found.renewFrom == (try Self.day("2031-02-28")))
    }

    @Test("a key whose algorithm stops counting earlier ends it earlier")
    func keySunset() throws {
        let found = try #require(try deadline(to: "2033-01-01", isRSA: true, .ts119312))
        #expect(found.end == (try Self.day("2029-01-01")))
        #expect(found.renewFrom == (try Self.day("2028-07-01")))
        guard case .algorithmSunset(let name) = found.cause else {
            Issue.record("not for the algorithm: \(found.cause)")
            return
        }
        #expect(name.contains("RSA"))
    }

    @Test("a digest function that stops counting ends it, whatever the keys")
    func digestSunset() throws {
        var crypto = CryptoPolicy.ts119312
        crypto.digests[.sha256] = try Self.day("2030-05-01")
        let found = try #require(try deadline(to: "2033-01-01", crypto))
        #expect(found.end == (try Self.day("2030-05-01")))
        #expect(found.cause == .algorithmSunset(DigestAlgorithm.sha256.rawValue))
    }

    @Test("an authority that ends before its unit ends it")
    func authority() throws {
        let found = try #require(try deadline(to: "2040-01-01", .ts119312))
        #expect(found.end == Self.pki.issuing.certificate.notAfter)
    }

    @Test("without dates for algorithms only certificates count")
    func noPolicy() throws {
        let found = try #require(try deadline(to: "2033-01-01", isRSA: true, nil))
        #expect(found.end == (try Self.day("2033-01-01")))
    }
}
