// SPDX-License-Identifier: Apache-2.0

/// How a value is written.
package enum JSONStyle: Sendable, Hashable {
    /// No white space at all.
    case compact
    /// Two spaces a level, one member a line, a line end after the value.
    case pretty
}

extension JSONValue {
    /// The value as UTF-8, members in their order, numbers as they were read: the same value always gives the same bytes.
    package func serialized(_ style: JSONStyle = .compact) -> [UInt8] {
        var writer = JSONWriter(style: style)
        writer.write(self, level: 0)
        if style == .pretty { writer.bytes.append(0x0A) }
        return writer.bytes
    }
}

private struct JSONWriter {
    let style: JSONStyle
    var bytes: [UInt8] = []

    mutating func write(_ value: JSONValue, level: Int) {
        switch value.content {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let number): bytes.append(contentsOf: number.text.utf8)
        case .string(let text): write(text)
        case .array(let values):
            writeList("[", "]", count: values.count, level: level) { writer, index in
                writer.write(values[index], level: level + 1)
            }
        case .object(let members):
            writeList("{", "}", count: members.count, level: level) { writer, index in
                writer.write(members[index].name)
                writer.bytes.append(contentsOf: (writer.style == .pretty ? ": " : ":").utf8)
                writer.write(members[index].value, level: level + 1)
            }
        }
    }

    private mutating func writeList(
        _ open: String, _ close: String, count: Int, level: Int,
        element: (inout JSONWriter, Int) -> Void
    ) {
        bytes.append(contentsOf: open.utf8)
        for index in 0..<count {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            breakLine(level: level + 1)
            element(&self, index)
        }
        if count > 0 { breakLine(level: level) }
        bytes.append(contentsOf: close.utf8)
    }

    private mutating func breakLine(level: Int) {
        guard style == .pretty else { return }
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: 2 * level))
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case 0x22: bytes.append(contentsOf: #"\""#.utf8)
            case 0x5C: bytes.append(contentsOf: #"\\"#.utf8)
            case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
            case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
            case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
            case 0..<0x20:
                bytes.append(contentsOf: (byte < 0x10 ? #"\u000"# : #"\u00"#).utf8)
                bytes.append(contentsOf: String(byte, radix: 16).utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
