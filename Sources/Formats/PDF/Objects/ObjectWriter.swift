// SPDX-License-Identifier: Apache-2.0

/// Writes objects in their one form: the same object gives the same bytes (ISO 32000-1, 7.3).
package struct ObjectWriter {
    package private(set) var bytes: [UInt8]

    package init(reservingCapacity capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    package mutating func write(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    package mutating func write(raw data: some Sequence<UInt8>) {
        bytes.append(contentsOf: data)
    }

    package mutating func write(_ object: PDFObject) {
        switch object {
        case .null: write("null")
        case .boolean(let value): value ? write("true") : write("false")
        case .integer(let value): write(integer: value)
        case .real(let value): write(real: value)
        case .name(let name): write(name: name)
        case .string(let string): write(string: string)
        case .array(let items): write(items)
        case .dictionary(let dictionary): write(dictionary)
        case .stream(let stream): write(stream)
        case .reference(let reference): write(reference)
        }
    }

    /// An object with its `n g obj` and `endobj`, each on a line of its own (ISO 19005-2, 6.1.9).
    package mutating func write(_ object: PDFObject, as reference: ObjectReference) {
        begin(reference)
        write(object)
        write("\nendobj\n")
    }

    package mutating func begin(_ reference: ObjectReference) {
        write(integer: reference.number)
        write(" ")
        write(integer: reference.generation)
        write(" obj\n")
    }

    package mutating func write(integer value: Int) {
        if value >= 0, value < 10 {
            bytes.append(UInt8(ascii: "0") + UInt8(value))
        } else {
            write(digitsOf: value)
        }
    }

    private mutating func write(digitsOf value: Int) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        let start = bytes.count
        while rest > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        }
        bytes[start...].reverse()
    }

    /// The shortest decimal that reads back as the same number; PDF knows no exponents.
    package mutating func write(real value: Double) {
        if let integer = Int(exactly: value) { return write(integer: integer) }
        let text = String(value)
        guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "n") }) else {
            return write(thousandths: value)
        }
        write(raw: text.utf8)
    }

    /// A coordinate to a thousandth of a point, more than any device resolves.
    mutating func write(thousandths value: Double) {
        let scaled = (value * 1_000).rounded()
        guard abs(scaled) < 1e15 else { return write(integer: 0) }
        var rest = Int(scaled)
        if rest < 0 {
            bytes.append(UInt8(ascii: "-"))
            rest = -rest
        }
        write(integer: rest / 1_000)
        var fraction = rest % 1_000
        guard fraction > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        var unit = 100
        while fraction > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(fraction / unit))
            fraction %= unit
            unit /= 10
        }
    }

    package mutating func write(name: String) {
        bytes.append(UInt8(ascii: "/"))
        for scalar in name.unicodeScalars {
            let byte = UInt8(truncatingIfNeeded: scalar.value)
            if Syntax.isRegular(byte), byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "#") {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "#"))
                bytes.append(Self.hexDigits[Int(byte >> 4)])
                bytes.append(Self.hexDigits[Int(byte & 15)])
            }
        }
    }

    /// Printable ASCII in parentheses, anything else as hexadecimal.
    package mutating func write(string: [UInt8]) {
        guard string.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
            bytes.append(UInt8(ascii: "<"))
            for byte in string { write(hexadecimal: byte) }
            bytes.append(UInt8(ascii: ">"))
            return
        }
        bytes.append(UInt8(ascii: "("))
        for byte in string {
            if byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") || byte == UInt8(ascii: "\\")
            {
                bytes.append(UInt8(ascii: "\\"))
            }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: ")"))
    }

    package mutating func write(hexadecimal byte: UInt8) {
        bytes.append(Self.hexDigits[Int(byte >> 4)])
        bytes.append(Self.hexDigits[Int(byte & 15)])
    }

    private mutating func write(_ items: [PDFObject]) {
        write("[")
        for (index, item) in items.enumerated() {
            if index > 0 { write(" ") }
            write(item)
        }
        write("]")
    }

    package mutating func write(_ dictionary: PDFDictionary) {
        write("<<")
        for (index, entry) in dictionary.entries.enumerated() {
            if index > 0 { write(" ") }
            write(name: entry.key)
            write(" ")
            write(entry.value)
        }
        write(">>")
    }

    /// An end of line stands before `endstream` and is not counted in /Length (ISO 19005-2,
    /// 6.1.7.1).
    private mutating func write(_ stream: PDFStream) {
        write(stream.dictionary)
        write("\nstream\n")
        bytes.append(contentsOf: stream.data)
        write("\nendstream")
    }

    private mutating func write(_ reference: ObjectReference) {
        write(integer: reference.number)
        write(" ")
        write(integer: reference.generation)
        write(" R")
    }

    static let hexDigits = Array("0123456789ABCDEF".utf8)
}

/// Character classes of ISO 32000-1, 7.2.2.
enum Syntax {
    static func isWhitespace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 || byte == 0x0C || byte == 0
    }

    static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"),
            UInt8(ascii: "/"), UInt8(ascii: "%"):
            true
        default: false
        }
    }

    static func isRegular(_ byte: UInt8) -> Bool { !isWhitespace(byte) && !isDelimiter(byte) }
}
