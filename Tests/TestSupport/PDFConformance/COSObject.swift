// SPDX-License-Identifier: Apache-2.0

/// An object of a PDF file as the checker reads it, independently of the product's own reader.
indirect enum COSObject: Equatable {
    case null
    case boolean(Bool)
    case number(Double)
    case name(String)
    case string([UInt8])
    case array([COSObject])
    case dictionary([String: COSObject])
    case stream([String: COSObject], [UInt8])
    case reference(Int)
    /// A bare word: an operator of a content stream.
    case word(String)

    var number: Double? { if case .number(let value) = self { value } else { nil } }
    var integer: Int? { number.flatMap { Int(exactly: $0) } }
    var name: String? { if case .name(let value) = self { value } else { nil } }
    var string: [UInt8]? { if case .string(let value) = self { value } else { nil } }
    var array: [COSObject]? { if case .array(let value) = self { value } else { nil } }
    var reference: Int? { if case .reference(let value) = self { value } else { nil } }
    var isTrue: Bool { self == .boolean(true) }

    var dictionary: [String: COSObject]? {
        switch self {
        case .dictionary(let value), .stream(let value, _): value
        default: nil
        }
    }

    /// A text string, from UTF-16 with its mark or from ASCII.
    var text: String? {
        guard let string else { return nil }
        guard string.starts(with: [0xFE, 0xFF]) else {
            return String(decoding: string, as: UTF8.self)
        }
        let units = stride(from: 2, to: string.count - 1, by: 2).map {
            UInt16(string[$0]) * 256 + UInt16(string[$0 + 1])
        }
        return String(decoding: units, as: UTF16.self)
    }
}

struct COSSyntaxError: Error {
    let offset: Int
}

/// Splits bytes into objects and words.
struct COSScanner {
    let bytes: [UInt8]
    var offset: Int

    init(_ bytes: [UInt8], offset: Int = 0) { (self.bytes, self.offset) = (bytes, offset) }

    private static let blanks = Set<UInt8>([0, 9, 10, 12, 13, 32])
    private static let delimiters = Set("()<>[]{}/%".utf8)

    mutating func skipBlanks() {
        while offset < bytes.count {
            if Self.blanks.contains(bytes[offset]) {
                offset += 1
            } else if bytes[offset] == UInt8(ascii: "%") {
                while offset < bytes.count, bytes[offset] != 10, bytes[offset] != 13 { offset += 1 }
            } else {
                return
            }
        }
    }

    var isAtEnd: Bool { offset >= bytes.count }

    /// The next object; `n g R` becomes one reference where references may stand.
    mutating func object(withReferences: Bool = true) throws(COSSyntaxError) -> COSObject {
        skipBlanks()
        guard offset < bytes.count else { throw COSSyntaxError(offset: offset) }
        switch bytes[offset] {
        case UInt8(ascii: "/"):
            offset += 1
            return .name(unescaped(regular()))
        case UInt8(ascii: "("): return .string(try parenthesised())
        case UInt8(ascii: "["):
            offset += 1
            var items: [COSObject] = []
            while try !accept("]") { items.append(try object(withReferences: withReferences)) }
            return .array(items)
        case UInt8(ascii: "<"):
            if offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: "<") {
                offset += 2
                return .dictionary(try entries(withReferences: withReferences))
            }
            return .string(try hexadecimal())
        default: return try wordOrNumber(withReferences: withReferences)
        }
    }

    private mutating func accept(_ text: String) throws(COSSyntaxError) -> Bool {
        skipBlanks()
        guard offset < bytes.count else { throw COSSyntaxError(offset: offset) }
        guard bytes[offset...].starts(with: text.utf8) else { return false }
        offset += text.utf8.count
        return true
    }

    private mutating func entries(withReferences: Bool) throws(COSSyntaxError) -> [String:
        COSObject]
    {
        var entries: [String: COSObject] = [:]
        while try !accept(">>") {
            guard case .name(let key) = try object() else { throw COSSyntaxError(offset: offset) }
            entries[key] = try object(withReferences: withReferences)
        }
        return entries
    }

    private mutating func wordOrNumber(withReferences: Bool) throws(COSSyntaxError) -> COSObject {
        let start = offset
        let word = String(decoding: regular(), as: UTF8.self)
        guard !word.isEmpty else { throw COSSyntaxError(offset: start) }
        if let value = Double(word), word.first != "n", word.first != "i" {
            guard withReferences, let number = Int(word) else { return .number(value) }
            let after = offset
            skipBlanks()
            let generation = regular()
            skipBlanks()
            let isInteger = !generation.isEmpty && generation.allSatisfy { (48...57).contains($0) }
            if isInteger, regular() == Array("R".utf8) { return .reference(number) }
            offset = after
            return .number(value)
        }
        switch word {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "null": return .null
        default: return .word(word)
        }
    }

    private mutating func regular() -> [UInt8] {
        let start = offset
        while offset < bytes.count, !Self.blanks.contains(bytes[offset]),
            !Self.delimiters.contains(bytes[offset])
        {
            offset += 1
        }
        return Array(bytes[start..<offset])
    }

    private func unescaped(_ name: [UInt8]) -> String {
        var output: [UInt8] = []
        var index = 0
        while index < name.count {
            if name[index] == UInt8(ascii: "#"), index + 2 < name.count,
                let value = UInt8(
                    String(decoding: name[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                output.append(value)
                index += 3
            } else {
                output.append(name[index])
                index += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private mutating func hexadecimal() throws(COSSyntaxError) -> [UInt8] {
        guard let end = bytes[offset...].firstIndex(of: UInt8(ascii: ">")) else {
            throw COSSyntaxError(offset: offset)
        }
        var digits = bytes[offset + 1..<end].filter { !Self.blanks.contains($0) }
        if !digits.count.isMultiple(of: 2) { digits.append(48) }
        let start = offset
        offset = end + 1
        var output: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard
                let byte = UInt8(
                    String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
            else { throw COSSyntaxError(offset: start) }
            output.append(byte)
        }
        return output
    }

    /// A literal string; our writers escape only parentheses and backslashes.
    private mutating func parenthesised() throws(COSSyntaxError) -> [UInt8] {
        var output: [UInt8] = []
        var depth = 1
        offset += 1
        while offset < bytes.count {
            var byte = bytes[offset]
            offset += 1
            if byte == UInt8(ascii: "\\"), offset < bytes.count {
                byte = bytes[offset]
                offset += 1
            } else if byte == UInt8(ascii: "(") {
                depth += 1
            } else if byte == UInt8(ascii: ")") {
                depth -= 1
                if depth == 0 { return output }
            }
            output.append(byte)
        }
        throw COSSyntaxError(offset: offset)
    }
}
