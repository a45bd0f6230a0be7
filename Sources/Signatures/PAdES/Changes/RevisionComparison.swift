// SPDX-License-Identifier: Apache-2.0
import PDF

/// Compares the document that was signed with the document a viewer shows (rule PD-03).
///
/// Both are walked together from the trailer. Everything reachable must be equal, except at the few
/// places where a rule allows a difference; an object reached on two ways must satisfy both. What
/// later revisions wrote without any allowed way leading to it is a change too.
struct RevisionComparison {
    /// What a pair of objects is, and so which differences it may have.
    enum Role: Hashable {
        case strict
        case trailer, catalog, information, metadata
        case form, formFields
        case page, annotations
        case field(name: String)
    }

    struct Pair: Hashable {
        let old: ObjectReference
        let new: ObjectReference
        let role: Role
    }

    let old: DocumentView
    private(set) var new: DocumentView
    let permissions: ModificationPermissions
    let oldFields: [ObjectReference: FormField]
    private(set) var newFields: [ObjectReference: FormField] = [:]
    /// The document of the last revision.
    private let current: DocumentView
    private let pages: Set<ObjectReference>
    private let laterObjects: Set<Int>
    private(set) var changes: [DocumentChange] = []
    private var pending: [(pair: Pair, path: String)] = []
    private var visited = Set<Pair>()
    private var explained = Set<Int>()
    private var budget: Int

    /// Differences between the revision and each later one, in the order of the walk.
    ///
    /// - Parameter budget: Pairs of objects that may still be compared; what is left is handed
    ///   back.
    static func changes(
        in file: PDFFile, since revision: Int, permissions: ModificationPermissions,
        budget: inout Int
    ) -> [DocumentChange] {
        let later = file.revisions[(revision + 1)...]
        guard !later.isEmpty else { return [] }
        var comparison = RevisionComparison(
            old: file.document(atRevision: revision), permissions: permissions,
            current: file.current, laterObjects: Set(later.flatMap(\.objectNumbers)), budget: budget
        )
        // A change that a still later revision takes back was made all the same.
        for index in later.indices.reversed() {
            comparison.run(to: file.document(atRevision: index))
        }
        comparison.reportUnused()
        budget = comparison.budget
        return comparison.changes
    }

    private init(
        old: DocumentView, permissions: ModificationPermissions, current: DocumentView,
        laterObjects: Set<Int>, budget: Int
    ) {
        (self.old, new, self.permissions, self.current) = (old, current, permissions, current)
        (self.laterObjects, self.budget) = (laterObjects, budget)
        oldFields = Self.byReference(try? FormField.all(in: old))
        pages = Set(((try? old.pages()) ?? []).map(\.reference))
    }

