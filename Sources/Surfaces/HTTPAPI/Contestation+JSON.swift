// SPDX-License-Identifier: Apache-2.0
package import Connector
package import JSON
import NationalAPI

extension Contestation {
    /// Reads `{"reason": code, "text": words, "lines": [numbers]}`.
    ///
    /// What the wire cannot carry is refused here, by its place: once a contestation is kept it is
    /// sent as it is.
    ///
    /// - Throws: A member is missing, unknown or not what the message takes (pid-contestation).
    package init(reading json: JSONReader) throws(JSONReadingError) {
        try json.allowOnly(["reason", "text", "lines"])
        self.init(reason: try json.member("reason").choice(ContestationRequest.Reason.self))
        if reason == .other {
            let member = try json.member("text")
            text = try Self.text(member)
            if text == nil { throw member.unexpected("the reason in words, for AUTRE") }
        } else if let member = try json.optional("text") {
            text = try Self.text(member)
        }
        guard let member = try json.optional("lines") else { return }
        var known: Set<Int> = []
        for element in try member.elements() {
            let number = try element.int(in: Limits.lineNumbers)
            guard known.insert(number).inserted else {
                throw element.unexpected("a line that is not named before")
            }
            lines.append(number)
        }
    }

    /// Words without the blanks around them; nil when nothing is left.
    private static func text(_ member: JSONReader) throws(JSONReadingError) -> String? {
        let text = try member.string()
        let words = String(text.trimming(while: \.isWhitespace))
        guard words.unicodeScalars.count <= Connector.Limits.reasonCharacters else {
            throw member.unexpected("at most \(Connector.Limits.reasonCharacters) characters")
        }
        guard words.unicodeScalars.allSatisfy(\.isAllowedInXML) else {
            throw member.unexpected("text without control characters")
        }
        return words.isEmpty ? nil : words
    }
}

extension StringProtocol {
    fileprivate func trimming(while isBlank: (Character) -> Bool) -> SubSequence {
        var rest = drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}

extension Unicode.Scalar {
    /// Char of XML 1.0, 2.2, without the control characters that nobody can read.
    fileprivate var isAllowedInXML: Bool {
        switch value {
        case 0x09, 0x0A, 0x0D: true
        case ..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: false
        default: true
        }
    }
}
