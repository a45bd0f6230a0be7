// SPDX-License-Identifier: Apache-2.0
import XML
import XMLSignature

/// The text of a document with the place where its signature takes unsigned properties.
///
/// It is found once by reading the document; each addition moves it on.
struct UnsignedPropertiesText: Sendable {
    private(set) var source: SourceText
    private var place: SourceText.Place
    /// The containers that are still missing around a property, the outer one first.
    private var missing: [Element.Name]

    var bytes: [UInt8] { source.bytes }

    init(_ bytes: [UInt8], of signature: XMLNode) throws(SigningError) {
        let qualifying = signature.children("Object", in: xmldsigNamespace)
            .flatMap { $0.children("QualifyingProperties", in: xadesNamespace) }
        guard qualifying.count == 1 else {
            throw .format("the signature has no QualifyingProperties of XAdES 1.3.2")
        }
        var container = qualifying[0]
        missing = []
        for name in ["UnsignedProperties", "UnsignedSignatureProperties"] {
            guard missing.isEmpty, let child = container.child(name, in: xadesNamespace) else {
                missing.append(.xades(name))
                continue
            }
            container = child
        }
        if missing.count == 1, container.firstChild != nil {
            throw .format("the signature has unsigned properties of its data only")
        }
        do {
            source = try SourceText(bytes)
            place = try source.end(of: container)
        } catch {
            throw .format(error.description)
        }
    }

    /// Adds properties after those that are there; nothing else changes.
    mutating func add(_ properties: [Element]) {
        guard !properties.isEmpty else { return }
        let content = properties.flatMap { Writer.text(of: $0) }
        let (before, after) = Self.tags(missing)
        let start = source.insert(before + content + after, at: place)
        place = .init(offset: start + before.count + content.count)
        missing = []
    }

    private static func tags(_ names: [Element.Name]) -> ([UInt8], [UInt8]) {
        var (before, after): ([UInt8], [UInt8]) = ([], [])
        for name in names {
            let whole = Writer.bytes(of: Element(name, []))
            let end = whole.lastIndex(of: UInt8(ascii: "<")) ?? whole.count
            before += whole[..<end]
            after = whole[end...] + after
        }
        return (before, after)
    }
}

extension XMLDocument {
    /// One of the document's signatures, in document order; without `index` the only one.
    func signature(at index: Int?) throws(SigningError) -> XMLNode {
        let signatures = elements(named: "Signature", in: xmldsigNamespace)
        guard let index else {
            guard signatures.count == 1 else { throw .noSingleSignature }
            return signatures[0]
        }
        guard signatures.indices.contains(index) else { throw .noSingleSignature }
        return signatures[index]
    }
}

extension Element {
    /// A time-stamp property over exclusive canonical forms (EN 319 132-1, 5.1.4.3).
    static func timestamp(_ name: Name, token: [UInt8]) -> Element {
        Element(
            name,
            [
                Canonicalization.exclusive.element(named: "CanonicalizationMethod"),
                Element(.xades("EncapsulatedTimeStamp"), text: Base64.text(token)),
            ])
    }
}
