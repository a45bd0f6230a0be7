// SPDX-License-Identifier: Apache-2.0

import Trust

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A PKCS #11 module: the file that was registered, by path and content.
package struct TokenModule: Sendable, Hashable {
    package let path: String
    /// SHA-256 of the file when it was registered.
    package let digest: [UInt8]

    package init(path: String, digest: [UInt8]) {
        self.path = path
        self.digest = digest
    }

    /// Takes a module as it is now.
    package init(registering path: String) throws(TokenError) {
        self.init(path: path, digest: try Self.digest(of: path))
    }

    /// Nothing is loaded that is not the file registered.
    func check() throws(TokenError) {
        guard try Self.digest(of: path) == digest else { throw .changedModule(path) }
    }

    private static func digest(of path: String) throws(TokenError) -> [UInt8] {
        var status = stat()
        guard path.hasPrefix("/"), stat(path, &status) == 0,
            status.st_mode & S_IFMT == S_IFREG, status.st_size <= Limits.moduleSizeInBytes
        else { throw .unusableModule(path) }
        let isOurs = status.st_uid == 0 || status.st_uid == geteuid()
        guard isOurs, status.st_mode & 0o022 == 0 else { throw .exposedModule(path) }
        let bytes = try? DurableFile.read(path, limit: Limits.moduleSizeInBytes)
        guard let bytes = bytes ?? nil else { throw .unusableModule(path) }
        return DigestAlgorithm.sha256.digest(bytes).bytes
    }
}
