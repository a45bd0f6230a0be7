// SPDX-License-Identifier: Apache-2.0
import PDF

/// What an object belongs to, seen from the places that lead to it.
enum ObjectOwner: Hashable {
    case securityStore, extensions, metadata, information
    /// /Fields of the form, or /Kids of a field: the number of the form (0 when it is direct) or
    /// field.
    case fields(of: Int)
    /// /Annots of a page.
    case annotations(page: Int)
    /// /AP of a field.
    case appearance(field: Int)
    /// An annotation that is no field, or what only it uses.
    case annotation(Int)
    /// /DR of the form.
    case defaultResources
    /// Anything else; the object that leads there and under which key.
    case other(Int, key: String)
}

extension RevisionStep {
    /// Everything an object belongs to on one side of the step.
    func owners(of number: Int, _ side: ObjectHistory.Side) -> Set<ObjectOwner> {
        var owners = Set<ObjectOwner>()
        var queue = [number]
        var seen: Set<Int> = [number]
        while let current = queue.popLast() {
            guard seen.count <= Limits.owners, !history.isTooMuch else {
                return [.other(current, key: "")]
            }
            for referrer in history.referrers(of: current, side) {
                for path in paths(from: referrer, to: current, side) {
                    if let owner = owner(current, through: path, of: referrer, side) {
                        owners.insert(owner)
                    } else if seen.insert(referrer).inserted {
                        queue.append(referrer)
                    }
                }
            }
        }
        return owners
    }

    /// The owner an edge names; `nil` when what leads there must be asked in turn.
    private func owner(
        _ number: Int, through path: [String], of referrer: Int, _ side: ObjectHistory.Side
    ) -> ObjectOwner? {
        let key = path.first ?? ""
        if referrer == ObjectHistory.trailer {
            return key == "Info" ? .information : .other(referrer, key: key)
        }
        let form = side == .before ? oldForm : newForm
        if referrer == catalogNumber(side) {
            return catalogOwner(path)
        }
        if referrer == formNumber(side) {
            return formOwner(path, form: referrer)
        }
        if form.fields[referrer] != nil {
            return fieldOwner(number, path, field: referrer, form)
        }
        if pages.contains(referrer) {
            guard key == "Annots" else { return .other(referrer, key: key) }
            // The array, or the annotation itself.
            return history.object(number, side).arrayValue != nil
                ? .annotations(page: referrer) : .annotation(number)
        }
        // The array between a page and its annotations says whose they are.
        if history.object(referrer, side).arrayValue != nil,
            history.object(number, side).dictionaryValue?["Subtype"] != nil,
            isAnnotationArray(referrer, side)
        {
            return .annotation(number)
        }
        return nil
    }

    private func catalogOwner(_ path: [String]) -> ObjectOwner {
        switch path.first {
        case "DSS": .securityStore
        case "Extensions": .extensions
        case "Metadata": .metadata
        case "AcroForm" where path.count > 1: formOwner(Array(path.dropFirst()), form: 0)
        default: .other(0, key: path.first ?? "")
        }
    }

    private func formOwner(_ path: [String], form: Int) -> ObjectOwner {
        switch path.first {
        case "Fields": .fields(of: form)
        case "DR": .defaultResources
        default: .other(form, key: path.first ?? "")
        }
    }

    private func fieldOwner(
        _ number: Int, _ path: [String], field: Int, _ form: FormMap
    ) -> ObjectOwner? {
        switch path.first {
        case "AP": .appearance(field: field)
        case "Kids": .fields(of: field)
        default: .other(field, key: path.first ?? "")
        }
    }

    private func isAnnotationArray(_ number: Int, _ side: ObjectHistory.Side) -> Bool {
        let referrers = history.referrers(of: number, side)
        return !referrers.isEmpty
            && referrers.allSatisfy { referrer in
                pages.contains(referrer)
                    && paths(from: referrer, to: number, side).allSatisfy { $0 == ["Annots"] }
            }
    }

    // MARK: - Edges

    /// The keys on the ways from one object to a reference to another, array indexes left out of
    /// account.
    func paths(
        from referrer: Int, to number: Int, _ side: ObjectHistory.Side
    ) -> [[String]] {
        var search = EdgeSearch(target: number)
        search.visit(history.object(referrer, side))
        history.spend(search.visited)
        return search.found.map { $0.filter { Int($0) == nil } }
    }

    /// The way from the trailer to the object, the shortest there is.
    func path(to number: Int) -> String {
        let side: ObjectHistory.Side =
            history.referrers(of: number, .after).isEmpty ? .before : .after
        var previous: [Int: Int] = [:]
        var queue = [number]
        var next = 0
        while next < queue.count, queue.count < Limits.owners, !history.isTooMuch {
            let current = queue[next]
            next += 1
            guard current != ObjectHistory.trailer else { break }
            for referrer in history.referrers(of: current, side)
            where previous[referrer] == nil && referrer != number {
                previous[referrer] = current
                queue.append(referrer)
            }
        }
        guard var place = previous[ObjectHistory.trailer] else { return "object \(number)" }
        var parts: [String] = []
        var source = ObjectHistory.trailer
        while true {
            var search = EdgeSearch(target: place)
            search.visit(history.object(source, side))
            parts += search.found.min { $0.count < $1.count } ?? []
            guard place != number, let following = previous[place] else { break }
            (source, place) = (place, following)
        }
        return parts.joined(separator: "/")
    }
}

/// Finds where an object refers to another.
private struct EdgeSearch {
    let target: Int
    private(set) var found: [[String]] = []
    private(set) var visited = 0
    private var path: [String] = []

    init(target: Int) { self.target = target }

    mutating func visit(_ object: PDFObject) {
        visited += 1
        switch object {
        case .reference(let reference):
            if reference.number == target, found.count < Limits.owners { found.append(path) }
        case .array(let items):
            for (index, item) in items.enumerated() where item.mayRefer {
                visit(item, under: "\(index)")
            }
            visited += items.count
        case .dictionary(let dictionary): visit(dictionary)
        case .stream(let stream): visit(stream.dictionary)
        default: break
        }
    }

    private mutating func visit(_ dictionary: PDFDictionary) {
        for entry in dictionary.entries where entry.value.mayRefer {
            visit(entry.value, under: entry.key)
        }
        visited += dictionary.entries.count
    }

    private mutating func visit(_ object: PDFObject, under key: String) {
        if case .reference(let reference) = object, reference.number != target { return }
        path.append(key)
        visit(object)
        path.removeLast()
    }
}

extension PDFObject {
    /// Whether it is a reference or may hold one.
    fileprivate var mayRefer: Bool {
        switch self {
        case .reference, .array, .dictionary, .stream: true
        default: false
        }
    }
}
