// SPDX-License-Identifier: Apache-2.0
import XML

/// The relationship transform of office packages (ECMA-376, part 2, 13.2.4.24): some of the
/// relationships of a part, in the order of their identifiers.
package struct RelationshipTransform: Sendable, Hashable {
    static let identifier = "http://schemas.openxmlformats.org/package/2006/RelationshipTransform"
    private static let relationships =
        "http://schemas.openxmlformats.org/package/2006/relationships"
    private static let signature =
        "http://schemas.openxmlformats.org/package/2006/digital-signature"

    private let sourceIDs: Set<String>
    private let sourceTypes: Set<String>

    init(_ node: XMLNode) {
        let references = node.children("RelationshipReference", in: Self.signature)
        let groups = node.children("RelationshipsGroupReference", in: Self.signature)
        sourceIDs = Set(references.compactMap { $0.attribute("SourceId") })
        sourceTypes = Set(groups.compactMap { $0.attribute("SourceType") })
    }

    func filter(_ nodes: NodeSet) throws(ReferenceFault) -> NodeSet {
        let root = nodes.apex ?? nodes.document.root
        guard nodes.excluded == [], root.isNamed("Relationships", in: Self.relationships) else {
            throw .notComputed("the relationship transform of something else")
        }
        let kept = root.children("Relationship", in: Self.relationships).filter {
            sourceIDs.contains($0.attribute("Id") ?? "")
                || sourceTypes.contains($0.attribute("Type") ?? "")
        }
        let sorted = kept.map { ($0.attribute("Id") ?? "", Self.withTargetMode($0.value())) }
            .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
        do {
            let text = Self.startTag(of: root) + sorted.flatMap { Writer.bytes(of: $0.1) }
            let end = Array("</Relationships>".utf8)
            return .all(of: try XMLDocument(parsing: text + end), comments: true)
        } catch {
            throw .notComputed("the relationship transform: \(error.description)")
        }
    }

    private static func withTargetMode(_ element: Element) -> Element {
        var element = element
        if !element.attributes.contains(where: { $0.name.localName == "TargetMode" }) {
            element.attributes.append(.init("TargetMode", "Internal"))
        }
        return element
    }

    /// The root as it stands, with all its namespaces: canonical forms may show each of them.
    private static func startTag(of root: XMLNode) -> [UInt8] {
        var text = "<Relationships xmlns=\"\(relationships)\""
        for (prefix, namespace) in root.namespacesInScope where !prefix.isEmpty {
            let escaped = namespace.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
                .replacing("\"", with: "&quot;")
            text += " xmlns:\(prefix)=\"\(escaped)\""
        }
        return Array((text + ">").utf8)
    }
}
