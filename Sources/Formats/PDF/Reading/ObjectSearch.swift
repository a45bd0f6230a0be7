// SPDX-License-Identifier: Apache-2.0

/// Finds the objects of a file without its cross references: the last `n g obj` of each number
/// counts.
struct ObjectSearch {
    private let bytes: [UInt8]
    private(set) var locations: [Int: DocumentView.Location] = [:]
    private(set) var trailer: PDFDictionary = [:]
    private(set) var containers: ObjectContainers
    private var catalog: ObjectReference?
    /// Bytes that may still be read: an object that never ends is not read again for each header
    /// inside it.
    private var budget: Int

    init(_ bytes: [UInt8]) throws(PDFError) {
        self.bytes = bytes
        containers = ObjectContainers(bytes)
        budget = Limits.readings * bytes.count
    }

    mutating func run() throws(PDFError) {
        var parser = ObjectParser(bytes)
        for header in Self.headers(in: bytes) where header >= parser.position {
            guard locations.count < Limits.objects else { throw .tooManyObjects }
            guard budget > 0 else { throw .expandsTooMuch }
            parser.position = header
            guard let reference = try? parser.objectHeader() else { continue }
            locations[reference.number] = .offset(header, generation: reference.generation)
            let behind = parser.position
            parser.position = header
            let found = try? parser.indirectObject(isTolerant: true) { _ in nil }
            budget -= parser.position - header
            guard let found else {
                parser.position = behind
                continue
            }
            try note(found.1, as: reference, at: header)
        }
        for place in bytes.positions(of: Array("trailer".utf8), limit: Limits.endMarkers) {
            guard budget > 0 else { throw .expandsTooMuch }
            parser.position = place + 7
            let found = (try? parser.object())?.dictionaryValue
            budget -= max(0, parser.position - place)
            if let found, found["Root"] != nil { trailer = found }
        }
        if trailer["Root"] == nil, let catalog { trailer["Root"] = .reference(catalog) }
    }

    private mutating func note(
        _ object: PDFObject, as reference: ObjectReference, at offset: Int
    ) throws(PDFError) {
        guard let dictionary = object.dictionaryValue else { return }
        switch dictionary["Type"]?.nameValue {
        case "Catalog": catalog = reference
        case "XRef": if dictionary["Root"] != nil { trailer = dictionary }
        case "ObjStm":
            do throws(PDFError) {
                try containers.decode(at: offset, number: reference.number, isTolerant: true)
            } catch {
                guard error != .expandsTooMuch else { throw error }
                return
            }
            for (index, entry) in (containers.byOffset[offset]?.objects ?? []).enumerated() {
                locations[entry.number] = .contained(offset: offset, index: index)
            }
        default: break
        }
    }

    /// Where a number, a generation and `obj` stand behind each other.
    private static func headers(in bytes: [UInt8]) -> [Int] {
        bytes.positions(of: Array("obj".utf8), limit: 3 * Limits.objects)
            .compactMap { header(endingAt: $0, in: bytes) }
    }

    /// Where the number of the header begins whose `obj` stands at the place.
    static func header(endingAt place: Int, in bytes: [UInt8]) -> Int? {
        var index = place
        guard step(back: &index, over: Syntax.isWhitespace, in: bytes),
            step(back: &index, over: isDigit, in: bytes),
            step(back: &index, over: Syntax.isWhitespace, in: bytes),
            step(back: &index, over: isDigit, in: bytes)
        else { return nil }
        return index
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Goes back over at least one and at most sixteen such bytes.
    private static func step(
        back index: inout Int, over isWanted: (UInt8) -> Bool, in bytes: [UInt8]
    ) -> Bool {
        let start = index
        while index > 0, start - index < 16, isWanted(bytes[index - 1]) { index -= 1 }
        return index < start
    }
}

extension PDFFile {
    /// The dictionary of the object whose bytes hold the place, found by going back to its
    /// `n g obj`; for bytes that no cross-reference section lists.
    package func unlistedObject(around place: Int) -> ObjectHistory.SignatureDictionary? {
        let lowest = max(0, place - Limits.headerDistance)
        var index = place
        while index > lowest {
            index -= 1
            guard bytes[index] == UInt8(ascii: "o"), index + 3 <= bytes.count,
                Array(bytes[index..<index + 3]) == Array("obj".utf8),
                let offset = ObjectSearch.header(endingAt: index, in: bytes)
            else { continue }
            var parser = ObjectParser(bytes, at: offset)
            let found = try? parser.indirectObject(isTolerant: true) { _ in nil }
            guard let found, parser.position > place, case .dictionary(let dictionary) = found.1
            else { return nil }
            return ObjectHistory.SignatureDictionary(
                reference: found.0, dictionary: dictionary, offset: offset,
                revision: revisions.count - 1)
        }
        return nil
    }
}
