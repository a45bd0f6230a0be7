// SPDX-License-Identifier: Apache-2.0

extension JSONScanner {
    /// Reads a number (RFC 8259, 6) and keeps its text.
    mutating func scanNumber() throws(JSONError) -> JSONNumber {
        let start = index
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        if index < bytes.count, bytes[index] == UInt8(ascii: "0") {
            index += 1
        } else {
            guard skipDigits() else { throw failure(.invalidNumber, at: start) }
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard skipDigits() else { throw failure(.invalidNumber, at: start) }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count, bytes[index] == 0x2B || bytes[index] == 0x2D { index += 1 }
            guard skipDigits() else { throw failure(.invalidNumber, at: start) }
        }
        if index < bytes.count, Self.continuesWord(bytes[index]) {
            throw failure(.invalidNumber, at: start)
        }
        guard index - start <= limits.numberLength else {
            throw failure(.numberTooLong(limit: limits.numberLength), at: start)
        }
        return JSONNumber(trusted: String(decoding: bytes[start..<index], as: UTF8.self))
    }

    private mutating func skipDigits() -> Bool {
        let start = index
        while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
        return index > start
    }

    private static func continuesWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }

    /// Reads a string; the opening quotation mark stands at `index`.
    mutating func scanString(limit: Int, isName: Bool = false) throws(JSONError) -> String {
        let start = index
        index += 1
        var end = index
        while end < bytes.count {
            let byte = bytes[end]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
            end += 1
        }
        guard end < bytes.count else { throw failure(.unexpectedEnd, at: bytes.count) }
        if bytes[end] == UInt8(ascii: "\"") {
            index = end + 1
            return try text(bytes[start + 1..<end], limit: limit, at: start, isName: isName)
        }
        return try scanEscapedString(from: start, plainEnd: end, limit: limit, isName: isName)
    }

    private mutating func scanEscapedString(
        from start: Int, plainEnd: Int, limit: Int, isName: Bool
    ) throws(JSONError) -> String {
        var content = Array(bytes[start + 1..<plainEnd])
        index = plainEnd
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return try text(content[...], limit: limit, at: start, isName: isName)
            case UInt8(ascii: "\\"): try scanEscape(into: &content)
            case 0..<0x20: throw failure(.controlCharacter, at: index)
            default:
                content.append(byte)
                index += 1
            }
        }
        throw failure(.unexpectedEnd, at: index)
    }

    private func text(
        _ content: ArraySlice<UInt8>, limit: Int, at start: Int, isName: Bool
    ) throws(JSONError) -> String {
        guard content.count <= limit else {
            throw failure(
                isName ? .nameTooLong(limit: limit) : .stringTooLong(limit: limit), at: start)
        }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw failure(.notUTF8, at: start)
        }
        return text
    }

    private mutating func scanEscape(into content: inout [UInt8]) throws(JSONError) {
        let start = index
        guard index + 1 < bytes.count else { throw failure(.unexpectedEnd, at: bytes.count) }
        index += 2
        switch bytes[start + 1] {
        case UInt8(ascii: "\""): content.append(0x22)
        case UInt8(ascii: "\\"): content.append(0x5C)
        case UInt8(ascii: "/"): content.append(0x2F)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"):
            let scalar = try scanUnicodeEscape(from: start)
            content.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
        default: throw failure(.invalidEscape, at: start)
        }
    }

    private mutating func scanUnicodeEscape(from start: Int) throws(JSONError) -> Unicode.Scalar {
        let first = try scanHexadecimal(from: start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), index + 1 < bytes.count,
            bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
        else { throw failure(.loneSurrogate, at: start) }
        index += 2
        let second = try scanHexadecimal(from: start)
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw failure(.loneSurrogate, at: start) }
        return scalar
    }

    private mutating func scanHexadecimal(from start: Int) throws(JSONError) -> UInt32 {
        guard index + 4 <= bytes.count else { throw failure(.unexpectedEnd, at: bytes.count) }
        var value: UInt32 = 0
        for byte in bytes[index..<index + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw failure(.invalidEscape, at: start)
            }
            value = value << 4 | UInt32(digit)
        }
        index += 4
        return value
    }
}
