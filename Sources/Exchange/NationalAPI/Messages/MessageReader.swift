// SPDX-License-Identifier: Apache-2.0
import Coverage
import XML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Reads an element of a qualified vocabulary, child by child; what is missing, doubled, too long
/// or not of its type is named.
struct MessageReader {
    let node: XMLNode
    private let namespace: String

    init(_ node: XMLNode, _ vocabulary: Vocabulary) {
        (self.node, namespace) = (node, vocabulary.namespace)
    }

    private init(_ node: XMLNode, namespace: String) {
        (self.node, self.namespace) = (node, namespace)
    }

    /// Opens a document whose root is `name`.
    init(
        parsing bytes: [UInt8], root name: String, _ vocabulary: Vocabulary
    ) throws(MessageError) {
        do {
            node = try XMLDocument(parsing: bytes).root
        } catch {
            throw .notXML(reason: error.description)
        }
        namespace = vocabulary.namespace
        guard node.isNamed(name, in: namespace) else { throw .structure(what: name) }
    }

    func child(_ name: String) throws(MessageError) -> MessageReader? {
        let found = node.children(name, in: namespace)
        guard found.count <= 1 else { throw .structure(what: "single \(name)") }
        return found.first.map { MessageReader($0, namespace: namespace) }
    }

    func children(_ name: String, atMost limit: Int) throws(MessageError) -> [MessageReader] {
        let found = node.children(name, in: namespace)
        guard found.count <= limit else { throw .structure(what: "at most \(limit) \(name)") }
        return found.map { MessageReader($0, namespace: namespace) }
    }

    func required(_ name: String) throws(MessageError) -> MessageReader {
        guard let child = try child(name) else { throw .structure(what: name) }
        return child
    }

    /// The text of this element, which has no child elements.
    func value() throws(MessageError) -> String {
        guard let text = node.simpleText, text.utf8.count <= Limits.textInBytes else {
            throw .structure(what: "readable \(node.localName)")
        }
        return text
    }

    func text(_ name: String) throws(MessageError) -> String {
        let text = try required(name).value()
        guard !text.isEmpty else { throw .structure(what: name) }
        return text
    }

    /// The text of a child that may be absent or empty.
    func optionalText(_ name: String) throws(MessageError) -> String? {
        guard let text = try child(name)?.value(), !text.isEmpty else { return nil }
        return text
    }

    func cents(_ name: String) throws(MessageError) -> Int {
        guard let cents = MessageText.cents(try text(name)) else {
            throw .structure(what: "amount in \(name)")
        }
        return cents
    }

    func optionalCents(_ name: String) throws(MessageError) -> Int? {
        try optionalText(name) == nil ? nil : try cents(name)
    }

    func optionalInt(_ name: String, in range: ClosedRange<Int>) throws(MessageError) -> Int? {
        guard let text = try optionalText(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .structure(what: "number in \(name)")
        }
        return number
    }

    func moment(_ name: String) throws(MessageError) -> Date {
        guard let date = MessageText.date(try text(name)) else {
            throw .structure(what: "moment in \(name)")
        }
        return date
    }

    func optionalMoment(_ name: String) throws(MessageError) -> Date? {
        try optionalText(name) == nil ? nil : try moment(name)
    }

    func day(_ name: String) throws(MessageError) -> CalendarDate {
        guard let day = CalendarDate(try text(name)) else {
            throw .structure(what: "date in \(name)")
        }
        return day
    }

    func choice<Choice: RawRepresentable>(
        _ name: String, _ type: Choice.Type
    ) throws(MessageError) -> Choice where Choice.RawValue == String {
        guard let choice = Choice(rawValue: try text(name)) else {
            throw .structure(what: "known value in \(name)")
        }
        return choice
    }
}
