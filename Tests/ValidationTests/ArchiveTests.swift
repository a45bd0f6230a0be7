// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing
import Trust
import Validation
import XAdES

private let pki = TestPKI.shared

/// Years of 365.25 days after the test clock.
private func years(_ count: Double) -> Date {
    TestPKI.clock.addingTimeInterval(count * 365.25 * 86_400)
}

/// A signed document that is kept for years, with the authorities there are at each time.
private struct Archive {
    /// Who issues at a time: the second authority takes over before the first one ends.
    static let secondIssuing: TestIdentity = issue(
        "Second issuing CA", 60, years(7), years(25), pki.root
    ) {
        [
            .basicConstraints(BasicConstraints(isAuthority: true)),
            .keyUsage([.keyCertSign, .cRLSign]),
        ]
    }

    static func issue(
        _ name: String, _ serial: UInt8, _ from: Date, _ to: Date, _ issuer: TestIdentity,
        _ extensions: () -> [CertificateExtension]
    ) -> TestIdentity {
        do {
            return try pki.issue(
                commonName: name, serial: serial, notBefore: from, notAfter: to, by: issuer,
                extensions: extensions())
        } catch { preconditionFailure("the archive's PKI cannot be built: \(error)") }
    }

    static func unit(_ serial: UInt8, from: Double, to: Double, by issuer: TestIdentity)
        -> TestIdentity
    {
        issue("TSU \(serial)", serial, years(from), years(to), issuer) {
            [
                .keyUsage(.digitalSignature),
                .extendedKeyUsage([.timeStamping], isCritical: true),
            ]
        }
    }

    static func responder(_ serial: UInt8, at moment: Date, by issuer: TestIdentity) -> TestIdentity
    {
        issue("Responder \(serial)", serial, moment - 86_400, moment + 90 * 86_400, issuer) {
            [.keyUsage(.digitalSignature), .extendedKeyUsage([.ocspSigning]), .ocspNoCheck]
        }
    }

    var document: ExtendableSignature

    /// Signed and stamped at the test clock, complete with its validation data.
    init() throws {
        let prepared = try PreparedSignature(
            enveloping: Array("<a><b>1</b><s></s></a>".utf8), seat: "s",
            parameters: SignatureParameters(
                identifier: "id-1", signingTime: TestPKI.clock,
                certificates: [pki.signer.certificate] + pki.signer.intermediates,
                algorithm: .ecdsa(.sha256)))
        let signed = try prepared.signed(with: pki.signer.key.sign(prepared.toBeSigned))
        let open = try ExtendableSignature(reopening: signed)
        let stamp = try pki.timestamp(
            over: DigestAlgorithm.sha256.digest(try open.signatureTimestampInput()))
        document = try open.addingSignatureTimestamp(stamp.der)
        try add(try pki.material(for: [pki.signer, pki.tsa]))
    }

    mutating func add(_ material: ValidationMaterial) throws {
        let values = EncapsulatedValues(
            certificates: material.certificates.map(\.der),
            crls: material.revocationLists.map(\.der),
            ocspResponses: material.ocspResponses.map(\.der))
        document = try document.addingValidationMaterial(signer: values, timestamps: .init())
    }

    /// Another archive time-stamp by a unit.
    mutating func stamp(by unit: TestIdentity, at moment: Date) throws {
        let token = try pki.timestamp(
            over: document.archiveTimestampDigest(), at: moment, by: unit)
        document = try document.addingArchiveTimestamp(token.der)
    }

    /// What says at a moment that a unit is good, or not.
    static func material(
        about unit: TestIdentity, by issuer: TestIdentity, at moment: Date,
        status: CertificateStatus = .good, serial: UInt8
    ) throws -> ValidationMaterial {
        let responder = responder(serial, at: moment, by: issuer)
        return ValidationMaterial(
            certificates: [unit, issuer].map(\.certificate),
            ocspResponses: [
                try pki.ocspResponse(
                    about: unit.certificate, status: status, at: moment, by: responder,
                    issuer: issuer)
            ], revocationLists: [try pki.revocationList(at: moment)])
    }

    func report(
        at moment: Date, _ material: ValidationMaterial = .init(),
        crypto: CryptoPolicy = .ts119312
    ) -> FileReport {
        Judge(
            ValidationContext(
                policy: .general, trust: TrustPolicy(anchors: pki.anchors, crypto: crypto),
                material: material, now: moment)
        ).report(on: document.bytes)
    }
}

