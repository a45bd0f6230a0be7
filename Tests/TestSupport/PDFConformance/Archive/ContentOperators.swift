// SPDX-License-Identifier: Apache-2.0

/// The operators of a content stream with their operands; an inline image is one `BI` with its
/// dictionary.
struct ContentOperators: Sequence, IteratorProtocol {
    private var scanner: COSScanner

    init(_ bytes: [UInt8]) { scanner = COSScanner(bytes) }

    mutating func next() -> (name: String, operands: [COSObject])? {
        var operands: [COSObject] = []
        while true {
            scanner.skipBlanks()
            guard !scanner.isAtEnd, let token = try? scanner.object(withReferences: false) else {
                return nil
            }
            guard case .word(let name) = token else {
                operands.append(token)
                continue
            }
            guard name == "BI" else { return (name, operands) }
            return ("BI", [.dictionary(inlineImage())])
        }
    }

    private mutating func inlineImage() -> [String: COSObject] {
        var entries: [String: COSObject] = [:]
        while let key = try? scanner.object(withReferences: false), case .name(let name) = key {
            guard let value = try? scanner.object(withReferences: false) else { break }
            entries[name] = value
        }
        // The data ends with a white space and EI as a word of its own.
        let bytes = scanner.bytes
        var place = scanner.offset
        let blanks: Set<UInt8> = [0, 9, 10, 12, 13, 32]
        while place + 2 < bytes.count {
            if blanks.contains(bytes[place]), bytes[place + 1] == UInt8(ascii: "E"),
                bytes[place + 2] == UInt8(ascii: "I"),
                place + 3 == bytes.count || blanks.contains(bytes[place + 3])
            {
                break
            }
            place += 1
        }
        scanner.offset = Swift.min(place + 3, bytes.count)
        return entries
    }
}
