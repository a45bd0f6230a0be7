// SPDX-License-Identifier: Apache-2.0

/// A PDF file with its revisions; reading is lazy, and nothing in it is ever executed or fetched
/// (rule PD-01).
///
/// Start at ``current``, the document as a viewer shows it, or ``document(atRevision:)`` for what
/// it was before later updates.
package struct PDFFile: Sendable {
    /// What one save wrote: the objects between two `%%EOF`.
    package struct Revision: Sendable {
        /// The offset after `startxref`.
        package let crossReferenceOffset: Int
        package let usesStream: Bool
        package let trailer: PDFDictionary
        /// Just behind `%%EOF`; `nil` when no such line belongs to the section.
        package let endOfMarker: Int?
        /// Behind the end of line after it, if there is one.
        package let end: Int?
        /// Numbers of the objects this revision wrote, replaced or freed, in order.
        package let objectNumbers: [Int]
        let locations: [Int: DocumentView.Location]
        /// The bytes of its cross-reference tables and streams.
        let sections: [Range<Int>]
    }

    package let bytes: [UInt8]
    /// Oldest first; never empty.
    package let revisions: [Revision]
    /// The document as of the last revision.
    package let current: DocumentView
    /// What a strict reader would have refused; empty unless the file was read tolerantly.
    package let irregularities: [FileIrregularity]
    let containers: [Int: ObjectContainer]

    /// Whether the cross references could not be followed and the objects were searched for.
    package var isRebuilt: Bool { current.isRebuilt }

    /// Reads a file as it should be.
    ///
    /// - Throws: The file is no PDF, is damaged or exceeds a limit.
    package init(_ bytes: [UInt8]) throws(PDFError) {
        guard bytes.count <= Limits.fileSize else { throw .tooLarge(size: bytes.count) }
        guard bytes.starts(with: Array("%PDF-".utf8)) else { throw .notPDF }
        try self.init(following: bytes, base: 0, irregularities: [])
        guard current.trailer["Encrypt"] == nil else { throw .encrypted }
    }

    /// Follows the cross-reference sections from the last `startxref` on.
    ///
    /// - Parameter base: What offsets count from.
    init(
        following bytes: [UInt8], base: Int, irregularities: [FileIrregularity]
    ) throws(PDFError) {
        let markers = try EndMarker.all(in: bytes)
        guard let last = markers.last else { throw .missingCrossReference }
        let sections = try CrossReferences.sections(of: bytes, from: last.offset, base: base)
        let isEncrypted = sections[0].trailer["Encrypt"] != nil

        var containers = ObjectContainers(bytes, isEncrypted: isEncrypted)
        var revisions: [Revision] = []
        var locations: [Int: DocumentView.Location] = [:]
        for group in Self.grouped(sections).reversed() {
            let written = try containers.locations(of: group, among: locations)
            locations.merge(written) { $1 }
            let marker = markers.first {
                $0.offset + base == group[0].offset && $0.start > group[0].offset
            }
            revisions.append(
                Revision(
                    crossReferenceOffset: group[0].offset, usesStream: group[0].isStream,
                    trailer: group[0].trailer, endOfMarker: marker?.endOfMarker, end: marker?.end,
                    objectNumbers: written.keys.sorted(), locations: written,
                    sections: group.flatMap {
                        [$0.offset..<$0.end] + [$0.hidden].compactMap(\.self)
                    }
                ))
        }
        self.bytes = bytes
        self.revisions = revisions
        self.containers = containers.byOffset
        self.irregularities =
            irregularities + (sections.contains { $0.hidden != nil } ? [.hybrid] : [])
        current = DocumentView(
            bytes: bytes, trailer: sections[0].trailer, locations: locations,
            containers: containers.byOffset)
    }

    /// The same file with one more fact about it.
    init(_ file: PDFFile, adding irregularity: FileIrregularity) {
        (bytes, revisions, current) = (file.bytes, file.revisions, file.current)
        containers = file.containers
        irregularities = file.irregularities + [irregularity]
    }

    /// A file whose objects were searched for: one revision without an end.
    init(
        rebuilt bytes: [UInt8], trailer: PDFDictionary, locations: [Int: DocumentView.Location],
        containers: [Int: ObjectContainer], irregularities: [FileIrregularity]
    ) {
        self.bytes = bytes
        self.irregularities = irregularities
        self.containers = containers
        var view = DocumentView(
            bytes: bytes, trailer: trailer, locations: locations, containers: containers)
        view.isRebuilt = true
        current = view
        revisions = [
            Revision(
                crossReferenceOffset: 0, usesStream: false, trailer: trailer, endOfMarker: nil,
                end: nil, objectNumbers: locations.keys.sorted(), locations: locations,
                sections: [])
        ]
    }

    /// The document as it was when the revision was the last; 0 is the oldest.
    package func document(atRevision index: Int) -> DocumentView {
        var locations: [Int: DocumentView.Location] = [:]
        if index == revisions.count - 1 { return current }
        for revision in revisions[...index] { locations.merge(revision.locations) { $1 } }
        return DocumentView(
            bytes: bytes, trailer: revisions[index].trailer, locations: locations,
            containers: containers)
    }

    /// Shows the document as of each revision, oldest first, at the cost of what each one wrote.
    package func forEachRevision(_ body: (Int, DocumentView) -> Void) {
        var locations: [Int: DocumentView.Location] = [:]
        for (index, revision) in revisions.enumerated() {
            locations.merge(revision.locations) { $1 }
            var view = DocumentView(
                bytes: bytes, trailer: revision.trailer, locations: locations,
                containers: containers)
            view.isRebuilt = isRebuilt
            body(index, view)
        }
    }

    /// Sections by revision, newest first. In a linearised file (ISO 32000-1, annex F) the first
    /// section leads to one behind it; both are the same save.
    private static func grouped(_ sections: [CrossReferenceSection]) -> [[CrossReferenceSection]] {
        var groups: [[CrossReferenceSection]] = []
        for section in sections {
            if let previous = groups.last?.last, section.offset > previous.offset {
                groups[groups.count - 1].append(section)
            } else {
                groups.append([section])
            }
        }
        return groups
    }
}

