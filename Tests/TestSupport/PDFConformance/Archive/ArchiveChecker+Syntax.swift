// SPDX-License-Identifier: Apache-2.0
import PDF

/// Clauses on how the bytes are written (6.1.2 to 6.1.9).
extension ArchiveChecker {
    private static let blanks: Set<UInt8> = [0, 9, 10, 12, 13, 32]

    private func isEndOfLine(_ index: Int) -> Bool {
        file.bytes.indices.contains(index) && [10, 13].contains(file.bytes[index])
    }

    private func has(_ word: String, at index: Int) -> Bool {
        index >= 0 && index <= file.bytes.count && file.bytes[index...].starts(with: word.utf8)
    }

    mutating func checkHeader() {
        let bytes = file.bytes
        let isVersion =
            has("%PDF-1.", at: 0) && bytes.count > 9 && (48...55).contains(bytes[7])
            && isEndOfLine(8)
        require(isVersion, "no %PDF-1.n at the first byte")
        var place = 8
        if place < bytes.count, bytes[place] == 13 { place += 1 }
        if place < bytes.count, bytes[place] == 10 { place += 1 }
        let comment = bytes.dropFirst(place).prefix(5)
        require(
            comment.count == 5 && comment.first == UInt8(ascii: "%")
                && comment.dropFirst().allSatisfy { $0 > 127 }, "no binary comment")
    }

    mutating func checkTrailer() {
        let identifier = array(view.trailer["ID"])
        require(
            identifier.count == 2
                && identifier.allSatisfy { resolve($0).stringValue?.isEmpty == false },
            "no ID of two strings")
        require(view.trailer["Encrypt"] == nil, "encrypted")
        guard let end = file.bytes.positions(of: Array("%%EOF".utf8)).last else {
            return require(false, "no end of file marker")
        }
        let tail = Array(file.bytes[(end + 5)...])
        require([[], [10], [13], [13, 10]].contains(tail), "data behind the end of file marker")
    }

    mutating func checkCrossReferences() {
        for revision in file.revisions {
            if revision.usesStream {
                require(part != .one, "a cross-reference stream")
                continue
            }
            checkTable(at: revision.crossReferenceOffset)
        }
    }

    /// `xref`, one end of line, then headers of two numbers with one space between.
    private mutating func checkTable(at offset: Int) {
        let bytes = file.bytes
        guard has("xref", at: offset) else { return require(false, "no xref where it should be") }
        var place = offset + 4
        let start = place
        if bytes[place] == 13 { place += 1 }
        if place < bytes.count, bytes[place] == 10 { place += 1 }
        require(
            place > start && bytes.indices.contains(place) && (48...57).contains(bytes[place]),
            "xref and its first header are not one end of line apart")
        while place < bytes.count {
            while place < bytes.count, Self.blanks.contains(bytes[place]) { place += 1 }
            guard place < bytes.count, (48...57).contains(bytes[place]) else { return }
            let line = bytes[place...].prefix { $0 != 10 && $0 != 13 }
            let fields = line.split(separator: 32, omittingEmptySubsequences: false)
            let numbers = fields.prefix(2).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
            let rest = fields.dropFirst(2).joined()
            guard numbers.count == 2, rest.isEmpty, fields.count <= 3 else {
                return require(false, "a header that is not two numbers and a space")
            }
            place = line.endIndex
            if place < bytes.count, bytes[place] == 13 { place += 1 }
            if place < bytes.count, bytes[place] == 10 { place += 1 }
            place += 20 * numbers[1]
        }
    }

    /// 6.1.6: an even number of hexadecimal digits and nothing else.
    mutating func checkHexadecimalStrings() {
        for (reference, _) in rawObjects { checkHexadecimalStrings(reference.source) }
        for data in contents { checkHexadecimalStrings(data) }
    }

