// SPDX-License-Identifier: Apache-2.0
import Foundation
import Keys

/// A sealed copy of a state directory: its files one after the other, each behind its name and size.
struct BackupFile {
    let path: String

    /// Files of a folder and of the folders in it, by their place in the state directory.
    static func files(under name: String, of folder: String) -> [(String, String)] {
        let found =
            (try? FileManager.default.subpathsOfDirectory(atPath: "\(folder)/\(name)")) ?? []
        return found.sorted().map { ("\(name)/\($0)", "\(folder)/\(name)/\($0)") }
            .filter { _, path in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
                    && !isFolder.boolValue
            }
    }

    /// - Returns: The size of the sealed copy in bytes.
    func write(_ sources: [(name: String, path: String)], passphrase: SecretBytes) throws -> Int {
        let archive = try SealedArchive(
            passphrase: passphrase, salt: Installation.random(SealedArchive.saltInBytes))
        let temporary = path + ".new"
        try Installation.writePrivate(archive.header, to: temporary)
        guard let output = FileHandle(forWritingAtPath: temporary) else {
            throw CommandFailure(.unavailable, "\(path) cannot be written")
        }
        defer { try? output.close() }
        try output.seekToEnd()
        var writer = Writer(output: output, archive: archive)
        for (name, path) in sources {
            let size = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
            try writer.append(Array("\(name)\n\(size)\n".utf8))
            guard let input = FileHandle(forReadingAtPath: path) else {
                throw CommandFailure(.unavailable, "\(path) cannot be read")
            }
            defer { try? input.close() }
            while let piece = try input.read(upToCount: SealedArchive.pieceInBytes), !piece.isEmpty
            {
                try writer.append([UInt8](piece))
            }
        }
        try writer.finish()
        try output.synchronize()
        let size = try output.offset()
        guard rename(temporary, path) == 0 else {
            throw CommandFailure(.unavailable, "\(path) cannot be written")
        }
        return Int(size)
    }

    private struct Writer {
        let output: FileHandle
        var archive: SealedArchive
        private var pending: [UInt8] = []

        init(output: FileHandle, archive: SealedArchive) {
            (self.output, self.archive) = (output, archive)
        }

        mutating func append(_ bytes: [UInt8]) throws {
            pending += bytes
            while pending.count > SealedArchive.pieceInBytes {
                let piece = Array(pending.prefix(SealedArchive.pieceInBytes))
                pending.removeFirst(piece.count)
                try output.write(contentsOf: archive.seal(piece, isLast: false))
            }
        }

        mutating func finish() throws {
            try output.write(contentsOf: archive.seal(pending, isLast: true))
        }
    }

    // MARK: Back

    func restore(into folder: String, passphrase: SecretBytes) throws {
        guard let input = FileHandle(forReadingAtPath: path) else {
            throw CommandFailure(.unreadableInput, "\(path) cannot be read")
        }
        defer { try? input.close() }
        let header = [UInt8](try input.read(upToCount: SealedArchive.headerInBytes) ?? Data())
        var reader = Reader(
            input: input, archive: try SealedArchive(passphrase: passphrase, header: header))
        while let name = try reader.line() {
            guard Self.isSafe(name), let size = Int(try reader.line() ?? ""), size >= 0 else {
                throw ArchiveError.notAnArchive
            }
            let target = "\(folder)/\(name)"
            _ = try Installation.privateFolder(
                URL(fileURLWithPath: target).deletingLastPathComponent().path)
            try Installation.writePrivate([], to: target)
            guard let output = FileHandle(forWritingAtPath: target) else {
                throw CommandFailure(.unavailable, "\(target) cannot be written")
            }
            defer { try? output.close() }
            try reader.copy(size, to: output)
            try output.synchronize()
        }
    }

    /// At most two folders deep, as keys are, and nothing that leads elsewhere.
    private static func isSafe(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return (1...3).contains(parts.count)
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }

    private struct Reader {
        let input: FileHandle
        var archive: SealedArchive
        private var pending: ArraySlice<UInt8> = []
        private var isAtEnd = false

        init(input: FileHandle, archive: SealedArchive) {
            (self.input, self.archive) = (input, archive)
        }

        /// The next line; nil at the end.
        mutating func line() throws -> String? {
            var line: [UInt8] = []
            while true {
                if pending.isEmpty, try !fill() {
                    guard line.isEmpty else { throw ArchiveError.truncated }
                    return nil
                }
                let byte = pending.removeFirst()
                if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
                line.append(byte)
                guard line.count <= 1_000 else { throw ArchiveError.notAnArchive }
            }
        }

        mutating func copy(_ size: Int, to output: FileHandle) throws {
            var left = size
            while left > 0 {
                if pending.isEmpty, try !fill() { throw ArchiveError.truncated }
                let piece = pending.prefix(left)
                try output.write(contentsOf: Data(piece))
                pending.removeFirst(piece.count)
                left -= piece.count
            }
        }

        private mutating func fill() throws -> Bool {
            guard !isAtEnd else { return false }
            let length = [UInt8](try input.read(upToCount: 4) ?? Data())
            guard length.count == 4 else { throw ArchiveError.truncated }
            let count = length.reduce(0) { $0 << 8 | Int($1) }
            guard count <= SealedArchive.pieceInBytes + 16,
                let sealed = try input.read(upToCount: count), sealed.count == count
            else { throw ArchiveError.truncated }
            // Only the last piece may be followed by nothing.
            let position = try input.offset()
            isAtEnd = try input.seekToEnd() == position
            try input.seek(toOffset: position)
            pending = try archive.open([UInt8](sealed), isLast: isAtEnd)[...]
            return !pending.isEmpty
        }
    }
}
