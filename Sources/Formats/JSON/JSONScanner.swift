// SPDX-License-Identifier: Apache-2.0

/// Reads bytes once, from left to right, into values.
struct JSONScanner {
    let bytes: [UInt8]
    let limits: JSONLimits
    var index = 0
    var duplicates: [JSONDocument.Duplicate] = []
    private var nodes = 0
    private var path: [String] = []

    init(_ bytes: [UInt8], limits: JSONLimits) {
        (self.bytes, self.limits) = (bytes, limits)
    }

    mutating func scanDocument() throws(JSONError) -> JSONValue {
        guard bytes.count <= limits.sizeInBytes else {
            throw JSONError(
                .tooLarge(limit: limits.sizeInBytes), at: JSONPosition(line: 1, column: 1))
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw failure(.byteOrderMark, at: 0) }
        skipWhitespace()
        guard index < bytes.count else { throw failure(.empty, at: 0) }
        let value = try scanValue(depth: 0)
        skipWhitespace()
        guard index == bytes.count else { throw failure(.trailingData, at: index) }
        return value
    }

    func failure(_ reason: JSONError.Reason, at offset: Int) -> JSONError {
        JSONError(reason, at: JSONPosition(of: offset, in: bytes))
    }

    /// What to say when the byte at `index`, or the end, cannot stand there.
    func unexpected(expected: String) -> JSONError {
        guard index < bytes.count else { return failure(.unexpectedEnd, at: index) }
        return failure(.unexpectedByte(bytes[index], expected: expected), at: index)
    }

    private mutating func skipWhitespace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }

    private mutating func scanValue(depth: Int) throws(JSONError) -> JSONValue {
        nodes += 1
        guard nodes <= limits.nodes else {
            throw failure(.tooManyValues(limit: limits.nodes), at: index)
        }
        guard index < bytes.count else { throw failure(.unexpectedEnd, at: index) }
        let start = index
        let content: JSONValue.Content
        switch bytes[index] {
        case UInt8(ascii: "{"): content = .object(try scanObject(depth: depth + 1))
        case UInt8(ascii: "["): content = .array(try scanArray(depth: depth + 1))
        case UInt8(ascii: "\""): content = .string(try scanString(limit: limits.stringInBytes))
        case UInt8(ascii: "t"): content = try scanWord("true", .boolean(true))
        case UInt8(ascii: "f"): content = try scanWord("false", .boolean(false))
        case UInt8(ascii: "n"): content = try scanWord("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            content = .number(try scanNumber())
        default: throw unexpected(expected: "a value")
        }
        return JSONValue(content, offset: start)
    }

    private mutating func scanWord(
        _ word: StaticString, _ content: JSONValue.Content
    ) throws(JSONError) -> JSONValue.Content {
        for position in 0..<word.utf8CodeUnitCount {
            guard index < bytes.count, bytes[index] == word.utf8Start[position] else {
                throw unexpected(expected: "`\(word)`")
            }
            index += 1
        }
        return content
    }

    private func checkDepth(_ depth: Int) throws(JSONError) {
        guard depth <= limits.depth else {
            throw failure(.tooDeep(limit: limits.depth), at: index)
        }
    }

    private mutating func scanArray(depth: Int) throws(JSONError) -> [JSONValue] {
        try checkDepth(depth)
        index += 1
        var values: [JSONValue] = []
        skipWhitespace()
        if take(UInt8(ascii: "]")) { return values }
        while true {
            skipWhitespace()
            path.append(String(values.count))
            values.append(try scanValue(depth: depth))
            path.removeLast()
            skipWhitespace()
            if take(UInt8(ascii: "]")) { return values }
            guard take(UInt8(ascii: ",")) else { throw unexpected(expected: "`,` or `]`") }
        }
    }

    private mutating func scanObject(depth: Int) throws(JSONError) -> [JSONMember] {
        try checkDepth(depth)
        index += 1
        var members: [JSONMember] = []
        var names = SeenNames()
        skipWhitespace()
        if take(UInt8(ascii: "}")) { return members }
        while true {
            skipWhitespace()
            let start = index
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                throw unexpected(expected: "a name in quotation marks")
            }
            let name = try scanString(limit: limits.nameInBytes, isName: true)
            path.append(name)
            if !names.insert(name, among: members) {
                duplicates.append(.init(pointer: JSONPointer(path), offset: start))
            }
            skipWhitespace()
            guard take(UInt8(ascii: ":")) else { throw unexpected(expected: "`:`") }
            skipWhitespace()
            members.append(JSONMember(name, try scanValue(depth: depth), offset: start))
            path.removeLast()
            skipWhitespace()
            if take(UInt8(ascii: "}")) { return members }
            guard take(UInt8(ascii: ",")) else { throw unexpected(expected: "`,` or `}`") }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }
}

/// The names of one object: compared one by one while they are few, by hash from then on.
private struct SeenNames {
    private static let few = 16
    private var names: Set<String> = []

    /// Whether `name` is new; `members` are those before it.
    ///
    /// Names are compared scalar by scalar: `é` composed and decomposed are two names.
    mutating func insert(_ name: String, among members: [JSONMember]) -> Bool {
        guard members.count >= Self.few else {
            return !members.contains { $0.name.utf8.elementsEqual(name.utf8) }
        }
        if names.isEmpty { names = Set(members.map { Self.key($0.name) }) }
        return names.insert(Self.key(name)).inserted
    }

    /// Swift compares strings by canonical equivalence; other parsers compare code units.
    private static func key(_ name: String) -> String {
        name.utf8.allSatisfy { $0 < 0x80 }
            ? name : name.utf8.map { String($0, radix: 16) }.joined()
    }
}
