// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keys
import TestSupport
import Testing
import Trust

@Suite("Key store", .serialized)
struct KeyStoreTests {
    private let pki = TestPKI.shared
    private let folder: TemporaryFolder
    private let store: KeyStore
    private let clock = TestPKI.clock

    init() throws {
        folder = try TemporaryFolder()
        store = try KeyStore(directory: folder.file("store"))
    }

    /// A stored key with a certificate of the test PKI.
    private func enrol(
        _ name: String = "doctor", purpose: KeyPurpose = .signing,
        extensions: [CertificateExtension] = [.keyUsage(.contentCommitment)],
        notAfter: Date = TestPKI.notAfter
    ) throws -> Certificate {
        let key = try store.create(
            name: name, kind: .p256, purpose: purpose, passphrase: passphrase(), now: clock)
        let certificate = try issue(for: key.publicKey, extensions, notAfter)
        try store.add(
            [certificate, pki.issuing.certificate], toKeyNamed: name, publicKey: key.publicKey,
            acceptance: CertificateAcceptance(trust: pki.policy), now: clock)
        return certificate
    }

    private func issue(
        for key: PublicKey, _ extensions: [CertificateExtension],
        _ notAfter: Date = TestPKI.notAfter
    ) throws -> Certificate {
        try CertificateBuilder(
            serialNumber: SerialNumber(magnitude: [100]), issuer: pki.issuing.certificate.subject,
            subject: DistinguishedName([(.serialNumber, "1"), (.commonName, "Doctor")]),
            notBefore: TestPKI.notBefore, notAfter: notAfter, publicKey: key, extensions: extensions
        ).issue(algorithm: .ecdsa(.sha256), sign: pki.issuing.key.sign)
    }

