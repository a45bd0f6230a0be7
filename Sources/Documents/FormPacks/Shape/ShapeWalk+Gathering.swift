// SPDX-License-Identifier: Apache-2.0
internal import JSON
internal import XML

extension ShapeWalk {
    /// The parts of an element in JSON; of members with one name the first counts.
    mutating func gather(
        _ members: [JSONMember], _ type: SchemaModel.ComplexType, into element: inout FormElement
    ) -> [Occurrence] {
        var occurrences: [Occurrence] = []
        var seen: Set<String> = []
        var attributes: [String: String] = [:]
        for member in members where seen.insert(member.name).inserted {
            if let index = type.index(of: member.name) {
                // Names of a schema need no escape in a pointer.
                let step = "/" + member.name
                gather(member.value, type.elements[index], index, step, into: &occurrences)
                continue
            }
            let step = JSONPointer([member.name]).description
            if member.name.hasPrefix("@") {
                guard isKnownAttribute(member, type) else {
                    report(.unknownAttribute, below: step)
                    continue
                }
                attributes[String(member.name.dropFirst())] = member.value.string
            } else {
                report(.unknown, below: step)
            }
        }
        takeAttributes(attributes, type, into: &element)
        return occurrences
    }

    private mutating func gather(
        _ value: JSONValue, _ use: SchemaModel.ElementUse, _ index: Int, _ step: String,
        into occurrences: inout [Occurrence]
    ) {
        guard let values = value.array else {
            occurrences.append(Occurrence(index: index, step: step, value: .json(value)))
            return
        }
        if !use.isRepeatable {
            report(.notAList(use.name), below: step)
            occurrences.append(Occurrence(index: index, step: step, value: .reported))
            return
        }
        for (position, value) in values.enumerated() {
            occurrences.append(
                Occurrence(index: index, step: "\(step)/\(position)", value: .json(value)))
        }
    }

    private func isKnownAttribute(_ member: JSONMember, _ type: SchemaModel.ComplexType) -> Bool {
        let name = member.name.dropFirst()
        return name == "xmlns" || type.attributes.contains { $0.name == name }
    }

    /// The parts of an element in XML, in document order.
    mutating func gather(
        _ node: XMLNode, _ type: SchemaModel.ComplexType, named name: String,
        into element: inout FormElement
    ) -> [Occurrence] {
        if node.hasOwnText { report(.strayText(name)) }
        takeAttributes(of: node, type, into: &element)
        let children = Array(node.children)
        let steps = Self.steps(of: children)
        var occurrences: [Occurrence] = []
        var foreign = 0
        for (child, step) in zip(children, steps) {
            if let index = type.index(of: child.localName) {
                if child.namespace != type.elements[index].namespace {
                    report(.wrongNamespace(type.elements[index].name), below: step)
                }
                occurrences.append(Occurrence(index: index, step: step, value: .xml(child)))
            } else if type.wildcard != nil, isForeign(child) {
                foreign += 1
                markFilled()
                checkWildcard(type.wildcard, foreign, step)
            } else {
                report(.unknown, below: step)
            }
        }
        return occurrences
    }

    private func isForeign(_ node: XMLNode) -> Bool {
        node.namespace != nil && node.namespace != schema.targetNamespace
    }

    private mutating func checkWildcard(
        _ wildcard: SchemaModel.Wildcard?, _ count: Int, _ step: String
    ) {
        guard let wildcard, count > wildcard.maxOccurs else { return }
        report(.repeated("*", maximum: wildcard.maxOccurs), below: step)
    }

    /// `/name`, with a position where siblings share the local name.
    private static func steps(of nodes: [XMLNode]) -> [String] {
        let names = nodes.map(\.localName)
        let totals = Dictionary(zip(names, names).map { ($0.0, 1) }, uniquingKeysWith: +)
        var seen: [String: Int] = [:]
        return names.map { name in
            seen[name, default: 0] += 1
            return totals[name] == 1 ? "/\(name)" : "/\(name)[\(seen[name, default: 1])]"
        }
    }

    private mutating func takeAttributes(
        of node: XMLNode, _ type: SchemaModel.ComplexType, into element: inout FormElement
    ) {
        var given: [String: String] = [:]
        for attribute in node.attributes where !isHarmless(attribute) {
            if attribute.namespace == nil,
                type.attributes.contains(where: { $0.name == attribute.localName })
            {
                given[attribute.localName] = attribute.value
            } else {
                report(.unknownAttribute)
            }
        }
        takeAttributes(given, type, into: &element)
    }

    private mutating func takeAttributes(
        _ given: [String: String], _ type: SchemaModel.ComplexType, into element: inout FormElement
    ) {
        for use in type.attributes {
            guard let value = given[use.name] else {
                if use.isRequired { report(.missingAttribute(use.name)) }
                continue
            }
            switch use.type.canonical(value) {
            case .success(let canonical):
                element.attributes.append(Element.Attribute(use.name, canonical))
            case .failure(let failure):
                report(.value(use.name, failure.problem, hint: use.type.hint))
            }
        }
    }
}
