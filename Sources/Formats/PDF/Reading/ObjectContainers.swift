// SPDX-License-Identifier: Apache-2.0

/// The decoded data of an object stream and where each of its objects begins (ISO 32000-1, 7.5.7).
struct ObjectContainer: Sendable {
    let data: [UInt8]
    let objects: [(number: Int, offset: Int)]
}

/// Decodes object streams while the revisions are gathered, each once.
struct ObjectContainers {
    private let bytes: [UInt8]
    private(set) var byOffset: [Int: ObjectContainer] = [:]
    private var decoder = StreamDecoder()

    /// The streams of an encrypted file cannot be read; what they hold is missing.
    private let isEncrypted: Bool

    init(_ bytes: [UInt8], isEncrypted: Bool = false) {
        (self.bytes, self.isEncrypted) = (bytes, isEncrypted)
    }

    /// Where the objects of a revision are; its sections are given newest first.
    mutating func locations(
        of sections: [CrossReferenceSection], among earlier: [Int: DocumentView.Location]
    ) throws(PDFError) -> [Int: DocumentView.Location] {
        var entries: [Int: CrossReferenceSection.Entry] = [:]
        for section in sections { entries.merge(section.entries) { first, _ in first } }
        var locations: [Int: DocumentView.Location] = [:]
        for (number, entry) in entries {
            switch entry {
            case .free: locations[number] = .free
            case .offset(let offset, let generation):
                locations[number] = .offset(offset, generation: generation)
            case .compressed: continue
            }
        }
        for (number, entry) in entries where !isEncrypted {
            guard case .compressed(let stream, let index) = entry else { continue }
            guard case .offset(let offset, _)? = locations[stream] ?? earlier[stream] else {
                throw .unexpected(ObjectReference(number: stream), wanted: "ObjStm")
            }
            try decode(at: offset, number: stream)
            locations[number] = .contained(offset: offset, index: index)
        }
        return locations
    }

    /// Takes up the object stream at the place; its numbers are those of its header.
    mutating func decode(
        at offset: Int, number: Int, isTolerant: Bool = false
    ) throws(PDFError) {
        guard byOffset[offset] == nil else { return }
        let place = ObjectReference(number: number)
        guard offset >= 0, offset < bytes.count else { throw .unexpected(place, wanted: "ObjStm") }
        var parser = ObjectParser(bytes, at: offset)
        let (reference, object) = try parser.indirectObject(isTolerant: isTolerant) { length in
            Self.integer(length, in: bytes, near: offset)
        }
        guard reference.number == number, let stream = object.streamValue,
            stream.dictionary["Type"] == .name("ObjStm"),
            let count = stream.dictionary["N"]?.integerValue,
            let first = stream.dictionary["First"]?.integerValue,
            (0...Limits.objects).contains(count), first >= 0
        else { throw .unexpected(place, wanted: "ObjStm") }
        let data = try decoder.data(of: stream) { $0 }
        var header = ObjectParser(data)
        var objects: [(number: Int, offset: Int)] = []
        for _ in 0..<count {
            guard let number = header.unsigned(), let start = header.unsigned(),
                start <= data.count - min(first, data.count)
            else { throw .unexpected(place, wanted: "ObjStm") }
            objects.append((number, first + start))
        }
        byOffset[offset] = ObjectContainer(data: data, objects: objects)
    }

    /// An indirect /Length of an object stream stands right behind it in practice; the tables are
    /// not complete yet.
    private static func integer(
        _ reference: ObjectReference, in bytes: [UInt8], near offset: Int
    ) -> Int? {
        let header = Array("\n\(reference.number) \(reference.generation) obj".utf8)
        let end = min(bytes.count, offset + Limits.expansionRatioFloor)
        let window = Array(bytes[offset..<end])
        guard let place = window.positions(of: header).first else { return nil }
        var parser = ObjectParser(window, at: place + header.count)
        return parser.unsigned()
    }
}
