// SPDX-License-Identifier: Apache-2.0
import JSON

/// A file to which the insurer adds what took effect, one JSON object a line, before it answers.
package struct InsurerJournal: Sendable {
    private let file: LineFile

    /// Opens the file, or makes it, readable by its owner only.
    package init(path: String) throws { file = try LineFile(path: path) }

    func append(_ event: InsurerEvent) throws { try file.append([event.json.serialized()]) }

    /// Everything written so far; a last line that was cut off did not happen, and goes away.
    ///
    /// - Throws: ``LineFileError`` for any other line that cannot be read.
    func events(register: Register) throws -> [InsurerEvent] {
        try file.lines { line in
            try InsurerEvent(JSONReader(JSONDocument(parsing: line).root), register: register)
        }
    }

    func clear() throws { try file.clear() }
}
