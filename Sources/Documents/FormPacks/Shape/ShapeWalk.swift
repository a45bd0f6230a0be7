// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import XML

/// Walks a caller's document along the schema and finds everything that is wrong with its shape,
/// while it makes the form's tree.
///
/// JSON and XML take the same walk: they differ only in how an element's parts are gathered
/// (``Occurrence``) and in that the order of JSON members does not count.
struct ShapeWalk {
    /// One element as the caller gave it.
    struct Occurrence {
        enum Value {
            case json(JSONValue)
            case xml(XMLNode)
            /// Given beside the document, not in it.
            case supplied(String)
            /// There, but already reported: not looked at any further.
            case reported
        }
        let index: Int
        let step: String
        let value: Value
    }

    let schema: SchemaModel
    private let limit: Int

    private(set) var problems: [ShapeProblem] = []
    /// Problems past the limit.
    private(set) var untold = 0
    private(set) var filledSeats: Set<Places.Seat> = []
    private var steps: [String] = []
    /// What the pack knows about the element at hand; `nil` below the last place it knows.
    private var place: Places?

    init(schema: SchemaModel, places: Places, limit: Int) {
        (self.schema, self.limit) = (schema, limit)
        place = places
    }

    /// Walks the whole form; `step` is the root's own place.
    mutating func walk(
        root use: SchemaModel.ElementUse, step: String, _ value: Occurrence.Value
    ) -> FormElement? {
        element(use, Occurrence(index: 0, step: step, value: value), isRoot: true)
    }

    mutating func report(_ kind: ShapeProblem.Kind, below step: String = "") {
        guard problems.count < limit else {
            untold += 1
            return
        }
        problems.append(ShapeProblem(kind: kind, pointer: steps.joined() + step))
    }

    // MARK: Elements

    private mutating func element(
        _ use: SchemaModel.ElementUse, _ occurrence: Occurrence, isRoot: Bool = false
    ) -> FormElement? {
        let outer = place
        steps.append(occurrence.step)
        if !isRoot { place = outer?[use.name] }
        defer {
            steps.removeLast()
            place = outer
        }
        var element = FormElement(
            name: use.name, namespace: use.namespace, step: occurrence.step)
        switch use.content {
        case .simple(let type):
            element.text = simple(type, named: use.name, occurrence.value) ?? ""
        case .complex(let index):
            complex(schema.types[index], of: use, occurrence.value, into: &element)
        }
        if place?.seat == .document, !element.text.isEmpty { filledSeats.insert(.document) }
        // Seats and what is left out are no part of the tree.
        return place?.seat == nil && place?.isLeftOut != true ? element : nil
    }

    /// Remembers that a foreign element stands in the seat at hand.
    mutating func markFilled() {
        if let seat = place?.seat { filledSeats.insert(seat) }
    }

    private mutating func complex(
        _ type: SchemaModel.ComplexType, of use: SchemaModel.ElementUse,
        _ value: Occurrence.Value, into element: inout FormElement
    ) {
        var occurrences: [Occurrence]
        switch value {
        case .json(let json):
            guard let members = json.object else {
                report(json.isNull ? .null(use.name) : .notAnObject(use.name))
                return
            }
            occurrences = gather(members, type, into: &element)
        case .xml(let node):
            occurrences = gather(node, type, named: use.name, into: &element)
            reportMisplaced(occurrences, type)
        case .supplied, .reported: return
        }
        addSupplied(to: &occurrences, type)
        var counts = [Int](repeating: 0, count: type.elements.count)
        for occurrence in occurrences { counts[occurrence.index] += 1 }
        checkPresence(type.content, type, counts, occurrences)
        // Canonical order: by place in the schema, then as given.
        for index in type.elements.indices where counts[index] > 0 {
            for occurrence in occurrences where occurrence.index == index {
                if let child = self.element(type.elements[index], occurrence) {
                    element.children.append(child)
                }
            }
        }
    }

    private func addSupplied(
        to occurrences: inout [Occurrence], _ type: SchemaModel.ComplexType
    ) {
        guard let place, place.holdsSupplied else { return }
        for (index, use) in type.elements.enumerated() {
            guard let value = place[use.name]?.supplied,
                !occurrences.contains(where: { $0.index == index })
            else { continue }
            occurrences.append(Occurrence(index: index, step: "", value: .supplied(value)))
        }
    }

    // MARK: Values

    private mutating func simple(
        _ type: SimpleType, named name: String, _ value: Occurrence.Value
    ) -> String? {
        let given: String?
        switch value {
        case .json(let json): given = text(of: json, for: type, named: name)
        case .xml(let node): given = text(of: node, named: name)
        case .supplied(let text): given = text
        case .reported: given = nil
        }
        guard var text = given else { return nil }
        if place?.isLowerCase == true { text = text.lowercased() }
        switch type.canonical(text) {
        case .success(let canonical): return canonical
        case .failure(let failure):
            report(.value(name, failure.problem, hint: type.hint))
            return nil
        }
    }

    private mutating func text(
        of json: JSONValue, for type: SimpleType, named name: String
    ) -> String? {
        switch json.content {
        case .string(let text): return text
        case .number(let number):
            if type.base == .decimal || type.base == .integer { return number.text }
            report(.value(name, type.base == .boolean ? .notBoolean : .notText, hint: nil))
        case .boolean(let flag):
            if type.base == .boolean { return flag ? "true" : "false" }
            report(.value(name, type.isNumber ? .notDecimal : .notText, hint: nil))
        case .null: report(.null(name))
        case .array, .object: report(.notAValue(name))
        }
        return nil
    }

    private mutating func text(of node: XMLNode, named name: String) -> String? {
        if !node.attributes.allSatisfy(isHarmless) { report(.unknownAttribute) }
        guard let text = node.simpleText else {
            report(.notAValue(name))
            return nil
        }
        return text
    }

    /// Hints to schema locations say nothing about the form.
    func isHarmless(_ attribute: XMLAttribute) -> Bool {
        attribute.namespace == "http://www.w3.org/2001/XMLSchema-instance"
            && (attribute.localName == "schemaLocation"
                || attribute.localName == "noNamespaceSchemaLocation")
    }
}

extension SimpleType {
    var isNumber: Bool { base == .decimal || base == .integer }
}
