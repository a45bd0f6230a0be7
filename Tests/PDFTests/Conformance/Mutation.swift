// SPDX-License-Identifier: Apache-2.0
import PDF
import TestSupport
import Testing

/// A way to break one rule in a file that keeps all of them.
struct Mutation: Sendable, CustomTestStringConvertible {
    struct NothingToChange: Error {}

    let rule: PDFConformanceRule
    /// Rules that cannot but break with it.
    var also: Set<PDFConformanceRule> = []
    let apply: @Sendable ([UInt8]) throws -> [UInt8]

    var testDescription: String { rule.rawValue }

    /// Replaces the first occurrence; inside the objects the length must stay the same.
    static func text(
        _ rule: PDFConformanceRule, _ old: String, _ new: String,
        also: Set<PDFConformanceRule> = []
    ) -> Mutation {
        Mutation(rule: rule, also: also) { bytes in
            guard let place = bytes.positions(of: Array(old.utf8)).first else {
                throw NothingToChange()
            }
            return bytes[..<place] + Array(new.utf8) + bytes[(place + old.utf8.count)...]
        }
    }

    /// Rewrites the first dictionary that satisfies the condition, as a further revision.
    static func dictionary(
        _ rule: PDFConformanceRule, also: Set<PDFConformanceRule> = [],
        where condition: @escaping @Sendable (PDFDictionary) -> Bool,
        _ change: @escaping @Sendable (inout PDFDictionary) -> Void
    ) -> Mutation {
        Mutation(rule: rule, also: also) { bytes in
            let file = try PDFFile(bytes)
            for number in file.current.objectNumbers {
                let (reference, object) = try file.current.object(number: number)
                guard var dictionary = object.dictionaryValue, condition(dictionary) else {
                    continue
                }
                change(&dictionary)
                var update = IncrementalUpdate(of: file)
                if case .stream(var stream) = object {
                    stream.dictionary = dictionary
                    update.set(reference, .stream(stream))
                } else {
                    update.set(reference, .dictionary(dictionary))
                }
                return update.finish().bytes
            }
            throw NothingToChange()
        }
    }

    /// Sets or removes one key of the first dictionary of a /Type or /S.
    static func key(
        _ rule: PDFConformanceRule, of type: String, _ key: String, _ value: PDFObject?,
        also: Set<PDFConformanceRule> = []
    ) -> Mutation {
        dictionary(rule, also: also) {
            $0["Type"] == .name(type) || $0["S"] == .name(type) || $0["Subtype"] == .name(type)
        } _: {
            $0[key] = value
        }
    }
}
