// SPDX-License-Identifier: Apache-2.0

import Trust

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension KeyStore {
    /// The files of one key.
    struct Folder {
        let path: String

        var keyFile: String { "\(path)/key.cks1" }
        var token: String { "\(path)/token.json" }
        var certificates: String { "\(path)/certificates.pem" }
        var attempts: AttemptCounter { AttemptCounter(path: "\(path)/attempts.json") }

        var all: [String] {
            [keyFile, certificates].flatMap { [$0, $0 + ".previous", $0 + ".new"] }
                + [token, token + ".new", attempts.path, attempts.path + ".new"]
        }

        /// One of the two says where the private key is.
        var exists: Bool { DurableFile.exists(keyFile) || DurableFile.exists(token) }
    }

    /// Lower-case letters, digits and inner hyphens, at most 64: no path can be made of it.
    static func isUsable(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (1...64).contains(bytes.count), bytes.first != UInt8(ascii: "-") else { return false }
        return bytes.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
        }
    }

    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory)
            .filter { Self.isUsable($0) && Folder(path: "\(directory)/\($0)").exists }
            .sorted()
    }

    func folder(of name: String) throws -> Folder {
        let folder = Folder(path: "\(directory)/\(name)")
        guard Self.isUsable(name), folder.exists else {
            throw KeyStoreError.unknownKey(name)
        }
        return folder
    }

    /// Where a new key goes; call under the lock.
    func newFolder(_ name: String) throws -> Folder {
        guard Self.isUsable(name) else { throw KeyStoreError.unusableName }
        let folder = Folder(path: "\(directory)/\(name)")
        guard !folder.exists else { throw KeyStoreError.nameTaken(name) }
        guard try names().count < Limits.keysPerStore else {
            throw KeyStoreError.damaged("too many keys")
        }
        return folder
    }

    func readKeyFile(_ folder: Folder) throws -> KeyFile {
        guard
            let bytes = try DurableFile.read(
                folder.keyFile, limit: Limits.fileSizeInBytes, isSecret: true)
        else { throw KeyStoreError.damaged("the key file") }
        return try KeyFile(parsing: bytes)
    }

    func certificates(_ folder: Folder) throws -> [Certificate] {
        let limit = Limits.fileSizeInBytes
        guard let bytes = try DurableFile.read(folder.certificates, limit: limit) else { return [] }
        return try Certificate.certificates(in: bytes)
    }

    func write(_ chain: [Certificate], to folder: Folder) throws {
        let text = chain.map(\.pem).joined()
        try DurableFile.write(
            Array(text.utf8), to: folder.certificates, keeping: folder.certificates + ".previous")
    }

    /// Where the private key is, if not in a file.
    func tokenReference(_ folder: Folder) throws -> TokenReference? {
        guard !DurableFile.exists(folder.keyFile) else { return nil }
        let limit = Limits.fileSizeInBytes
        return try DurableFile.read(folder.token, limit: limit, isSecret: true)
            .map { try TokenReference(parsing: $0) }
    }

    /// The device secret, drawn when the first key is made.
    func deviceSecret() throws -> SecretBytes {
        let path = "\(directory)/device-secret"
        if var bytes = try DurableFile.read(path, limit: 32, isSecret: true) {
            guard bytes.count == 32 else { throw KeyStoreError.damaged("the device secret") }
            return SecretBytes(wiping: &bytes)
        }
        let needsIt = try names().contains { DurableFile.exists("\(directory)/\($0)/key.cks1") }
        guard !needsIt else { throw KeyStoreError.damaged("the device secret") }
        var bytes = KeyFile.random(32)
        try DurableFile.write(bytes, to: path)
        return SecretBytes(wiping: &bytes)
    }

    /// One process at a time makes, opens or removes keys.
    func exclusively<R>(_ body: () throws -> R) throws -> R {
        try DurableFile.exclusively("\(directory)/.lock", body)
    }
}
