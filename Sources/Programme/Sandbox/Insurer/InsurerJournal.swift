// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON

/// A file to which the insurer adds what took effect, one JSON object a line, before it answers.
///
/// It outlives the process, not a failure of the machine: nothing is forced to the disk, since
/// this money is not real.
package struct InsurerJournal: Sendable {
    private let path: String

    /// Opens the file, or makes it, readable by its owner only.
    package init(path: String) throws {
        self.path = path
        guard !FileManager.default.fileExists(atPath: path) else { return }
        guard
            FileManager.default.createFile(
                atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
    }

    func append(_ event: InsurerEvent) throws {
        guard let file = FileHandle(forWritingAtPath: path) else {
            throw CocoaError(.fileNoSuchFile)
        }
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data(event.json.serialized() + [UInt8(ascii: "\n")]))
    }

    /// Everything written so far; a last line that was cut off did not happen, and goes away.
    func events(register: Register) throws -> [InsurerEvent] {
        let file = URL(fileURLWithPath: path)
        let bytes = try Data(contentsOf: file)
        let newline = UInt8(ascii: "\n")
        let end = bytes.lastIndex(of: newline).map { $0 + 1 } ?? 0
        if end < bytes.count { try bytes[..<end].write(to: file) }
        return try bytes[..<end].split(separator: newline).map { line in
            try InsurerEvent(
                JSONReader(JSONDocument(parsing: Array(line)).root), register: register)
        }
    }

    func clear() throws { try Data().write(to: URL(fileURLWithPath: path)) }
}
