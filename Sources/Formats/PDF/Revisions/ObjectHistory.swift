// SPDX-License-Identifier: Apache-2.0

/// Follows a file revision by revision: which objects each save changed, and which others lead to
/// them.
///
/// Every stored object is read once, so the cost grows with the size of the file and not with its
/// revisions. ``init(of:)`` stands at the oldest revision, ``advance()`` takes the next step. A
/// class, because one walk is shared by all who look at the present step.
package final class ObjectHistory {
    /// The node that stands for the trailer among the numbers of objects.
    package static let trailer = 0

    /// An object that a revision wrote, freed or took over from another place.
    package struct Write: Sendable {
        package let reference: ObjectReference
        /// Null when there was none.
        package let before: PDFObject
        /// Null when it is freed.
        package let after: PDFObject
    }

    /// The two sides of a step.
    package enum Side: Sendable { case before, after }

    /// A dictionary with a /ByteRange, wherever it stands.
    package struct SignatureDictionary: Sendable {
        package let reference: ObjectReference
        package let dictionary: PDFDictionary
        /// Where its object begins; `nil` inside an object stream.
        package let offset: Int?
        package let revision: Int

        package init(
            reference: ObjectReference, dictionary: PDFDictionary, offset: Int?, revision: Int
        ) {
            (self.reference, self.dictionary) = (reference, dictionary)
            (self.offset, self.revision) = (offset, revision)
        }
    }

    /// The document before the present step; the same as ``new`` at the oldest revision.
    package private(set) var old: DocumentView
    /// The document as of the present revision.
    package private(set) var new: DocumentView
    package private(set) var revision = 0
    /// What the present revision changed, in order of numbers; what was written again as it was is
    /// left out.
    package private(set) var writes: [Write] = []
    package private(set) var signatures: [SignatureDictionary] = []
    /// Behind the last byte of any object written up to the revision, one number for each.
    package private(set) var extentEnds: [Int] = []
    /// Whether the file asks for more work than it is worth; nothing can be said then.
    package private(set) var isTooMuch = false

    private let file: PDFFile
    private var oldGraph = ReferenceGraph()
    private var newGraph = ReferenceGraph()
    private var extents: [Range<Int>] = []
    private var countedExtents = 0
    private var knownGaps: [Gap]?
    private var budget: Int
    private var cache: [Int: PDFObject] = [:]

    package init(of file: PDFFile) {
        self.file = file
        budget = Self.budget(of: file)
        var first = file.revisions.count == 1 ? file.current : file.document(atRevision: 0)
        first.trailer = file.revisions[0].trailer
        (old, new) = (first, first)
        for number in new.locations.keys.sorted() {
            guard let object = value(number) else { continue }
            newGraph.set(number, to: object.targets)
            if newGraph.count > Limits.edges { isTooMuch = true }
        }
        newGraph.set(Self.trailer, to: Self.trailerTargets(new.trailer))
        noteExtents()
        if file.revisions.count > 1 { oldGraph = newGraph }
    }

    /// The work that a file of this size is worth.
    static func budget(of file: PDFFile) -> Int {
        let size = file.containers.values.reduce(file.bytes.count) { $0 + $1.data.count }
        return Limits.readings * size + (1 << 20)
    }

    /// Takes the next step; `false` when there is none.
    package func advance() -> Bool {
        guard revision + 1 < file.revisions.count, !isTooMuch else { return false }
        if revision > 0 {
            old.locations.merge(file.revisions[revision].locations) { $1 }
            for write in writes { oldGraph.set(write.reference.number, to: write.after.targets) }
            oldGraph.set(Self.trailer, to: Self.trailerTargets(new.trailer))
        }
        old.trailer = new.trailer
        revision += 1
        let next = file.revisions[revision]
        new.locations.merge(next.locations) { $1 }
        new.trailer = next.trailer
        cache = [:]
        writes = next.objectNumbers.compactMap { write($0) }
        for write in writes { newGraph.set(write.reference.number, to: write.after.targets) }
        newGraph.set(Self.trailer, to: Self.trailerTargets(new.trailer))
        if newGraph.count > Limits.edges { isTooMuch = true }
        noteExtents()
        return true
    }

    /// Numbers of the objects that lead to the one and are reached from the trailer themselves.
    package func referrers(of number: Int, _ side: Side) -> [Int] {
        let found =
            side == .before
            ? oldGraph.referrers(of: number) : newGraph.referrers(of: number)
        spend(1 + found.count)
        return found
    }

    /// An object by its number on one side; null when it cannot be read.
    package func object(_ number: Int, _ side: Side) -> PDFObject {
        let key = side == .before ? number : -number - 1
        if let known = cache[key] { return known }
        let view = side == .before ? old : new
        var cost = 0
        let object =
            number == Self.trailer
            ? .dictionary(view.trailer)
            : (try? view.object(number: number, cost: &cost).1) ?? .null
        spend(cost)
        if cache.count > Limits.cachedObjects { cache = [:] }
        cache[key] = object
        return object
    }

    /// The object a reference leads to: null when the object of that number is of another
    /// generation, as readers see it (ISO 32000-1, 7.3.10).
    package func object(_ reference: ObjectReference, _ side: Side) -> PDFObject {
        let view = side == .before ? old : new
        guard view.reference(number: reference.number).generation == reference.generation else {
            return .null
        }
        return object(reference.number, side)
    }

    /// Counts work that grows with what the file holds.
    package func spend(_ amount: Int) {
        budget -= amount
        if budget < 0 { isTooMuch = true }
    }

    /// The first byte of the file, from the place on, that belongs to no object, no cross-reference
    /// section and no end marker: what a reader that repairs files may take for objects.
    package func unlistedByte(from start: Int) -> Int? {
        let gaps = knownGaps ?? gaps()
        knownGaps = gaps
        for gap in gaps where gap.range.upperBound > start {
            guard gap.range.lowerBound < start else {
                if let found = gap.found { return found }
                continue
            }
            if let found = file.bytes.firstMeaningfulByte(in: start..<gap.range.upperBound) {
                return found
            }
        }
        return nil
    }

    /// What lies between the objects and sections, and the first byte in it that means something.
    private func gaps() -> [Gap] {
        let known = (extents + file.revisions.flatMap(\.sections))
            .sorted { $0.lowerBound < $1.lowerBound }
        var gaps: [Gap] = []
        var position = 0
        for extent in known + [file.bytes.count..<file.bytes.count] {
            if extent.lowerBound > position {
                let range = position..<extent.lowerBound
                gaps.append(Gap(range: range, found: file.bytes.firstMeaningfulByte(in: range)))
            }
            position = max(position, extent.upperBound)
        }
        return gaps
    }

    private struct Gap {
        let range: Range<Int>
        let found: Int?
    }

    /// Every place of `/ByteRange` that no known object holds.
    package var hiddenByteRanges: [Int] {
        let places = file.bytes.positions(of: Array("/ByteRange".utf8), limit: Limits.objects)
        guard !places.isEmpty else { return [] }
        let known = extents.sorted { $0.lowerBound < $1.lowerBound }
        var index = 0
        var reach = 0
        return places.filter { place in
            while index < known.count, known[index].lowerBound <= place {
                reach = max(reach, known[index].upperBound)
                index += 1
            }
            return place >= reach
        }
    }

    // MARK: - Reading

    private static func trailerTargets(_ trailer: PDFDictionary) -> [Int] {
        PDFObject.array(["Root", "Info", "Encrypt", "ID"].compactMap { trailer[$0] }).targets
    }

    private func write(_ number: Int) -> Write? {
        guard old.locations[number] != new.locations[number], !isTooMuch else { return nil }
        var cost = 0
        let before = (try? old.object(number: number, cost: &cost).1) ?? .null
        spend(cost)
        let after = value(number) ?? .null
        let reference = new.reference(number: number)
        // References carry the generation: under another one, they lead nowhere.
        let isRenumbered =
            before != .null && after != .null && old.reference(number: number) != reference
        guard before != after || isRenumbered else { return nil }
        return Write(reference: reference, before: before, after: after)
    }

    /// Reads an object of the present revision, notes the bytes it takes and whether it is a
    /// signature.
    private func value(_ number: Int) -> PDFObject? {
        guard let location = new.locations[number], location != .free, !isTooMuch else {
            return nil
        }
        let reference = new.reference(number: number)
        guard case .offset(let offset, _) = location else {
            spend(64)
            let object = try? new.object(reference)
            if let object { note(object, reference, nil) }
            return object
        }
        var cost = 0
        let found = try? new.read(reference, at: offset, cost: &cost)
        spend(cost)
        guard let (object, extent) = found else { return nil }
        extents.append(extent)
        note(object, reference, offset)
        return object
    }

    private func note(_ object: PDFObject, _ reference: ObjectReference, _ offset: Int?) {
        guard case .dictionary(let dictionary) = object, dictionary.looksLikeSignature else {
            return
        }
        guard signatures.count < Limits.signatureDictionaries else { return isTooMuch = true }
        signatures.append(
            SignatureDictionary(
                reference: reference, dictionary: dictionary, offset: offset, revision: revision))
    }

    private func noteExtents() {
        let start = extentEnds.last ?? 0
        let written = extents[countedExtents...]
        countedExtents = extents.count
        extentEnds.append(written.reduce(start) { max($0, $1.upperBound) })
    }
}

