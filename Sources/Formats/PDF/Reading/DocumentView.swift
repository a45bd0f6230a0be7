// SPDX-License-Identifier: Apache-2.0

/// The objects of a file as of one revision.
package struct DocumentView: Sendable {
    enum Location: Sendable, Equatable {
        case free
        case offset(Int, generation: Int)
        /// In the object stream at this offset.
        case contained(offset: Int, index: Int)
    }

    let bytes: [UInt8]
    package internal(set) var trailer: PDFDictionary
    var locations: [Int: Location]
    let containers: [Int: ObjectContainer]
    /// Whether the places were found by searching; then small damage is forgiven.
    var isRebuilt = false

    /// Numbers of all objects in use, in order.
    package var objectNumbers: [Int] {
        locations.filter { $0.value != .free }.keys.sorted()
    }

    /// The object, or null when there is none (ISO 32000-1, 7.3.10).
    ///
    /// - Throws: Its place in the file holds something else, or damaged syntax.
    package func object(_ reference: ObjectReference) throws(PDFError) -> PDFObject {
        switch locations[reference.number] {
        case nil, .free: return .null
        case .offset(let offset, let generation):
            guard generation == reference.generation else { return .null }
            var cost = 0
            return try read(reference, at: offset, cost: &cost).object
        case .contained(let offset, let index):
            guard reference.generation == 0 else { return .null }
            return try contained(reference, offset: offset, index: index)
        }
    }

    /// The object at the place, and the bytes it takes.
    ///
    /// - Parameter cost: Grows by the bytes that were read as syntax, also when nothing comes of it.
    func read(
        _ reference: ObjectReference, at offset: Int, cost: inout Int
    ) throws(PDFError) -> (object: PDFObject, extent: Range<Int>) {
        guard bytes.indices.contains(offset) else { throw .malformed(offset: offset) }
        var parser = ObjectParser(bytes, at: offset)
        defer { cost += parser.position - offset - parser.streamSize }
        let found = try parser.indirectObject(wanted: reference, isTolerant: isRebuilt) {
            length($0)
        }
        return (found.1, offset..<parser.position)
    }

    /// The same as ``object(number:)``, with the work counted.
    func object(
        number: Int, cost: inout Int
    ) throws(PDFError) -> (ObjectReference, PDFObject) {
        let reference = reference(number: number)
        guard case .offset(let offset, _)? = locations[number] else {
            cost += 64
            return (reference, try object(reference))
        }
        return (reference, try read(reference, at: offset, cost: &cost).object)
    }

    /// The object of this number, whatever its generation, and its reference.
    package func object(number: Int) throws(PDFError) -> (ObjectReference, PDFObject) {
        var reference = ObjectReference(number: number)
        if case .offset(_, let generation)? = locations[number] {
            reference.generation = generation
        }
        return (reference, try object(reference))
    }

    /// Where the object's `n g obj` stands; `nil` inside an object stream.
    package func offset(of reference: ObjectReference) -> Int? {
        if case .offset(let offset, _)? = locations[reference.number] { offset } else { nil }
    }

    /// Whether the object is the very same bytes in another revision of the same file.
    package func shares(_ reference: ObjectReference, with other: DocumentView) -> Bool {
        locations[reference.number] == other.locations[reference.number]
    }

    private func contained(
        _ reference: ObjectReference, offset: Int, index: Int
    ) throws(PDFError) -> PDFObject {
        guard let container = containers[offset], container.objects.indices.contains(index),
            container.objects[index].number == reference.number
        else { throw .unexpected(reference, wanted: "ObjStm") }
        var parser = ObjectParser(container.data, at: container.objects[index].offset)
        return try parser.object()
    }

    /// The integer of an indirect /Length; no stream stands there, so this never goes round in
    /// circles.
    private func length(_ reference: ObjectReference) -> Int? {
        switch locations[reference.number] {
        case .offset(let offset, _)? where bytes.indices.contains(offset):
            var parser = ObjectParser(bytes, at: offset)
            guard parser.unsigned() == reference.number, parser.unsigned() != nil,
                parser.skip(keyword: "obj")
            else { return nil }
            return parser.unsigned()
        case .contained(let offset, let index)?:
            return try? contained(reference, offset: offset, index: index).integerValue
        default: return nil
        }
    }

    /// Follows references until something else is found.
    package func resolve(_ object: PDFObject?) throws(PDFError) -> PDFObject {
        var object = object ?? .null
        for _ in 0..<Limits.nesting {
            guard case .reference(let reference) = object else { return object }
            object = try self.object(reference)
        }
        throw .cycle
    }

    /// The decoded data of a stream.
    package func data(of stream: PDFStream) throws(PDFError) -> [UInt8] {
        var decoder = StreamDecoder()
        return try decoder.data(of: stream) { (try? resolve($0)) ?? .null }
    }

    package var catalogReference: ObjectReference? { trailer["Root"]?.referenceValue }

    package func catalog() throws(PDFError) -> PDFDictionary {
        guard case .dictionary(let catalog) = try resolve(trailer["Root"]) else {
            throw .missing("Root")
        }
        return catalog
    }

    /// The pages in order, each with its own dictionary (inherited attributes are not filled in).
    package func pages() throws(PDFError) -> [(
        reference: ObjectReference, dictionary: PDFDictionary
    )] {
        var walk = PageWalk(view: self)
        guard let root = try catalog()["Pages"]?.referenceValue else { throw .missing("Pages") }
        try walk.visit(root, depth: 0)
        return walk.pages
    }
}

private struct PageWalk {
    let view: DocumentView
    var pages: [(reference: ObjectReference, dictionary: PDFDictionary)] = []
    private var visited = Set<ObjectReference>()

    init(view: DocumentView) { self.view = view }

    mutating func visit(_ reference: ObjectReference, depth: Int) throws(PDFError) {
        guard depth < Limits.nesting else { throw .nestedTooDeep }
        guard visited.insert(reference).inserted else { throw .cycle }
        guard case .dictionary(let node) = try view.object(reference) else {
            throw .unexpected(reference, wanted: "Page")
        }
        guard let kids = try view.resolve(node["Kids"]).arrayValue else {
            guard pages.count < Limits.pages else { throw .tooManyPages }
            return pages.append((reference, node))
        }
        for kid in kids {
            guard let kid = kid.referenceValue else { throw .unexpected(reference, wanted: "Kids") }
            try visit(kid, depth: depth + 1)
        }
    }
}
