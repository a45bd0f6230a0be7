// SPDX-License-Identifier: Apache-2.0

/// The text a document was parsed from, for adding to it without touching a byte of what is there.
///
/// The tree knows no positions, so elements are counted: the n-th of the tree is the n-th start
/// tag of the text. That holds because the text is well-formed and has no document type.
package struct SourceText: Sendable {
    /// UTF-8; as it was given, unless it was UTF-16.
    package private(set) var bytes: [UInt8]

    /// - Throws: The encoding is none that is accepted.
    package init(_ bytes: [UInt8]) throws(XMLError) {
        let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        self.bytes = isUTF16 ? try Encoding.utf8(of: bytes) : bytes
    }

    /// A place inside an element, right before its end.
    package struct Place: Sendable {
        /// Where the content goes; `emptyTag` is rewritten as a start tag before it.
        fileprivate let offset: Int
        fileprivate let emptyTag: (end: Int, name: [UInt8])?

        /// A place that an insertion of ours made: right behind it.
        package init(offset: Int) { (self.offset, emptyTag) = (offset, nil) }

        fileprivate init(offset: Int, emptyTag: (end: Int, name: [UInt8])?) {
            (self.offset, self.emptyTag) = (offset, emptyTag)
        }
    }

    /// The end of `element`, which belongs to the parse of this text.
    ///
    /// - Throws: The text does not hold the element: it is not the text the tree was made from.
    package func end(of element: XMLNode) throws(XMLError) -> Place {
        guard let place = Scanner.place(of: element.ordinal, in: bytes) else {
            throw .malformed(line: element.line, reason: "the text is not the document's")
        }
        switch place {
        case .endTag(let start): return Place(offset: start, emptyTag: nil)
        case .emptyTag(let slash, let end, let name):
            return Place(offset: slash, emptyTag: (end, Array(bytes[name])))
        }
    }

    /// Adds `content` at `place` and says at which offset it begins.
    @discardableResult
    package mutating func insert(_ content: [UInt8], at place: Place) -> Int {
        guard let (end, name) = place.emptyTag else {
            bytes.insert(contentsOf: content, at: place.offset)
            return place.offset
        }
        let closed = [0x3E] + content + [0x3C, 0x2F] + name + [0x3E]
        bytes.replaceSubrange(place.offset..<end, with: closed)
        return place.offset + 1
    }

    /// Adds `content` as the last thing inside `element`, which belongs to the parse of this text.
    ///
    /// - Throws: The text does not hold the element: it is not the text the tree was made from.
    package mutating func append(_ content: [UInt8], inside element: XMLNode) throws(XMLError) {
        insert(content, at: try end(of: element))
    }

    /// Puts an XML declaration in front if there is none.
    package mutating func declareVersion() {
        guard !bytes.starts(with: Array("<?xml ".utf8)), !bytes.starts(with: [0xEF, 0xBB, 0xBF])
        else { return }
        bytes.insert(
            contentsOf: Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8), at: 0)
    }
}

extension XMLNode {
    /// How many elements come before this one in document order.
    fileprivate var ordinal: Int {
        var count = -1
        _ = ElementWalk(document).first { node in
            count += 1
            return node == pointer
        }
        return count
    }
}

/// Finds tags in a well-formed document.
private struct Scanner {
    enum Place {
        /// Where `</name` begins.
        case endTag(Int)
        /// `<name .../>`: where its slash is, where it ends, and its name.
        case emptyTag(slash: Int, end: Int, name: Range<Int>)
    }

    static func place(of ordinal: Int, in bytes: [UInt8]) -> Place? {
        bytes.withUnsafeBufferPointer { buffer in
            var scanner = Scanner(bytes: buffer)
            return scanner.place(of: ordinal)
        }
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var started = 0
    /// Elements that are open, from the wanted one on; 0 while it has not begun.
    private var depth = 0

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private mutating func place(of ordinal: Int) -> Place? {
        while let start = next(UInt8(ascii: "<")) {
            switch byte(at: start + 1) {
            case UInt8(ascii: "!") where byte(at: start + 2) == UInt8(ascii: "-"): skip("-->")
            case UInt8(ascii: "!"): skip("]]>")
            case UInt8(ascii: "?"): skip("?>")
            case UInt8(ascii: "/"):
                skip(">")
                guard depth > 0 else { continue }
                depth -= 1
                if depth == 0 { return .endTag(start) }
            default:
                let end = endOfStartTag(from: start + 1)
                let isEmpty = bytes[end - 1] == UInt8(ascii: "/")
                let isWanted = started == ordinal
                started += 1
                position = end + 1
                if isWanted, isEmpty {
                    return .emptyTag(slash: end - 1, end: end + 1, name: name(from: start + 1))
                }
                if !isEmpty, isWanted || depth > 0 { depth += 1 }
            }
        }
        return nil
    }

    private mutating func next(_ wanted: UInt8) -> Int? {
        while position < bytes.count {
            if bytes[position] == wanted { return position }
            position += 1
        }
        return nil
    }

    private func byte(at index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

    /// Goes on after the next occurrence of `text`.
    private mutating func skip(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        while position + count <= bytes.count {
            if (0..<count).allSatisfy({ bytes[position + $0] == text.utf8Start[$0] }) {
                position += count
                return
            }
            position += 1
        }
        position = bytes.count
    }

    /// The `>` of a start tag; attribute values may hold one too.
    private func endOfStartTag(from start: Int) -> Int {
        var quote: UInt8?
        var index = start
        while index < bytes.count - 1 {
            let byte = bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return index
            }
            index += 1
        }
        return index
    }

    private func name(from start: Int) -> Range<Int> {
        var end = start
        while end < bytes.count, bytes[end] > 0x20, bytes[end] != UInt8(ascii: "/") { end += 1 }
        return start..<end
    }
}
