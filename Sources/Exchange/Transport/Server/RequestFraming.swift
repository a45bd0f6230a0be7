// SPDX-License-Identifier: Apache-2.0

/// Follows where HTTP/1.1 requests begin and end, and refuses what two readers could understand
/// differently (RFC 9112, sections 2, 5, 6 and 7; security-requirements, W-28).
///
/// It reads before the library does and knows only framing: lines, lengths, chunks.
struct RequestFraming {
    /// Why a connection cannot be read on: there is no saying where its next request begins.
    enum Violation: Error, Hashable {
        /// A line that does not end with CR LF, or has a control character inside.
        case line
        /// Not the request line of an HTTP/1.1 request, or a tunnel, which has no requests to frame.
        case requestLine
        case requestLineTooLong
        case headersTooLarge
        /// A field without a name, with white space round it, or folded over lines.
        case field
        /// Two lengths, a length that is no number, or a length beside a transfer coding.
        case length
        /// A transfer coding other than `chunked`, alone and once.
        case transferCoding
        case chunk
        /// No Host, or several (RFC 9112, section 3.2).
        case host
        /// The target names another authority than the Host does (W-05).
        case misdirected
    }

    /// What is read just now.
    enum Phase: Hashable {
        /// Nothing, before the first byte of a request.
        case idle
        case head, body
    }

    private enum State {
        case requestLine
        case fields
        case body(remaining: Int)
        case chunkSize
        case chunk(remaining: Int)
        case chunkEnd
        case trailers
    }

    private let limits: HTTPLimits
    private var state = State.requestLine
    private var line: [UInt8] = []
    private var headerBytes = 0
    private var fields = 0
    private var length: Int?
    private var isChunked = false
    private var hosts: [String] = []
    /// Of a target in absolute form (RFC 9112, section 3.2.2).
    private var targetAuthority: String?
    /// Requests whose head was read whole.
    private(set) var heads = 0

    init(_ limits: HTTPLimits) { self.limits = limits }

    var phase: Phase {
        switch state {
        case .requestLine: line.isEmpty ? .idle : .head
        case .fields: .head
        case .body, .chunkSize, .chunk, .chunkEnd, .trailers: .body
        }
    }

    /// Takes in what came next.
    mutating func read(_ bytes: UnsafeRawBufferPointer) throws(Violation) {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch state {
            case .body(let remaining):
                let taken = min(remaining, rest.count)
                rest = rest.dropFirst(taken)
                state = taken == remaining ? .requestLine : .body(remaining: remaining - taken)
            case .chunk(let remaining):
                let taken = min(remaining, rest.count)
                rest = rest.dropFirst(taken)
                state = taken == remaining ? .chunkEnd : .chunk(remaining: remaining - taken)
            default:
                let end = rest.firstIndex(of: UInt8(ascii: "\n"))
                let part = rest[..<(end.map { $0 + 1 } ?? rest.endIndex)]
                line.append(contentsOf: part)
                rest = rest[part.endIndex...]
                try checkLength()
                if end != nil { try takeLine() }
            }
        }
    }

    private func checkLength() throws(Violation) {
        switch state {
        case .requestLine where line.count > limits.requestLineInBytes:
            throw .requestLineTooLong
        case .fields where headerBytes + line.count > limits.headerBlockInBytes,
            .trailers where headerBytes + line.count > limits.headerBlockInBytes:
            throw .headersTooLarge
        case .chunkSize where line.count > limits.chunkLineInBytes, .chunkEnd where line.count > 2:
            throw .chunk
        default: return
        }
    }

    private mutating func takeLine() throws(Violation) {
        guard line.count >= 2, line[line.count - 2] == UInt8(ascii: "\r") else { throw .line }
        let text = line.dropLast(2)
        guard text.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }) else {
            throw .line
        }
        headerBytes += line.count
        line = []
        switch state {
        case .requestLine: try takeRequestLine(text)
        case .fields: try takeField(text)
        case .trailers: if text.isEmpty { state = .requestLine }
        case .chunkSize: try takeChunkSize(text)
        case .chunkEnd:
            guard text.isEmpty else { throw .chunk }
            state = .chunkSize
        case .body, .chunk: return
        }
    }

    private mutating func takeRequestLine(_ text: ArraySlice<UInt8>) throws(Violation) {
        let parts = text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }),
            parts[2].elementsEqual("HTTP/1.1".utf8), !parts[0].elementsEqual("CONNECT".utf8)
        else { throw .requestLine }
        (headerBytes, fields, hosts, length, isChunked) = (0, 0, [], nil, false)
        targetAuthority = Self.authority(of: parts[1])
        state = .fields
    }

    /// The authority of a target in absolute form; `nil` of any other.
    private static func authority(of target: ArraySlice<UInt8>) -> String? {
        let text = String(decoding: target, as: UTF8.self)
        guard text.first != "/", let separator = text.firstRange(of: "://") else { return nil }
        return text[separator.upperBound...].prefix { $0 != "/" && $0 != "?" }.lowercased()
    }

    private mutating func takeField(_ text: ArraySlice<UInt8>) throws(Violation) {
        guard !text.isEmpty else { return try endFields() }
        fields += 1
        guard fields <= limits.headerFields else { throw .headersTooLarge }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex,
            text[..<colon].allSatisfy({ $0 > 0x20 })
        else { throw .field }
        let name = String(decoding: text[..<colon], as: UTF8.self).lowercased()
        let value = Self.trimmed(text[(colon + 1)...])
        switch name {
        case "content-length":
            guard length == nil, (1...12).contains(value.utf8.count),
                value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(value)
            else { throw .length }
            length = number
        case "transfer-encoding":
            guard !isChunked, value.lowercased() == "chunked" else { throw .transferCoding }
            isChunked = true
        case "host": hosts.append(value.lowercased())
        default: return
        }
    }

    /// A field's value without the white space round it.
    private static func trimmed(_ value: ArraySlice<UInt8>) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        let end = value.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? value.startIndex
        return String(decoding: value[..<end].drop(while: isBlank), as: UTF8.self)
    }

    private mutating func endFields() throws(Violation) {
        guard length == nil || !isChunked else { throw .length }
        guard hosts.count == 1 else { throw .host }
        guard targetAuthority == nil || targetAuthority == hosts[0] else { throw .misdirected }
        headerBytes = 0
        heads += 1
        if isChunked {
            state = .chunkSize
        } else if let length, length > 0 {
            state = .body(remaining: length)
        } else {
            state = .requestLine
        }
    }

    private mutating func takeChunkSize(_ text: ArraySlice<UInt8>) throws(Violation) {
        let digits = text.prefix { $0 != UInt8(ascii: ";") }
        let isHex = digits.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
        guard isHex, (1...8).contains(digits.count),
            let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw .chunk }
        state = size == 0 ? .trailers : .chunk(remaining: size)
    }
}
