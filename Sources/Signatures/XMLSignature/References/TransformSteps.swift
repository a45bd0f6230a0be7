// SPDX-License-Identifier: Apache-2.0
import XML

/// Runs the transforms of one reference (xmldsig-core1, 4.4.3.2).
struct TransformSteps {
    let resolver: ReferenceResolver
    let signature: XMLNode
    /// What is digested: octets, or nodes with the method that turns them into octets if one of
    /// the transforms names it.
    enum Result {
        case nodes(NodeSet, Canonicalization?)
        case octets([UInt8])
    }

    func run(
        _ transforms: [Transform], on start: ReferenceResolver.Content
    ) throws(ReferenceFault) -> Result {
        var content = start
        for (index, transform) in transforms.enumerated() {
            if case .canonicalization(let method) = transform, index == transforms.count - 1,
                case .nodes(let nodes) = content
            {
                return .nodes(nodes, method)
            }
            content = try apply(transform, to: content)
        }
        switch content {
        case .nodes(let nodes): return .nodes(nodes, nil)
        case .octets(let octets): return .octets(octets)
        }
    }

    private func apply(
        _ transform: Transform, to content: ReferenceResolver.Content
    ) throws(ReferenceFault) -> ReferenceResolver.Content {
        switch transform {
        case .envelopedSignature:
            let nodes = try nodes(of: content)
            guard nodes.document === signature.document else {
                throw .notComputed("enveloped-signature outside the signature's document")
            }
            return .nodes(nodes.removing([signature]))
        case .canonicalization(let method):
            return .octets(try resolver.canonicalOrFault(try nodes(of: content), method))
        case .base64: return .octets(try decoded(content))
        case .xpath(let expression):
            return .nodes(try expression.filter(try nodes(of: content), resolver))
        case .filter2(let filters):
            return .nodes(
                try XPathExpression.filter(try nodes(of: content), by: filters, resolver))
        case .relationships(let transform):
            return .nodes(try transform.filter(try nodes(of: content)))
        case .other(let identifier): throw .notComputed("transform \(identifier)")
        }
    }

    /// Octets are parsed, within the same limits as any document.
    private func nodes(of content: ReferenceResolver.Content) throws(ReferenceFault) -> NodeSet {
        switch content {
        case .nodes(let nodes): return nodes
        case .octets(let octets):
            do {
                return .all(of: try XMLDocument(parsing: octets), comments: true)
            } catch {
                throw .notComputed("what is to be transformed is no XML: \(error.description)")
            }
        }
    }

    /// The base64 transform takes all character data of nodes (xmldsig-core1, 6.6.2).
    private func decoded(_ content: ReferenceResolver.Content) throws(ReferenceFault) -> [UInt8] {
        let text =
            switch content {
            case .nodes(let nodes): nodes.text
            case .octets(let octets): octets
            }
        guard let bytes = Base64.bytes(String(decoding: text, as: UTF8.self)) else {
            throw .notComputed("what is to be decoded is no base64")
        }
        return bytes
    }
}
