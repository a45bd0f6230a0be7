// SPDX-License-Identifier: Apache-2.0
package import PDF

/// A terminal or inner field of the interactive form (ISO 32000-1, 12.7.3), with what it inherits.
package struct FormField: Sendable {
    package let reference: ObjectReference
    /// The names from the root down, joined by full stops.
    package let name: String
    /// /FT, its own or inherited: `Sig`, `Tx`, `Btn` or `Ch`.
    package let type: String?
    package let dictionary: PDFDictionary

    init(
        _ reference: ObjectReference, _ dictionary: PDFDictionary, parent: FormField?,
        in view: DocumentView
    ) {
        let own = (try? view.resolve(dictionary["T"]))?.textValue
        self.reference = reference
        self.dictionary = dictionary
        name = [parent?.name, own].compactMap { $0 }.joined(separator: ".")
        type = (try? view.resolve(dictionary["FT"]))?.nameValue ?? parent?.type
    }

    /// All fields in document order.
    ///
    /// - Throws: The field tree goes round in circles or exceeds a limit.
    package static func all(in view: DocumentView) throws(PDFError) -> [FormField] {
        guard let form = try view.resolve(view.catalog()["AcroForm"]).dictionaryValue,
            let roots = try view.resolve(form["Fields"]).arrayValue
        else { return [] }
        var walk = FieldWalk(view: view)
        for root in roots { try walk.visit(root, parent: nil, depth: 0) }
        return walk.fields
    }
}

private struct FieldWalk {
    let view: DocumentView
    var fields: [FormField] = []
    private var visited = Set<ObjectReference>()

    init(view: DocumentView) { self.view = view }

    mutating func visit(
        _ object: PDFObject, parent: FormField?, depth: Int
    ) throws(PDFError) {
        guard depth < Limits.fieldNesting, fields.count < Limits.fields else {
            throw .nestedTooDeep
        }
        // A field must be indirect (12.7.2); others are no one's.
        guard let reference = object.referenceValue else { return }
        guard visited.insert(reference).inserted else { throw .cycle }
        guard let dictionary = try view.object(reference).dictionaryValue else { return }
        let field = FormField(reference, dictionary, parent: parent, in: view)
        fields.append(field)
        for kid in try view.resolve(dictionary["Kids"]).arrayValue ?? [] {
            try visit(kid, parent: field, depth: depth + 1)
        }
    }
}
