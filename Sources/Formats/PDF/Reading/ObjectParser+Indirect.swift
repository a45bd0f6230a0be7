// SPDX-License-Identifier: Apache-2.0

extension ObjectParser {
    /// `n g obj` at the current place.
    mutating func objectHeader() throws(PDFError) -> ObjectReference {
        let start = position
        guard let number = unsigned(), let generation = unsigned(), skip(keyword: "obj") else {
            throw .malformed(offset: start)
        }
        return ObjectReference(number: number, generation: generation)
    }

    /// The object with its number at the current place; a stream's data is found by its /Length.
    ///
    /// - Parameters:
    ///   - wanted: Nothing behind the number is read when it is another one.
    ///   - isTolerant: A missing `endobj` and a wrong /Length are forgiven.
    mutating func indirectObject(
        wanted: ObjectReference? = nil, isTolerant: Bool = false,
        lengthOf: (ObjectReference) -> Int?
    ) throws(PDFError) -> (ObjectReference, PDFObject) {
        let reference = try objectHeader()
        if let wanted, wanted != reference { throw .unexpected(wanted, wanted: "obj") }
        // Nothing between the two words is the null object (ISO 32000-2, 7.3.10).
        if skip(keyword: "endobj") { return (reference, .null) }
        let object = try object()
        guard case .dictionary(let dictionary) = object, skip(keyword: "stream") else {
            guard skip(keyword: "endobj") || isTolerant else { throw .malformed(offset: position) }
            return (reference, object)
        }
        if isTolerant {
            let data = try tolerantData(of: dictionary, lengthOf: lengthOf)
            return (reference, .stream(PDFStream(parsed: dictionary, data: data)))
        }
        guard position < bytes.count else { throw .malformed(offset: position) }
        if bytes[position] == 0x0D { position += 1 }
        guard position < bytes.count, bytes[position] == 0x0A else {
            throw .malformed(offset: position)
        }
        position += 1
        let length: Int? =
            switch dictionary["Length"] {
            case .integer(let value): value
            case .reference(let reference): lengthOf(reference)
            default: nil
            }
        guard let length, length >= 0, length <= bytes.count - position else {
            throw .unexpected(reference, wanted: "Length")
        }
        let data = bytes[position..<position + length]
        position += length
        streamSize = length
        guard skip(keyword: "endstream") else { throw .malformed(offset: position) }
        guard skip(keyword: "endobj") else { throw .malformed(offset: position) }
        return (reference, .stream(PDFStream(parsed: dictionary, data: data)))
    }

    /// The data of a stream whose /Length may be wrong: then what stands before `endstream`.
    private mutating func tolerantData(
        of dictionary: PDFDictionary, lengthOf: (ObjectReference) -> Int?
    ) throws(PDFError) -> ArraySlice<UInt8> {
        if position < bytes.count, bytes[position] == 0x0D { position += 1 }
        if position < bytes.count, bytes[position] == 0x0A { position += 1 }
        let start = position
        let declared =
            dictionary["Length"]?.integerValue
            ?? dictionary["Length"]?.referenceValue
            .flatMap(lengthOf)
        if let declared, declared >= 0, declared <= bytes.count - start {
            position = start + declared
            if skip(keyword: "endstream") {
                streamSize = declared
                _ = skip(keyword: "endobj")
                return bytes[start..<start + declared]
            }
        }
        guard let end = bytes.firstPosition(of: "endstream", from: start) else {
            // Whoever counts what was read must see how far the search went.
            position = bytes.count
            throw .malformed(offset: start)
        }
        position = end
        _ = skip(keyword: "endstream")
        _ = skip(keyword: "endobj")
        return bytes[start..<end]
    }
}

extension [UInt8] {
    /// Where the word next begins at or behind the place.
    func firstPosition(of word: StaticString, from start: Int) -> Int? {
        withUnsafeBufferPointer { bytes in
            word.withUTF8Buffer { word in
                var index = start
                while index + word.count <= bytes.count {
                    if bytes[index] == word[0],
                        word.indices.allSatisfy({
                            bytes[index + $0] == word[$0]
                        })
                    {
                        return index
                    }
                    index += 1
                }
                return nil
            }
        }
    }
}
