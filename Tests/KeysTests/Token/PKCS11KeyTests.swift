// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keys
import TestSupport
import Testing
import Trust

/// The real driver SoftHSM2 through the real process.
@Suite(
    "Keys on PKCS #11 tokens", .serialized,
    .enabled(if: SoftHSM.absence == nil, "\(SoftHSM.absence ?? "")"))
struct PKCS11KeyTests {
    private let pki = TestPKI.shared
    private let softHSM: SoftHSM
    private let folder: TemporaryFolder
    private let store: KeyStore
    private let label: String
    private let clock = TestPKI.clock
    private var helper: String { SoftHSM.helper }
    private static let identifiers = ["ec": "01", "rsa": "02"]

    init() throws {
        softHSM = try SoftHSM.shared.get()
        folder = try TemporaryFolder()
        store = try KeyStore(directory: folder.file("store"))
        label = "T\(UInt32.random(in: 0 ... .max))"
        try softHSM.makeToken(label, [("01", pki.signer), ("02", pki.rsaSigner)])
    }

    private func token() async throws -> Token {
        let tokens = try await KeyStore.tokens(of: softHSM.module, helper: helper)
        return try #require(tokens.first { $0.label == label })
    }

    /// Registers a certificate of the token as a key.
    private func register(_ kind: String = "ec") async throws {
        let identifier: UInt8 = kind == "ec" ? 1 : 2
        let candidates = try await token().candidates(for: .signing)
        let candidate = try #require(candidates.first { $0.entry.keyID == [identifier] })
        try store.register(
            candidate, of: softHSM.module, name: kind, purpose: .signing,
            acceptance: CertificateAcceptance(trust: pki.policy), now: clock)
    }

    private func pin(_ text: String = SoftHSM.pin) -> SecretBytes {
        SecretBytes(copying: Array(text.utf8))
    }

    private func open(_ kind: String = "ec", _ pin: SecretBytes? = nil) async throws -> PKCS11Key {
        try await store.openToken(kind, pin: pin ?? self.pin(), helper: helper, now: clock)
    }

    @Test("a token is listed with its certificates, and needs no PIN for it")
    func lists() async throws {
        let token = try await token()
        #expect(token.pin == .good && !token.hasOwnKeypad && token.model == "SoftHSM v2")
        #expect(token.entries.count == 3)
        let candidates = token.candidates(for: .signing)
        #expect(Set(candidates.map(\.entry.keyID)) == [[1], [2]])
        #expect(candidates.allSatisfy { $0.chain.count == 2 })
        #expect(token.candidates(for: .authentication).isEmpty)
        let process = try TokenProcess(helper: helper, module: softHSM.module)
        guard case .health(let library) = try await process.ask(.health) else {
            Issue.record("no health")
            return
        }
        #expect(library.manufacturer == "SoftHSM" && library.tokens >= 1)
    }

