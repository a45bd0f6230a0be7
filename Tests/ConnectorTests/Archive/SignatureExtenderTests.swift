// SPDX-License-Identifier: Apache-2.0
import Connector
import Foundation
import Sandbox
import TestSupport
import Testing
import Trust
import Validation

@Suite("Extending signatures to a higher level")
struct SignatureExtenderTests {
    private typealias Level = SignatureReport.Level
    private static let levels: [Level] = [.basic, .timestamped, .longTerm, .archived]

    private func world() throws -> ArchiveWorld {
        let world = try ArchiveWorld()
        try world.addUnit(61, from: -0.5, to: 5.5, used: -0.5)
        return world
    }

    private func signed(
        _ plain: Plain, _ level: SignatureReport.Level, _ world: ArchiveWorld
    ) async throws -> [UInt8] {
        try await world.signer().sign(plain.bytes, level: level, identifier: "id-1")
    }

    @Test("sign reaches every level", arguments: Plain.allCases, levels)
    func sign(_ plain: Plain, _ level: SignatureReport.Level) async throws {
        let world = try world()
        let report = try await world.verdict(on: signed(plain, level, world))
        #expect(report.isPassed && report.signatures.map(\.level) == [level])
    }

    @Test(
        "extend goes from any level to any higher one, and leaves what was signed",
        arguments: Plain.allCases)
    func extend(_ plain: Plain) async throws {
        let world = try world()
        for (index, from) in Self.levels.enumerated() {
            let file = try await signed(plain, from, world)
            for target in Self.levels.dropFirst(index + 1) {
                let extended = try await world.extender().extended(file, to: target)
                let report = try await world.verdict(on: extended.bytes)
                #expect(report.isPassed && report.signatures.map(\.level) == [target])
                #expect(!extended.steps.isEmpty)
            }
        }
    }

    @Test(
        "a file that is as high as asked, or higher, stays byte for byte", arguments: Plain.allCases
    )
    func neverLowers(_ plain: Plain) async throws {
        let world = try world()
        let file = try await signed(plain, .archived, world)
        for level in Self.levels.dropFirst() {
            let extended = try await world.extender().extended(file, to: level)
            #expect(extended.bytes == file && extended.steps.isEmpty)
        }
    }

    @Test(
        "a dry run says what would be added, and asks for no time-stamp", arguments: Plain.allCases)
    func dryRun(_ plain: Plain) async throws {
        let world = try world()
        let file = try await signed(plain, .basic, world)
        let plan = try await world.extender().extended(file, to: .archived, isDryRun: true)
        #expect(plan.bytes == file)
        let kinds = plan.steps.map(\.kind)
        #expect(kinds.first == .signatureTimestamp)
        #expect(kinds.contains(.validationDataOfNewTimestamp))
        #expect(kinds.last == (plain == .xml ? .archiveTimestamp : .documentTimestamp))
        #expect(!world.requests.contains("/tsa"))
    }

