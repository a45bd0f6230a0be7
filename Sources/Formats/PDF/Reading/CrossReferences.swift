// SPDX-License-Identifier: Apache-2.0

/// One cross-reference section: a table with its trailer, or a stream that is both (ISO 32000-1,
/// 7.5.4 and 7.5.8).
struct CrossReferenceSection {
    enum Entry: Equatable {
        case free
        case offset(Int, generation: Int)
        /// The object of this index in the object stream of this number.
        case compressed(stream: Int, index: Int)
    }

    let offset: Int
    /// Behind the trailer dictionary or the stream.
    let end: Int
    let isStream: Bool
    let trailer: PDFDictionary
    var entries: [Int: Entry]
    /// The hidden stream of a hybrid file, as the bytes it takes.
    var hidden: Range<Int>?
}

/// Follows the cross-reference sections from the last one back to the first.
struct CrossReferences {
    private let bytes: [UInt8]
    /// What is added to every offset: where the header stands, for readers that count from it.
    private let base: Int
    private var count = 0
    private var decoder = StreamDecoder()

    /// The sections, newest first.
    static func sections(
        of bytes: [UInt8], from start: Int, base: Int = 0
    ) throws(PDFError) -> [CrossReferenceSection] {
        var reader = CrossReferences(bytes: bytes, base: base)
        var sections: [CrossReferenceSection] = []
        var visited = Set<Int>()
        var next: Int? = start + base
        while let offset = next {
            guard visited.insert(offset).inserted else { throw .cycle }
            guard sections.count < Limits.revisions else { throw .tooManyRevisions }
            var section = try reader.section(at: offset)
            if let hidden = section.trailer["XRefStm"]?.integerValue, !section.isStream {
                let place = try reader.shifted(hidden)
                guard visited.insert(place).inserted else { throw .cycle }
                let stream = try reader.section(at: place)
                section.hidden = place..<stream.end
                // What the table hides as free is found in the stream (7.5.8.4).
                section.entries.merge(stream.entries) { $0 == .free ? $1 : $0 }
            }
            sections.append(section)
            next = try section.trailer["Prev"].flatMap { $0.numberValue }
                .flatMap { Int(exactly: $0) }.map { offset throws(PDFError) in
                    try reader.shifted(offset)
                }
        }
        return sections
    }

    private init(bytes: [UInt8], base: Int) { (self.bytes, self.base) = (bytes, base) }

    private func shifted(_ offset: Int) throws(PDFError) -> Int {
        guard offset >= 0, offset <= bytes.count else { throw .missingCrossReference }
        return offset + base
    }

    private mutating func section(at offset: Int) throws(PDFError) -> CrossReferenceSection {
        guard offset >= 0, offset < bytes.count else { throw .missingCrossReference }
        var parser = ObjectParser(bytes, at: offset)
        if parser.skip(keyword: "xref") { return try table(&parser, at: offset) }
        return try stream(&parser, at: offset)
    }

    private mutating func take(_ number: Int) throws(PDFError) {
        guard number >= 0, number <= Limits.objects - count else { throw .tooManyObjects }
        count += number
    }

    // MARK: - Tables

    private mutating func table(
        _ parser: inout ObjectParser, at offset: Int
    ) throws(PDFError) -> CrossReferenceSection {
        var entries: [Int: CrossReferenceSection.Entry] = [:]
        while !parser.skip(keyword: "trailer") {
            guard let first = parser.unsigned(), let count = parser.unsigned() else {
                throw .malformed(offset: parser.position)
            }
            try take(count)
            guard first <= Limits.objects - count else { throw .tooManyObjects }
            for number in first..<first + count {
                guard let place = parser.unsigned(), let generation = parser.unsigned() else {
                    throw .malformed(offset: parser.position)
                }
                if parser.skip(keyword: "n") {
                    // Offset 0 is the header, so such an entry points nowhere.
                    entries[number] =
                        place == 0 ? .free : .offset(place &+ base, generation: generation)
                } else if parser.skip(keyword: "f") {
                    entries[number] = .free
                } else {
                    throw .malformed(offset: parser.position)
                }
            }
        }
        guard case .dictionary(let trailer) = try parser.object() else {
            throw .malformed(offset: parser.position)
        }
        try checkSize(trailer)
        return CrossReferenceSection(
            offset: offset, end: parser.position, isStream: false, trailer: trailer,
            entries: entries)
    }

    private func checkSize(_ trailer: PDFDictionary) throws(PDFError) {
        guard let size = trailer["Size"]?.integerValue, size >= 0 else { throw .missing("Size") }
        guard size <= Limits.objects else { throw .tooManyObjects }
    }

    // MARK: - Streams

    private mutating func stream(
        _ parser: inout ObjectParser, at offset: Int
    ) throws(PDFError) -> CrossReferenceSection {
        let stream: PDFStream
        do throws(PDFError) {
            guard case .stream(let found) = try parser.indirectObject(lengthOf: { _ in nil }).1
            else {
                throw .missingCrossReference
            }
            stream = found
        } catch {
            throw error == .nestedTooDeep ? error : .missingCrossReference
        }
        let dictionary = stream.dictionary
        guard dictionary["Type"] == .name("XRef") else { throw .missingCrossReference }
        try checkSize(dictionary)
        let widths = dictionary["W"]?.arrayValue?.compactMap(\.integerValue) ?? []
        guard widths.count == 3, widths.allSatisfy({ (0...8).contains($0) }), widths[1] > 0 else {
            throw .malformed(offset: offset)
        }
        let data = try decoder.data(of: stream) { $0 }
        let size = dictionary["Size"]?.integerValue ?? 0
        let index = dictionary["Index"]?.arrayValue?.compactMap(\.integerValue) ?? [0, size]
        return CrossReferenceSection(
            offset: offset, end: parser.position, isStream: true, trailer: dictionary,
            entries: try entries(data, widths: widths, index: index, offset: offset))
    }

    private mutating func entries(
        _ data: [UInt8], widths: [Int], index: [Int], offset: Int
    ) throws(PDFError) -> [Int: CrossReferenceSection.Entry] {
        guard index.count.isMultiple(of: 2) else { throw .malformed(offset: offset) }
        var entries: [Int: CrossReferenceSection.Entry] = [:]
        var place = 0
        let width = widths.reduce(0, +)
        for pair in stride(from: 0, to: index.count, by: 2) {
            let (first, count) = (index[pair], index[pair + 1])
            try take(count)
            guard first >= 0, first <= Limits.objects - count, count * width <= data.count - place
            else {
                throw .malformed(offset: offset)
            }
            for number in first..<first + count {
                let type = widths[0] == 0 ? 1 : field(data, &place, widths[0])
                let second = field(data, &place, widths[1])
                let third = field(data, &place, widths[2])
                switch type {
                case 0: entries[number] = .free
                case 1: entries[number] = .offset(second &+ base, generation: third)
                case 2: entries[number] = .compressed(stream: second, index: third)
                default: break  // Types to come are references to null (7.5.8.3).
                }
            }
        }
        return entries
    }

    private func field(_ data: [UInt8], _ place: inout Int, _ width: Int) -> Int {
        var value: UInt64 = 0
        for _ in 0..<width {
            value = value << 8 | UInt64(data[place])
            place += 1
        }
        return Int(clamping: value)
    }
}