extension DocumentView {
    /// The number with the generation it has now.
    package func reference(number: Int) -> ObjectReference {
        if case .offset(_, let generation)? = locations[number] {
            return ObjectReference(number: number, generation: generation)
        }
        return ObjectReference(number: number)
    }
}

extension PDFDictionary {
    /// A signature or document time-stamp dictionary by its content (ISO 32000-1, table 252).
    package var looksLikeSignature: Bool {
        if self["ByteRange"] != nil, self["Contents"] != nil || self["SubFilter"] != nil {
            return true
        }
        return ["Sig", "DocTimeStamp"].contains(self["Type"]?.nameValue)
            && self["SubFilter"] != nil
    }
}

extension PDFObject {
    /// Numbers of all objects it refers to.
    var targets: [Int] {
        var targets: [Int] = []
        collect(into: &targets)
        return targets
    }

    private func collect(into targets: inout [Int]) {
        switch self {
        case .reference(let reference): targets.append(reference.number)
        case .array(let items): for item in items { item.collect(into: &targets) }
        case .dictionary(let dictionary):
            for entry in dictionary.entries { entry.value.collect(into: &targets) }
        case .stream(let stream):
            for entry in stream.dictionary.entries { entry.value.collect(into: &targets) }
        default: break
        }
    }
}

extension [UInt8] {
    /// The first byte that is neither white space, comment, `startxref` nor its number.
    ///
    /// A comment that could pass for an object with a reader that searches is no comment.
    fileprivate func firstMeaningfulByte(in range: Range<Int>) -> Int? {
        var parser = ObjectParser(self, at: range.lowerBound)
        while parser.position < range.upperBound {
            let start = parser.position
            if Syntax.isWhitespace(self[start]) {
                parser.position += 1
            } else if self[start] == UInt8(ascii: "%") {
                let end = self[start..<range.upperBound].firstIndex { $0 == 0x0A || $0 == 0x0D }
                let comment = self[start..<(end ?? range.upperBound)]
                guard Array(comment).firstPosition(of: "obj", from: 0) == nil else { return start }
                parser.position = comment.endIndex
            } else {
                guard parser.skip(keyword: "startxref"), parser.unsigned() != nil else {
                    return start
                }
            }
        }
        return nil
    }
}
