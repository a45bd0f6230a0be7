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
        var certificates: String { "\(path)/certificates.pem" }
        var attempts: AttemptCounter { AttemptCounter(path: "\(path)/attempts.json") }

        var all: [String] {
            [keyFile, certificates].flatMap { [$0, $0 + ".previous", $0 + ".new"] }
                + [attempts.path, attempts.path + ".new"]
        }
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
            .filter { Self.isUsable($0) && DurableFile.exists("\(directory)/\($0)/key.cks1") }
            .sorted()
    }

    func folder(of name: String) throws -> Folder {
        let folder = Folder(path: "\(directory)/\(name)")
        guard Self.isUsable(name), DurableFile.exists(folder.keyFile) else {
            throw KeyStoreError.unknownKey(name)
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

    /// The device secret, drawn when the first key is made.
    func deviceSecret() throws -> SecretBytes {
        let path = "\(directory)/device-secret"
        if var bytes = try DurableFile.read(path, limit: 32, isSecret: true) {
            guard bytes.count == 32 else { throw KeyStoreError.damaged("the device secret") }
            return SecretBytes(wiping: &bytes)
        }
        guard try names().isEmpty else { throw KeyStoreError.damaged("the device secret") }
        var bytes = KeyFile.random(32)
        try DurableFile.write(bytes, to: path)
        return SecretBytes(wiping: &bytes)
    }

    /// One process at a time makes, opens or removes keys.
    func exclusively<R>(_ body: () throws -> R) throws -> R {
        try DurableFile.exclusively("\(directory)/.lock", body)
    }
}