    private mutating func checkHexadecimalStrings(_ bytes: [UInt8]) {
        var place = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "%"):
                while place < bytes.count, bytes[place] != 10, bytes[place] != 13 { place += 1 }
            case UInt8(ascii: "("): place = endOfString(in: bytes, from: place)
            case UInt8(ascii: "I") where isWord("ID", at: place, in: bytes):
                // The data of an inline image.
                place += 2
                while place < bytes.count, !isWord("EI", at: place, in: bytes) { place += 1 }
                place += 2
            case UInt8(ascii: "<"):
                if place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "<") {
                    place += 2
                    continue
                }
                let end = bytes[place...].firstIndex(of: UInt8(ascii: ">")) ?? bytes.count
                let digits = bytes[(place + 1)..<end].filter { !Self.blanks.contains($0) }
                require(digits.count.isMultiple(of: 2), "an odd number of hexadecimal digits")
                require(
                    digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit },
                    "no hexadecimal digit in <>")
                place = end + 1
            default: place += 1
            }
        }
    }

    private func isWord(_ word: String, at place: Int, in bytes: [UInt8]) -> Bool {
        bytes[place...].starts(with: word.utf8)
            && (place == 0 || Self.blanks.contains(bytes[place - 1]))
            && (place + 2 == bytes.count
                || place + 2 < bytes.count && Self.blanks.contains(bytes[place + 2]))
    }

    private func endOfString(in bytes: [UInt8], from start: Int) -> Int {
        var (place, depth) = (start, 0)
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\\"): place += 1
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 { return place + 1 }
            default: break
            }
            place += 1
        }
        return place
    }

    // MARK: - Objects and streams

    private struct RawObject {
        let number: Int
        /// From `n g obj` up to `stream` or `endobj`.
        let source: [UInt8]
        let dictionary: [String: COSObject]?
        /// Behind the word `stream`.
        let stream: Int?
        let end: Int
    }

    /// The objects that stand in the file by themselves, as bytes.
    private var rawObjects: [(RawObject, Int)] {
        view.objectNumbers.compactMap { number in
            guard let offset = view.offset(of: view.reference(number: number)) else { return nil }
            var scanner = COSScanner(file.bytes, offset: offset)
            guard (try? scanner.object(withReferences: false)) != nil,
                (try? scanner.object(withReferences: false)) != nil,
                (try? scanner.object()) == .word("obj"), let value = try? scanner.object()
            else { return nil }
            let end = scanner.offset
            scanner.skipBlanks()
            let stream = has("stream", at: scanner.offset) ? scanner.offset + 6 : nil
            return (
                RawObject(
                    number: number, source: Array(file.bytes[offset..<end]),
                    dictionary: value.dictionary, stream: stream, end: end), offset
            )
        }
    }

    mutating func checkStreams() {
        for (raw, _) in rawObjects {
            guard var start = raw.stream, let dictionary = raw.dictionary else { continue }
            for key in ["F", "FFilter", "FDecodeParms"] {
                require(dictionary[key] == nil, "stream \(raw.number) has \(key)")
            }
            let hasReturn = has("\r\n", at: start)
            guard hasReturn || has("\n", at: start) else {
                require(false, "stream \(raw.number) does not start behind an end of line")
                continue
            }
            start += hasReturn ? 2 : 1
            let length: Int? =
                switch dictionary["Length"] {
                case .reference(let number)?:
                    resolve(.reference(view.reference(number: number))).integerValue
                case let value: value?.integer
                }
            guard let length, length >= 0, start + length <= file.bytes.count else {
                require(false, "stream \(raw.number) has no true Length")
                continue
            }
            let end = start + length
            let isEnded = ["\r\nendstream", "\nendstream", "\rendstream"].contains {
                has($0, at: end)
            }
            require(isEnded, "stream \(raw.number) does not end where it says")
        }
    }

    mutating func checkFilters() {
        let known: Set<String> = [
            "ASCIIHexDecode", "ASCII85Decode", "FlateDecode", "RunLengthDecode", "CCITTFaxDecode",
            "JBIG2Decode", "DCTDecode", "JPXDecode", "Crypt",
        ]
        for (reference, object) in objects {
            guard let stream = object.streamValue else { continue }
            let filter = resolve(stream.dictionary["Filter"])
            let names = (filter.arrayValue ?? [filter]).map { resolve($0) }
            let settings = resolve(stream.dictionary["DecodeParms"])
            let parameters = settings.arrayValue ?? [settings]
            for (index, name) in names.enumerated() where name != .null {
                require(known.contains(name.nameValue ?? ""), "filter of \(reference.number)")
                guard name == .name("Crypt") else { continue }
                let own = index < parameters.count ? dictionary(parameters[index]) : [:]
                require(
                    own["Name"] == nil || own["Name"] == .name("Identity"),
                    "crypt filter of \(reference.number)")
            }
        }
    }

    /// `n g obj` and `endobj`, each on a line of its own, one white space between.
    mutating func checkObjects() {
        let bytes = file.bytes
        for (raw, offset) in rawObjects {
            require(offset == 0 || isEndOfLine(offset - 1), "no line of its own: \(raw.number)")
            var place = offset
            for _ in 0..<2 {
                let start = place
                while place < bytes.count, (48...57).contains(bytes[place]) { place += 1 }
                let isSeparate =
                    place > start && place + 1 < bytes.count && Self.blanks.contains(bytes[place])
                    && !Self.blanks.contains(bytes[place + 1])
                require(isSeparate, "more than one white space in the header of \(raw.number)")
                place += 1
                while place < bytes.count, Self.blanks.contains(bytes[place]) { place += 1 }
            }
            require(isEndOfLine(place + 3), "no end of line behind obj of \(raw.number)")
            guard let end = endOfObject(raw) else {
                require(false, "no endobj of \(raw.number)")
                continue
            }
            require(isEndOfLine(end - 1), "no end of line before endobj of \(raw.number)")
            require(
                isEndOfLine(end + 6) || end + 6 == bytes.count,
                "no end of line behind endobj of \(raw.number)")
        }
    }

    private func endOfObject(_ raw: RawObject) -> Int? {
        guard let start = raw.stream else {
            var scanner = COSScanner(file.bytes, offset: raw.end)
            scanner.skipBlanks()
            return has("endobj", at: scanner.offset) ? scanner.offset : nil
        }
        let length: Int? =
            switch raw.dictionary?["Length"] {
            case .reference(let number)?:
                resolve(.reference(view.reference(number: number))).integerValue
            case let value: value?.integer
            }
        let from = min(start + max(0, length ?? 0), file.bytes.count)
        let word = Array("endobj".utf8)
        var place = from
        while place + 6 <= file.bytes.count {
            if file.bytes[place] == word[0], file.bytes[place...].starts(with: word) {
                return place
            }
            place += 1
        }
        return nil
    }
}
