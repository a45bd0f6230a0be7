// SPDX-License-Identifier: Apache-2.0

/// Rewrites BER as DER, as far as foreign CMS objects need it.
///
/// Indefinite and overlong lengths and strings in pieces are resolved; the order inside a SET is
/// kept, so that what was DER comes out unchanged.
enum BER {
    /// One rewritten object and how many bytes of the input it took.
    static func der(
        from bytes: [UInt8], limit: Int = Limits.objectSizeInBytes
    ) throws(DERError) -> (der: [UInt8], consumed: Int) {
        guard bytes.count <= limit else { throw .tooLarge(size: bytes.count, limit: limit) }
        var reader = Reader(bytes: bytes)
        let value = try reader.element(depth: Limits.objectDepth, end: bytes.count)
        return (value.encoded, reader.position)
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        /// Reads one element and returns it as DER.
        mutating func element(depth: Int, end: Int) throws(DERError) -> DERValue {
            guard depth > 0 else { throw .tooDeep(limit: Limits.objectDepth) }
            guard position < end, bytes[position] & 0x1F != 0x1F else { throw .notDER }
            let tag = bytes[position]
            position += 1
            let length = try length(end: end)
            let isConstructed = tag & 0x20 != 0
            guard isConstructed else {
                guard let length else { throw .notDER }
                let content = bytes[position..<(position + length)]
                position += length
                return .element(tag, content)
            }
            let children = try children(depth: depth - 1, length: length, end: end)
            return isPiecedString(tag)
                ? try joined(tag, children) : .element(tag, Array(children.map(\.encoded).joined()))
        }

        /// The length octets; nil for the indefinite form.
        private mutating func length(end: Int) throws(DERError) -> Int? {
            guard position < end else { throw .notDER }
            let first = bytes[position]
            position += 1
            if first == 0x80 { return nil }
            var length = Int(first)
            if first > 0x80 {
                let count = Int(first & 0x7F)
                guard count <= 4, position + count <= end else { throw .notDER }
                length = bytes[position..<(position + count)].reduce(0) { $0 << 8 | Int($1) }
                position += count
            }
            guard length <= end - position else { throw .notDER }
            return length
        }

        private mutating func children(
            depth: Int, length: Int?, end: Int
        ) throws(DERError) -> [DERValue] {
            var children: [DERValue] = []
            guard let length else {
                while true {
                    guard position + 2 <= end else { throw .notDER }
                    if bytes[position] == 0, bytes[position + 1] == 0 { break }
                    children.append(try element(depth: depth, end: end))
                }
                position += 2
                return children
            }
            let childrenEnd = position + length
            while position < childrenEnd {
                children.append(try element(depth: depth, end: childrenEnd))
            }
            return children
        }

        /// A universal string type in its constructed form (X.690, 8.7 and 8.23).
        private func isPiecedString(_ tag: UInt8) -> Bool {
            tag == 0x24 || tag == 0x2C || (0x32...0x3E).contains(tag) && tag != 0x37 && tag != 0x38
        }

        private func joined(_ tag: UInt8, _ pieces: [DERValue]) throws(DERError) -> DERValue {
            var content: [UInt8] = []
            for piece in pieces {
                let whole = try DERElement(parsing: piece.encoded)
                guard whole.tagOctet == tag & ~0x20 else { throw .notDER }
                content += piece.content
            }
            return .element(tag & ~0x20, content)
        }
    }
}

extension DERValue {
    /// What follows tag and length.
    fileprivate var content: ArraySlice<UInt8> {
        let first = encoded[1]
        return encoded.dropFirst(2 + (first > 0x80 ? Int(first & 0x7F) : 0))
    }
}
