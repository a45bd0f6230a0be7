// SPDX-License-Identifier: Apache-2.0

extension DocumentView {
    /// A key of a dictionary and the bytes of its value in the file.
    package struct ValueRange: Sendable, Hashable {
        package let key: String
        package let range: Range<Int>
    }

    /// Where the values of a dictionary stand in the file; repeated keys appear as often as they do
    /// there.
    ///
    /// `nil` for an object inside an object stream, or for what is no dictionary.
    package func valueRanges(of reference: ObjectReference) throws(PDFError) -> [ValueRange]? {
        guard let offset = offset(of: reference) else { return nil }
        return try valueRanges(of: reference, at: offset)
    }

    /// The same for an object of any revision, by where it begins.
    package func valueRanges(
        of reference: ObjectReference, at offset: Int
    ) throws(PDFError) -> [ValueRange]? {
        guard bytes.indices.contains(offset) else { throw .malformed(offset: offset) }
        var parser = ObjectParser(bytes, at: offset)
        guard parser.unsigned() == reference.number, parser.unsigned() == reference.generation,
            parser.skip(keyword: "obj")
        else { throw .unexpected(reference, wanted: "obj") }
        return try parser.valueRanges()
    }
}

extension ObjectParser {
    fileprivate mutating func valueRanges() throws(PDFError) -> [DocumentView.ValueRange]? {
        skipWhitespace()
        guard matches("<<", at: position) else { return nil }
        position += 2
        var ranges: [DocumentView.ValueRange] = []
        while true {
            skipWhitespace()
            if matches(">>", at: position) { return ranges }
            guard matches("/", at: position), case .name(let key) = try object() else {
                throw .malformed(offset: position)
            }
            skipWhitespace()
            let start = position
            _ = try object(depth: 1)
            ranges.append(.init(key: key, range: start..<position))
        }
    }
}
