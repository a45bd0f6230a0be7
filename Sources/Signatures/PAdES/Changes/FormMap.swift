// SPDX-License-Identifier: Apache-2.0
import PDF

/// The fields of one revision by object number, read as far as the tree can be walked.
struct FormMap {
    private(set) var fields: [Int: FormField] = [:]
    /// In document order.
    private(set) var ordered: [FormField] = []
    /// The field above each field or widget, by the tree; /Parent may be missing.
    private(set) var parents: [Int: Int] = [:]
    /// Objects that the tree is made of: fields and arrays of fields.
    private(set) var nodes = Set<Int>()
    /// The full names of all fields.
    private(set) var names = Set<String>()
    /// The tree goes round in circles or exceeds a limit.
    private(set) var isDamaged = false

    init() {}

    init(of view: DocumentView) {
        guard let catalog = try? view.catalog() else { return }
        if let form = catalog["AcroForm"]?.referenceValue { nodes.insert(form.number) }
        guard let form = (try? view.resolve(catalog["AcroForm"]))?.dictionaryValue else { return }
        walk(form["Fields"], parent: nil, depth: 0, view)
    }

    private mutating func walk(
        _ list: PDFObject?, parent: FormField?, depth: Int, _ view: DocumentView
    ) {
        if let place = list?.referenceValue { nodes.insert(place.number) }
        guard let items = (try? view.resolve(list))?.arrayValue else { return }
        for item in items {
            // A field must be indirect (ISO 32000-1, 12.7.2); others are no one's.
            guard let reference = item.referenceValue else { continue }
            guard depth < Limits.fieldNesting, fields.count < Limits.fields,
                fields[reference.number] == nil
            else {
                isDamaged = true
                continue
            }
            nodes.insert(reference.number)
            guard let dictionary = (try? view.object(reference))?.dictionaryValue else { continue }
            let field = FormField(reference, dictionary, parent: parent, in: view)
            fields[reference.number] = field
            parents[reference.number] = parent?.reference.number
            ordered.append(field)
            names.insert(field.name)
            walk(dictionary["Kids"], parent: field, depth: depth + 1, view)
        }
    }
}

/// The pages of one revision by object number, and the nodes of the tree above them.
struct PageMap {
    private(set) var pages = Set<Int>()
    private(set) var nodes = Set<Int>()

    init(of view: DocumentView) {
        guard let root = try? view.catalog()["Pages"]?.referenceValue else { return }
        var stack = [root]
        while let next = stack.popLast(), nodes.count + pages.count < Limits.pageNodes {
            guard !nodes.contains(next.number), !pages.contains(next.number),
                let dictionary = (try? view.object(next))?.dictionaryValue
            else { continue }
            guard let kids = dictionary["Kids"] else {
                pages.insert(next.number)
                continue
            }
            nodes.insert(next.number)
            if let place = kids.referenceValue { nodes.insert(place.number) }
            let items = (try? view.resolve(kids))?.arrayValue ?? []
            stack += items.compactMap(\.referenceValue)
        }
    }
}
