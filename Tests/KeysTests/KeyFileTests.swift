// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import TestSupport
import Testing
import Trust

@testable import Keys

@Suite("Encrypted key file, version 1 (4.2)")
struct KeyFileTests {
    private static let secret = SecretBytes(copying: [UInt8](repeating: 5, count: 32))
    private static let key = Result { try SoftwareKey(generating: .p256) }
    private static let sealed = Result {
        try KeyFile(
            sealing: key.get(), kind: .p256, purpose: .signing, created: 1_795_168_800, counter: 1,
            passphrase: passphrase(), deviceSecret: secret
        ).bytes
    }

    private func header(_ change: (inout JSONValue) -> Void) throws -> [UInt8] {
        let bytes = try Self.sealed.get()
        let length = Int(bytes[6]) << 8 | Int(bytes[7])
        var value = try JSONDocument(parsing: Array(bytes[8..<(8 + length)])).root
        change(&value)
        let changed = value.serialized()
        let size = withUnsafeBytes(of: UInt32(changed.count).bigEndian) { Array($0) }
        return Array("CKS1".utf8) + size + changed + bytes[(8 + length)...]
    }

    private func set(_ name: String, _ new: JSONValue, in value: inout JSONValue) {
        let members = value.object?.map { $0.name == name ? JSONMember(name, new) : $0 }
        value = .object(members ?? [])
    }

    @Test("opens with passphrase and device secret, and with nothing else")
    func opens() throws {
        let file = try KeyFile(parsing: Self.sealed.get())
        let key = try file.open(passphrase: passphrase(), deviceSecret: Self.secret)
        #expect(key.publicKey == (try Self.key.get().publicKey))
        #expect(throws: KeyFileError.doesNotOpen) {
            try file.open(passphrase: passphrase("vier Rosen am weg"), deviceSecret: Self.secret)
        }
        #expect(throws: KeyFileError.doesNotOpen) {
            try file.open(
                passphrase: passphrase(),
                deviceSecret: SecretBytes(copying: [UInt8](repeating: 6, count: 32)))
        }
    }

    @Test("carries the parameters of the requirement in canonical order")
    func parameters() throws {
        let bytes = try Self.sealed.get()
        let length = Int(bytes[6]) << 8 | Int(bytes[7])
        let text = String(decoding: bytes[8..<(8 + length)], as: UTF8.self)
        #expect(bytes.starts(with: Array("CKS1".utf8)))
        #expect(
            text.hasPrefix(
                #"{"version":1,"kind":"P-256","purpose":"signing","created":1795168800,"counter":1,"kdf":{"name":"scrypt","N":131072,"r":8,"p":1,"salt":"#
            ))
    }

    @Test("a changed header does not open: it is authenticated")
    func authenticatedHeader() throws {
        let changed = try KeyFile(parsing: header { set("counter", 2, in: &$0) })
        #expect(throws: KeyFileError.doesNotOpen) {
            try changed.open(passphrase: passphrase(), deviceSecret: Self.secret)
        }
    }

    @Test("a changed last byte does not open")
    func authenticatedBody() throws {
        var bytes = try Self.sealed.get()
        bytes[bytes.count - 1] ^= 1
        let changed = try KeyFile(parsing: bytes)
        #expect(throws: KeyFileError.doesNotOpen) {
            try changed.open(passphrase: passphrase(), deviceSecret: Self.secret)
        }
    }

    @Test(
        "parameters out of bounds are refused before anything is computed (KC-10)",
        arguments: [
            (1 << 16, 8, 1), (1 << 21, 8, 1), (1 << 17 | 1, 8, 1), (0, 8, 1), (1 << 17, 1, 1),
            (1 << 17, 33, 1), (1 << 17, 8, 5), (1 << 20, 16, 1), (1 << 17, 8, 0), (-1, 8, 1),
        ])
    func costs(_ rounds: Int, _ blockSize: Int, _ parallelism: Int) throws {
        let bytes = try header { value in
            var kdf = value["kdf"] ?? .object([])
            set("N", .int(rounds), in: &kdf)
            set("r", .int(blockSize), in: &kdf)
            set("p", .int(parallelism), in: &kdf)
            set("kdf", kdf, in: &value)
        }
        #expect(throws: KeyFileError.unacceptableParameters) { try KeyFile(parsing: bytes) }
    }

    @Test("what is no key file is refused")
    func foreign() throws {
        let bytes = try Self.sealed.get()
        for length in [0, 4, 8, 60, 300] {
            #expect(throws: KeyFileError.notAKeyFile) {
                try KeyFile(parsing: Array(bytes.prefix(length)))
            }
        }
        #expect(throws: KeyFileError.notAKeyFile) {
            try KeyFile(parsing: Array("CKS2".utf8) + bytes.dropFirst(4))
        }
        #expect(throws: KeyFileError.malformedHeader("/kdf/salt")) {
            try KeyFile(
                parsing: header {
                    set("kdf", ["N": 131_072, "r": 8, "p": 1, "salt": "AA=="], in: &$0)
                })
        }
    }
}

