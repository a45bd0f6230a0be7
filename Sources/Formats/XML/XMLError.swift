// SPDX-License-Identifier: Apache-2.0

/// Why bytes were not accepted as an XML document, or a document could not be worked on.
///
/// Positions are lines counted from 1. No case carries content of the document but names.
package enum XMLError: Error, Hashable {
    case empty
    case tooLarge(sizeInBytes: Int, limit: Int)
    /// Neither UTF-8 nor UTF-16 with a byte order mark, or not well encoded (XM-01).
    case encoding(String)
    /// A document type or entity declaration (XM-01).
    case documentTypeDeclaration
    /// A limit of ``XMLLimits`` was passed; `what` is its English name.
    case limit(what: String, limit: Int, line: Int)
    case malformed(line: Int, reason: String)
    /// Two elements claim the same identifier.
    case duplicateID(String)
    case canonicalization(String)
    case xpath(expression: String, reason: String)
    case schema(reason: String, line: Int)
    /// libxml2 could not allocate.
    case outOfMemory
}

extension XMLError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty: "the document is empty"
        case .tooLarge(let size, let limit):
            "the document has \(size) bytes, more than the \(limit) allowed"
        case .encoding(let reason): "the encoding is not accepted: \(reason); send UTF-8"
        case .documentTypeDeclaration:
            "document type and entity declarations are not accepted; remove <!DOCTYPE and <!ENTITY"
        case .limit(let what, let limit, let line):
            "line \(line): more than \(limit) \(what)"
        case .malformed(let line, let reason): "line \(line): not well-formed XML: \(reason)"
        case .duplicateID(let id): "the identifier '\(id)' occurs more than once"
        case .canonicalization(let reason): "the document has no canonical form: \(reason)"
        case .xpath(let expression, let reason): "XPath '\(expression)': \(reason)"
        case .schema(let reason, let line): "schema, line \(line): \(reason)"
        case .outOfMemory: "out of memory"
        }
    }
}
