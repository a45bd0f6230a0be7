// SPDX-License-Identifier: Apache-2.0

/// The bytes of a font and its table directory; every read is checked against its table.
struct FontData: Sendable {
    let bytes: [UInt8]
    private let tables: [String: Range<Int>]

    init(_ bytes: [UInt8]) throws(FontError) {
        self.bytes = bytes
        guard bytes.count >= 12,
            bytes.starts(with: [0, 1, 0, 0]) || bytes.starts(with: Array("true".utf8))
        else { throw .malformed(table: "directory") }
        let count = Int(bytes[4]) << 8 | Int(bytes[5])
        guard count <= Limits.fontTables, 12 + 16 * count <= bytes.count else {
            throw .malformed(table: "directory")
        }
        var tables: [String: Range<Int>] = [:]
        for index in 0..<count {
            let record = 12 + 16 * index
            let tag = String(decoding: bytes[record..<record + 4], as: UTF8.self)
            let offset = Int(Self.u32(bytes, record + 8))
            let length = Int(Self.u32(bytes, record + 12))
            guard offset <= bytes.count, length <= bytes.count - offset, tables[tag] == nil else {
                throw .malformed(table: tag)
            }
            tables[tag] = offset..<offset + length
        }
        self.tables = tables
    }

    func table(_ tag: String, atLeast size: Int) throws(FontError) -> Range<Int> {
        guard let range = tables[tag] else { throw .missingTable(tag) }
        guard range.count >= size else { throw .malformed(table: tag) }
        return range
    }

    func u16(_ tag: String, _ offset: Int) throws(FontError) -> UInt16 {
        guard let range = tables[tag], offset >= range.lowerBound, offset + 2 <= range.upperBound
        else { throw .malformed(table: tag) }
        return UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
    }

    func i16(_ tag: String, _ offset: Int) throws(FontError) -> Int16 {
        Int16(bitPattern: try u16(tag, offset))
    }

    func u32(_ tag: String, _ offset: Int) throws(FontError) -> UInt32 {
        guard let range = tables[tag], offset >= range.lowerBound, offset + 4 <= range.upperBound
        else { throw .malformed(table: tag) }
        return Self.u32(bytes, offset)
    }

    private static func u32(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        UInt32(bytes[offset]) << 24 | UInt32(bytes[offset + 1]) << 16
            | UInt32(bytes[offset + 2]) << 8 | UInt32(bytes[offset + 3])
    }
}
