// SPDX-License-Identifier: Apache-2.0

/// Where something stands in a text: 1-based line and column, the column counted in Unicode scalars.
package struct JSONPosition: Sendable, Hashable, CustomStringConvertible {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) { (self.line, self.column) = (line, column) }

    package init(of offset: Int, in bytes: [UInt8]) {
        (line, column) = (1, 1)
        for byte in bytes.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                (line, column) = (line + 1, 1)
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
    }

    package var description: String { "line \(line), column \(column)" }
}

/// Why a text is not JSON that we read (RFC 8259, within ``JSONLimits``).
///
/// The description quotes nothing of the text but the single byte that cannot stand where it is.
package struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Reason: Sendable, Hashable {
        case empty
        /// The text begins with a byte order mark, which RFC 8259, 8.1 forbids to write.
        case byteOrderMark
        case notUTF8
        case unexpectedEnd
        /// `expected` says in English what could stand here.
        case unexpectedByte(UInt8, expected: String)
        case trailingData
        case invalidNumber
        case controlCharacter
        case invalidEscape
        /// A `\u` escape of half a surrogate pair, which is no character.
        case loneSurrogate
        /// A second member of the same name in one object.
        case duplicateName
        case tooLarge(limit: Int)
        case tooDeep(limit: Int)
        case stringTooLong(limit: Int)
        case nameTooLong(limit: Int)
        case numberTooLong(limit: Int)
        case tooManyValues(limit: Int)
    }

    package var reason: Reason
    package var position: JSONPosition

    package init(_ reason: Reason, at position: JSONPosition) {
        (self.reason, self.position) = (reason, position)
    }

    package var description: String { "\(position): \(reason.sentence)" }
}

extension JSONError.Reason {
    /// What is wrong and what to do about it.
    var sentence: String {
        switch self {
        case .empty: "the text is empty; send one JSON value"
        case .byteOrderMark: "the text begins with a byte order mark; save it as UTF-8 without one"
        case .notUTF8: "this is not UTF-8; save the text as UTF-8"
        case .unexpectedEnd: "the text ends too early; check that it was sent whole"
        case .unexpectedByte(let byte, let expected):
            "\(Self.name(of: byte)) cannot stand here; write \(expected)"
        case .trailingData: "something follows the value; send one JSON value only"
        case .invalidNumber:
            "this is no JSON number; write digits with a point, no leading zero or plus, no NaN"
        case .controlCharacter: "a control character in a string must be written as an escape"
        case .invalidEscape: "this escape does not exist in JSON; escape the backslash itself"
        case .loneSurrogate: "half a surrogate pair is no character; write both halves"
        case .duplicateName: "this name stands twice in one object; keep one of them"
        case .tooLarge(let limit): "the text is longer than \(limit) bytes; send less"
        case .tooDeep(let limit): "more than \(limit) arrays and objects inside each other"
        case .stringTooLong(let limit): "a string is longer than \(limit) bytes; shorten it"
        case .nameTooLong(let limit): "a name is longer than \(limit) bytes; shorten it"
        case .numberTooLong(let limit): "a number has more than \(limit) characters; shorten it"
        case .tooManyValues(let limit): "the text holds more than \(limit) values; send less"
        }
    }

    private static func name(of byte: UInt8) -> String {
        (0x21...0x7E).contains(byte)
            ? "`\(Character(Unicode.Scalar(byte)))`" : "byte 0x\(String(byte, radix: 16))"
    }
}
