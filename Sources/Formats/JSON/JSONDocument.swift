// SPDX-License-Identifier: Apache-2.0

/// A JSON text and its value, with every duplicate name that stands in it.
///
/// A reader that must report all problems at once starts here; one that only wants a good value
/// calls ``JSONValue/init(parsing:limits:)``.
package struct JSONDocument: Sendable {
    /// A member whose name stands earlier in the same object. Both stay in the tree.
    package struct Duplicate: Sendable, Hashable {
        package var pointer: JSONPointer
        package var offset: Int
    }

    package let root: JSONValue
    /// In the order of the text.
    package let duplicates: [Duplicate]
    private let bytes: [UInt8]

    /// Reads one JSON text: UTF-8 without byte order mark, nothing after the value.
    ///
    /// - Throws: What is wrong first, with its line and column.
    package init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        var scanner = JSONScanner(bytes, limits: limits)
        root = try scanner.scanDocument()
        duplicates = scanner.duplicates
        self.bytes = bytes
    }

    /// Line and column of an offset; counted anew each time, for error messages.
    package func position(at offset: Int) -> JSONPosition {
        JSONPosition(of: offset, in: bytes)
    }
}

extension JSONValue {
    /// Reads one JSON text in which no object holds a name twice.
    ///
    /// - Throws: What is wrong first, with its line and column.
    package init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        let document = try JSONDocument(parsing: bytes, limits: limits)
        if let duplicate = document.duplicates.first {
            throw JSONError(.duplicateName, at: document.position(at: duplicate.offset))
        }
        self = document.root
    }
}
