// SPDX-License-Identifier: Apache-2.0
import Connector
import HTTPTypes

/// The query of an address: names and values, decoded; anything unknown in it is refused.
struct Query {
    private let pairs: [(name: String, value: String)]

    /// - Parameter names: What the address takes.
    init(_ request: HTTPRequest, taking names: [String]) throws(Problem) {
        let text = (request.path ?? "").drop { $0 != "?" }.dropFirst()
        var pairs: [(String, String)] = []
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            guard let name = parts.first, names.contains(name) else {
                throw Problem(
                    .badRequest, "The query takes \(names.joined(separator: ", ")).")
            }
            guard let value = Self.decoded(parts.count == 2 ? parts[1] : "") else {
                throw Problem(.badRequest, "The value of \(name) is not percent-encoded UTF-8.")
            }
            pairs.append((name, value))
        }
        self.pairs = pairs
    }

    /// The last value of that name.
    subscript(name: String) -> String? { pairs.last { $0.name == name }?.value }

    /// Every value of that name, in order.
    func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    /// Undoes percent-encoding (RFC 3986, 2.1); nil when it is malformed.
    static func decoded(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
