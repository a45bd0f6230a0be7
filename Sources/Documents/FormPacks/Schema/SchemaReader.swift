// SPDX-License-Identifier: Apache-2.0
internal import Coverage
internal import XML

/// Reads the text of a schema into a ``SchemaModel``, refusing what the model cannot say.
struct SchemaReader {
    private static let namespace = "http://www.w3.org/2001/XMLSchema"
    private let root: XMLNode
    private let targetNamespace: String
    private let isQualifiedByDefault: Bool
    private var types: [SchemaModel.ComplexType] = []
    private var complexTypeIndices: [String: Int] = [:]
    private var simpleTypes: [String: SimpleType] = [:]
    private var depth = 0

    static func model(of bytes: [UInt8]) throws(PackError) -> SchemaModel {
        do {
            var reader = try SchemaReader(XMLDocument(parsing: bytes).root)
            return try reader.read()
        } catch let error as PackError {
            throw error
        } catch let error as XMLError {
            throw .xml(file: PackFile.schema, error)
        } catch {
            throw .schema("\(error)")
        }
    }

    private init(_ root: XMLNode) throws(PackError) {
        guard root.isNamed("schema", in: Self.namespace),
            let target = root.attribute("targetNamespace")
        else { throw .schema("the root must be xs:schema with a targetNamespace") }
        self.root = root
        targetNamespace = target
        isQualifiedByDefault = root.attribute("elementFormDefault") == "qualified"
    }

    private mutating func read() throws(PackError) -> SchemaModel {
        var roots: [String: SchemaModel.ElementUse] = [:]
        for child in root.children {
            switch try keyword(child) {
            case "element":
                let use = try element(child, isGlobal: true)
                roots[use.name] = use
            case "complexType", "simpleType", "annotation": break
            case let other: throw .schema("xs:\(other) is not supported at the top")
            }
        }
        return SchemaModel(targetNamespace: targetNamespace, roots: roots, types: types)
    }

    private func keyword(_ node: XMLNode) throws(PackError) -> String {
        guard node.namespace == Self.namespace else {
            throw .schema("line \(node.line): \(node.localName) is not XML Schema")
        }
        return node.localName
    }

    private func attribute(_ name: String, of node: XMLNode) throws(PackError) -> String {
        guard let value = node.attribute(name) else {
            throw .schema("line \(node.line): xs:\(node.localName) lacks @\(name)")
        }
        return value
    }

    // MARK: Elements

    private mutating func element(
        _ node: XMLNode, isGlobal: Bool
    ) throws(PackError) -> SchemaModel.ElementUse {
        for unsupported in ["ref", "default", "fixed", "nillable", "substitutionGroup", "abstract"]
        where node.attribute(unsupported) != nil {
            throw .schema("line \(node.line): @\(unsupported) is not supported")
        }
        let form = node.attribute("form").map { $0 == "qualified" } ?? isQualifiedByDefault
        let (minimum, maximum) = try occurrence(of: node)
        return SchemaModel.ElementUse(
            name: try attribute("name", of: node),
            namespace: isGlobal || form ? targetNamespace : nil,
            content: try content(of: node), minOccurs: minimum, maxOccurs: maximum)
    }

    private func occurrence(of node: XMLNode) throws(PackError) -> (Int, Int?) {
        let (low, high) = (node.attribute("minOccurs") ?? "1", node.attribute("maxOccurs") ?? "1")
        guard let minimum = Int(low), let maximum = high == "unbounded" ? .max : Int(high),
            minimum >= 0, maximum >= max(1, minimum)
        else { throw .schema("line \(node.line): these occurrences are not supported") }
        return (minimum, maximum == .max ? nil : maximum)
    }

    private mutating func content(of node: XMLNode) throws(PackError) -> SchemaModel.Content {
        if let name = node.attribute("type") { return try content(named: name, at: node) }
        for child in node.children {
            switch try keyword(child) {
            case "annotation": continue
            case "complexType":
                types.append(SchemaModel.ComplexType())
                let index = types.count - 1
                types[index] = try complexType(child)
                return .complex(index)
            case "simpleType": return .simple(try simpleType(child))
            case let other: throw .schema("line \(child.line): xs:\(other) is not supported here")
            }
        }
        throw .schema("line \(node.line): the element lacks a type")
    }

    private mutating func content(
        named name: String, at node: XMLNode
    ) throws(PackError) -> SchemaModel.Content {
        let local = try localName(name, at: node)
        if isOurs(name, at: node), let index = try complexTypeIndex(local) {
            return .complex(index)
        }
        return .simple(try simpleType(named: name, at: node))
    }

    /// Prefixes are taken from how the pack's schemas are written: `xs:` is XML Schema, any other ours.
    private func isOurs(_ name: String, at node: XMLNode) -> Bool { !name.hasPrefix("xs:") }

    private func localName(_ name: String, at node: XMLNode) throws(PackError) -> String {
        guard let local = name.split(separator: ":").last else {
            throw .schema("line \(node.line): an empty type name")
        }
        return String(local)
    }

    private mutating func complexTypeIndex(_ name: String) throws(PackError) -> Int? {
        if let index = complexTypeIndices[name] { return index }
        let declaration = root.children("complexType", in: Self.namespace)
            .first { $0.attribute("name") == name }
        guard let declaration else { return nil }
        types.append(SchemaModel.ComplexType())
        let index = types.count - 1
        complexTypeIndices[name] = index
        types[index] = try complexType(declaration)
        return index
    }

