// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What failed on the disk, and where.
package struct FileError: Error, Hashable, CustomStringConvertible {
    package let operation: String
    package let path: String
    /// The system's error number.
    package let code: Int32

    package init(operation: String, path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    package var description: String {
        "\(operation) \(path): \(String(cString: strerror(code)))"
    }
}

/// Files that are there in full or not at all, also after a power cut (KC-13).
package enum DurableFile {
    /// A place in ``write(_:to:keeping:)`` at which a fault-injection run ends the process.
    package enum Place: String, Sendable, Hashable, CaseIterable {
        case beforeCreate = "before_create"
        case beforeSync = "before_sync"
        case afterSync = "after_sync"
        case beforeRename = "before_rename"
        case afterRename = "after_rename"
        case afterDirectorySync = "after_directory_sync"

        package var name: String { "durable_file.\(rawValue)" }
    }

    /// Is told whenever a write passes a named place. A type of its own: optimised code has no
    /// metadata for a task-local function and crashes (Swift 6.3).
    package struct Witness: Sendable {
        private let isTold: @Sendable (Place) -> Void

        package init(_ isTold: @escaping @Sendable (Place) -> Void) { self.isTold = isTold }

        func callAsFunction(_ place: Place) { isTold(place) }
    }

    /// Does nothing in earnest.
    @TaskLocal package static var passing = Witness { _ in }

    /// Replaces a file: temporary file, `fsync`, `rename`, `fsync` of the directory; mode 0600.
    ///
    /// - Parameter previous: Where the generation before is kept, if it shall be.
    package static func write(
        _ bytes: [UInt8], to path: String, keeping previous: String? = nil
    ) throws(FileError) {
        let temporary = path + ".new"
        passing(.beforeCreate)
        try writeNew(bytes, to: temporary)
        passing(.afterSync)
        if let previous, exists(path) {
            let spare = previous + ".new"
            _ = unlink(spare)
            guard link(path, spare) == 0 else { throw failure("link", spare) }
            try rename(spare, to: previous)
        }
        passing(.beforeRename)
        try rename(temporary, to: path)
        passing(.afterRename)
        try synchroniseDirectory(of: path)
        passing(.afterDirectorySync)
    }

    private static func writeNew(_ bytes: [UInt8], to path: String) throws(FileError) {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        let file = uninterrupted { open(path, flags, mode_t(0o600)) }
        guard file >= 0 else { throw failure("create", path) }
        defer { close(file) }
        guard fchmod(file, mode_t(0o600)) == 0 else { throw failure("chmod", path) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
                return systemWrite(file, rest.baseAddress, rest.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            written += count
        }
        passing(.beforeSync)
        guard uninterrupted({ fsync(file) }) == 0 else { throw failure("fsync", path) }
    }

    private static func rename(_ old: String, to new: String) throws(FileError) {
        guard systemRename(old, new) == 0 else { throw failure("rename", new) }
    }

    private static func synchroniseDirectory(of path: String) throws(FileError) {
        let directory = parent(of: path)
        let file = uninterrupted { open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard file >= 0 else { throw failure("open", directory) }
        defer { close(file) }
        guard uninterrupted({ fsync(file) }) == 0 else { throw failure("fsync", directory) }
    }

    /// Reads a whole file; nil if there is none.
    ///
    /// - Parameter isSecret: Refuses a file that others than its owner may read.
    package static func read(
        _ path: String, limit: Int, isSecret: Bool = false
    ) throws(FileError) -> [UInt8]? {
        let file = uninterrupted { open(path, O_RDONLY | O_CLOEXEC) }
        if file < 0, errno == ENOENT { return nil }
        guard file >= 0 else { throw failure("open", path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure("stat", path) }
        guard status.st_size <= limit else {
            throw FileError(operation: "read", path: path, code: EFBIG)
        }
        guard !isSecret || status.st_mode & 0o077 == 0 else {
            throw FileError(operation: "trust", path: path, code: EPERM)
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let step = bytes.withUnsafeMutableBytes { buffer in
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
                return systemRead(file, rest.baseAddress, rest.count)
            }
            if step < 0, errno == EINTR { continue }
            guard step > 0 else { throw failure("read", path) }
            count += step
        }
        return bytes
    }

    /// Makes a directory that only its owner may enter, if there is none.
    package static func makeDirectory(_ path: String) throws(FileError) {
        if mkdir(path, mode_t(0o700)) == 0 { return }
        guard errno == EEXIST else { throw failure("mkdir", path) }
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Removes a file if it is there.
    package static func remove(_ path: String) throws(FileError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
    }

    /// Runs `body` while no other process does so for the same path.
    package static func exclusively<R>(_ path: String, _ body: () throws -> R) throws -> R {
        let file = uninterrupted { open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode_t(0o600)) }
        guard file >= 0 else { throw failure("open", path) }
        defer { close(file) }
        while flock(file, LOCK_EX) != 0 {
            guard errno == EINTR else { throw failure("lock", path) }
        }
        return try body()
    }

    /// A call that a signal cut short is made again.
    private static func uninterrupted(_ call: () -> Int32) -> Int32 {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func failure(_ operation: String, _ path: String) -> FileError {
        FileError(operation: operation, path: path, code: errno)
    }
}

/// The system calls whose names the type's own functions hide.
private func systemRename(_ old: String, _ new: String) -> Int32 { rename(old, new) }
private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(file, bytes, count)
}
private func systemRead(_ file: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(file, bytes, count)
}
