// SPDX-License-Identifier: Apache-2.0

/// A file with cross-reference tables, read from its last one back; enough for what we produce.
final class COSFile {
    let bytes: [UInt8]
    private(set) var trailer: [String: COSObject] = [:]
    private var offsets: [Int: Int] = [:]
    private var cache: [Int: COSObject] = [:]

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        guard let place = Self.last("startxref", in: bytes) else { throw COSSyntaxError(offset: 0) }
        var scanner = COSScanner(bytes, offset: place + 9)
        var next = try scanner.object(withReferences: false).integer
        var isNewest = true
        while let offset = next {
            let found = try readTable(at: offset)
            if isNewest { trailer = found }
            isNewest = false
            next = found["Prev"]?.integer
            guard next.map({ $0 < offset }) ?? true else { throw COSSyntaxError(offset: offset) }
        }
    }

    var numbers: [Int] { offsets.keys.sorted() }

    private func readTable(at offset: Int) throws -> [String: COSObject] {
        guard offset >= 0, offset < bytes.count else { throw COSSyntaxError(offset: offset) }
        var scanner = COSScanner(bytes, offset: offset)
        guard try scanner.object() == .word("xref") else { throw COSSyntaxError(offset: offset) }
        while true {
            let first = try scanner.object(withReferences: false)
            if first == .word("trailer") { break }
            guard let start = first.integer,
                let count = try scanner.object(withReferences: false).integer
            else { throw COSSyntaxError(offset: scanner.offset) }
            for number in start..<start + count {
                let place = try scanner.object(withReferences: false).integer
                _ = try scanner.object(withReferences: false)
                let kind = try scanner.object(withReferences: false)
                if kind == .word("n"), offsets[number] == nil { offsets[number] = place }
            }
        }
        guard let trailer = try scanner.object().dictionary else {
            throw COSSyntaxError(offset: scanner.offset)
        }
        return trailer
    }

    /// The object a reference leads to, or the object itself.
    func resolve(_ object: COSObject?) -> COSObject {
        guard case .reference(let number)? = object else { return object ?? .null }
        if let known = cache[number] { return known }
        let found = (try? read(number)) ?? .null
        cache[number] = found
        return found
    }

    func dictionary(_ object: COSObject?) -> [String: COSObject] {
        resolve(object).dictionary ?? [:]
    }

    func array(_ object: COSObject?) -> [COSObject] { resolve(object).array ?? [] }

    /// Where a stream's data stands, by its /Length.
    func placeOfData(_ number: Int) -> Range<Int>? {
        guard let offset = offsets[number], case .stream(_, let data) = resolve(.reference(number))
        else {
            return nil
        }
        var scanner = COSScanner(bytes, offset: offset)
        guard (try? scanner.object(withReferences: false)) != nil,
            (try? scanner.object(withReferences: false)) != nil, (try? scanner.object()) != nil,
            (try? scanner.object()) != nil, let start = streamStart(&scanner)
        else { return nil }
        return start..<start + data.count
    }

    private func read(_ number: Int) throws -> COSObject {
        guard let offset = offsets[number] else { return .null }
        var scanner = COSScanner(bytes, offset: offset)
        guard try scanner.object(withReferences: false).integer == number else { return .null }
        _ = try scanner.object(withReferences: false)
        guard try scanner.object() == .word("obj") else { return .null }
        let object = try scanner.object()
        guard case .dictionary(let entries) = object else { return object }
        guard let start = streamStart(&scanner) else { return object }
        guard let length = resolve(entries["Length"]).integer, length >= 0,
            start + length <= bytes.count
        else { throw COSSyntaxError(offset: start) }
        return .stream(entries, Array(bytes[start..<start + length]))
    }

    private func streamStart(_ scanner: inout COSScanner) -> Int? {
        let before = scanner.offset
        guard (try? scanner.object()) == .word("stream") else {
            scanner.offset = before
            return nil
        }
        var start = scanner.offset
        if start < bytes.count, bytes[start] == 13 { start += 1 }
        if start < bytes.count, bytes[start] == 10 { start += 1 }
        return start
    }

    /// A stream's data without its Flate filter; `nil` when another filter is there or the data is
    /// damaged.
    func data(of object: COSObject?) -> [UInt8]? {
        guard case .stream(let dictionary, let data) = resolve(object) else { return nil }
        let filters = dictionary["Filter"].map { resolve($0) }
        switch filters {
        case nil: return data
        case .name("FlateDecode"), .array([.name("FlateDecode")]): return Inflate.data(from: data)
        default: return nil
        }
    }

    static func last(_ word: String, in bytes: [UInt8]) -> Int? {
        let word = Array(word.utf8)
        guard bytes.count >= word.count else { return nil }
        return (0...bytes.count - word.count).last { bytes[$0...].starts(with: word) }
    }
}