    // MARK: Complex types

    private mutating func complexType(
        _ node: XMLNode
    ) throws(PackError) -> SchemaModel.ComplexType {
        depth += 1
        defer { depth -= 1 }
        guard depth <= PackLimits.schemaDepth else { throw .schema("types nest too deeply") }
        guard node.attribute("mixed") == nil else {
            throw .schema("line \(node.line): mixed content is not supported")
        }
        var type = SchemaModel.ComplexType()
        for child in node.children {
            switch try keyword(child) {
            case "annotation": continue
            case "sequence", "choice": type.content = try group(child, in: &type)
            case "attribute": type.attributes.append(try attributeUse(child))
            case let other: throw .schema("line \(child.line): xs:\(other) is not supported here")
            }
        }
        return type
    }

    private mutating func group(
        _ node: XMLNode, in type: inout SchemaModel.ComplexType
    ) throws(PackError) -> SchemaModel.Particle {
        let (minimum, maximum) = try occurrence(of: node)
        guard maximum == 1 else {
            throw .schema("line \(node.line): a group may occur only once")
        }
        var particles: [SchemaModel.Particle] = []
        for child in node.children {
            switch try keyword(child) {
            case "annotation": continue
            case "element": particles.append(try elementParticle(child, in: &type))
            case "sequence", "choice": particles.append(try group(child, in: &type))
            case "any": try addWildcard(child, to: &type)
            case let other: throw .schema("line \(child.line): xs:\(other) is not supported here")
            }
        }
        let isOptional = minimum == 0
        return node.localName == "choice"
            ? .choice(particles, isOptional: isOptional)
            : .sequence(particles, isOptional: isOptional)
    }

    private mutating func elementParticle(
        _ node: XMLNode, in type: inout SchemaModel.ComplexType
    ) throws(PackError) -> SchemaModel.Particle {
        let use = try element(node, isGlobal: false)
        guard type.index(of: use.name) == nil else {
            throw .schema("line \(node.line): \(use.name) stands twice in one content model")
        }
        type.elements.append(use)
        return .element(type.elements.count - 1)
    }

    private func addWildcard(
        _ node: XMLNode, to type: inout SchemaModel.ComplexType
    ) throws(PackError) {
        let (minimum, maximum) = try occurrence(of: node)
        guard type.wildcard == nil, node.attribute("namespace") == "##other",
            node.attribute("processContents") == "lax", let maximum
        else {
            throw .schema(
                "line \(node.line): one xs:any of namespace ##other, lax and bounded, is supported")
        }
        type.wildcard = SchemaModel.Wildcard(minOccurs: minimum, maxOccurs: maximum)
    }

    private mutating func attributeUse(
        _ node: XMLNode
    ) throws(PackError) -> SchemaModel.AttributeUse {
        let type: SimpleType
        if let name = node.attribute("type") {
            type = try simpleType(named: name, at: node)
        } else if let child = node.child("simpleType", in: Self.namespace) {
            type = try simpleType(child)
        } else {
            throw .schema("line \(node.line): the attribute lacks a type")
        }
        return SchemaModel.AttributeUse(
            name: try attribute("name", of: node), type: type,
            isRequired: node.attribute("use") == "required")
    }

    // MARK: Simple types

    private mutating func simpleType(
        named name: String, at node: XMLNode
    ) throws(PackError) -> SimpleType {
        let local = try localName(name, at: node)
        guard isOurs(name, at: node) else {
            guard let base = SimpleType.Base(rawValue: local) else {
                throw .schema("line \(node.line): \(name) is not supported")
            }
            return SimpleType(base)
        }
        if let known = simpleTypes[local] { return known }
        let declaration = root.children("simpleType", in: Self.namespace)
            .first { $0.attribute("name") == local }
        guard let declaration else { throw .schema("line \(node.line): \(name) is not declared") }
        let type = try simpleType(declaration)
        simpleTypes[local] = type
        return type
    }

    private mutating func simpleType(_ node: XMLNode) throws(PackError) -> SimpleType {
        depth += 1
        defer { depth -= 1 }
        guard depth <= PackLimits.schemaDepth else { throw .schema("types nest too deeply") }
        guard let restriction = node.child("restriction", in: Self.namespace) else {
            throw .schema("line \(node.line): only xs:restriction is supported")
        }
        var type = try simpleType(named: attribute("base", of: restriction), at: restriction)
        type.hint = Self.hint(in: node) ?? type.hint
        try FacetReader.apply(restriction, to: &type)
        return type
    }

    /// The `xs:documentation` of a type, when it speaks every language.
    private static func hint(in node: XMLNode) -> LocalizedText? {
        guard let annotation = node.child("annotation", in: namespace) else { return nil }
        let texts = Dictionary(
            annotation.children("documentation", in: namespace).map {
                ($0.attribute("lang", in: Namespace.xml) ?? "", $0.text)
            }, uniquingKeysWith: { first, _ in first })
        guard let fr = texts["fr"], let de = texts["de"], let en = texts["en"] else { return nil }
        return LocalizedText(fr: fr, de: de, en: en)
    }
}
