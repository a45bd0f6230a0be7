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
}
