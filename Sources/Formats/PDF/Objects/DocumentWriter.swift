// SPDX-License-Identifier: Apache-2.0
import Crypto

/// Collects the objects of a new file and writes them with a cross-reference table.
///
/// The file ends with `%%EOF` and one end of line, so that a signature's update can follow; its
/// /ID comes from a hash of its content, so that the same content gives the same bytes.
struct DocumentWriter {
    private var objects: [PDFObject?] = []
    /// Off only where a test wants to read or change the streams.
    let isCompressing: Bool

    init(isCompressing: Bool = true) { self.isCompressing = isCompressing }

    mutating func reserve() -> ObjectReference {
        objects.append(nil)
        return ObjectReference(number: objects.count)
    }

    mutating func add(_ object: PDFObject) -> ObjectReference {
        objects.append(object)
        return ObjectReference(number: objects.count)
    }

    mutating func set(_ reference: ObjectReference, _ object: PDFObject) {
        objects[reference.number - 1] = object
    }

    /// A stream, compressed.
    mutating func add(stream data: [UInt8], _ dictionary: PDFDictionary = [:]) -> ObjectReference {
        guard isCompressing else { return add(.stream(PDFStream(dictionary, data: data))) }
        var dictionary = dictionary
        dictionary["Filter"] = .name("FlateDecode")
        return add(.stream(PDFStream(dictionary, data: Deflate.compress(data))))
    }

    func finish(root: ObjectReference, info: ObjectReference) -> [UInt8] {
        var writer = ObjectWriter(reservingCapacity: 64 << 10)
        writer.write("%PDF-1.7\n%")
        writer.write(raw: [0xE2, 0xE3, 0xCF, 0xD3, 0x0A])
        var offsets: [Int] = []
        for (index, object) in objects.enumerated() {
            offsets.append(writer.bytes.count)
            writer.write(object ?? .null, as: ObjectReference(number: index + 1))
        }
        let identifier = PDFObject.string(Array(SHA256.hash(data: writer.bytes).prefix(16)))
        let start = writer.bytes.count
        writer.write("xref\n0 ")
        writer.write(integer: objects.count + 1)
        writer.write("\n0000000000 65535 f \n")
        for offset in offsets { writer.write(tableEntry: offset, generation: 0) }
        writer.write("trailer\n")
        writer.write([
            "Size": .integer(objects.count + 1), "Root": .reference(root), "Info": .reference(info),
            "ID": .array([identifier, identifier]),
        ])
        writer.write(startOfCrossReference: start)
        return writer.bytes
    }
}

extension ObjectWriter {
    /// One entry of twenty bytes (ISO 32000-1, 7.5.4).
    mutating func write(tableEntry offset: Int, generation: Int) {
        write(padded: offset, to: 10)
        write(" ")
        write(padded: generation, to: 5)
        write(" n \n")
    }

    mutating func write(startOfCrossReference offset: Int) {
        write("\nstartxref\n")
        write(integer: offset)
        write("\n%%EOF\n")
    }

    private mutating func write(padded value: Int, to width: Int) {
        let digits = String(value).utf8
        for _ in digits.count..<max(width, digits.count) { write("0") }
        write(raw: digits)
    }
}
