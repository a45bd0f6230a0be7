// SPDX-License-Identifier: Apache-2.0
internal import Coverage
internal import JSON
internal import XML

/// A caller's document, read but not yet understood.
struct FormSource {
    private enum Content {
        case json(JSONDocument)
        case xml(XMLDocument)
    }
    private let content: Content

    init(reading input: FormInput, limits: FormLimits) throws(FormCheckError) {
        switch input {
        case .json(let bytes):
            do {
                content = .json(try JSONDocument(parsing: bytes, limits: limits.json))
            } catch {
                throw .unreadableJSON(error)
            }
        case .xml(let bytes):
            do {
                content = .xml(try XMLDocument(parsing: bytes, limits: limits.xml))
            } catch {
                throw .unreadableXML(error)
            }
        }
    }

    /// The one member of a JSON form, or the root element of an XML form.
    var rootName: String? {
        switch content {
        case .json(let document):
            guard let members = document.root.object, let first = members.first,
                members.allSatisfy({ $0.name == first.name })
            else { return nil }
            return first.name
        case .xml(let document): return document.root.localName
        }
    }

    /// The root's place.
    var rootStep: String {
        guard let rootName else { return "" }
        return switch content {
        case .json: JSONPointer([rootName]).description
        case .xml: "/\(rootName)"
        }
    }

    private var jsonRoot: JSONValue? {
        guard case .json(let document) = content else { return nil }
        return document.root.object?.first?.value
    }

    /// A JSON form names its namespace only if it wants to, in `@xmlns`.
    func isInNamespace(_ namespace: String) -> Bool {
        switch content {
        case .json: jsonRoot?["@xmlns"].map { $0.string == namespace } ?? true
        case .xml(let document): document.root.namespace == namespace
        }
    }

    /// The date at a path, read before the form's shape is known; `nil` when there is none.
    func date(at path: FormPath) -> CalendarDate? {
        switch content {
        case .json:
            path.steps.reduce(jsonRoot) { $0?[$1] }?.string.flatMap(CalendarDate.init)
        case .xml: node(at: path).flatMap { CalendarDate(SimpleType.collapsed($0.text)) }
        }
    }

    private func node(at path: FormPath) -> XMLNode? {
        guard case .xml(let document) = content else { return nil }
        return path.steps.reduce(Optional(document.root)) { node, name in
            node?.children.first { $0.localName == name }
        }
    }

    /// The caller's place of an element.
    func pointer(of path: FormPath) -> String {
        switch content {
        case .json: rootStep + JSONPointer(path.steps).description
        case .xml: node(at: path)?.path ?? rootStep
        }
    }

    /// Names that stand twice in one object: only JSON can do that.
    var duplicates: [ShapeProblem] {
        guard case .json(let document) = content else { return [] }
        return document.duplicates.map {
            ShapeProblem(kind: .duplicateName, pointer: $0.pointer.description)
        }
    }

    func walk(_ walk: inout ShapeWalk, _ root: SchemaModel.ElementUse) -> FormElement? {
        switch content {
        case .json: jsonRoot.flatMap { walk.walk(root: root, step: rootStep, .json($0)) }
        case .xml(let document): walk.walk(root: root, step: rootStep, .xml(document.root))
        }
    }
}
