// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Trust

@Suite("Revocation lists")
struct RevocationListTests {
    private let pki = TestPKI.shared

    @Test("reads openssl's list")
    func foreign() throws {
        let list = try RevocationList(der: OpenSSLVectors.file("issuing.crl"))
        let issuing = try OpenSSLVectors.certificate("issuing")
        #expect(list.issuer == issuing.subject)
        #expect(list.number?.decimal == "1")
        let revoked = try OpenSSLVectors.certificate("revoked").serialNumber
        #expect(list.entries.count == 1 && list.entries[revoked]?.reason == .keyCompromise)
        #expect(list.verifySignature(by: issuing.publicKey) == .valid)
        #expect(
            list.verifySignature(by: try OpenSSLVectors.certificate("root").publicKey) == .invalid)
    }

    @Test("ours come back")
    func ours() throws {
        let entry = RevocationList.Entry(
            serialNumber: SerialNumber(magnitude: [0x80, 1]), revokedAt: TestPKI.clock,
            reason: .superseded)
        let list = try pki.revocationList(entries: [entry])
        #expect(list.entries == [entry.serialNumber: entry])
        #expect(list.thisUpdate == TestPKI.clock && list.nextUpdate == TestPKI.clock + 86_400)
        #expect(!list.isDelta && list.scope == nil && list.unprocessedCritical.isEmpty)
        #expect(
            list.authorityKeyIdentifier?.keyIdentifier
                == pki.root.certificate.publicKey.keyIdentifier)
        #expect(try pki.revocationList().entries.isEmpty)
    }

    @Test("a list with any byte changed is unreadable or does not verify")
    func mutations() throws {
        let list = try pki.revocationList()
        for bytes in TrustTests.mutations(of: list.der, count: .max) {
            guard let changed = try? RevocationList(der: bytes) else { continue }
            #expect(changed.verifySignature(by: pki.root.certificate.publicKey) != .valid)
        }
    }

    @Test("of two entries about one certificate the graver counts")
    func repeatedEntries() throws {
        let pki = TestPKI.shared
        let serial = pki.signer.certificate.serialNumber
        func entry(_ seconds: Double, _ reason: RevocationReason?) -> RevocationList.Entry {
            RevocationList.Entry(
                serialNumber: serial, revokedAt: TestPKI.clock - seconds, reason: reason)
        }
        for entries in [
            [entry(10, .removeFromCRL), entry(5, .superseded)],
            [entry(5, .superseded), entry(10, .removeFromCRL)],
            [entry(1, nil), entry(5, .superseded)], [entry(5, .superseded), entry(1, nil)],
        ] {
            let list = try pki.revocationList(of: pki.issuing, entries: entries)
            #expect(list.hasRepeatedEntries)
            #expect(list.entry(of: pki.signer.certificate) == entry(5, .superseded))
        }
    }

    @Test("a long list is read whole, and one beyond the limits refused")
    func longLists() throws {
        let pki = TestPKI.shared
        func list(_ count: Int) throws -> RevocationList {
            let entries = (0..<count).map { number in
                RevocationList.Entry(
                    serialNumber: SerialNumber(
                        magnitude: [1] + (0..<3).map { UInt8(number >> ($0 * 8) & 0xFF) }),
                    revokedAt: TestPKI.clock,
                    reason: number.isMultiple(of: 2) ? .superseded : nil)
            }
            return try pki.revocationList(of: pki.issuing, entries: entries)
        }
        let long = try list(4_000)
        #expect(long.entries.count == 4_000 && !long.hasRepeatedEntries)
        #expect(long.entries.values.filter { $0.reason == .superseded }.count == 2_000)
        #expect(long.verifySignature(by: pki.issuing.certificate.publicKey) == .valid)
        let size = (8 << 20) + 1
        #expect(throws: DERError.tooLarge(size: size, limit: 8 << 20)) {
            try RevocationList(der: [UInt8](repeating: 0x30, count: size))
        }
    }
}
