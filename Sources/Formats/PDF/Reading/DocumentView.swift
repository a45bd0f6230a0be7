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
    package let trailer: PDFDictionary
    let locations: [Int: Location]
    let containers: [Int: ObjectContainer]

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
            guard offset < bytes.count else { throw .malformed(offset: offset) }
            var parser = ObjectParser(bytes, at: offset)
            let (found, object) = try parser.indirectObject(lengthOf: { length($0) })
            guard found == reference else { throw .unexpected(reference, wanted: "obj") }
            return object
        case .contained(let offset, let index):
            guard reference.generation == 0 else { return .null }
            return try contained(reference, offset: offset, index: index)
        }
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
        case .offset(let offset, _)? where offset < bytes.count:
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
