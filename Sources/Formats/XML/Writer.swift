// SPDX-License-Identifier: Apache-2.0

/// Writes an element in its exclusive canonical form (W3C xml-exc-c14n, without comments).
///
/// One value has one serialisation: namespaces where they are first used, declarations and
/// attributes in canonical order, no XML declaration, no added white space. Characters XML cannot
/// carry are refused by whoever makes the value; here they are written as they are.
package struct Writer {
    private var bytes: [UInt8] = []
    private var scopes: [[String: String]] = [["": ""]]
    /// Whether elements without content have one tag, as parsers write them; not canonical.
    private let closesEmptyElements: Bool

    private init(closesEmptyElements: Bool) { self.closesEmptyElements = closesEmptyElements }

    package static func bytes(of element: Element) -> [UInt8] {
        var writer = Writer(closesEmptyElements: false)
        writer.write(element)
        return writer.bytes
    }

    /// The same but for elements without content, which are closed at once: the text that comes
    /// back when it is read and written again.
    package static func text(of element: Element) -> [UInt8] {
        var writer = Writer(closesEmptyElements: true)
        writer.write(element)
        return writer.bytes
    }

    private mutating func write(_ element: Element) {
        let name = element.name.qualified
        append("<")
        append(name)
        scopes.append(scopes[scopes.count - 1])
        for (prefix, namespace) in newDeclarations(of: element) {
            append(prefix.isEmpty ? " xmlns=\"" : " xmlns:\(prefix)=\"")
            appendAttributeValue(namespace)
            append("\"")
        }
        for attribute in element.attributes.sorted(by: Self.precedes) {
            append(" ")
            append(attribute.name.qualified)
            append("=\"")
            appendAttributeValue(attribute.value)
            append("\"")
        }
        if closesEmptyElements, element.children.isEmpty {
            append("/>")
            scopes.removeLast()
            return
        }
        append(">")
        for child in element.children {
            switch child {
            case .element(let element): write(element)
            case .text(let text): appendText(text)
            }
        }
        append("</")
        append(name)
        append(">")
        scopes.removeLast()
    }

    /// Declarations this element needs and its ancestors did not make, in canonical order.
    private mutating func newDeclarations(of element: Element) -> [(String, String)] {
        let names = [element.name] + element.attributes.map(\.name).filter { !$0.prefix.isEmpty }
        var new: [(String, String)] = []
        for name in names where name.prefix != "xml" {
            let namespace = name.namespace ?? ""
            guard scopes[scopes.count - 1][name.prefix] != namespace else { continue }
            scopes[scopes.count - 1][name.prefix] = namespace
            new.append((name.prefix, namespace))
        }
        return new.sorted { $0.0 < $1.0 }
    }

    private static func precedes(_ left: Element.Attribute, _ right: Element.Attribute) -> Bool {
        let (first, second) = (left.name.namespace ?? "", right.name.namespace ?? "")
        return first == second ? left.name.localName < right.name.localName : first < second
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func appendText(_ text: String) {
        append(text) { byte in
            switch byte {
            case UInt8(ascii: "&"): "&amp;"
            case UInt8(ascii: "<"): "&lt;"
            case UInt8(ascii: ">"): "&gt;"
            case 0x0D: "&#xD;"
            default: nil
            }
        }
    }

    private mutating func appendAttributeValue(_ text: String) {
        append(text) { byte in
            switch byte {
            case UInt8(ascii: "&"): "&amp;"
            case UInt8(ascii: "<"): "&lt;"
            case UInt8(ascii: "\""): "&quot;"
            case 0x09: "&#x9;"
            case 0x0A: "&#xA;"
            case 0x0D: "&#xD;"
            default: nil
            }
        }
    }

    /// Runs of plain bytes are appended whole: most text, base64 above all, has no others.
    private mutating func append(_ text: String, escape: (UInt8) -> StaticString?) {
        var text = text
        text.withUTF8 { source in
            var start = 0
            for index in source.indices where source[index] < 0x40 {
                guard let escaped = escape(source[index]) else { continue }
                bytes.append(contentsOf: source[start..<index])
                bytes.append(
                    contentsOf: UnsafeBufferPointer(
                        start: escaped.utf8Start, count: escaped.utf8CodeUnitCount))
                start = index + 1
            }
            bytes.append(contentsOf: source[start...])
        }
    }
}