    private static func byReference(_ fields: [FormField]?) -> [ObjectReference: FormField] {
        Dictionary(
            (fields ?? []).map { ($0.reference, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private mutating func run(to view: DocumentView) {
        new = view
        newFields = Self.byReference(try? FormField.all(in: view))
        (pending, visited) = ([], [])
        compare(.dictionary(old.trailer), .dictionary(new.trailer), .trailer, path: "")
        // In order of arrival, so that each pair is named by its shortest path.
        var next = 0
        while next < pending.count {
            let (pair, path) = pending[next]
            next += 1
            budget -= 1
            guard budget >= 0, changes.count < Limits.changes else {
                return report(.forbidden, path + " (too much to compare)", pair.new)
            }
            let isShared = pair.old == pair.new && old.shares(pair.old, with: new)
            guard let before = try? old.object(pair.old),
                let after = isShared ? before : try? new.object(pair.new)
            else {
                report(.forbidden, path, pair.new)
                continue
            }
            compare(before, after, pair.role, path: path, object: pair.new)
        }
    }

    mutating func report(_ kind: DocumentChange.Kind, _ path: String, _ object: ObjectReference?) {
        let change = DocumentChange(kind: kind, path: path, object: object)
        if !changes.contains(change) { changes.append(change) }
    }

    // MARK: - Walking

    /// Compares two values; references are followed later, each pair once.
    mutating func compare(
        _ before: PDFObject, _ after: PDFObject, _ role: Role, path: String,
        object: ObjectReference? = nil
    ) {
        if case .reference(let oldPlace) = before, case .reference(let newPlace) = after {
            return follow(oldPlace, newPlace, role, path: path)
        }
        switch role {
        case .strict: break
        case .trailer: return compareTrailers(before, after)
        case .catalog: return compareCatalogs(before, after, path: path, object: object)
        case .information: return compareInformation(before, after, path: path, object: object)
        case .metadata:
            if before != after { report(.metadata, path, object) }
            return
        case .form: return compareForms(before, after, path: path, object: object)
        case .formFields: return compareFormFields(before, after, path: path, object: object)
        case .page: return comparePages(before, after, path: path, object: object)
        case .annotations: return compareAnnotations(before, after, path: path, object: object)
        case .field(let name):
            return compareField(before, after, name: name, path: path, object: object)
        }
        compareStrictly(before, after, path: path, object: object)
    }

    private mutating func follow(
        _ oldPlace: ObjectReference, _ newPlace: ObjectReference, _ role: Role, path: String
    ) {
        explained.insert(newPlace.number)
        // Pages and fields are what they are from wherever they are reached.
        var role = role
        if oldPlace == newPlace {
            if pages.contains(oldPlace) { role = .page }
            if let field = oldFields[oldPlace] { role = .field(name: field.name) }
        }
        let pair = Pair(old: oldPlace, new: newPlace, role: role)
        if visited.insert(pair).inserted { pending.append((pair, path)) }
    }

    private mutating func compareStrictly(
        _ before: PDFObject, _ after: PDFObject, path: String, object: ObjectReference?
    ) {
        switch (before, after) {
        case (.array(let old), .array(let new)) where old.count == new.count:
            for (index, (before, after)) in zip(old, new).enumerated() {
                compare(before, after, .strict, path: path + "/\(index)", object: object)
            }
        case (.dictionary(let old), .dictionary(let new)):
            compareEntries(old, new, path: path, object: object)
        case (.stream(let old), .stream(let new)):
            if old.data != new.data { report(.forbidden, path, object) }
            compareEntries(old.dictionary, new.dictionary, path: path, object: object)
        default:
            // One of them may be a reference to what the other is directly.
            let isMixed = (before.referenceValue == nil) != (after.referenceValue == nil)
            guard isMixed, let before = try? old.resolve(before),
                let after = try? new.resolve(after)
            else {
                if before != after { report(.forbidden, path, object) }
                return
            }
            if before != after { report(.forbidden, path, object) }
        }
    }

    /// Compares entry by entry; `roles` says which keys are special, `nil` that a key is not
    /// compared.
    mutating func compareEntries(
        _ before: PDFDictionary, _ after: PDFDictionary, path: String, object: ObjectReference?,
        roles: [String: Role?] = [:]
    ) {
        if !after.repeatedKeys.isEmpty, before != after { report(.forbidden, path, object) }
        for key in before.keys + after.keys.filter({ before[$0] == nil }) {
            let role = roles[key] ?? .some(.strict)
            guard let role else { continue }
            let place = path.isEmpty ? key : path + "/" + key
            guard let old = before[key], let new = after[key] else {
                compareMissing(before[key], after[key], role, path: place, object: object)
                continue
            }
            compare(old, new, role, path: place, object: object)
        }
    }

    /// An entry only one side has.
    private mutating func compareMissing(
        _ before: PDFObject?, _ after: PDFObject?, _ role: Role, path: String,
        object: ObjectReference?
    ) {
        switch role {
        case .form where before == nil:
            compare(.dictionary([:]), resolved(after, in: new), .form, path: path, object: object)
        case .formFields where before == nil, .annotations where before == nil:
            compare(.array([]), resolved(after, in: new), role, path: path, object: object)
        case .metadata, .information: report(.metadata, path, object)
        default: report(.forbidden, path, object)
        }
        if let after, role != .strict { explain(after) }
    }

    private func resolved(_ object: PDFObject?, in view: DocumentView) -> PDFObject {
        (try? view.resolve(object)) ?? .null
    }

    // MARK: - What later revisions wrote

    /// Marks everything an allowed addition leads to, up to what was there before.
    mutating func explain(_ object: PDFObject) {
        var queue = [object]
        while let next = queue.popLast() {
            switch next {
            case .reference(let reference):
                guard laterObjects.contains(reference.number), isNew(reference),
                    explained.insert(reference.number).inserted,
                    let found = try? new.object(reference)
                else { continue }
                queue.append(found)
            case .array(let items): queue += items
            case .dictionary(let dictionary): queue += dictionary.entries.map(\.value)
            case .stream(let stream): queue += stream.dictionary.entries.map(\.value)
            default: continue
            }
        }
    }

    private func isNew(_ reference: ObjectReference) -> Bool {
        (try? old.object(number: reference.number))?.1 == .null
    }

    /// A new place in the file for an object that an allowed change replaces.
    mutating func explain(replaced reference: ObjectReference) {
        explained.insert(reference.number)
    }

    private mutating func reportUnused() {
        let containers: Set<String> = ["XRef", "ObjStm"]
        for number in laterObjects.sorted() where !explained.contains(number) {
            guard changes.count < Limits.changes else { return }
            guard let (reference, after) = try? current.object(number: number) else {
                report(.unused, "object \(number)", ObjectReference(number: number))
                continue
            }
            let before = (try? old.object(number: number))?.1 ?? .null
            let type = after.dictionaryValue?["Type"]?.nameValue ?? ""
            if before == after || containers.contains(type) { continue }
            report(.unused, "object \(number)", reference)
        }
    }
}