@Suite("Archives: proofs of existence over twelve years (EN 319 102-1, 5.6)")
struct ArchiveTests {
    private static let first = Archive.unit(61, from: 0, to: 4, by: pki.issuing)
    private static let second = Archive.unit(62, from: 3, to: 8, by: pki.issuing)
    private static let third = Archive.unit(63, from: 7, to: 13, by: Archive.secondIssuing)

    /// Stamped at once, after three years and after seven and a half.
    private static func renewed(
        secondStatus: CertificateStatus = .good
    ) throws -> Archive {
        var archive = try Archive()
        try archive.stamp(by: first, at: TestPKI.clock + 3600)
        let afterThree = years(3.25)
        try archive.add(
            Archive.material(about: first, by: pki.issuing, at: afterThree, serial: 71))
        try archive.stamp(by: second, at: afterThree + 60)
        let afterSeven = years(7.5)
        try archive.add(
            Archive.material(
                about: second, by: pki.issuing, at: afterSeven, status: secondStatus, serial: 72))
        try archive.stamp(by: third, at: afterSeven + 60)
        return archive
    }

    private static func freshAboutThird(at moment: Date) throws -> ValidationMaterial {
        try Archive.material(about: third, by: Archive.secondIssuing, at: moment, serial: 73)
    }

    @Test(
        "an archive that is renewed in time is believed after twelve years, as signed at the start")
    func renewed() throws {
        let moment = years(12)
        let report = try Self.renewed().report(at: moment, Self.freshAboutThird(at: moment))
        let signature = try #require(report.signatures.first)
        #expect(signature.reasons == [])
        #expect(signature.conclusion.indication == .totalPassed)
        #expect(signature.bestSignatureTime == TestPKI.clock)
        #expect(signature.level == .archived)
        #expect(signature.checks.timestamp == .passed)
    }

    @Test("one that was not renewed is INDETERMINATE, its integrity still passed")
    func forgotten() throws {
        var archive = try Archive()
        try archive.stamp(by: Self.first, at: TestPKI.clock + 3600)
        let report = archive.report(at: years(12))
        #expect(report.conclusion.indication == .indeterminate)
        #expect(report.signatures[0].checks.integrity == .passed)
        #expect(report.signatures[0].bestSignatureTime == nil)
    }

    @Test("a digest function that ends between two renewals does no harm")
    func sunset() throws {
        var crypto = CryptoPolicy.ts119312
        crypto.digests[.sha256] = years(7.6)
        let moment = years(7.55)
        let fresh = try Self.freshAboutThird(at: moment)
        let archive = try Self.renewed()
        let early = archive.report(at: moment, fresh, crypto: crypto)
        #expect(early.conclusion.indication == .totalPassed)
        // After its end the newest stamp itself relies on it: a renewal came too late.
        let late = archive.report(at: years(8), fresh, crypto: crypto)
        #expect(late.conclusion.indication == .indeterminate)
    }

    @Test("a unit whose key was compromised proves nothing from then on")
    func compromised() throws {
        let status = CertificateStatus.revoked(at: years(6), reason: .keyCompromise)
        let moment = years(12)
        let report = try Self.renewed(secondStatus: status).report(
            at: moment, Self.freshAboutThird(at: moment))
        #expect(report.conclusion.indication == .indeterminate)
        #expect(report.signatures[0].checks.timestamp != .passed)
    }

    @Test("a unit that was closed leaves the time-stamps it made before valid (RFC 3161, 4)")
    func closed() throws {
        let status = CertificateStatus.revoked(at: years(6), reason: .cessationOfOperation)
        let moment = years(12)
        let report = try Self.renewed(secondStatus: status).report(
            at: moment, Self.freshAboutThird(at: moment))
        #expect(report.signatures[0].reasons == [])
    }

    @Test("an archive time-stamp over other bytes proves nothing")
    func foreignStamp() throws {
        var archive = try Archive()
        let token = try pki.timestamp(
            over: DigestAlgorithm.sha256.digest([1]), at: TestPKI.clock + 60, by: Self.first)
        archive.document = try archive.document.addingArchiveTimestamp(token.der)
        let report = archive.report(at: TestPKI.clock + 3600)
        #expect(report.conclusion.indication == .totalPassed)
        #expect(report.signatures[0].level < .archived)
        #expect(report.signatures[0].checks.timestamp == .failed)
    }
}
