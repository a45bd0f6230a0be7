// SPDX-License-Identifier: Apache-2.0

/// A JSON Pointer (RFC 6901): the way from the root to one value.
package struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    /// Member names and array indices, unescaped.
    package var tokens: [String]

    package init(_ tokens: [String] = []) { self.tokens = tokens }

    /// Reads `/a/b~1c/0`; `nil` when the text is no pointer.
    package init?(_ text: String) {
        guard !text.isEmpty else {
            tokens = []
            return
        }
        guard text.first == "/" else { return nil }
        tokens = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let token = Self.unescape(part) else { return nil }
            tokens.append(token)
        }
    }

    package func appending(_ token: String) -> JSONPointer { JSONPointer(tokens + [token]) }
    package func appending(_ index: Int) -> JSONPointer { appending(String(index)) }

    package var description: String {
        tokens.reduce(into: "") { $0 += "/" + Self.escape($1) }
    }

    private static func escape(_ token: String) -> String {
        guard token.utf8.contains(where: { $0 == tilde || $0 == slash }) else { return token }
        return token.reduce(into: "") { text, character in
            switch character {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.append(character)
            }
        }
    }

    private static func unescape(_ part: Substring) -> String? {
        guard part.utf8.contains(tilde) else { return String(part) }
        var token = ""
        var characters = part.unicodeScalars.makeIterator()
        while let scalar = characters.next() {
            guard scalar == "~" else {
                token.unicodeScalars.append(scalar)
                continue
            }
            switch characters.next() {
            case "0": token += "~"
            case "1": token += "/"
            default: return nil
            }
        }
        return token
    }

    private static let tilde = UInt8(ascii: "~")
    private static let slash = UInt8(ascii: "/")
}

extension JSONValue {
    /// The value that `pointer` names, or `nil`; of duplicate names the first counts.
    package subscript(pointer: JSONPointer) -> JSONValue? {
        var value = self
        for token in pointer.tokens {
            guard let next = value.child(token) else { return nil }
            value = next
        }
        return value
    }

    private func child(_ token: String) -> JSONValue? {
        guard array != nil else { return self[token] }
        // RFC 6901, 4: no leading zeros, no sign.
        guard let index = Int(token), String(index) == token else { return nil }
        return self[index]
    }
}
