// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Transport

@Suite("What two readers could understand differently is refused (W-28)")
struct RequestFramingTests {
    private static let limits = HTTPLimits.standard

    private static func read(_ text: String, step: Int? = nil) throws -> RequestFraming {
        var framing = RequestFraming(limits)
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: step ?? max(bytes.count, 1)) {
            try Array(bytes[start..<min(start + (step ?? bytes.count), bytes.count)])
                .withUnsafeBytes { try framing.read($0) }
        }
        return framing
    }

    private static let host = "Host: a\r\n"

    @Test(
        "whole requests end where they should, however they are cut",
        arguments: [
            "GET / HTTP/1.1\r\n\(host)\r\n",
            "GET http://A/x HTTP/1.1\r\n\(host)\r\n",
            "POST / HTTP/1.1\r\n\(host)Content-Length: 5\r\n\r\nhello",
            "POST / HTTP/1.1\r\n\(host)Content-Length:  5 \r\n\r\nhello",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: Chunked\r\n\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
        ])
    func whole(_ request: String) throws {
        for step in [1, 2, 7, request.utf8.count] {
            let framing = try Self.read(request + request, step: step)
            #expect(framing.phase == .idle)
            #expect(framing.heads == 2)
        }
    }

    @Test("it knows what it is reading")
    func phases() throws {
        #expect(try Self.read("").phase == .idle)
        #expect(try Self.read("G").phase == .head)
        #expect(try Self.read("GET / HTTP/1.1\r\nHost").phase == .head)
        let head = "POST / HTTP/1.1\r\n\(Self.host)Content-Length: 2\r\n\r\n"
        #expect(try Self.read(head + "a").phase == .body)
    }

    typealias Violation = RequestFraming.Violation

    @Test(
        "each doubt has its reason",
        arguments: [
            ("GET / HTTP/1.1\n", Violation.line),
            ("GET / HTTP/1.1\r\nHost: a\n\n", .line),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: a\u{0}b\r\n\r\n", .line),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", .line),
            ("GET / HTTP/1.0\r\n", .requestLine),
            ("GET  / HTTP/1.1\r\n", .requestLine),
            ("CONNECT a:1 HTTP/1.1\r\n", .requestLine),
            ("\r\nGET / HTTP/1.1\r\n", .requestLine),
            ("GET / HTTP/1.1\r\n\r\n", .host),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .host),
            ("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", .misdirected),
            ("GET http://a:1/ HTTP/1.1\r\nHost: a\r\n\r\n", .misdirected),
            ("GET / HTTP/1.1\r\n Host: a\r\n", .field),
            ("GET / HTTP/1.1\r\nHost : a\r\n", .field),
            ("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n", .field),
            ("GET / HTTP/1.1\r\n: a\r\n", .field),
            ("POST / HTTP/1.1\r\nContent-Length: +5\r\n", .length),
            ("POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n", .length),
            ("POST / HTTP/1.1\r\nContent-Length: 0x5\r\n", .length),
            ("POST / HTTP/1.1\r\nContent-Length:\r\n", .length),
            ("POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n", .length),
            ("POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n", .length),
            (
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                .length
            ),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n", .transferCoding),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n", .transferCoding),
            (
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                .transferCoding
            ),
        ] as [(String, Violation)])
    func doubts(_ request: String, _ violation: Violation) throws {
        #expect(throws: violation) { try Self.read(request) }
        #expect(throws: violation) { try Self.read(request, step: 1) }
    }

    @Test(
        "chunks are exactly framed",
        arguments: ["g\r\n", "+5\r\n", "\r\n", "000000001\r\n", "1\nx", "1\r\nxy\r\n", "-1\r\n"])
    func chunks(_ body: String) throws {
        let head = "POST / HTTP/1.1\r\n\(Self.host)Transfer-Encoding: chunked\r\n\r\n"
        #expect(throws: RequestFraming.Violation.self) { try Self.read(head + body) }
    }

    @Test("lines, headers and chunk extensions are bounded")
    func bounds() throws {
        let path = String(repeating: "a", count: Self.limits.requestLineInBytes)
        #expect(throws: Violation.requestLineTooLong) { try Self.read("GET /\(path)") }
        let head = "POST / HTTP/1.1\r\n\(Self.host)"
        let field = String(repeating: "a", count: Self.limits.headerBlockInBytes)
        #expect(throws: Violation.headersTooLarge) { try Self.read(head + "X: \(field)") }
        let fields = String(repeating: "X: y\r\n", count: Self.limits.headerFields)
        #expect(throws: Violation.headersTooLarge) { try Self.read(head + fields) }
        let chunked = head + "Transfer-Encoding: chunked\r\n\r\n"
        let extensions = String(repeating: "x", count: 64 << 10)
        #expect(throws: Violation.chunk) { try Self.read(chunked + "1;\(extensions)\r\n") }
        #expect(throws: Violation.headersTooLarge) { try Self.read(chunked + "0\r\nX: \(field)") }
    }
}
