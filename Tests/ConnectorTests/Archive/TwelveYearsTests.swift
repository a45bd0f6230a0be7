// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import Sandbox
import TestSupport
import Testing
import Trust
import Validation

/// Twelve years of one file: units come and go, one is revoked, one algorithm stops counting.
private struct TwelveYears {
    /// RSA with PKCS #1 v1.5 stops counting at year 8.
    static let crypto: CryptoPolicy = {
        var crypto = CryptoPolicy.ts119312
        crypto.keys[.rsaPKCS1] = [
            .init(minimumInBits: 1900, until: ArchiveWorld.years(8))
        ]
        return crypto
    }()

    let world: ArchiveWorld
    var file: [UInt8]
    /// When it was renewed, in years after its signature.
    var renewals: [Double] = []

    init(_ plain: Plain) async throws {
        world = try ArchiveWorld(crypto: Self.crypto)
        // Serial numbers are ascending in time; each unit is used from its own year on.
        try world.addUnit(61, from: -0.5, to: 5.5, used: -0.5)
        try world.addUnit(62, from: 4, to: 9, used: 4.5)
        try world.addUnit(63, from: 5, to: 9, used: 5.15, isRSA: true)
        try world.addUnit(64, from: 7, to: 14, used: 7, by: world.secondIssuing)
        world.revoke(62, at: ArchiveWorld.years(5.2), reason: .keyCompromise)
        file = try await world.signer().sign(plain.bytes, level: .archived, identifier: "id-1")
    }

    /// Shortly before and after each deadline, and in between.
    private static let looks = [1, 3, 4.9, 5.01, 5.21, 6, 7.4, 7.51, 9, 10.5, 11.9]

    /// Looks at the file now and then, as a practice's timer would.
    mutating func run() async throws {
        for year in Self.looks {
            let moment = ArchiveWorld.years(year)
            world.clock.set(to: moment)
            var renewed: [UInt8]?
            let outcome = try await world.renewal().renew(file) { renewed = $0 }
            #expect(outcome.problem == nil)
            guard let renewed else { continue }
            file = renewed
            if renewals.count > 8 {
                Issue.record("renewed again and again")
                return
            }
            renewals.append(moment.timeIntervalSince(TestPKI.clock) / (365.25 * 86_400))
        }
    }
}

@Suite("An archive over twelve years, with one algorithm's sunset and one revoked unit")
struct TwelveYearsTests {
    @Test(
        "renewed at each deadline it is TOTAL-PASSED at B-LTA, as signed at the start",
        arguments: Plain.allCases)
    func renewed(_ plain: Plain) async throws {
        var archive = try await TwelveYears(plain)
        try await archive.run()
        archive.world.clock.set(to: ArchiveWorld.years(12))
        let report = try await archive.world.verdict(on: archive.file)
        let signature = try #require(report.signatures.first)
        #expect(signature.conclusion.indication == .totalPassed)
        #expect(signature.level == .archived)
        #expect(signature.bestSignatureTime == TestPKI.clock)
        #expect(!signature.isModifiedAfterSigning && signature.coverage == .entire)
        // Six months before the first unit's end; at once when the second was revoked; six months
        // before RSA stops counting.
        #expect(archive.renewals.count == 3)
        for (found, due) in zip(archive.renewals, [5.0, 5.2, 7.5]) {
            #expect(found >= due - 0.01 && found < due + 0.07)
        }
    }

    @Test(
        "without the renewals it is INDETERMINATE, its integrity still passed",
        arguments: Plain.allCases)
    func forgotten(_ plain: Plain) async throws {
        let archive = try await TwelveYears(plain)
        archive.world.clock.set(to: ArchiveWorld.years(12))
        let report = try await archive.world.verdict(on: archive.file)
        #expect(report.conclusion.indication == .indeterminate)
        #expect(report.signatures.first?.checks.integrity == .passed)
        let outcome = try await archive.world.renewal().renew(archive.file) { _ in
            Issue.record("a file whose proof has ended cannot be renewed")
        }
        #expect(outcome.action == .failed && outcome.problem?.hasPrefix("INDETERMINATE") == true)
    }
}
