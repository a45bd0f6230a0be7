// SPDX-License-Identifier: Apache-2.0
package import Coverage
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
package import XML

/// What checking a form found.
package struct CheckResult: Sendable {
    /// The pack that the form belongs to; `nil` when there is none.
    package let pack: FormPack?
    /// All of them: shape first, then rules, each in the order of the form.
    package let anomalies: [Anomaly]
    /// The form, when no anomaly is an error.
    package let document: CheckedDocument?

    package var hasErrors: Bool { anomalies.contains { $0.severity == .error } }
}

/// A form that has the shape of its pack and breaks no rule of it, in its one canonical writing.
package struct CheckedDocument: Sendable, Hashable {
    package let pack: FormPack
    /// Lower case, version 4 as the pack's rules demand.
    package let uuid: String
    package let date: CalendarDate
    /// The national XML: canonical form, a deposited form's signature seat there and empty, no PDF.
    package let xml: [UInt8]
    /// The form's data, without the seats.
    package let root: FormElement
    /// Whether the caller's document already held a signature or a PDF; both are left out here.
    package let carriedSignature: Bool
    package let carriedDocument: Bool

    /// The value at a path, when there is one.
    package func value(at path: FormPath) -> String? { root.first(path)?.text }

    package var providerCode: String? { pack.manifest.paths.providerCode.flatMap(value) }
    package var number: String? { pack.manifest.paths.number.flatMap(value) }
    /// What the form can be found by: its own number and the persons it names.
    package var searchableValues: [String] {
        var values = [number].compactMap { $0 }
        var open = [root]
        while let element = open.popLast() {
            if Matricule(element.text) != nil { values.append(element.text) }
            open += element.children
        }
        return Array(Set(values)).sorted()
    }

    package var total: String? { pack.manifest.paths.total.flatMap(value) }
}

extension FormPack {
    /// The form as XML with the signature's seat, in the order of the schema.
    func composed(_ form: FormElement) -> Element {
        let element = form.element(prefix: manifest.root.prefix)
        guard let seats = manifest.deposit?.seats else { return element }
        return seating("", at: seats.signature, in: element)
    }

    /// A composed form with the PDF in its seat and the signature's seat empty, ready to be signed.
    ///
    /// - Parameter composed: What ``CheckedDocument/xml`` was when the form was checked.
    package func embedding(_ pdf: [UInt8], in composed: [UInt8]) throws(XMLError) -> [UInt8] {
        guard let seats = manifest.deposit?.seats else { return composed }
        let form = try XMLDocument(parsing: composed).root.value()
        let text = Data(pdf).base64EncodedString()
        return Writer.bytes(of: seating(text, at: seats.document, in: form))
    }

    /// Puts an element with this text where the schema's order wants it.
    private func seating(_ text: String, at path: FormPath, in form: Element) -> Element {
        guard let type = schema.complexType(of: root), let place = type.index(of: path.description)
        else { return form }
        let use = type.elements[place]
        let prefix = use.namespace == nil ? "" : manifest.root.prefix
        let seat = Element(Element.Name(use.name, prefix: prefix, in: use.namespace), text: text)
        var children = form.elements
        let position = children.firstIndex { type.index(of: $0.name.localName) ?? .max > place }
        children.insert(seat, at: position ?? children.endIndex)
        var element = form
        element.children = children.map(Element.Child.element)
        return element
    }
}
