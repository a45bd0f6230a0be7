// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keys
import TestSupport
import Testing
import Trust

@Suite(
    "PKCS #12 files made by openssl",
    .enabled(if: Tool.path("openssl") != nil, "openssl is not installed"))
struct PKCS12FileTests {
    private let pki = TestPKI.shared
    private let folder: TemporaryFolder
    private static let secret = "zwölf Rosen"

    init() throws { folder = try TemporaryFolder() }

    /// What `openssl pkcs12 -export` makes of an identity with its issuer.
    private func file(
        _ identity: TestIdentity? = nil, certificate: Certificate? = nil, _ options: [String] = []
    ) throws -> [UInt8] {
        let identity = identity ?? pki.signer
        try folder.write(Array(identity.key.pem.utf8), to: "key.pem")
        try folder.write(Array((certificate ?? identity.certificate).pem.utf8), to: "own.pem")
        try folder.write(Array(pki.issuing.certificate.pem.utf8), to: "issuer.pem")
        try folder.write(Array(Self.secret.utf8), to: "secret")
        try Tool.run(
            "openssl",
            [
                "pkcs12", "-export", "-inkey", folder.file("key.pem"), "-in",
                folder.file("own.pem"), "-certfile", folder.file("issuer.pem"), "-passout",
                "file:" + folder.file("secret"), "-out", folder.file("out.p12"),
            ] + options)
        return try folder.read("out.p12")
    }

    private func open(
        _ file: [UInt8], _ secret: String = secret
    ) throws(PKCS12Error) -> SoftwareKey {
        try PKCS12File(parsing: file).open(passphrase: passphrase(secret))
    }

    @Test(
        "PBES2 with AES is opened, with any MAC that is a digest, and none",
        arguments: [
            [], ["-keypbe", "AES-128-CBC", "-certpbe", "AES-192-CBC"], ["-macalg", "SHA1"],
            ["-macalg", "SHA512", "-iter", "5000"], ["-nomac"], ["-certpbe", "NONE"],
        ])
    func opens(_ options: [String]) throws {
        let key = try open(file(nil, options))
        #expect(key.certificateChain == [pki.signer.certificate, pki.issuing.certificate])
        let message = Array("message".utf8)
        let value = try key.signature(over: message)
        #expect(
            pki.signer.certificate.publicKey.verify(
                signature: value, over: message, algorithm: key.algorithm) == .valid)
    }

    @Test("an RSA key is opened")
    func rsa() throws {
        #expect(try open(file(pki.rsaSigner)).kind == .rsa3072)
    }

    @Test(
        "older protection is refused by its name",
        arguments: [
            (["-keypbe", "PBE-SHA1-3DES"], "Triple DES (PKCS #12)"),
            (["-certpbe", "PBE-SHA1-3DES"], "Triple DES (PKCS #12)"),
            (["-legacy"], "40-bit RC2"), (["-certpbe", "DES-EDE3-CBC"], "Triple DES"),
            (["-keypbe", "NONE"], "nothing (a key in the clear)"),
        ])
    func refusedByName(_ options: [String], _ name: String) throws {
        let bytes = try file(nil, options)
        #expect(throws: PKCS12Error.unsupported(name)) { try open(bytes) }
    }

    @Test("a wrong passphrase is told, with a MAC and without", arguments: [[], ["-nomac"]])
    func wrongPassphrase(_ options: [String]) throws {
        let bytes = try file(nil, options)
        #expect(throws: PKCS12Error.wrongPassphrase) { try open(bytes, "vierzehn Rosen") }
    }

    @Test("what asks for too much computation is refused before any is done")
    func iterations() throws {
        let bytes = try file(nil, ["-iter", "2048", "-maciter"])
        var changed = Data(bytes)
        let range = try #require(changed.range(of: Data([0x02, 0x02, 0x08, 0x00])))
        changed.replaceSubrange(range, with: [0x02, 0x02, 0x7F, 0xFF])
        // Another count still: it decrypts to nothing sensible, in good time.
        #expect(throws: PKCS12Error.wrongPassphrase) { try open(Array(changed)) }
        var costly = try file(nil, ["-iter", "100000"])
        let count: [UInt8] = [0x02, 0x03, 0x01, 0x86, 0xA0]
        let position = try #require(Data(costly).range(of: Data(count))).lowerBound
        costly.replaceSubrange(position..<position + 5, with: [0x02, 0x03, 0x7F, 0xFF, 0xFF])
        #expect(throws: PKCS12Error.tooCostly) { try open(costly) }
    }

    @Test("a file without a certificate for its key, or without a key, is refused")
    func incomplete() throws {
        let certificatesOnly = try file(nil, ["-nokeys"])
        #expect(throws: PKCS12Error.noKey) { try open(certificatesOnly) }
        let keyOnly = try file(nil, ["-nocerts"])
        #expect(throws: PKCS12Error.noCertificate) { try open(keyOnly) }
    }

    @Test("no changed byte crashes, and none passes for the whole file")
    func mutations() throws {
        let bytes = try file(nil, ["-iter", "1"])
        for index in stride(from: 0, to: bytes.count, by: 7) {
            var changed = bytes
            changed[index] ^= 0x41
            _ = try? open(changed)
            _ = try? open(Array(bytes.prefix(index)))
        }
        #expect(throws: PKCS12Error.notPKCS12) { try open([]) }
        #expect(throws: PKCS12Error.notPKCS12) { try open(Array("no file".utf8)) }
    }

    @Test("a key is adopted after the checks of KC-31, and lies encrypted at once (KC-30)")
    func adopts() throws {
        let store = try KeyStore(directory: folder.file("store"))
        let key = try open(file())
        let acceptance = CertificateAcceptance(trust: pki.policy)
        func adopt(
            _ name: String, _ purpose: KeyPurpose = .signing, now: Date = TestPKI.clock,
            by acceptance: CertificateAcceptance = acceptance
        ) throws {
            try store.adopt(
                key, name: name, purpose: purpose, passphrase: passphrase(),
                acceptance: acceptance, now: now)
        }
        #expect(throws: KeyStoreError.certificateRefused([.notForAuthentication])) {
            try adopt("login", .authentication)
        }
        #expect(throws: KeyStoreError.certificateRefused([.expired(TestPKI.notAfter)])) {
            try adopt("old", now: TestPKI.notAfter + 1, by: .withoutAnchors)
        }
        var foreign = acceptance
        foreign.trust.anchors = TrustAnchors([pki.tsa.certificate])
        #expect(throws: KeyStoreError.self) { try adopt("foreign", by: foreign) }
        #expect(try store.list().isEmpty)
        try adopt("doctor")
        let opened = try store.unlockForUse(
            "doctor", passphrase: passphrase(), now: TestPKI.clock)
        #expect(opened.publicKey == key.publicKey)
        #expect(opened.certificateChain == key.certificateChain)
    }
}
