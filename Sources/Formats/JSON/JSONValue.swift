// SPDX-License-Identifier: Apache-2.0

/// A JSON value (RFC 8259) with what other parsers throw away: the order of members, the text of
/// numbers, and where each value stands.
///
/// Two values are equal when their contents are; places do not count, the order of members does.
package struct JSONValue: Sendable {
    package enum Content: Sendable, Hashable {
        case null
        case boolean(Bool)
        case number(JSONNumber)
        case string(String)
        case array([JSONValue])
        case object([JSONMember])
    }

    package var content: Content
    /// Offset of the value's first byte in the text it was read from; 0 for a value made in memory.
    package var offset: Int

    package init(_ content: Content, offset: Int = 0) {
        (self.content, self.offset) = (content, offset)
    }
}

/// One member of an object: `name` as it reads after its escapes are resolved.
package struct JSONMember: Sendable {
    package var name: String
    package var value: JSONValue
    /// Offset of the name's opening quotation mark.
    package var offset: Int

    package init(_ name: String, _ value: JSONValue, offset: Int = 0) {
        (self.name, self.value, self.offset) = (name, value, offset)
    }
}

/// A number as it was written: `62.60` stays `62.60`, and no digit is lost.
package struct JSONNumber: Sendable, Hashable {
    package let text: String

    /// `text` must follow the grammar of RFC 8259, 6; the parser and `init(_: Int)` see to it.
    init(trusted text: String) { self.text = text }

    package init(_ value: Int) { text = String(value) }

    /// The value, when it is written as a whole number (no fraction, no exponent) that fits.
    package var int: Int? { Int(text) }
    package var double: Double? { Double(text) }
}

extension JSONValue: Hashable {
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        left.content == right.content
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(content) }
}

extension JSONMember: Hashable {
    package static func == (left: JSONMember, right: JSONMember) -> Bool {
        left.name == right.name && left.value == right.value
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(value)
    }
}

extension JSONValue {
    package var isNull: Bool { content == .null }

    package var boolean: Bool? {
        if case .boolean(let value) = content { value } else { nil }
    }

    package var number: JSONNumber? {
        if case .number(let value) = content { value } else { nil }
    }

    package var int: Int? { number?.int }

    package var string: String? {
        if case .string(let value) = content { value } else { nil }
    }

    package var array: [JSONValue]? {
        if case .array(let values) = content { values } else { nil }
    }

    package var object: [JSONMember]? {
        if case .object(let members) = content { members } else { nil }
    }

    /// The first member of that name; `nil` too when this is no object.
    package subscript(name: String) -> JSONValue? {
        object?.first { $0.name == name }?.value
    }

    package subscript(index: Int) -> JSONValue? {
        guard let values = array, values.indices.contains(index) else { return nil }
        return values[index]
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self.init(.string(value)) }
    package init(integerLiteral value: Int) { self.init(.number(JSONNumber(value))) }
    package init(booleanLiteral value: Bool) { self.init(.boolean(value)) }
    package init(nilLiteral: ()) { self.init(.null) }
    package init(arrayLiteral elements: JSONValue...) { self.init(.array(elements)) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(.object(elements.map { JSONMember($0.0, $0.1) }))
    }
}

extension JSONValue {
    package static func string(_ value: String) -> JSONValue { JSONValue(.string(value)) }
    package static func int(_ value: Int) -> JSONValue { JSONValue(.number(JSONNumber(value))) }
    package static func bool(_ value: Bool) -> JSONValue { JSONValue(.boolean(value)) }
    package static func array(_ values: [JSONValue]) -> JSONValue { JSONValue(.array(values)) }
    package static func object(_ members: [JSONMember]) -> JSONValue {
        JSONValue(.object(members))
    }
}
