// SPDX-License-Identifier: Apache-2.0

import SwiftASN1

/// One element of a DER object, read within the limits of AS-01.
struct DERElement {
    private let node: ASN1Node

    private init(_ node: ASN1Node) { self.node = node }

    /// Reads one object and nothing after it.
    init(parsing bytes: [UInt8], limit: Int = Limits.objectSizeInBytes) throws(DERError) {
        try self.init(parsing: bytes[...], limit: limit)
    }

    /// Reads one object and nothing after it.
    init(parsing bytes: ArraySlice<UInt8>, limit: Int = Limits.objectSizeInBytes) throws(DERError) {
        guard bytes.count <= limit else { throw .tooLarge(size: bytes.count, limit: limit) }
        guard let node = try? DER.parse(bytes) else { throw .notDER }
        guard Self.depth(of: node, within: Limits.objectDepth) else {
            throw .tooDeep(limit: Limits.objectDepth)
        }
        self.node = node
    }

    private static func depth(of node: ASN1Node, within limit: Int) -> Bool {
        guard limit > 0 else { return false }
        guard case .constructed(let children) = node.content else { return true }
        return children.allSatisfy { depth(of: $0, within: limit - 1) }
    }

    /// How many bytes the element at the start takes by its own header; nil when the header has an
    /// indefinite length, a long tag, or claims more than there is.
    static func sizeInBytes(at bytes: [UInt8]) -> Int? {
        guard bytes.count >= 2, bytes[0] & 0x1F != 0x1F, bytes[1] != 0x80 else { return nil }
        var (header, length) = (2, Int(bytes[1]))
        if bytes[1] > 0x80 {
            let count = Int(bytes[1] & 0x7F)
            guard count <= 4, bytes.count >= 2 + count else { return nil }
            header += count
            length = bytes[2..<header].reduce(0) { $0 << 8 | Int($1) }
        }
        return length <= bytes.count - header ? header + length : nil
    }

    /// The element as it was read, tag and length included.
    var encoded: [UInt8] { Array(node.encodedBytes) }

    /// What is inside a constructed element, as it was read.
    var contents: [UInt8] {
        guard case .constructed(let children) = node.content else { return [] }
        return children.flatMap { Array($0.encodedBytes) }
    }

    func has(_ tag: ASN1Identifier) -> Bool { node.identifier == tag }

    /// The tag's first octet as encoded, without the bit that says constructed.
    var tagOctet: UInt8 { (node.encodedBytes.first ?? 0) & ~0x20 }

    /// The elements inside a SEQUENCE, a SET or a constructed context tag.
    func elements(
        as tag: ASN1Identifier = .sequence, in structure: String
    ) throws(DERError) -> DERElements {
        guard node.identifier == tag, case .constructed(let children) = node.content else {
            throw .unexpectedElement(in: structure)
        }
        return DERElements(children, structure)
    }

    /// The single element inside an EXPLICIT tag.
    func unwrapped(_ tag: ASN1Identifier, in structure: String) throws(DERError) -> DERElement {
        var inside = try elements(as: tag, in: structure)
        let element = try inside.next()
        try inside.finish()
        return element
    }

    /// The content octets of a primitive element.
    func primitive(
        as tag: ASN1Identifier, in structure: String
    ) throws(DERError) -> ArraySlice<UInt8> {
        guard node.identifier == tag, case .primitive(let bytes) = node.content else {
            throw .unexpectedElement(in: structure)
        }
        return bytes
    }

    fileprivate static func wrap(_ node: ASN1Node) -> DERElement { DERElement(node) }
}

/// The elements of a constructed element, taken in order.
struct DERElements {
    private var iterator: ASN1NodeCollection.Iterator
    private var upcoming: ASN1Node?
    /// What is being read, for errors.
    let structure: String

    fileprivate init(_ children: ASN1NodeCollection, _ structure: String) {
        iterator = children.makeIterator()
        upcoming = iterator.next()
        self.structure = structure
    }

    var isAtEnd: Bool { upcoming == nil }

    mutating func next() throws(DERError) -> DERElement {
        guard let node = upcoming else { throw .unexpectedElement(in: structure) }
        upcoming = iterator.next()
        return .wrap(node)
    }

    /// The next element if it has this tag; an OPTIONAL one.
    mutating func next(if tag: ASN1Identifier) -> DERElement? {
        guard let node = upcoming, node.identifier == tag else { return nil }
        upcoming = iterator.next()
        return .wrap(node)
    }

    /// All elements that are left, at most `limit` of them.
    mutating func rest(limit: Int) throws(DERError) -> [DERElement] {
        var elements: [DERElement] = []
        while let node = upcoming {
            guard elements.count < limit else { throw .extraElement(in: structure) }
            elements.append(.wrap(node))
            upcoming = iterator.next()
        }
        return elements
    }

    /// Refuses elements that the structure does not have.
    func finish() throws(DERError) {
        guard upcoming == nil else { throw .extraElement(in: structure) }
    }
}

extension ASN1Identifier {
    /// A context-specific tag, `[n]` in the standards.
    static func context(_ number: UInt) -> ASN1Identifier {
        ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific)
    }
}