    @Test("a registered key signs for CMS and XML, and stores no secret", arguments: ["ec", "rsa"])
    func signs(_ kind: String) async throws {
        try await register(kind)
        let listed = try #require(try store.list().first)
        #expect(listed.name == kind && listed.kind == nil && listed.summary.contains(label))
        var key = try await open(kind)
        let message = Array("message".utf8)
        for _ in 0..<2 {
            let value = try await key.cmsSignature(over: message)
            let publicKey = try #require(key.certificate).publicKey
            #expect(
                publicKey.verify(signature: value, over: message, algorithm: key.algorithm)
                    == .valid)
            _ = try await key.xmlSignature(over: message)
            key.usePSS()
        }
        #expect(key.algorithm == (kind == "ec" ? .ecdsa(.sha256) : .rsaPSS(.sha256)))
        let names = try FileManager.default.contentsOfDirectory(
            atPath: folder.file("store/\(kind)"))
        #expect(Set(names) == ["certificates.pem", "token.json", "attempts.json"])
        try store.remove(kind)
        #expect(try store.list().isEmpty)
    }

    @Test("openssl verifies what the token signed")
    func openssl() async throws {
        try await register()
        let message = Array("message".utf8)
        try folder.write(message, to: "message")
        try folder.write(try await open().cmsSignature(over: message), to: "signature")
        let key = PEMText.publicKey(pki.signer.certificate.publicKey)
        try folder.write(Array(key.utf8), to: "key.pem")
        try Tool.run(
            "openssl",
            [
                "dgst", "-sha256", "-verify", folder.file("key.pem"), "-signature",
                folder.file("signature"), folder.file("message"),
            ])
    }

    @Test("a wrong PIN is counted before it is tried, and not tried again at once (KC-11)")
    func wrongPIN() async throws {
        try await register()
        await #expect(throws: TokenError.refused(.wrongPIN(.countLow))) {
            try await open("ec", pin("000000"))
        }
        #expect(try store.key(named: "ec").failures == 1)
        await #expect(throws: KeyStoreError.tooSoon(until: clock + 1)) { try await open() }
        _ = try await store.openToken("ec", pin: pin(), helper: helper, now: clock + 1)
        #expect(try store.key(named: "ec").failures == 0)
    }

    @Test("what cannot be a PIN is not tried", arguments: ["", String(repeating: "1", count: 256)])
    func unusablePIN(_ text: String) async throws {
        try await register()
        await #expect(throws: TokenError.unusablePIN) { try await open("ec", pin(text)) }
        #expect(try store.key(named: "ec").failures == 0)
    }

    @Test("what was not tried is not counted: the token is gone")
    func absentToken() async throws {
        try await register()
        try Tool.run("softhsm2-util", ["--delete-token", "--token", label])
        await #expect(throws: TokenError.refused(.noToken)) { try await open() }
        #expect(try store.key(named: "ec").failures == 0)
    }

    @Test("a killed process is told, and a new one works")
    func killed() async throws {
        try await register()
        let process = try TokenProcess(helper: helper, module: softHSM.module)
        let identifier = try #require(process.identifier)
        kill(identifier, SIGKILL)
        await #expect(throws: TokenError.ended) { try await process.ask(.health) }
        await #expect(throws: TokenError.ended) { try await process.ask(.health) }
        _ = try await open()
    }

    @Test("nothing is signed without logging in")
    func notOpen() async throws {
        let process = try TokenProcess(helper: helper, module: softHSM.module)
        await #expect(throws: TokenError.refused(.notOpen)) {
            try await process.ask(.sign(.ecdsa, data: [UInt8](repeating: 1, count: 32)))
        }
    }

    @Test("an unknown key on a token is named")
    func unknownKey() async throws {
        let serial = try await token().serial
        let process = try TokenProcess(helper: helper, module: softHSM.module)
        let request = TokenRequest.open(serial: serial, keyID: [9], usesLastTry: false)
        await #expect(throws: TokenError.refused(.noKey)) {
            try await process.ask(request, secret: pin())
        }
    }

    @Test("a key that wants the PIN before each signature gets it (CKA_ALWAYS_AUTHENTICATE)")
    func alwaysAuthenticated() async throws {
        try Tool.run(
            "pkcs11-tool",
            [
                "--module", softHSM.module.path, "--token-label", label, "--login", "--pin",
                SoftHSM.pin, "--keypairgen", "--key-type", "EC:prime256v1", "--id", "03",
                "--always-auth",
            ])
        let serial = try await token().serial
        let process = try TokenProcess(helper: helper, module: softHSM.module)
        let request = TokenRequest.open(serial: serial, keyID: [3], usesLastTry: false)
        #expect(try await process.ask(request, secret: pin()) == .opened)
        for _ in 0..<2 {
            let reply = try await process.ask(
                .sign(.ecdsa, data: [UInt8](repeating: 1, count: 32)))
            guard case .signed(let value) = reply else {
                Issue.record("\(reply)")
                return
            }
            #expect(value.count == 64)
        }
    }

    @Test("a login certificate is not registered for signing (KC-31)")
    func acceptance() async throws {
        let candidates = try await token().candidates(for: .signing)
        let candidate = try #require(candidates.first { $0.entry.keyID == [1] })
        #expect(throws: KeyStoreError.certificateRefused([.expired(TestPKI.notAfter)])) {
            try store.register(
                candidate, of: softHSM.module, name: "old", purpose: .signing,
                acceptance: .withoutAnchors, now: TestPKI.notAfter + 1)
        }
        #expect(throws: KeyStoreError.certificateRefused([.notForAuthentication])) {
            try store.register(
                candidate, of: softHSM.module, name: "login", purpose: .authentication,
                acceptance: .withoutAnchors, now: clock)
        }
        #expect(try store.list().isEmpty)
    }
}

enum PEMText {
    static func publicKey(_ key: PublicKey) -> String {
        let text = Data(key.subjectPublicKeyInfo).base64EncodedString(
            options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN PUBLIC KEY-----\n\(text)\n-----END PUBLIC KEY-----\n"
    }
}