@Suite("Passphrase rules (KC-10)")
struct PassphraseRulesTests {
    @Test(
        "accepts long ones of any script",
        arguments: [
            "vier Rosen am Weg", "zwölf Schäfchen", "correct horse 7 staple", "дванадцать слов тут",
        ])
    func accepts(_ text: String) { #expect(PassphraseRules.fault(of: passphrase(text)) == nil) }

    @Test(
        "refuses what falls at once",
        arguments: [
            ("", PassphraseFault.tooShort(minimum: 12)), ("elf Zeichen", .tooShort(minimum: 12)),
            ("éééééééé", .tooShort(minimum: 12)), ("aaaaaaaaaaaaaaa", .tooSimple),
            ("abcabcabcabcabc", .tooSimple), ("123456789012345", .tooSimple),
            ("qwertyuiopasdfghjkl", .tooSimple), ("MotDePasse123", .common),
            (String(repeating: "ab c", count: 300), .tooLong),
        ])
    func refuses(_ text: String, _ fault: PassphraseFault) {
        #expect(PassphraseRules.fault(of: passphrase(text)) == fault)
    }
}

@Suite("Software keys")
struct SoftwareKeyTests {
    @Test("sign in each algorithm and verify", arguments: SoftwareKeyKind.allCases)
    func signs(_ kind: SoftwareKeyKind) throws {
        let message = Array("message".utf8)
        var key = try SoftwareKey(generating: kind)
        for _ in 0..<2 {
            let value = try key.signature(over: message)
            #expect(
                key.publicKey.verify(signature: value, over: message, algorithm: key.algorithm)
                    == .valid)
            key.usePSS()
        }
        let algorithms: [SoftwareKeyKind: SignatureAlgorithm] = [
            .p256: .ecdsa(.sha256), .p384: .ecdsa(.sha384), .p521: .ecdsa(.sha512),
        ]
        #expect(key.algorithm == algorithms[kind] ?? .rsaPSS(.sha256))
        #expect(key.kind == kind)
        #expect(try SoftwareKey(pkcs8: key.pkcs8).publicKey == key.publicKey)
    }

    @Test("a request proves possession")
    func request() throws {
        let key = try SoftwareKey(generating: .p256)
        let subject = DistinguishedName([(.commonName, "Doctor")])
        let request = try key.certificationRequest(
            subject: subject, extensions: [.keyUsage(.contentCommitment)])
        #expect(request.verifySignature() == .valid && request.publicKey == key.publicKey)
        #expect(request.subject == subject)
        #expect(request.requestedExtensions == [.keyUsage(.contentCommitment)])
    }

    @Test("a value that does not verify is thrown away (RS-03)")
    func verifiedFirst() async throws {
        var key = try SoftwareKey(generating: .p256)
        key.certificateChain = [TestPKI.shared.signer.certificate]
        await #expect(throws: SigningError.doesNotVerify(.invalid)) {
            try await key.cmsSignature(over: [1])
        }
        key.certificateChain = []
        await #expect(throws: SigningError.noCertificate) { try await key.xmlSignature(over: [1]) }
    }
}

@Suite("Durable files (KC-13)")
struct DurableFileTests {
    @Test("replaces a file and keeps the generation before")
    func generations() throws {
        let folder = try TemporaryFolder()
        let (path, previous) = (folder.file("a"), folder.file("a.previous"))
        for byte in 1...3 as ClosedRange<UInt8> {
            try DurableFile.write([byte], to: path, keeping: previous)
        }
        #expect(try folder.read("a") == [3] && folder.read("a.previous") == [2])
        #expect(!DurableFile.exists(path + ".new") && !DurableFile.exists(previous + ".new"))
    }

    @Test("a file that is absent is nil, one beyond the limit an error")
    func reading() throws {
        let folder = try TemporaryFolder()
        #expect(try DurableFile.read(folder.file("a"), limit: 1) == nil)
        try folder.write([1, 2], to: "a")
        #expect(throws: FileError(operation: "read", path: folder.file("a"), code: EFBIG)) {
            try DurableFile.read(folder.file("a"), limit: 1)
        }
    }

    @Test("a place that cannot be written is named")
    func failing() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("none/a")
        #expect(throws: FileError(operation: "create", path: path + ".new", code: ENOENT)) {
            try DurableFile.write([], to: path)
        }
    }
}
