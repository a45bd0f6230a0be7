// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// Why the sandbox cannot start on a file that it left.
package enum LineFileError: Error, Hashable, CustomStringConvertible {
    /// A line, from 1, that is not the last one cannot be read.
    case damaged(line: Int, path: String)

    package var description: String {
        switch self {
        case .damaged(let line, let path):
            "line \(line) of the journal \(path) is damaged; mend it, or delete the file to "
                + "forget everything in it"
        }
    }
}

/// A file to which whole lines are added.
///
/// It outlives the process, not a failure of the machine: nothing is forced to the disk. One
/// process writes it.
final class LineFile: Sendable {
    private let path: String
    /// Where the last whole line ends; `nil` until the file was read or written.
    private let end = Mutex<UInt64?>(nil)
    private static let newline = UInt8(ascii: "\n")

    /// Opens the file, or makes it, readable by its owner only.
    init(path: String) throws {
        self.path = path
        guard !FileManager.default.fileExists(atPath: path) else { return }
        guard
            FileManager.default.createFile(
                atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Adds whole lines or nothing: what a write that failed left behind is cut off, at the
    /// latest by the next one.
    func append(_ lines: [[UInt8]]) throws {
        guard let file = FileHandle(forWritingAtPath: path) else {
            throw CocoaError(.fileNoSuchFile)
        }
        defer { try? file.close() }
        let bytes = Data(lines.flatMap { $0 + [Self.newline] })
        try end.withLock { end in
            var start = try file.seekToEnd()
            if let known = end, known < start {
                try file.truncate(atOffset: known)
                start = known
            }
            end = start
            do {
                try file.write(contentsOf: bytes)
            } catch {
                try? file.truncate(atOffset: start)
                throw error
            }
            end = start + UInt64(bytes.count)
        }
    }

    /// Every line as `read` reads it; a last line that was cut off did not happen, and goes away.
    ///
    /// - Throws: ``LineFileError`` for any other line that cannot be read.
    func lines<Value>(_ read: ([UInt8]) throws -> Value) throws -> [Value] {
        let file = URL(fileURLWithPath: path)
        let bytes = try Data(contentsOf: file)
        let whole = bytes.lastIndex(of: Self.newline).map { $0 + 1 } ?? 0
        if whole < bytes.count { try bytes[..<whole].write(to: file) }
        end.withLock { $0 = UInt64(whole) }
        let lines = bytes[..<whole].dropLast().split(
            separator: Self.newline, omittingEmptySubsequences: false)
        return try (whole == 0 ? [] : lines).enumerated().map { index, line in
            do {
                return try read(Array(line))
            } catch {
                // What it says of the line may name a patient.
                throw LineFileError.damaged(line: index + 1, path: path)
            }
        }
    }

    func clear() throws {
        try Data().write(to: URL(fileURLWithPath: path))
        end.withLock { $0 = 0 }
    }
}
