// SPDX-License-Identifier: Apache-2.0

/// Reads objects from bytes (ISO 32000-1, 7.2 and 7.3) within the limits, never past the end.
struct ObjectParser {
    let bytes: [UInt8]
    var position: Int
    /// Bytes of the stream that was read last; they are passed over, not looked at.
    var streamSize = 0
    /// Values that one object may still hold.
    private var room = Limits.values

    init(_ bytes: [UInt8], at position: Int = 0) { (self.bytes, self.position) = (bytes, position) }

    private mutating func takeRoom() throws(PDFError) {
        room -= 1
        guard room >= 0 else { throw .tooManyObjects }
    }

    // MARK: - Tokens

    mutating func skipWhitespace() {
        while position < bytes.count {
            let byte = bytes[position]
            if Syntax.isWhitespace(byte) {
                position += 1
            } else if byte == UInt8(ascii: "%") {
                while position < bytes.count, bytes[position] != 0x0A, bytes[position] != 0x0D {
                    position += 1
                }
            } else {
                return
            }
        }
    }

    /// Steps over the keyword if it stands here as a word of its own.
    mutating func skip(keyword: StaticString) -> Bool {
        skipWhitespace()
        let end = position + keyword.utf8CodeUnitCount
        guard end <= bytes.count, matches(keyword, at: position) else { return false }
        guard end == bytes.count || !Syntax.isRegular(bytes[end]) else { return false }
        position = end
        return true
    }

    func matches(_ text: StaticString, at offset: Int) -> Bool {
        guard offset >= 0, offset + text.utf8CodeUnitCount <= bytes.count else { return false }
        return text.withUTF8Buffer { buffer in
            buffer.indices.allSatisfy { bytes[offset + $0] == buffer[$0] }
        }
    }

    /// A non-negative integer without sign.
    mutating func unsigned() -> Int? {
        skipWhitespace()
        let start = position
        var value = 0
        while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"),
            digit < 10
        {
            guard value <= (Int.max - 9) / 10 else { return nil }
            value = value * 10 + Int(digit)
            position += 1
        }
        guard position > start, position == bytes.count || !Syntax.isRegular(bytes[position]) else {
            position = start
            return nil
        }
        return value
    }

    // MARK: - Objects

