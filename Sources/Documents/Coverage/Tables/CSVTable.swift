// SPDX-License-Identifier: Apache-2.0

/// A table of comma-separated values with a header line (RFC 4180), read whole.
struct CSVTable {
    let file: String
    private let columns: [String: Int]
    private(set) var rows: [[String]]

    /// - Throws: The text is not UTF-8, a quotation is open at the end, or a row has another number
    ///   of fields than the header.
    init(_ bytes: [UInt8], file: String, columns wanted: [String]) throws(TariffError) {
        self.file = file
        rows = try Self.fields(of: bytes, file: file)
        guard let header = rows.first else { throw .data(file: file, "it is empty") }
        rows.removeFirst()
        columns = Dictionary(
            header.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        for name in wanted where columns[name] == nil {
            throw .data(file: file, "the column \"\(name)\" is missing")
        }
        for (index, row) in rows.enumerated() where row.count != header.count {
            throw .data(file: file, "row \(index + 2) has \(row.count) fields")
        }
    }

    /// Place of a column that the initialiser asked for.
    func column(_ name: String) -> Int { columns[name] ?? 0 }

    private static func fields(
        of bytes: [UInt8], file: String
    ) throws(TariffError) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var (isQuoted, wasQuoted, index) = (false, false, 0)
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if isQuoted {
                if byte != UInt8(ascii: "\"") {
                    field.append(byte)
                } else if index < bytes.count, bytes[index] == byte {
                    field.append(byte)
                    index += 1
                } else {
                    isQuoted = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\"") where field.isEmpty && !wasQuoted:
                (isQuoted, wasQuoted) = (true, true)
            case UInt8(ascii: ","):
                row.append(String(decoding: field, as: UTF8.self))
                field.removeAll(keepingCapacity: true)
                wasQuoted = false
            case UInt8(ascii: "\r"): continue
            case UInt8(ascii: "\n"):
                row.append(String(decoding: field, as: UTF8.self))
                field.removeAll(keepingCapacity: true)
                wasQuoted = false
                if row != [""] { rows.append(row) }
                row.removeAll(keepingCapacity: true)
            default: field.append(byte)
            }
        }
        guard !isQuoted else { throw .data(file: file, "a quotation is open at the end") }
        if !field.isEmpty || !row.isEmpty {
            rows.append(row + [String(decoding: field, as: UTF8.self)])
        }
        return rows
    }
}
