// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keys
import TestSupport
import Testing
import Trust

@testable import Sandbox

/// A generator that gives the same octets for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator, Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

let clock = Date(timeIntervalSince1970: 1_795_168_800.75)
let addresses = PKIAddresses(base: "http://127.0.0.1:48311")
let doctor = CertificateSubject(givenName: "Camille", surname: "Exemple", serialNumber: "90000001")

func foundedAuthority() throws -> CertificateAuthority {
    var generator = SeededGenerator(state: 1)
    return try CertificateAuthority(founding: addresses, using: &generator)
}

@Suite("Sandbox authority: founding and enrolment")
struct CertificateAuthorityTests {
    private var generator = SeededGenerator(state: 2)

    /// Enrols a fresh key under a profile.
    private mutating func enrol(
        _ profile: CertificateProfile, with authority: inout CertificateAuthority
    ) throws -> [Certificate] {
        let key = try SoftwareKey(drawing: &generator)
        let request = try key.certificationRequest(
            subject: DistinguishedName([(.commonName, "Ignored")]))
        return try authority.enrol(
            request.der, profile: profile, subject: doctor, now: clock, using: &generator)
    }

    @Test("the same seed gives the same keys, names and serial numbers")
    func deterministic() throws {
        let (first, second) = (try foundedAuthority(), try foundedAuthority())
        #expect(first.root.certificate.publicKey == second.root.certificate.publicKey)
        #expect(Set(first.issued.keys) == Set(second.issued.keys))
        #expect(first.root.certificate.tbs == second.root.certificate.tbs)
    }

    @Test("a signing certificate is as EN 319 412-2 wants it")
    mutating func signature() throws {
        var authority = try foundedAuthority()
        let chain = try enrol(.signature, with: &authority)
        let certificate = chain[0]
        let extensions = certificate.extensions
        #expect(
            certificate.subject.description
                == "CN=Camille Exemple,serialNumber=90000001,SN=Exemple,givenName=Camille,C=LU")
        #expect(
            extensions.keyUsage == .contentCommitment && extensions[.keyUsage]?.isCritical == true)
        #expect(extensions.extendedKeyUsage == nil && extensions.basicConstraints == nil)
        #expect(extensions.policies == [.policyNCPPlus] && extensions.qcStatements == nil)
        #expect(extensions.ocspURLs == [addresses.ocsp, addresses.secondOCSP])
        #expect(extensions.caIssuersURLs == [addresses.issuingCertificate])
        #expect(extensions.distributionPoints.flatMap(\.urls) == [addresses.issuingList])
        #expect(
            extensions.authorityKeyIdentifier?.keyIdentifier
                == authority.issuing.certificate.publicKey.keyIdentifier)
        #expect(extensions.subjectKeyIdentifier == certificate.publicKey.keyIdentifier)
        #expect(certificate.notBefore < clock && certificate.notAfter > clock + 3 * 365 * 86_400)
        #expect(chain.count == 3 && chain[2] == authority.root.certificate)
    }

    @Test("the qualified variant says so (EN 319 412-5)")
    mutating func qualified() throws {
        var authority = try foundedAuthority()
        let extensions = try enrol(.qualifiedSignature, with: &authority)[0].extensions
        #expect(extensions.policies == [.policyQCPn])
        #expect(
            extensions.qcStatements?.claimsCompliance == true
                && extensions.qcStatements?.claimsQSCD == false)
        #expect(extensions.qcStatements?.types == [.qcTypeSignature])
    }

    @Test(
        "every profile chains, for its purpose and no other",
        arguments: [
            (CertificateProfile.signature, CertificatePurpose.contentCommitment),
            (.qualifiedSignature, .contentCommitment), (.authentication, .clientAuthentication),
            (.localServer, .serverAuthentication), (.ocspResponder, .ocspSigning),
            (.timeStampingUnit, .timeStamping), (.platform, .signing),
        ])
    mutating func purposes(_ profile: CertificateProfile, _ purpose: CertificatePurpose) throws {
        var authority = try foundedAuthority()
        let chain = try enrol(profile, with: &authority)
        let found = try #require(
            authority.anchors.chains(from: chain[0], through: chain).first)
        #expect(found.faults(at: clock, for: purpose, crypto: .ts119312).isEmpty)
        let other: CertificatePurpose = purpose == .timeStamping ? .ocspSigning : .timeStamping
        #expect(!found.faults(at: clock, for: other).isEmpty)
    }

    @Test("a request in PEM is taken, others are refused for their own reason")
    mutating func requests() throws {
        var authority = try foundedAuthority()
        func enrol(_ bytes: [UInt8], _ profile: CertificateProfile = .signature) throws
            -> [Certificate]
        {
            try authority.enrol(
                bytes, profile: profile, subject: doctor, now: clock, using: &generator)
        }
        let key = try SoftwareKey(drawing: &generator)
        let der = try key.certificationRequest(subject: doctor.name).der
        let pem = PEM.text(label: PEM.certificateRequest, der: der)
        #expect(try enrol(Array(pem.utf8))[0].publicKey == key.publicKey)
        #expect(throws: EnrolmentError.keyUsedOtherwise) { try enrol(der, .authentication) }
        #expect(throws: EnrolmentError.notARequest(.notDER)) { try enrol([]) }
        var forged = der
        forged[forged.count - 1] ^= 1
        #expect(throws: EnrolmentError.noProofOfPossession) { try enrol(forged) }
    }

    @Test("it is stored and read back, and a damaged store is said to be damaged")
    mutating func storage() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/pki-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(try CertificateAuthority(loadingFrom: folder) == nil)
        var authority = try foundedAuthority()
        let certificate = try enrol(.signature, with: &authority)[0]
        try authority.revoke(certificate.serialNumber, reason: .superseded, at: TestPKI.clock)
        try authority.save(to: folder)
        let read = try #require(try CertificateAuthority(loadingFrom: folder))
        #expect(read.issued == authority.issued)
        #expect(
            read.root.chain == authority.root.chain
                && read.timeStampingUnit.chain == authority.timeStampingUnit.chain)
        #expect(read.addresses == addresses)
        try FileManager.default.removeItem(atPath: folder + "/issuing.key")
        #expect(throws: PKIStorageError.damaged("issuing.key")) {
            try CertificateAuthority(loadingFrom: folder)
        }
    }
}
