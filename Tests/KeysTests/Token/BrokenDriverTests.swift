// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Trust

@testable import Keys

/// Drivers as bad as they come: small C libraries, compiled here.
@Suite(
    "Broken PKCS #11 drivers",
    .enabled(
        if: Tool.path("cc") != nil
            && FileManager.default.isExecutableFile(atPath: SoftHSM.helper),
        "a C compiler (cc) and econnector-token are needed"))
struct BrokenDriverTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A library whose C_Initialize does what `body` says, and C_Login what `login` says; its token
    /// has the flags named.
    private func module(
        _ body: String, _ flags: String = "0", login: String = "return CKR_PIN_INCORRECT;"
    ) throws -> TokenModule {
        let source = """
            #include <p11-kit/pkcs11.h>
            #include <stdlib.h>
            #include <unistd.h>
            static CK_RV initialize(void *arguments) { \(body) }
            static CK_RV slots(CK_BBOOL present, CK_SLOT_ID *list, CK_ULONG *count)
            { list[0] = 0; *count = 1; return CKR_OK; }
            static CK_RV token(CK_SLOT_ID slot, CK_TOKEN_INFO *found)
            { memset(found, ' ', sizeof *found); found->serialNumber[0] = '7';
              found->flags = CKF_TOKEN_INITIALIZED | CKF_USER_PIN_INITIALIZED | CKF_LOGIN_REQUIRED
                | TOKEN_FLAGS; return CKR_OK; }
            static CK_RV session(CK_SLOT_ID a, CK_FLAGS b, void *c, CK_NOTIFY d, CK_SESSION_HANDLE *e)
            { *e = 1; return CKR_OK; }
            static CK_RV login(CK_SESSION_HANDLE a, CK_USER_TYPE b, CK_UTF8CHAR *c, CK_ULONG d)
            { \(login) }
            static CK_RV begin(CK_SESSION_HANDLE a, CK_ATTRIBUTE *b, CK_ULONG c) { return CKR_OK; }
            static CK_RV find(CK_SESSION_HANDLE a, CK_OBJECT_HANDLE *b, CK_ULONG c, CK_ULONG *d)
            { *d = 0; return CKR_OK; }
            static CK_FUNCTION_LIST list;
            CK_RV C_GetFunctionList(CK_FUNCTION_LIST **answer) {
                list.C_Initialize = initialize; list.C_GetSlotList = slots;
                list.C_GetTokenInfo = token; list.C_OpenSession = session; list.C_Login = login;
                list.C_FindObjectsInit = begin; list.C_FindObjects = find;
                *answer = &list; return CKR_OK; }
            """
        try folder.write(Array("#include <string.h>\n\(source)".utf8), to: "driver.c")
        try Tool.run(
            "cc",
            [
                "-shared", "-fPIC", "-w", "-I/usr/include/p11-kit-1",
                "-DTOKEN_FLAGS=\(flags)", "-o", folder.file("driver.so"),
                folder.file("driver.c"),
            ])
        return try TokenModule(registering: folder.file("driver.so"))
    }

    private func driver(_ body: String, _ flags: String = "0") throws -> TokenProcess {
        try TokenProcess(helper: SoftHSM.helper, module: module(body, flags))
    }

    /// A store that knows a key on the token of a driver.
    private func store(_ module: TokenModule) throws -> KeyStore {
        let store = try KeyStore(directory: folder.file("store"))
        let chain = TestPKI.shared.signer.chain
        let entry = Token.Entry(keyID: [1], label: "", certificate: chain[0].der)
        let token = Token(
            label: "broken", serial: "7", model: "", pin: .good, hasOwnKeypad: false,
            entries: [entry])
        try store.register(
            TokenCandidate(token: token, entry: entry, chain: chain), of: module, name: "key",
            purpose: .signing, acceptance: CertificateAcceptance(trust: TestPKI.shared.policy),
            now: TestPKI.clock)
        return store
    }

    @Test("a driver that dies with the PIN in hand has used up the attempt (KC-11)")
    func diesDuringLogin() async throws {
        let store = try store(module("return CKR_OK;", login: "abort();"))
        let pin = SecretBytes(copying: [0x31])
        await #expect(throws: TokenError.ended) {
            try await store.openToken(
                "key", pin: pin, helper: SoftHSM.helper, now: TestPKI.clock)
        }
        #expect(try store.key(named: "key").failures == 1)
        await #expect(throws: KeyStoreError.tooSoon(until: TestPKI.clock + 1)) {
            try await store.openToken(
                "key", pin: pin, helper: SoftHSM.helper, now: TestPKI.clock)
        }
    }

    @Test("a last try that is kept is no attempt, one that is spent is (KC-11)")
    func keptTry() async throws {
        let store = try store(module("return CKR_OK;", "CKF_USER_PIN_FINAL_TRY"))
        let pin = SecretBytes(copying: [0x31])
        #expect(try await store.token(ofKeyNamed: "key", helper: SoftHSM.helper).pin == .finalTry)
        for (usesLastTry, refusal, failures) in [
            (false, TokenRefusal.notTried(.finalTry), 0), (true, .wrongPIN(.finalTry), 1),
        ] {
            await #expect(throws: TokenError.refused(refusal)) {
                try await store.openToken(
                    "key", pin: pin, helper: SoftHSM.helper, now: TestPKI.clock,
                    usesLastTry: usesLastTry)
            }
            #expect(try store.key(named: "key").failures == failures)
        }
    }

    private func process(_ path: String) throws -> TokenProcess {
        try TokenProcess(helper: SoftHSM.helper, module: TokenModule(registering: path))
    }

    private let openRequest = TokenRequest.open(serial: "7", keyID: [1], usesLastTry: false)

    @Test("one that hangs is stopped")
    func hangs() async throws {
        let process = try driver("for (;;) pause();")
        await #expect(throws: TokenError.timedOut) {
            try await process.ask(.health, within: .milliseconds(300))
        }
        #expect(process.identifier == nil)
        await #expect(throws: TokenError.ended) { try await process.ask(.health) }
    }

    @Test("one that crashes costs its own process only")
    func crashes() async throws {
        let process = try driver("abort();")
        await #expect(throws: TokenError.ended) { try await process.ask(.health) }
    }

    @Test("one that closes or writes to standard output does not reach our answers")
    func writes() async throws {
        let process = try driver(#"write(1, "garbage garbage", 15); return CKR_HOST_MEMORY;"#)
        let refusal = TokenRefusal.driver(function: "C_Initialize", code: 2)
        await #expect(throws: TokenError.refused(refusal)) { try await process.ask(.health) }
    }

    @Test(
        "a program that answers nonsense is stopped",
        arguments: [
            (#"printf '\000\000\000\002\000\000\000\000{}'; cat"#, TokenError.garbage),
            (#"printf 'HTTP/1.1 200'; cat"#, .garbage), ("exit 0", .ended),
        ])
    func nonsense(_ script: String, _ error: TokenError) async throws {
        try folder.write(Array("#!/bin/sh\n\(script)\n".utf8), to: "helper")
        chmod(folder.file("helper"), 0o700)
        let module = try TokenModule(registering: folder.file("helper"))
        let process = try TokenProcess(helper: folder.file("helper"), module: module)
        await #expect(throws: error) { try await process.ask(.health) }
    }

    @Test("a file that is no library is refused")
    func noLibrary() async throws {
        try folder.write(Array("no library".utf8), to: "text.so")
        let process = try process(folder.file("text.so"))
        await #expect(throws: TokenError.refused(.noModule)) { try await process.ask(.list) }
    }

    @Test("the last try of a PIN is spent only on demand (KC-11)")
    func finalTry() async throws {
        let process = try driver("return CKR_OK;", "CKF_USER_PIN_FINAL_TRY")
        let pin = SecretBytes(copying: [0x31])
        await #expect(throws: TokenError.refused(.notTried(.finalTry))) {
            try await process.ask(openRequest, secret: pin)
        }
        await #expect(throws: TokenError.refused(.wrongPIN(.finalTry))) {
            try await process.ask(
                .open(serial: "7", keyID: [1], usesLastTry: true), secret: pin)
        }
    }

    @Test(
        "a locked token, or one without a PIN, is never tried",
        arguments: [
            ("CKF_USER_PIN_LOCKED", PINState.locked), ("CKF_USER_PIN_COUNT_LOW", .countLow),
        ])
    func locked(_ flag: String, _ state: PINState) async throws {
        let process = try driver("return CKR_OK;", flag)
        let refusal: TokenRefusal = state == .locked ? .notTried(.locked) : .wrongPIN(.countLow)
        await #expect(throws: TokenError.refused(refusal)) {
            try await process.ask(openRequest, secret: SecretBytes(copying: [0x31]))
        }
    }

    @Test("a module that was changed since, or that others may change, is not loaded")
    func changedModule() throws {
        try folder.write([1], to: "module.so")
        let path = folder.file("module.so")
        let module = try TokenModule(registering: path)
        try folder.write([2], to: "module.so")
        #expect(throws: TokenError.changedModule(path)) {
            try TokenProcess(helper: SoftHSM.helper, module: module)
        }
        chmod(path, 0o666)
        #expect(throws: TokenError.exposedModule(path)) { try TokenModule(registering: path) }
        #expect(throws: TokenError.unusableModule("module.so")) {
            try TokenModule(registering: "module.so")
        }
        #expect(throws: TokenError.unusableModule(folder.path)) {
            try TokenModule(registering: folder.path)
        }
    }

    @Test("a helper that is not there is told")
    func noHelper() throws {
        try folder.write([1], to: "module.so")
        let module = try TokenModule(registering: folder.file("module.so"))
        #expect(throws: TokenError.cannotStart(code: ENOENT)) {
            try TokenProcess(helper: folder.file("none"), module: module)
        }
    }
}