    @Test(
        "without the anchor B-LT is refused, and the certificate at which the chain ends is named",
        arguments: Plain.allCases)
    func missingAnchor(_ plain: Plain) async throws {
        let world = try world()
        let file = try await signed(plain, .timestamped, world)
        let other = try TestPKI.shared.issue(
            commonName: "Other root", serial: 50, extensions: []
        ).certificate
        let root = TestPKI.shared.root.certificate.subject
        await #expect(
            throws: ExtensionRefusal.noAnchor(
                whose: "signer's certificate",
                top: "\(TestPKI.shared.issuing.certificate.subject)", issuer: "\(root)")
        ) {
            try await world.extender(anchors: [other]).extended(file, to: .longTerm)
        }
    }

    @Test("a status that nobody tells is named", arguments: Plain.allCases)
    func missingStatus(_ plain: Plain) async throws {
        let world = try world()
        let file = try await signed(plain, .timestamped, world)
        world.setDown(["/ocsp", "/issuing.crl"])
        await #expect {
            try await world.extender().extended(file, to: .longTerm)
        } throws: { error in
            guard case .noStatus(_, let issuer) = error as? ExtensionRefusal else { return false }
            return issuer == "\(TestPKI.shared.issuing.certificate.subject)"
        }
    }

    @Test(
        "a time-stamp authority that is down is a service's failure, not the file's",
        arguments: Plain.allCases)
    func authorityDown(_ plain: Plain) async throws {
        let world = try world()
        let file = try await signed(plain, .basic, world)
        world.setDown(["/tsa"])
        await #expect(throws: StageFailure.self) {
            try await world.extender().extended(file, to: .timestamped)
        }
    }

    @Test("a file that was changed after signing is refused", arguments: Plain.allCases)
    func damaged(_ plain: Plain) async throws {
        let world = try world()
        var file = try await signed(plain, .basic, world)
        let place = try #require(
            file.firstRange(of: plain == .xml ? Array("jour".utf8) : Array("200 200".utf8)))
        file[place.lowerBound] ^= 1
        await #expect {
            try await world.extender().extended(file, to: .timestamped)
        } throws: { error in
            if case .damaged = error as? ExtensionRefusal { true } else { false }
        }
    }

    @Test(
        "a PDF with two signatures is extended for both; a signature without room gets a document time-stamp"
    )
    func severalInPDF() async throws {
        let world = try world()
        let first = try await signed(.pdf, .basic, world)
        let both = try await world.signer(TestPKI.shared.rsaSigner).sign(
            first, level: .basic, identifier: "id-2")
        let extended = try await world.extender().extended(both, to: .archived)
        #expect(extended.bytes.starts(with: both))
        #expect(extended.steps.first?.kind == .documentTimestamp)
        let report = try await world.verdict(on: extended.bytes)
        #expect(report.isPassed && report.signatures.map(\.level) == [.archived, .archived])
        await #expect(throws: ExtensionRefusal.noSuchSignature(2, of: 2)) {
            try await world.extender().extended(both, to: .timestamped, signature: 2)
        }
    }

    @Test("validation data of a time-stamp made long ago is fetched anew before the archive's")
    func fresh() async throws {
        let world = try world()
        let file = try await signed(.xml, .longTerm, world)
        world.clock.set(to: ArchiveWorld.years(1))
        let before = world.requests.count { $0 == "/ocsp" }
        let extended = try await world.extender().extended(file, to: .archived)
        #expect(world.requests.count { $0 == "/ocsp" } > before)
        world.clock.set(to: ArchiveWorld.years(5))
        #expect(try await world.verdict(on: extended.bytes).isPassed)
    }

    @Test(
        "an issuer that the signature does not carry is fetched where its certificate says",
        arguments: Plain.allCases)
    func issuer(_ plain: Plain) async throws {
        let world = try world()
        let file = try await world.signer(knowsAuthorities: false).sign(
            plain.bytes, level: .longTerm, identifier: "id-1")
        #expect(world.requests.contains("/issuing.cer"))
        #expect(try await world.verdict(on: file).signatures.map(\.level) == [.longTerm])
    }

    @Test("a cancelled task stops, and is no failure of a service")
    func cancelled() async throws {
        let world = try world()
        let file = try await signed(.xml, .timestamped, world)
        let clock = world.clock
        let extender = SignatureExtender(
            addresses: world.addresses(), send: { _, _, _ in throw CancellationError() },
            now: { clock.now }, random: ArchiveWorld.random)
        await #expect(throws: CancellationError.self) {
            try await extender.extended(file, to: .longTerm)
        }
    }

    @Test("what is neither XAdES nor PAdES has nothing to extend")
    func nothing() async throws {
        let world = try world()
        for file in [Plain.xml.bytes, Plain.pdf.bytes, Array("text".utf8)] {
            await #expect {
                try await world.extender().extended(file, to: .timestamped)
            } throws: { error in
                if case .nothingToExtend = error as? ExtensionRefusal { true } else { false }
            }
        }
    }
}