/// A `startxref` with its number and the `%%EOF` behind it.
private struct EndMarker {
    let start: Int
    let offset: Int
    let endOfMarker: Int?
    let end: Int?

    static func all(in bytes: [UInt8]) throws(PDFError) -> [EndMarker] {
        let word = Array("startxref".utf8)
        var markers: [EndMarker] = []
        var parser = ObjectParser(bytes)
        let places = bytes.positions(of: word, limit: Limits.endMarkers + 1)
        guard places.count <= Limits.endMarkers else { throw .tooManyRevisions }
        for place in places {
            parser.position = place + word.count
            guard let offset = parser.unsigned() else { continue }
            // %%EOF is a comment to the parser, so white space is skipped by hand.
            var position = parser.position
            while position < bytes.count, Syntax.isWhitespace(bytes[position]) { position += 1 }
            guard parser.matches("%%EOF", at: position) else {
                markers.append(EndMarker(start: place, offset: offset, endOfMarker: nil, end: nil))
                continue
            }
            let behind = position + 5
            var end = behind
            if end < bytes.count, bytes[end] == 0x0D { end += 1 }
            if end < bytes.count, bytes[end] == 0x0A { end += 1 }
            markers.append(
                EndMarker(start: place, offset: offset, endOfMarker: behind, end: end))
        }
        return markers
    }
}

extension [UInt8] {
    /// Where the word begins, in order, without overlaps; at most `limit` places.
    package func positions(of word: [UInt8], limit: Int = .max) -> [Int] {
        guard let first = word.first, count >= word.count else { return [] }
        return withUnsafeBufferPointer { bytes in
            var positions: [Int] = []
            var index = 0
            let last = bytes.count - word.count
            while index <= last, positions.count < limit {
                if bytes[index] == first, word.indices.allSatisfy({ bytes[index + $0] == word[$0] })
                {
                    positions.append(index)
                    index += word.count
                } else {
                    index += 1
                }
            }
            return positions
        }
    }
}
