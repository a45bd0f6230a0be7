// SPDX-License-Identifier: Apache-2.0

/// Our own reading of a pack's schema: what drives the walk that finds every problem at once, the
/// mapping from JSON, and the check of paths.
///
/// It covers a subset of XML Schema 1.0: named and anonymous types, sequences and choices that
/// occur at most once, elements that repeat, attributes, one wildcard, and facets. An element name
/// occurs once in a content model. Whatever else a schema says is refused when it is read; libxml2
/// reads the same text in full and must agree on every document.
package struct SchemaModel: Sendable {
    package let targetNamespace: String
    /// Global elements.
    package let roots: [String: ElementUse]
    let types: [ComplexType]

    /// What an element holds.
    package enum Content: Sendable {
        case simple(SimpleType)
        /// An index into the model's complex types.
        case complex(Int)
    }

    /// One element of a content model.
    package struct ElementUse: Sendable {
        package let name: String
        /// `nil` for an unqualified local element.
        package let namespace: String?
        package let content: Content
        package let minOccurs: Int
        /// `nil` is unbounded.
        package let maxOccurs: Int?

        package var isRepeatable: Bool { maxOccurs != 1 }
    }

    struct AttributeUse: Sendable {
        let name: String
        let type: SimpleType
        let isRequired: Bool
    }

    /// A group of a content model; elements are named by their index in ``ComplexType/elements``.
    indirect enum Particle: Sendable {
        case element(Int)
        case sequence([Particle], isOptional: Bool)
        case choice([Particle], isOptional: Bool)
    }

    struct Wildcard: Sendable {
        let minOccurs: Int
        let maxOccurs: Int
    }

    struct ComplexType: Sendable {
        /// In the order of the schema: an element's index is its place.
        var elements: [ElementUse] = []
        var content: Particle = .sequence([], isOptional: false)
        var attributes: [AttributeUse] = []
        /// Elements of other namespaces.
        var wildcard: Wildcard?

        func index(of name: String) -> Int? { elements.firstIndex { $0.name == name } }
    }

    func complexType(of use: ElementUse) -> ComplexType? {
        guard case .complex(let index) = use.content else { return nil }
        return types[index]
    }
}

/// A way from the root of a form down to an element: names separated by `/`.
package struct FormPath: Sendable, Hashable, CustomStringConvertible {
    package let steps: [String]

    package init(_ text: String) { steps = text.split(separator: "/").map(String.init) }
    init(steps: [String]) { self.steps = steps }

    package var description: String { steps.joined(separator: "/") }
}

/// What the schema says about the end of a path.
struct PathFacts: Sendable {
    var use: SchemaModel.ElementUse
    /// Whether a valid form may lack it.
    var isOptional = false
    /// Whether a valid form may hold several.
    var isRepeatable = false
}

extension SchemaModel {
    /// Follows `path` from the content of `start`; `nil` when the schema has no such element.
    func facts(of path: FormPath, from start: ElementUse) -> PathFacts? {
        var facts = PathFacts(use: start)
        for step in path.steps {
            guard let type = complexType(of: facts.use), let index = type.index(of: step) else {
                return nil
            }
            let use = type.elements[index]
            facts.isOptional = facts.isOptional || !type.content.requires(index, in: type)
            facts.isRepeatable = facts.isRepeatable || use.isRepeatable
            facts.use = use
        }
        return facts
    }
}

extension SchemaModel.Particle {
    /// Whether every valid content holds the element.
    func requires(_ index: Int, in type: SchemaModel.ComplexType) -> Bool {
        switch self {
        case .element(let other): other == index && type.elements[index].minOccurs > 0
        case .sequence(let particles, let isOptional):
            !isOptional && particles.contains { $0.requires(index, in: type) }
        case .choice(let particles, let isOptional):
            !isOptional && !particles.isEmpty
                && particles.allSatisfy { $0.requires(index, in: type) }
        }
    }

    /// The indices of all elements below.
    var elements: [Int] {
        switch self {
        case .element(let index): [index]
        case .sequence(let particles, _), .choice(let particles, _): particles.flatMap(\.elements)
        }
    }

    /// Whether nothing at all is valid content.
    func isEmptiable(in type: SchemaModel.ComplexType) -> Bool {
        switch self {
        case .element(let index): type.elements[index].minOccurs == 0
        case .sequence(let particles, let isOptional):
            isOptional || particles.allSatisfy { $0.isEmptiable(in: type) }
        case .choice(let particles, let isOptional):
            isOptional || particles.isEmpty || particles.contains { $0.isEmptiable(in: type) }
        }
    }
}
