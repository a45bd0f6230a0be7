// SPDX-License-Identifier: Apache-2.0
import Crypto

/// A further revision of a file: new and changed objects behind the bytes that are there (ISO
/// 32000-1, 7.5.6).
///
/// The original is a prefix of the result. A table follows a table and a stream a stream, as PDF
/// asks.
package struct IncrementalUpdate {
    package struct Result: Sendable {
        package let bytes: [UInt8]
        /// Where the body of each written object begins, behind its `n g obj` line.
        package let bodies: [ObjectReference: Int]
    }

    private let file: PDFFile
    private var nextNumber: Int
    private var bodies: [ObjectReference: [UInt8]] = [:]

    package init(of file: PDFFile) {
        self.file = file
        let size = file.current.trailer["Size"]?.integerValue ?? 0
        nextNumber = max(size, (file.current.locations.keys.max() ?? 0) + 1)
    }

    /// A number for an object that is set later.
    package mutating func reserve() -> ObjectReference {
        defer { nextNumber += 1 }
        return ObjectReference(number: nextNumber)
    }

    package mutating func add(_ object: PDFObject) -> ObjectReference {
        let reference = reserve()
        set(reference, object)
        return reference
    }

    package mutating func set(_ reference: ObjectReference, _ object: PDFObject) {
        var writer = ObjectWriter()
        writer.write(object)
        bodies[reference] = writer.bytes
    }

    /// An object already written, for a caller that must know where each of its bytes comes to
    /// stand.
    package mutating func set(_ reference: ObjectReference, verbatim body: [UInt8]) {
        bodies[reference] = body
    }

    package func finish() -> Result {
        var writer = ObjectWriter(reservingCapacity: file.bytes.count + 32_768)
        writer.write(raw: file.bytes)
        // A file that ends without an end of line would run into the first object (ISO 19005-2,
        // 6.1.9).
        if file.bytes.last != 0x0A, file.bytes.last != 0x0D { writer.write("\n") }
        var offsets: [ObjectReference: Int] = [:]
        var starts: [ObjectReference: Int] = [:]
        for (reference, body) in bodies.sorted(by: { $0.key < $1.key }) {
            offsets[reference] = writer.bytes.count
            writer.begin(reference)
            starts[reference] = writer.bytes.count
            writer.write(raw: body)
            writer.write("\nendobj\n")
        }
        let isStream = file.revisions.last?.usesStream ?? false
        let trailer = trailer(appended: writer.bytes[file.bytes.count...])
        if isStream {
            write(stream: trailer, offsets, into: &writer)
        } else {
            write(table: trailer, offsets, into: &writer)
        }
        return Result(bytes: writer.bytes, bodies: starts)
    }

    /// Root, Info and the permanent half of the /ID stay; the other half says which revision this
    /// is.
    private func trailer(appended: ArraySlice<UInt8>) -> PDFDictionary {
        let old = file.current.trailer
        let hash = PDFObject.string(Array(SHA256.hash(data: appended).prefix(16)))
        let permanent = (try? file.current.resolve(old["ID"]))?.arrayValue?.first ?? hash
        var trailer: PDFDictionary = ["Size": .integer(nextNumber)]
        trailer["Root"] = old["Root"]
        trailer["Info"] = old["Info"]
        trailer["ID"] = .array([permanent, hash])
        // What else a program wrote there stays (ISO 32000-1, 7.5.6).
        for entry in old.entries
        where trailer[entry.key] == nil && !Self.ownKeys.contains(entry.key) {
            trailer[entry.key] = entry.value
        }
        trailer["Prev"] = .integer(file.revisions.last?.crossReferenceOffset ?? 0)
        return trailer
    }

    /// Entries that belong to one revision: how its cross references are stored, or a checksum.
    private static let ownKeys: Set<String> = [
        "Prev", "XRefStm", "Type", "W", "Index", "Filter", "DecodeParms", "Length", "DocChecksum",
    ]

    private func write(
        table trailer: PDFDictionary, _ offsets: [ObjectReference: Int],
        into writer: inout ObjectWriter
    ) {
        let start = writer.bytes.count
        writer.write("xref\n")
        for run in Self.runs(of: offsets.keys.sorted()) {
            writer.write(integer: run[0].number)
            writer.write(" ")
            writer.write(integer: run.count)
            writer.write("\n")
            for reference in run {
                writer.write(tableEntry: offsets[reference] ?? 0, generation: reference.generation)
            }
        }
        writer.write("trailer\n")
        writer.write(trailer)
        writer.write(startOfCrossReference: start)
    }

    private func write(
        stream trailer: PDFDictionary, _ offsets: [ObjectReference: Int],
        into writer: inout ObjectWriter
    ) {
        let reference = ObjectReference(number: nextNumber)
        let start = writer.bytes.count
        var offsets = offsets
        offsets[reference] = start
        var data: [UInt8] = []
        var index: [PDFObject] = []
        for run in Self.runs(of: offsets.keys.sorted()) {
            index += [.integer(run[0].number), .integer(run.count)]
            for reference in run {
                let offset = offsets[reference] ?? 0
                data.append(1)
                for shift in [24, 16, 8, 0] {
                    data.append(UInt8(truncatingIfNeeded: offset >> shift))
                }
                for shift in [8, 0] {
                    data.append(UInt8(truncatingIfNeeded: reference.generation >> shift))
                }
            }
        }
        var dictionary = trailer
        dictionary["Type"] = .name("XRef")
        dictionary["Size"] = .integer(nextNumber + 1)
        dictionary["W"] = .array([.integer(1), .integer(4), .integer(2)])
        dictionary["Index"] = .array(index)
        writer.write(.stream(PDFStream(dictionary, data: data)), as: reference)
        writer.write(startOfCrossReference: start)
    }

    /// Neighbouring numbers together.
    private static func runs(of references: [ObjectReference]) -> [[ObjectReference]] {
        var runs: [[ObjectReference]] = []
        for reference in references {
            if let last = runs.last?.last, last.number + 1 == reference.number {
                runs[runs.count - 1].append(reference)
            } else {
                runs.append([reference])
            }
        }
        return runs
    }
}
