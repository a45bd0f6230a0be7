// SPDX-License-Identifier: Apache-2.0
import PDF

/// What is wrong with the bytes a signature says it covers (rule PD-02); each is a fact of its own.
package enum ByteRangeFault: Sendable, Hashable {
    /// No /ByteRange, or not four integers.
    case notFourNumbers
    case negative
    case doesNotStartAtZero
    /// The second part begins before the first one ends.
    case overlaps
    case beyondEndOfFile
    /// The gap is not exactly the /Contents string with its brackets.
    case gapIsNotContents
    /// The second part does not end where a revision ends.
    case doesNotEndAtRevision
    /// /Contents is missing, empty or no hexadecimal string.
    case noContents
    /// /ByteRange or /Contents stands twice in the dictionary, so that readers disagree.
    case repeated(key: String)
    /// The dictionary has no place of its own in the file, so nothing can be said about its gap.
    case notLocated
}

/// The bytes a signature covers, checked against the file.
package struct ByteRange: Sendable {
    /// As found, also when they make no sense.
    package let numbers: [Int]
    package let faults: [ByteRangeFault]
    /// The revision the range ends with; later ones are not covered.
    package let revision: Int?

    /// Behind the last byte covered, when the numbers are usable.
    var end: Int { isDigestible ? numbers[2] + numbers[3] : 0 }

    /// Whether the numbers name bytes of the file at all, so that a digest can be computed.
    package var isDigestible: Bool {
        let unusable: Set<ByteRangeFault> = [
            .notFourNumbers, .negative, .overlaps, .beyondEndOfFile,
        ]
        return faults.allSatisfy { !unusable.contains($0) }
    }

    /// - Parameters:
    ///   - reference: Of the signature dictionary; `nil` when it is direct.
    ///   - offset: Where its object begins; `nil` when it has no place of its own in the file.
    init(
        of dictionary: PDFDictionary, at reference: ObjectReference?, offset: Int?,
        in file: PDFFile
    ) {
        let items = (try? file.current.resolve(dictionary["ByteRange"]))?.arrayValue ?? []
        let numbers = items.compactMap(\.integerValue)
        var faults: [ByteRangeFault] = []
        for key in ["ByteRange", "Contents"] where dictionary.repeatedKeys.contains(key) {
            faults.append(.repeated(key: key))
        }
        let contents = (try? file.current.resolve(dictionary["Contents"]))?.stringValue
        if contents?.isEmpty ?? true { faults.append(.noContents) }
        revision = numbers.count == 4 ? Self.revision(endedBy: numbers, in: file) : nil
        if numbers.count == 4, items.count == 4 {
            faults += Self.faults(of: numbers, size: file.bytes.count)
            if revision == nil { faults.append(.doesNotEndAtRevision) }
            faults += Self.gapFaults(of: numbers, at: reference, offset: offset, in: file)
                .filter { !faults.contains($0) }
        } else {
            faults.append(.notFourNumbers)
        }
        (self.numbers, self.faults) = (numbers, faults)
    }

    private static func faults(of numbers: [Int], size: Int) -> [ByteRangeFault] {
        guard numbers.allSatisfy({ $0 >= 0 }) else { return [.negative] }
        var faults: [ByteRangeFault] = []
        if numbers[0] != 0 { faults.append(.doesNotStartAtZero) }
        let firstEnd = numbers[0].addingReportingOverflow(numbers[1])
        let secondEnd = numbers[2].addingReportingOverflow(numbers[3])
        guard !firstEnd.overflow, !secondEnd.overflow, secondEnd.partialValue <= size,
            firstEnd.partialValue <= size
        else { return faults + [.beyondEndOfFile] }
        if numbers[2] < firstEnd.partialValue { faults.append(.overlaps) }
        return faults
    }

    /// A revision ends with `%%EOF`; white space behind it may be covered or not.
    private static func revision(endedBy numbers: [Int], in file: PDFFile) -> Int? {
        let end = numbers[2].addingReportingOverflow(numbers[3])
        guard !end.overflow else { return nil }
        return file.revisions.lastIndex { revision in
            guard let first = revision.endOfMarker, first <= end.partialValue,
                end.partialValue <= file.bytes.count
            else { return false }
            return file.bytes[first..<end.partialValue].allSatisfy {
                [9, 10, 12, 13, 32].contains($0)
            }
        }
    }

    private static func gapFaults(
        of numbers: [Int], at reference: ObjectReference?, offset: Int?, in file: PDFFile
    ) -> [ByteRangeFault] {
        guard let reference, let offset,
            let ranges = try? file.current.valueRanges(of: reference, at: offset)
        else { return [.notLocated] }
        let contents = ranges.filter { $0.key == "Contents" }
        guard let place = contents.last?.range, contents.count == 1,
            file.bytes[place.lowerBound] == UInt8(ascii: "<")
        else { return contents.isEmpty ? [] : [.noContents] }
        let first = place.lowerBound.subtractingReportingOverflow(numbers[0])
        let isGap =
            !first.overflow && numbers[1] == first.partialValue && numbers[2] == place.upperBound
        return isGap ? [] : [.gapIsNotContents]
    }
}