    mutating func object(depth: Int = 0) throws(PDFError) -> PDFObject {
        skipWhitespace()
        guard position < bytes.count else { throw .malformed(offset: position) }
        switch bytes[position] {
        case UInt8(ascii: "/"): return .name(try name())
        case UInt8(ascii: "("): return .string(try literalString())
        case UInt8(ascii: "["):
            guard depth < Limits.nesting else { throw .nestedTooDeep }
            return .array(try array(depth: depth + 1))
        case UInt8(ascii: "<"):
            guard position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "<") else {
                return .string(try hexadecimalString())
            }
            guard depth < Limits.nesting else { throw .nestedTooDeep }
            return .dictionary(try dictionary(depth: depth + 1))
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return try numberOrReference()
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): return try number()
        default:
            if skip(keyword: "null") { return .null }
            if skip(keyword: "true") { return .boolean(true) }
            if skip(keyword: "false") { return .boolean(false) }
            throw .malformed(offset: position)
        }
    }

    private mutating func array(depth: Int) throws(PDFError) -> [PDFObject] {
        position += 1
        var items: [PDFObject] = []
        while true {
            skipWhitespace()
            guard position < bytes.count else { throw .malformed(offset: position) }
            if bytes[position] == UInt8(ascii: "]") {
                position += 1
                return items
            }
            try takeRoom()
            items.append(try object(depth: depth))
        }
    }

    private mutating func dictionary(depth: Int) throws(PDFError) -> PDFDictionary {
        position += 2
        var entries: [PDFDictionary.Entry] = []
        while true {
            skipWhitespace()
            guard position + 1 < bytes.count else { throw .malformed(offset: position) }
            if bytes[position] == UInt8(ascii: ">") {
                guard bytes[position + 1] == UInt8(ascii: ">") else {
                    throw .malformed(offset: position)
                }
                position += 2
                return PDFDictionary(entries: entries)
            }
            guard bytes[position] == UInt8(ascii: "/") else { throw .malformed(offset: position) }
            try takeRoom()
            let key = try name()
            let value = try object(depth: depth)
            // A null value is the same as no entry (7.3.7).
            if value != .null { entries.append(.init(key: key, value: value)) }
        }
    }

    private mutating func numberOrReference() throws(PDFError) -> PDFObject {
        let start = position
        if let number = unsigned() {
            let end = position
            if let generation = unsigned(), skip(keyword: "R") {
                return .reference(ObjectReference(number: number, generation: generation))
            }
            position = end
            return .integer(number)
        }
        position = start
        return try number()
    }

    private mutating func number() throws(PDFError) -> PDFObject {
        let start = position
        while position < bytes.count, Syntax.isRegular(bytes[position]) { position += 1 }
        var text = bytes[start..<position]
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative || text.first == UInt8(ascii: "+") { text = text.dropFirst() }
        let digits = text.filter { $0 != UInt8(ascii: ".") }
        guard !digits.isEmpty, text.count - digits.count <= 1, digits.count <= 40,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw .malformed(offset: start) }
        if digits.count == text.count, let value = Int(String(decoding: digits, as: UTF8.self)) {
            return .integer(isNegative ? -value : value)
        }
        let padded =
            "0" + String(decoding: text, as: UTF8.self)
            + (text.last == UInt8(ascii: ".") ? "0" : "")
        guard let value = Double(padded) else { throw .malformed(offset: start) }
        return .real(isNegative ? -value : value)
    }

    private mutating func name() throws(PDFError) -> String {
        position += 1
        let start = position
        // Names are plain ASCII but for the odd one.
        while position < bytes.count, Syntax.isRegular(bytes[position]), bytes[position] < 0x80,
            bytes[position] != UInt8(ascii: "#")
        {
            position += 1
        }
        let plain = String(decoding: bytes[start..<position], as: UTF8.self)
        guard position < bytes.count, Syntax.isRegular(bytes[position]) else { return plain }
        var name = plain.unicodeScalars
        while position < bytes.count, Syntax.isRegular(bytes[position]) {
            var byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "#"), position + 1 < bytes.count,
                let high = Self.hexadecimal(bytes[position]),
                let low = Self.hexadecimal(bytes[position + 1])
            {
                byte = high << 4 | low
                position += 2
            }
            name.append(Unicode.Scalar(byte))
        }
        return String(name)
    }

    private mutating func hexadecimalString() throws(PDFError) -> [UInt8] {
        let start = position
        position += 1
        var string: [UInt8] = []
        // A signature's string is long, and its padding is all zeros.
        if let end = bytes[start...].firstIndex(of: UInt8(ascii: ">")) {
            string.reserveCapacity((end - start) / 2)
        }
        appendPairs(to: &string)
        var high: UInt8?
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: ">") {
                if let high { string.append(high << 4) }
                return string
            }
            if Syntax.isWhitespace(byte) { continue }
            guard let digit = Self.hexadecimal(byte) else { throw .malformed(offset: position - 1) }
            if let first = high {
                string.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        throw .malformed(offset: start)
    }

    /// The pairs of digits that stand here without white space, as far as they go.
    private mutating func appendPairs(to string: inout [UInt8]) {
        let start = position
        position += bytes.withUnsafeBufferPointer { source in
            var index = start
            while index + 1 < source.count, let high = Self.hexadecimal(source[index]),
                let low = Self.hexadecimal(source[index + 1])
            {
                string.append(high << 4 | low)
                index += 2
            }
            return index - start
        }
    }

    static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

// MARK: - Literal strings

extension ObjectParser {
    private mutating func literalString() throws(PDFError) -> [UInt8] {
        let start = position
        position += 1
        var string: [UInt8] = []
        var open = 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "("):
                open += 1
                string.append(byte)
            case UInt8(ascii: ")"):
                open -= 1
                if open == 0 { return string }
                string.append(byte)
            case UInt8(ascii: "\\"): escape(into: &string)
            case 0x0D:
                // Any end of line counts as a line feed.
                if position < bytes.count, bytes[position] == 0x0A { position += 1 }
                string.append(0x0A)
            default: string.append(byte)
            }
        }
        throw .malformed(offset: start)
    }

    private mutating func escape(into string: inout [UInt8]) {
        guard position < bytes.count else { return }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "n"): string.append(0x0A)
        case UInt8(ascii: "r"): string.append(0x0D)
        case UInt8(ascii: "t"): string.append(0x09)
        case UInt8(ascii: "b"): string.append(0x08)
        case UInt8(ascii: "f"): string.append(0x0C)
        case 0x0A: break
        case 0x0D: if position < bytes.count, bytes[position] == 0x0A { position += 1 }
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            var value = Int(byte - UInt8(ascii: "0"))
            for _ in 0..<2 where position < bytes.count {
                let digit = bytes[position] &- UInt8(ascii: "0")
                guard digit < 8 else { break }
                value = value * 8 + Int(digit)
                position += 1
            }
            string.append(UInt8(truncatingIfNeeded: value))
        default: string.append(byte)
        }
    }
}
