// SPDX-License-Identifier: Apache-2.0

/// Brings a document to UTF-8 without a byte order mark, or refuses it (XM-01).
///
/// UTF-8 (with or without mark) and UTF-16 with a mark are read; a declaration must agree.
enum Encoding {
    static func utf8(of bytes: [UInt8]) throws(XMLError) -> [UInt8] {
        if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
            throw .encoding("UTF-32")
        }
        if bytes.starts(with: [0xFF, 0xFE]) { return try fromUTF16(bytes, littleEndian: true) }
        if bytes.starts(with: [0xFE, 0xFF]) { return try fromUTF16(bytes, littleEndian: false) }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard isValidUTF8(body) else { throw .encoding("the bytes are not valid UTF-8") }
        let declared = declaredEncoding(of: body)
        guard declared == nil || declared == "utf-8" || declared == "us-ascii" else {
            throw .encoding("the declaration says another encoding than UTF-8")
        }
        return body
    }

    private static func fromUTF16(
        _ bytes: [UInt8], littleEndian: Bool
    ) throws(XMLError) -> [UInt8] {
        guard bytes.count.isMultiple(of: 2) else { throw .encoding("UTF-16 of odd length") }
        let units = stride(from: 2, to: bytes.count, by: 2).map { index -> UInt16 in
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            return littleEndian ? second << 8 | first : first << 8 | second
        }
        guard let text = String(validating: units, as: UTF16.self) else {
            throw .encoding("the bytes are not valid UTF-16")
        }
        let body = Array(text.utf8)
        let declared = declaredEncoding(of: body)
        guard declared == nil || declared == "utf-16" else {
            throw .encoding("the declaration says another encoding than UTF-16")
        }
        return declared == nil ? body : withoutDeclaration(body)
    }

    private static func isValidUTF8(_ bytes: [UInt8]) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    /// The value of `encoding` in the XML declaration, lower-cased.
    private static func declaredEncoding(of bytes: [UInt8]) -> String? {
        guard let declaration = declaration(of: bytes) else { return nil }
        guard let name = declaration.firstRange(of: "encoding") else { return nil }
        let rest = declaration[name.upperBound...].drop { " \t\r\n=".contains($0) }
        guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
        return rest.dropFirst().prefix { $0 != quote }.lowercased()
    }

    private static func declaration(of bytes: [UInt8]) -> String? {
        guard bytes.starts(with: Array("<?xml".utf8)) else { return nil }
        guard let end = bytes.prefix(200).firstIndex(of: UInt8(ascii: ">")) else { return nil }
        return String(decoding: bytes[...end], as: UTF8.self)
    }

    private static func withoutDeclaration(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.starts(with: Array("<?xml".utf8)),
            let end = bytes.firstIndex(of: UInt8(ascii: ">"))
        else { return bytes }
        return Array(bytes[(end + 1)...])
    }
}
