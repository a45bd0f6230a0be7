// SPDX-License-Identifier: Apache-2.0

/// Number and generation of an indirect object (ISO 32000-1, 7.3.10).
package struct ObjectReference: Sendable, Hashable, Comparable {
    package var number: Int
    package var generation: Int

    package init(number: Int, generation: Int = 0) {
        (self.number, self.generation) = (number, generation)
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.number, left.generation) < (right.number, right.generation)
    }
}

/// A PDF object (ISO 32000-1, 7.3). Two dictionaries are equal whatever the order of their keys.
package enum PDFObject: Sendable, Equatable {
    case null
    case boolean(Bool)
    case integer(Int)
    case real(Double)
    /// The bytes of the name as scalars U+0001 to U+00FF, so that any name survives being
    /// rewritten.
    case name(String)
    case string([UInt8])
    case array([PDFObject])
    case dictionary(PDFDictionary)
    indirect case stream(PDFStream)
    case reference(ObjectReference)

    /// `1` and `1.0` are one number: programs that rewrite an object write either.
    package static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.boolean(let one), .boolean(let other)): one == other
        case (.integer(let one), .integer(let other)): one == other
        case (.name(let one), .name(let other)): one == other
        case (.string(let one), .string(let other)): one == other
        case (.array(let one), .array(let other)): one == other
        case (.dictionary(let one), .dictionary(let other)): one == other
        case (.stream(let one), .stream(let other)): one == other
        case (.reference(let one), .reference(let other)): one == other
        case (.real, .real), (.real, .integer), (.integer, .real):
            left.numberValue == right.numberValue
        default: false
        }
    }
}

extension PDFObject {
    package var integerValue: Int? {
        if case .integer(let value) = self { value } else { nil }
    }

    package var numberValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }

    package var booleanValue: Bool? {
        if case .boolean(let value) = self { value } else { nil }
    }

    package var nameValue: String? {
        if case .name(let value) = self { value } else { nil }
    }

    package var stringValue: [UInt8]? {
        if case .string(let value) = self { value } else { nil }
    }

    package var arrayValue: [PDFObject]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The dictionary, also that of a stream.
    package var dictionaryValue: PDFDictionary? {
        switch self {
        case .dictionary(let value): value
        case .stream(let value): value.dictionary
        default: nil
        }
    }

    package var streamValue: PDFStream? {
        if case .stream(let value) = self { value } else { nil }
    }

    /// Whether a dictionary in it says something twice.
    package var hasRepeatedKeys: Bool {
        switch self {
        case .array(let items): items.contains(where: \.hasRepeatedKeys)
        case .dictionary(let dictionary): dictionary.isRepetitive
        case .stream(let stream): stream.dictionary.isRepetitive
        default: false
        }
    }

    package var referenceValue: ObjectReference? {
        if case .reference(let value) = self { value } else { nil }
    }

    /// The text of a text string (ISO 32000-1, 7.9.2.2): UTF-16 with its mark, else one byte a
    /// scalar.
    package var textValue: String? {
        guard case .string(let bytes) = self else { return nil }
        guard bytes.starts(with: [0xFE, 0xFF]) else {
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
                return String(decoding: bytes.dropFirst(3), as: UTF8.self)
            }
            return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        }
        let units = stride(from: 2, to: bytes.count - 1, by: 2).map {
            UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
        }
        return String(decoding: units, as: UTF16.self)
    }

    /// A text string: ASCII as it is, anything else as UTF-16BE with its mark.
    package static func text(_ text: String) -> PDFObject {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return .string(Array(text.utf8)) }
        return .string([0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
    }
}

/// Keys and values in the order in which they stand in the file, so that the same content gives the
/// same bytes.
package struct PDFDictionary: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    package struct Entry: Sendable, Equatable {
        package var key: String
        package var value: PDFObject

        package init(key: String, value: PDFObject) { (self.key, self.value) = (key, value) }
    }

    package private(set) var entries: [Entry]

    package init(entries: [Entry] = []) { self.entries = entries }

    package init(dictionaryLiteral elements: (String, PDFObject)...) {
        entries = elements.map { Entry(key: $0.0, value: $0.1) }
    }

    /// The value of the key, the last one if a damaged file repeats it; setting `nil` removes it.
    package subscript(key: String) -> PDFObject? {
        get { entries.last { $0.key == key }?.value }
        set {
            guard let newValue else { return entries.removeAll { $0.key == key } }
            guard let index = entries.firstIndex(where: { $0.key == key }) else {
                return entries.append(Entry(key: key, value: newValue))
            }
            entries[index].value = newValue
            guard entries.count > index + 1 else { return }
            let rest = entries[(index + 1)...].filter { $0.key != key }
            entries.replaceSubrange((index + 1)..., with: rest)
        }
    }

    package var keys: [String] { entries.map(\.key) }

    /// Keys that occur more than once: readers disagree on which one counts.
    package var repeatedKeys: Set<String> {
        var seen = Set<String>()
        var repeated = Set<String>()
        for entry in entries where !seen.insert(entry.key).inserted { repeated.insert(entry.key) }
        return repeated
    }

    /// Whether it, or a dictionary in it, has a key more than once.
    fileprivate var isRepetitive: Bool {
        !repeatedKeys.isEmpty || entries.contains { $0.value.hasRepeatedKeys }
    }

    package static func == (left: Self, right: Self) -> Bool {
        guard left.entries.count == right.entries.count else { return false }
        if left.entries.elementsEqual(
            right.entries, by: { $0.key == $1.key && $0.value == $1.value })
        {
            return true
        }
        return left.table == right.table
    }

    /// The entries by key, for whoever looks up many; the last one counts where a key repeats.
    package var table: [String: PDFObject] {
        Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }
}

/// A dictionary and its data as stored, filters still applied.
package struct PDFStream: Sendable, Equatable {
    package var dictionary: PDFDictionary
    package var data: ArraySlice<UInt8>

    /// `dictionary` gets its /Length.
    package init(_ dictionary: PDFDictionary, data: [UInt8]) {
        self.dictionary = dictionary
        self.dictionary["Length"] = .integer(data.count)
        self.data = data[...]
    }

    init(parsed dictionary: PDFDictionary, data: ArraySlice<UInt8>) {
        (self.dictionary, self.data) = (dictionary, data)
    }
}
