// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Trust

@Suite("Certificate chains (AS-02)")
struct CertificateChainTests {
    private let pki = TestPKI.shared
    private let usual: [CertificateExtension] = [.keyUsage(.contentCommitment)]

    private func found(_ identity: TestIdentity) -> CertificateChain? {
        pki.anchors.chains(from: identity.certificate, through: identity.chain).first
    }

    private func faults(
        _ identity: TestIdentity, at moment: Date = TestPKI.clock,
        for purpose: CertificatePurpose = .signing
    ) throws -> [PathFault.Kind] {
        try #require(found(identity)).faults(at: moment, for: purpose, crypto: .ts119312).map(
            \.kind)
    }

    private func authority(
        _ name: String, serial: UInt8, by issuer: TestIdentity? = nil,
        _ extensions: [CertificateExtension] = [
            .basicConstraints(BasicConstraints(isAuthority: true)),
            .keyUsage([.keyCertSign, .cRLSign]),
        ]
    ) throws -> TestIdentity {
        try pki.issue(
            commonName: name, serial: serial, by: issuer ?? pki.root, extensions: extensions)
    }

    @Test("a good chain has no faults, our own and openssl's")
    func good() throws {
        #expect(try faults(pki.signer) == [])
        #expect(try faults(pki.rsaSigner, for: .contentCommitment) == [])
        #expect(try faults(pki.tsa, for: .timeStamping) == [])
        let anchors = TrustAnchors([try OpenSSLVectors.certificate("root")])
        let chains = anchors.chains(
            from: try OpenSSLVectors.certificate("signer"),
            through: [try OpenSSLVectors.certificate("issuing")])
        #expect(chains.count == 1 && chains[0].certificates.count == 3)
        #expect(chains[0].faults(at: OpenSSLVectors.moment, for: .contentCommitment).isEmpty)
    }

    @Test("an end entity that is an anchor is its own chain")
    func anchoredEndEntity() {
        let anchors = TrustAnchors([pki.signer.certificate])
        let chains = anchors.chains(from: pki.signer.certificate, through: [])
        #expect(chains.map(\.certificates) == [[pki.signer.certificate]])
        #expect(chains[0].faults(at: TestPKI.clock, for: .signing).isEmpty)
    }

    @Test("validity is checked at the moment given")
    func validity() throws {
        #expect(try faults(pki.signer, at: TestPKI.notBefore) == [])
        #expect(try faults(pki.signer, at: TestPKI.notAfter) == [])
        #expect(try faults(pki.signer, at: TestPKI.notBefore - 1) == [.notYetValid, .notYetValid])
        #expect(try faults(pki.signer, at: TestPKI.notAfter + 1) == [.expired, .expired])
    }

    @Test("a certificate signed by another key of the same name is refused")
    func signature() throws {
        let impostor = TestIdentity(
            certificate: pki.issuing.certificate, key: pki.tsa.key, chain: pki.issuing.chain)
        let forged = try pki.issue(
            commonName: "Forged", serial: 50, by: impostor, extensions: usual)
        #expect(try faults(forged) == [.invalidSignature])
    }

    @Test("who is no authority issues nothing")
    func authorities() throws {
        let plain = try authority("Plain", serial: 51, usual)
        let below = try pki.issue(
            commonName: "Below plain", serial: 52, by: plain, extensions: usual)
        #expect(try faults(below) == [.notAnAuthority, .mayNotSignCertificates])
        let listsOnly = try authority(
            "Lists only", serial: 53,
            [.basicConstraints(BasicConstraints(isAuthority: true)), .keyUsage(.cRLSign)])
        let under = try pki.issue(commonName: "Under", serial: 54, by: listsOnly, extensions: usual)
        #expect(try faults(under) == [.mayNotSignCertificates])
    }

    @Test("an authority of path length 0 has none below it")
    func pathLength() throws {
        let second = try authority("Second", serial: 55, by: pki.issuing)
        let leaf = try pki.issue(commonName: "Too deep", serial: 56, by: second, extensions: usual)
        #expect(try faults(leaf) == [.pathLengthExceeded])
    }

    @Test("an unknown critical extension refuses, an unknown other one does not")
    func criticalExtensions() throws {
        let unknown: OID = "1.3.6.1.4.1.99999.1"
        for isCritical in [true, false] {
            let odd = CertificateExtension(unknown, isCritical: isCritical, value: .null)
            let leaf = try pki.issue(commonName: "Odd", serial: 57, extensions: usual + [odd])
            #expect(
                try faults(leaf) == (isCritical ? [.unprocessedCriticalExtension(unknown)] : []))
        }
    }

    @Test("malformed and repeated extensions refuse")
    func oddExtensions() throws {
        let malformed = CertificateExtension(.cRLDistributionPoints, value: .integer(1))
        let leaf = try pki.issue(
            commonName: "Odd", serial: 59, extensions: usual + [malformed] + usual)
        #expect(
            try faults(leaf)
                == [.malformedExtension(.cRLDistributionPoints), .repeatedExtension(.keyUsage)])
    }

    @Test(
        "each purpose refuses what lacks it",
        arguments: [
            (CertificatePurpose.timeStamping, PathFault.Kind.wrongExtendedKeyUsage),
            (.ocspSigning, .wrongExtendedKeyUsage), (.revocationLists, .wrongKeyUsage),
            (.clientAuthentication, .wrongKeyUsage), (.serverAuthentication, .wrongKeyUsage),
        ])
    func purposes(_ purpose: CertificatePurpose, _ fault: PathFault.Kind) throws {
        #expect(try faults(pki.signer, for: purpose) == [fault])
    }

    @Test("a time-stamp authority's purpose must be critical and alone")
    func timeStampingPurpose() throws {
        for (purposes, isCritical) in [
            ([OID.timeStamping], false), ([.timeStamping, .clientAuth], true),
        ] {
            let extensions: [CertificateExtension] = [
                .keyUsage(.digitalSignature), .extendedKeyUsage(purposes, isCritical: isCritical),
            ]
            let leaf = try pki.issue(commonName: "TSU", serial: 60, extensions: extensions)
            #expect(try faults(leaf, for: .timeStamping) == [.wrongExtendedKeyUsage])
        }
    }

    @Test("an authentication certificate commits to nothing (KC-31)")
    func contentCommitment() throws {
        let leaf = try pki.issue(
            commonName: "Login", serial: 61,
            extensions: [.keyUsage(.digitalSignature), .extendedKeyUsage([.clientAuth])])
        #expect(try faults(leaf, for: .clientAuthentication) == [])
        #expect(try faults(leaf, for: .contentCommitment) == [.wrongKeyUsage])
    }

    @Test("of several issuers of one name the one that signed is taken, loops end")
    func candidates() throws {
        let rollover = try TestPKI.issue(
            pki.issuing.certificate.subject, serial: 62, key: TestKey.p256(named: "rollover"),
            by: pki.root,
            extensions: [
                .basicConstraints(BasicConstraints(isAuthority: true)), .keyUsage(.keyCertSign),
            ])
        let anonymous = try CertificateBuilder(
            serialNumber: SerialNumber(magnitude: [63]), issuer: rollover.certificate.subject,
            subject: pki.signer.certificate.subject, notBefore: TestPKI.notBefore,
            notAfter: TestPKI.notAfter, publicKey: pki.signer.certificate.publicKey
        ).issue(algorithm: .ecdsa(.sha256), sign: rollover.key.sign)
        let chains = pki.anchors.chains(
            from: anonymous,
            through: [
                pki.issuing.certificate, rollover.certificate, anonymous, pki.root.certificate,
            ])
        #expect(chains.count == 1)
        let good = chains.filter { $0.faults(at: TestPKI.clock, for: .signing).isEmpty }
        #expect(good.map { $0.certificates[1] } == [rollover.certificate])
    }

    @Test("weak algorithms are refused from their end date on")
    func weakAlgorithms() throws {
        let strict = CryptoPolicy(
            digests: [.sha256: TestPKI.clock],
            keys: [.ecdsa: [.init(minimumInBits: 256, until: .distantFuture)]])
        let chain = try #require(found(pki.signer))
        #expect(chain.faults(at: TestPKI.clock - 1, for: .signing, crypto: strict).isEmpty)
        #expect(
            chain.faults(at: TestPKI.clock, for: .signing, crypto: strict).map(\.kind)
                == [.weakAlgorithm("SHA-256"), .weakAlgorithm("SHA-256")])
    }
}

@Suite("Dates of algorithms (RS-04)")
struct CryptoPolicyTests {
    private static func date(_ text: String) -> Date {
        ASN1Time.generalizedTime(Array("\(text)000000Z".utf8)) ?? .distantPast
    }

    @Test(
        "RSA PKCS #1 v1.5 ends with 2028, P-256 and PSS over 3000 bits do not",
        arguments: [
            ("20240601", true), ("20261120", true), ("20281231", true), ("20290102", false),
        ])
    func sunset(_ day: String, _ isGood: Bool) {
        let (rsa, ec) = (
            TestPKI.shared.rsaSigner.certificate.publicKey,
            TestPKI.shared.signer.certificate.publicKey
        )
        let (policy, moment) = (CryptoPolicy.ts119312, Self.date(day))
        #expect((policy.refusal(of: .rsaPKCS1(.sha256), key: rsa, at: moment) == nil) == isGood)
        #expect(policy.refusal(of: .rsaPSS(.sha256), key: rsa, at: moment) == nil)
        #expect(policy.refusal(of: .ecdsa(.sha256), key: ec, at: moment) == nil)
        #expect(policy.refusal(of: .ecdsa(.sha1), key: ec, at: moment) == "SHA-1")
    }
}
