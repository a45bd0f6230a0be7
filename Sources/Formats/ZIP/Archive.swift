// SPDX-License-Identifier: Apache-2.0

/// A ZIP archive that is read, never written (PKWARE APPNOTE 6.3; stored and deflated entries).
///
/// A value that exists has safe, distinct names, headers that agree and entries that do not
/// overlap.
package struct Archive: Sendable {
    package struct Entry: Sendable {
        package let name: String
        package let bytes: [UInt8]
    }

    /// In the order of the directory; folders left out.
    package let entries: [Entry]

    package init(_ bytes: [UInt8]) throws(ZIPError) {
        let reader = ByteReader(bytes)
        guard bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) else { throw .notAnArchive }
        let end = try DirectoryEnd(reader)
        var (entries, names) = ([Entry](), Set<String>())
        var (position, budget) = (end.directoryOffset, Limits.totalSize)
        var places: [Range<Int>] = []
        for _ in 0..<end.count {
            let header = try EntryHeader(reader, at: position)
            position += header.size
            guard names.insert(header.name).inserted else { throw .duplicateName }
            let content = try header.content(reader, budget: &budget)
            places.append(header.localOffset..<content.end)
            if !header.name.hasSuffix("/") {
                entries.append(Entry(name: header.name, bytes: content.bytes))
            }
        }
        places.sort { $0.lowerBound < $1.lowerBound }
        for (place, next) in zip(places, places.dropFirst()) where place.overlaps(next) {
            throw .contradictoryEntry
        }
        guard position == end.offset else { throw .damaged }
        self.entries = entries
    }

    package func entry(named name: String) -> Entry? { entries.first { $0.name == name } }
}

/// End of central directory record (4.3.16).
private struct DirectoryEnd {
    let offset, count, directoryOffset: Int

    init(_ reader: ByteReader) throws(ZIPError) {
        let size = reader.bytes.count
        guard size >= 22 else { throw .damaged }
        // The record ends the file: its comment has exactly the length it states.
        let found = stride(from: size - 22, through: max(0, size - 22 - 0xFFFF), by: -1).first {
            reader.word32(at: $0) == 0x0605_4B50
                && reader.word16(at: $0 + 20).map(Int.init) == size - $0 - 22
        }
        guard let offset = found, let disk = reader.word16(at: offset + 4),
            let count = reader.word16(at: offset + 10),
            let directory = reader.word32(at: offset + 16)
        else { throw .damaged }
        guard disk == 0 else { throw .unsupported("several files") }
        guard directory != 0xFFFF_FFFF, count != 0xFFFF else { throw .unsupported("ZIP64") }
        guard count <= Limits.entries else { throw .tooManyEntries }
        (self.offset, self.count, directoryOffset) = (offset, Int(count), Int(directory))
    }
}

/// A central directory header (4.3.12) and the local one it points to (4.3.7).
private struct EntryHeader {
    let name: String
    let size, localOffset: Int
    private let flags, method: UInt16
    private let checksum: UInt32
    private let compressedSize, expandedSize: Int

    init(_ reader: ByteReader, at position: Int) throws(ZIPError) {
        guard reader.word32(at: position) == 0x0201_4B50,
            let flags = reader.word16(at: position + 8),
            let method = reader.word16(at: position + 10),
            let checksum = reader.word32(at: position + 16),
            let compressed = reader.word32(at: position + 20),
            let expanded = reader.word32(at: position + 24),
            let nameLength = reader.word16(at: position + 28).map(Int.init),
            let extraLength = reader.word16(at: position + 30).map(Int.init),
            let commentLength = reader.word16(at: position + 32).map(Int.init),
            let offset = reader.word32(at: position + 42),
            let name = reader.bytes(at: position + 46, count: nameLength)
        else { throw .damaged }
        guard flags & 1 == 0 else { throw .unsupported("encryption") }
        (self.flags, self.method, self.checksum) = (flags, method, checksum)
        (compressedSize, expandedSize) = (Int(compressed), Int(expanded))
        localOffset = Int(offset)
        size = 46 + nameLength + extraLength + commentLength
        self.name = try Self.safe(name)
    }

    /// A relative path of plain steps (security-requirements, UP-06).
    private static func safe(_ bytes: ArraySlice<UInt8>) throws(ZIPError) -> String {
        guard let name = String(validating: bytes, as: UTF8.self), !name.isEmpty,
            name.utf8.count <= Limits.nameLength,
            !name.contains("\\"), !name.contains("\0"), !name.contains(":")
        else { throw .unsafeName }
        let steps = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = steps.enumerated().allSatisfy { index, step in
            step != "." && step != ".." && (!step.isEmpty || index > 0 && index == steps.count - 1)
        }
        guard isPlain else { throw .unsafeName }
        return name
    }

    /// The entry's content and where it ends in the file.
    func content(
        _ reader: ByteReader, budget: inout Int
    ) throws(ZIPError) -> (bytes: [UInt8], end: Int) {
        guard reader.word32(at: localOffset) == 0x0403_4B50,
            let localFlags = reader.word16(at: localOffset + 6),
            let localMethod = reader.word16(at: localOffset + 8),
            let nameLength = reader.word16(at: localOffset + 26).map(Int.init),
            let extraLength = reader.word16(at: localOffset + 28).map(Int.init),
            let localName = reader.bytes(at: localOffset + 30, count: nameLength)
        else { throw .damaged }
        guard localName.elementsEqual(name.utf8), localMethod == method,
            localFlags & 1 == 0
        else { throw .contradictoryEntry }
        let start = localOffset + 30 + nameLength + extraLength
        guard let data = reader.bytes(at: start, count: compressedSize) else { throw .damaged }
        guard expandedSize <= budget,
            expandedSize <= max(Limits.ratioFloor, compressedSize * Limits.expansionRatio)
        else { throw .expandsTooMuch }
        let bytes = try expanded(data)
        guard bytes.count == expandedSize, Inflate.checksum(bytes) == checksum else {
            throw .damaged
        }
        budget -= bytes.count
        return (bytes, start + compressedSize)
    }

    private func expanded(_ data: ArraySlice<UInt8>) throws(ZIPError) -> [UInt8] {
        switch method {
        case 0: Array(data)
        case 8: try Inflate.expand(data, size: expandedSize)
        default: throw .unsupported("compression method \(method)")
        }
    }
}

/// Little-endian numbers at places that may lie outside.
private struct ByteReader {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func word16(at position: Int) -> UInt16? {
        guard position >= 0, position + 2 <= bytes.count else { return nil }
        return UInt16(bytes[position]) | UInt16(bytes[position + 1]) << 8
    }

    func word32(at position: Int) -> UInt32? {
        guard let low = word16(at: position), let high = word16(at: position + 2) else {
            return nil
        }
        return UInt32(low) | UInt32(high) << 16
    }

    func bytes(at position: Int, count: Int) -> ArraySlice<UInt8>? {
        guard position >= 0, count >= 0, position + count <= bytes.count else { return nil }
        return bytes[position..<position + count]
    }
}
