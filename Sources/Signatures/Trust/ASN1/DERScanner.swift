// SPDX-License-Identifier: Apache-2.0

/// Reads elements one after the other without looking inside: for structures too long to be held
/// as a tree, such as revocation lists.
struct DERScanner {
    struct Element {
        /// The identifier octet; longer tags do not occur.
        let tag: UInt8
        let content: ArraySlice<UInt8>
        let encoded: ArraySlice<UInt8>
    }

    private var rest: ArraySlice<UInt8>
    private let structure: String

    init(_ bytes: ArraySlice<UInt8>, in structure: String) {
        rest = bytes
        self.structure = structure
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// The tag of the next element.
    var upcomingTag: UInt8? { rest.first }

    /// The next element, which has this tag if one is given.
    mutating func next(_ tag: UInt8? = nil) throws(DERError) -> Element {
        guard let first = rest.first else { throw .unexpectedElement(in: structure) }
        if let tag, tag != first { throw .unexpectedElement(in: structure) }
        guard first & 0x1F != 0x1F else { throw .unexpectedElement(in: structure) }
        let (length, header) = try length()
        guard length <= rest.count - header else { throw .notDER }
        let end = rest.startIndex + header + length
        let element = Element(
            tag: first, content: rest[(rest.startIndex + header)..<end],
            encoded: rest[rest.startIndex..<end])
        rest = rest[end...]
        return element
    }

    /// The length of the content and of what stands before it (X.690, 8.1.3 and 10.1).
    private func length() throws(DERError) -> (length: Int, header: Int) {
        guard rest.count >= 2 else { throw .notDER }
        let start = rest.startIndex + 1
        let first = rest[start]
        if first < 0x80 { return (Int(first), 2) }
        let count = Int(first & 0x7F)
        guard (1...4).contains(count), rest.count >= 2 + count, rest[start + 1] != 0 else {
            throw .notDER
        }
        let length = rest[(start + 1)...(start + count)].reduce(0) { $0 << 8 | Int($1) }
        guard length >= 0x80 else { throw .notDER }
        return (length, 2 + count)
    }

    func finish() throws(DERError) {
        guard rest.isEmpty else { throw .extraElement(in: structure) }
    }
}

extension DERScanner.Element {
    /// The element with everything inside.
    var parsed: DERElement {
        get throws(DERError) { try DERElement(parsing: Array(encoded)) }
    }
}
