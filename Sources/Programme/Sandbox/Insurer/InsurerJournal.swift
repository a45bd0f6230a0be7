// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import Synchronization

/// Why the insurer cannot start on its journal.
package enum InsurerJournalError: Error, Hashable, CustomStringConvertible {
    /// A line, from 1, that is not the last one cannot be read.
    case damaged(line: Int, path: String)

    package var description: String {
        switch self {
        case .damaged(let line, let path):
            "line \(line) of the journal \(path) is damaged; mend it, or delete the file to "
                + "forget every simulation"
        }
    }
}

/// A file to which the insurer adds what took effect, one JSON object a line, before it answers.
///
/// It outlives the process, not a failure of the machine: nothing is forced to the disk, since
/// this money is not real. One process writes it.
package final class InsurerJournal: Sendable {
    private let path: String
    /// Where the last whole line ends; `nil` until the file was read or written.
    private let end = Mutex<UInt64?>(nil)

    /// Opens the file, or makes it, readable by its owner only.
    package init(path: String) throws {
        self.path = path
        guard !FileManager.default.fileExists(atPath: path) else { return }
        guard
            FileManager.default.createFile(
                atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Adds a whole line or nothing: what a write that failed left behind is cut off, at the
    /// latest by the next one.
    func append(_ event: InsurerEvent) throws {
        guard let file = FileHandle(forWritingAtPath: path) else {
            throw CocoaError(.fileNoSuchFile)
        }
        defer { try? file.close() }
        let line = Data(event.json.serialized() + [UInt8(ascii: "\n")])
        try end.withLock { end in
            var start = try file.seekToEnd()
            if let known = end, known < start {
                try file.truncate(atOffset: known)
                start = known
            }
            end = start
            do {
                try file.write(contentsOf: line)
            } catch {
                try? file.truncate(atOffset: start)
                throw error
            }
            end = start + UInt64(line.count)
        }
    }

    /// Everything written so far; a last line that was cut off did not happen, and goes away.
    ///
    /// - Throws: ``InsurerJournalError`` for any other line that cannot be read.
    func events(register: Register) throws -> [InsurerEvent] {
        let file = URL(fileURLWithPath: path)
        let bytes = try Data(contentsOf: file)
        let newline = UInt8(ascii: "\n")
        let whole = bytes.lastIndex(of: newline).map { $0 + 1 } ?? 0
        if whole < bytes.count { try bytes[..<whole].write(to: file) }
        end.withLock { $0 = UInt64(whole) }
        let lines = bytes[..<whole].dropLast().split(
            separator: newline, omittingEmptySubsequences: false)
        return try (whole == 0 ? [] : lines).enumerated().map { index, line in
            do {
                return try InsurerEvent(
                    JSONReader(JSONDocument(parsing: Array(line)).root), register: register)
            } catch {
                // What it says of the line may name a patient.
                throw InsurerJournalError.damaged(line: index + 1, path: path)
            }
        }
    }

    func clear() throws {
        try Data().write(to: URL(fileURLWithPath: path))
        end.withLock { $0 = 0 }
    }
}