    @Test("a key is made, enrolled, listed, opened and signs")
    func wholeLife() async throws {
        let certificate = try enrol()
        let listed = try store.list()
        #expect(listed.map(\.name) == ["doctor"])
        #expect(listed[0].certificate == certificate && listed[0].created == clock)
        #expect(listed[0].kind == .p256 && listed[0].purpose == .signing && listed[0].failures == 0)
        let key = try store.unlockForUse("doctor", passphrase: passphrase(), now: clock)
        let message = Array("message".utf8)
        let der = try await key.cmsSignature(over: message)
        let raw = try await key.xmlSignature(over: message)
        let publicKey = certificate.publicKey
        #expect(publicKey.verify(signature: der, over: message, algorithm: key.algorithm) == .valid)
        #expect(
            publicKey.verify(rawSignature: raw, over: message, algorithm: key.algorithm) == .valid)
        #expect(key.intermediates == [pki.issuing.certificate])
        try store.remove("doctor")
        #expect(try store.list().isEmpty)
    }

    @Test("files are the owner's alone, and no secret stands in them")
    func files() throws {
        _ = try enrol()
        #expect(try folder.mode("store") == 0o700)
        for name in ["device-secret", "doctor/key.cks1", "doctor/certificates.pem"] {
            #expect(try folder.mode("store/\(name)") == 0o600)
        }
        let key = try store.unlock("doctor", passphrase: passphrase(), now: clock)
        let secret = Data(key.pkcs8.suffix(100).prefix(32))
        #expect(Data(try folder.read("store/doctor/key.cks1")).range(of: secret) == nil)
    }

    @Test("a wrong passphrase is counted before it is tried, and delays grow (KC-11)")
    func delays() throws {
        _ = try enrol()
        var now = clock
        for (failures, delay) in [(1, 1.0), (2, 2), (3, 4), (4, 8)] {
            let next = now + delay
            #expect(throws: KeyStoreError.wrongPassphrase(failures: failures, next: next)) {
                try store.unlock("doctor", passphrase: passphrase("wrong passphrase"), now: now)
            }
            #expect(throws: KeyStoreError.tooSoon(until: next)) {
                try store.unlock("doctor", passphrase: passphrase(), now: next - 1)
            }
            now = next
        }
        _ = try store.unlock("doctor", passphrase: passphrase(), now: now)
        #expect(try store.key(named: "doctor").failures == 0)
    }

    @Test("five wrong passphrases pause for 15 minutes, ten lock for good (KC-11)")
    func lockOut() throws {
        _ = try enrol()
        let seconds = Int(clock.timeIntervalSince1970)
        try folder.write(
            Array(#"{"failures":4,"lastAttempt":\#(seconds)}"#.utf8),
            to: "store/doctor/attempts.json")
        let now = clock + 8
        #expect(throws: KeyStoreError.wrongPassphrase(failures: 5, next: now + 900)) {
            try store.unlock("doctor", passphrase: passphrase("wrong passphrase"), now: now)
        }
        #expect(throws: KeyStoreError.locked(until: now + 900)) {
            try store.unlock("doctor", passphrase: passphrase(), now: now + 899)
        }
        try folder.write(
            Array(#"{"failures":9,"lastAttempt":\#(seconds)}"#.utf8),
            to: "store/doctor/attempts.json")
        #expect(throws: KeyStoreError.wrongPassphrase(failures: 10, next: nil)) {
            try store.unlock("doctor", passphrase: passphrase("wrong passphrase"), now: clock + 901)
        }
        #expect(throws: KeyStoreError.locked(until: nil)) {
            try store.unlock("doctor", passphrase: passphrase(), now: clock + 1e9)
        }
    }

    @Test("a process killed during an attempt has used it up")
    func killedAttempt() throws {
        _ = try enrol()
        // What is on disk between counting and evaluating.
        let seconds = Int(clock.timeIntervalSince1970)
        try folder.write(
            Array(#"{"failures":1,"lastAttempt":\#(seconds)}"#.utf8),
            to: "store/doctor/attempts.json")
        #expect(throws: KeyStoreError.tooSoon(until: clock + 1)) {
            try store.unlock("doctor", passphrase: passphrase(), now: clock)
        }
        _ = try store.unlock("doctor", passphrase: passphrase(), now: clock + 1)
    }

    @Test("an attempt that cannot be written down is not evaluated (KC-11)")
    func uncountedAttempt() throws {
        _ = try enrol()
        // The counter's new generation cannot be made here.
        let path = folder.file("store/doctor/attempts.json.new")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        for secret in [passphrase(), passphrase("wrong passphrase")] {
            #expect(throws: FileError(operation: "create", path: path, code: EISDIR)) {
                try store.unlock("doctor", passphrase: secret, now: clock)
            }
        }
        #expect(try store.key(named: "doctor").failures == 0)
    }

    @Test("after the pause each further failure pauses again, for every process (KC-11)")
    func pausesAgain() throws {
        _ = try enrol()
        let seconds = Int(clock.timeIntervalSince1970)
        try folder.write(
            Array(#"{"failures":5,"lastAttempt":\#(seconds)}"#.utf8),
            to: "store/doctor/attempts.json")
        let now = clock + 900
        #expect(throws: KeyStoreError.wrongPassphrase(failures: 6, next: now + 900)) {
            try store.unlock("doctor", passphrase: passphrase("wrong passphrase"), now: now)
        }
        let other = try KeyStore(directory: folder.file("store"))
        #expect(throws: KeyStoreError.locked(until: now + 900)) {
            try other.unlock("doctor", passphrase: passphrase(), now: now + 1)
        }
        _ = try other.unlock("doctor", passphrase: passphrase(), now: now + 900)
    }

    @Test("a damaged counter is no free try")
    func damagedCounter() throws {
        _ = try enrol()
        try folder.write([], to: "store/doctor/attempts.json")
        #expect(throws: KeyStoreError.damaged("the counter of attempts")) {
            try store.unlock("doctor", passphrase: passphrase(), now: clock)
        }
    }

    @Test("another device secret does not open the key, a lost one is said to be lost")
    func deviceSecret() throws {
        _ = try enrol()
        try folder.write([UInt8](repeating: 7, count: 32), to: "store/device-secret")
        #expect(throws: KeyStoreError.wrongPassphrase(failures: 1, next: clock + 1)) {
            try store.unlock("doctor", passphrase: passphrase(), now: clock)
        }
        try DurableFile.remove(folder.file("store/device-secret"))
        #expect(throws: KeyStoreError.damaged("the device secret")) {
            try store.unlock("doctor", passphrase: passphrase(), now: clock + 60)
        }
    }

    @Test("a key file that others may read is not used")
    func openMode() throws {
        _ = try enrol()
        let path = folder.file("store/doctor/key.cks1")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: FileError(operation: "trust", path: path, code: EPERM)) {
            try store.unlock("doctor", passphrase: passphrase(), now: clock)
        }
    }

    @Test("an expired certificate, or none, is told before an attempt is spent")
    func notUsable() throws {
        _ = try enrol(notAfter: clock + 60)
        let secret = passphrase()
        #expect(throws: KeyStoreError.certificateExpired(on: clock + 60)) {
            try store.unlockForUse("doctor", passphrase: secret, now: clock + 61)
        }
        #expect(throws: KeyStoreError.certificateNotYetValid(from: TestPKI.notBefore)) {
            try store.unlockForUse("doctor", passphrase: secret, now: TestPKI.notBefore - 1)
        }
        _ = try store.create(
            name: "new", kind: .p256, purpose: .signing, passphrase: secret, now: clock)
        #expect(throws: KeyStoreError.noCertificate("new")) {
            try store.unlockForUse("new", passphrase: secret, now: clock)
        }
        #expect(try store.key(named: "doctor").failures == 0)
    }

    @Test("a certificate for another key is refused")
    func foreignCertificate() throws {
        let key = try store.create(
            name: "doctor", kind: .p256, purpose: .signing, passphrase: passphrase(), now: clock)
        #expect(throws: KeyStoreError.foreignCertificate) {
            try store.add(
                pki.signer.chain, toKeyNamed: "doctor", publicKey: key.publicKey, acceptance: nil,
                now: clock)
        }
    }

    @Test("a login certificate is refused for signing, with an explanation (KC-31)")
    func authenticationCertificate() throws {
        #expect(throws: KeyStoreError.certificateRefused([.notForSigning])) {
            try enrol(extensions: [.keyUsage(.digitalSignature), .extendedKeyUsage([.clientAuth])])
        }
        #expect(AcceptanceFault.notForSigning.sentence.contains("contentCommitment"))
        #expect(throws: KeyStoreError.certificateRefused([.notForAuthentication])) {
            try enrol("login", purpose: .authentication)
        }
        _ = try enrol(
            "second", purpose: .authentication,
            extensions: [.keyUsage(.digitalSignature), .extendedKeyUsage([.clientAuth])])
    }

    @Test(
        "names that could leave the directory are refused",
        arguments: ["", "..", "a/b", "-a", "A", "é", String(repeating: "a", count: 65)])
    func names(_ name: String) {
        #expect(throws: KeyStoreError.unusableName) {
            try store.create(
                name: name, kind: .p256, purpose: .signing, passphrase: passphrase(), now: clock)
        }
        #expect(throws: KeyStoreError.unknownKey(name)) { try store.key(named: name) }
    }

    @Test("a name is taken once")
    func taken() throws {
        _ = try enrol()
        #expect(throws: KeyStoreError.nameTaken("doctor")) { try enrol() }
    }

    @Test("a weak passphrase is refused and nothing is left behind")
    func weakPassphrase() throws {
        #expect(throws: KeyStoreError.weakPassphrase(.tooShort(minimum: 12))) {
            try store.create(
                name: "doctor", kind: .p256, purpose: .signing, passphrase: passphrase("123456"),
                now: clock)
        }
        #expect(try store.list().isEmpty)
    }
}

