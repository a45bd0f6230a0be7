// SPDX-License-Identifier: Apache-2.0
import PAdES
import PDF
import Testing

@Suite("Byte ranges (PD-02)")
struct ByteRangeTests {
    /// The signed form with other numbers in /ByteRange, each a function of the true ones.
    private func faults(_ numbers: ([Int]) -> [Int]) throws -> [ByteRangeFault] {
        let bytes = try SampleForm.signed().bytes
        let range = try onlySignature(in: bytes).byteRange.numbers
        let text = numbers(range).map(String.init).joined(separator: " ")
        return try faults(replacing: Self.text(range), with: "[\(text)]", in: bytes)
    }

    private static func text(_ numbers: [Int]) -> String {
        "[\(numbers.map(String.init).joined(separator: " "))]"
    }

    private func faults(
        replacing old: String, with new: String, in bytes: [UInt8]
    ) throws -> [ByteRangeFault] {
        let place = try #require(bytes.positions(of: Array(old.utf8)).last)
        // The blanks kept behind /ByteRange let it grow.
        let padded = new + String(repeating: " ", count: max(0, old.count - new.count))
        let extra = padded.count - old.count
        var changed = bytes
        changed.replaceSubrange(place..<place + old.count + extra, with: padded.utf8)
        return try onlySignature(in: changed).byteRange.faults
    }

    @Test("of four true numbers have no fault")
    func findsNone() throws {
        #expect(try faults { $0 } == [])
    }

    @Test("that are not four numbers")
    func findsCount() throws {
        #expect(try faults { _ in [] } == [.notFourNumbers])
        #expect(try faults { Array($0.prefix(3)) } == [.notFourNumbers])
    }

    @Test("with a negative number")
    func findsNegative() throws {
        #expect(
            try faults { [$0[0], $0[1], $0[2], -1] }.contains(.negative))
    }

    @Test("that do not start at the first byte")
    func findsLateStart() throws {
        #expect(try faults { [1, $0[1] - 1, $0[2], $0[3]] } == [.doesNotStartAtZero])
    }

    @Test("that overlap")
    func findsOverlap() throws {
        let found = try faults { [$0[0], $0[2] + 10, $0[2], $0[3]] }

        #expect(found == [.overlaps, .gapIsNotContents])
    }

    @Test("beyond the end of the file")
    func findsBeyondEnd() throws {
        let found = try faults { [$0[0], $0[1], $0[2], $0[3] + 1] }

        #expect(found == [.beyondEndOfFile, .doesNotEndAtRevision])
        #expect(try faults { [$0[0], $0[1], $0[2], Int.max] }.contains(.beyondEndOfFile))
    }

    @Test("whose gap is more or less than /Contents")
    func findsGap() throws {
        #expect(try faults { [$0[0], $0[1] - 1, $0[2], $0[3]] } == [.gapIsNotContents])
        #expect(try faults { [$0[0], $0[1] + 1, $0[2], $0[3]] } == [.gapIsNotContents])
        #expect(try faults { [$0[0], $0[1], $0[2] + 1, $0[3] - 1] } == [.gapIsNotContents])
    }

    @Test("that end before the revision does")
    func findsEarlyEnd() throws {
        #expect(try faults { [$0[0], $0[1], $0[2], $0[3] - 10] } == [.doesNotEndAtRevision])
    }

    @Test("of a dictionary that names one twice")
    func findsRepeatedKeys() throws {
        let bytes = try SampleForm.signed().bytes
        #expect(
            try faults(
                replacing: "/Filter /Adobe.PPKLite", with: "/ByteRange [0 1 2 3]", in: bytes)
                == [.repeated(key: "ByteRange")])
        #expect(
            try faults(replacing: "/Filter /Adobe.PPKLite", with: "/Contents <00>", in: bytes)
                == [.repeated(key: "Contents"), .noContents])
    }

    @Test("of a dictionary without contents")
    func findsNoContents() throws {
        let bytes = try SampleForm.signed().bytes
        let found = try faults(replacing: "/Contents <", with: "/Contentx <", in: bytes)

        #expect(found == [.noContents])
    }

    @Test("report bytes behind the last revision")
    func findsTail() throws {
        let signature = try onlySignature(in: SampleForm.signed().bytes + Array("9 0 obj".utf8))

        #expect(signature.byteRange.faults == [])
        #expect(signature.coverage == .partial)
        #expect(!signature.modifiedAfterSigning)
    }
}