@Suite("Acceptance of certificates (KC-31)")
struct CertificateAcceptanceTests {
    private let pki = TestPKI.shared

    private func faults(
        _ certificate: Certificate? = nil, now: Date = TestPKI.clock,
        _ change: (inout CertificateAcceptance) throws -> Void = { _ in }
    ) throws -> [AcceptanceFault] {
        var acceptance = CertificateAcceptance(
            trust: pki.policy, material: ValidationMaterial(certificates: pki.signer.chain),
            subject: [.serialNumber: "900005"])
        try change(&acceptance)
        return acceptance.faults(of: certificate ?? pki.signer.certificate, for: .signing, now: now)
    }

    @Test("accepts what fulfils all")
    func accepts() throws {
        #expect(
            try faults { $0.trust.acceptedPolicies = CertificateAcceptance.usualPolicies } == [])
    }

    @Test("each reason refuses alone")
    func refusals() throws {
        #expect(try faults { $0.subject = [.serialNumber: "1"] } == [.foreignSubject("2.5.4.5")])
        #expect(try faults { $0.trust.acceptedPolicies = [.policyQCPn] } == [.policyNotAccepted])
        #expect(try faults(now: TestPKI.notAfter + 1).first == .expired(TestPKI.notAfter))
        let revoked = try pki.ocspResponse(
            about: pki.signer.certificate, status: .revoked(at: TestPKI.clock - 60, reason: nil))
        #expect(
            try faults {
                $0.material.ocspResponses = [revoked]
                $0.material.revocationLists = [try pki.revocationList()]
            } == [.revoked(TestPKI.clock - 60)])
        let unknown = try faults { $0.trust.anchors = TrustAnchors([pki.tsa.certificate]) }
        #expect(unknown.count == 1)
        guard case .chain(.noCertificateChainFound, _) = unknown.first else {
            Issue.record("\(unknown)")
            return
        }
    }
}
