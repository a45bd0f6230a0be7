// SPDX-License-Identifier: Apache-2.0
import XML

/// Why an element is not a signature that can be judged (EN 319 102-1: FORMAT_FAILURE).
package enum SignatureFormatError: Error, Hashable {
    case missing(String, in: String)
    case malformed(String)
    /// More of something than a signature may have.
    case tooMany(String, limit: Int)
    /// Well formed, but nothing of it can be computed here.
    case unsupported(String)
}

extension SignatureFormatError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let what, let place): "\(place) has no \(what)"
        case .malformed(let what): "\(what) is malformed"
        case .tooMany(let what, let limit): "more than \(limit) \(what)"
        case .unsupported(let what): "\(what) is not computed here"
        }
    }
}

func requiredAttribute(
    _ name: String, of node: XMLNode
) throws(SignatureFormatError) -> String {
    guard let value = node.attribute(name) else {
        throw .missing("attribute \(name)", in: node.localName)
    }
    return value
}

func requiredChild(_ name: String, of node: XMLNode) throws(SignatureFormatError) -> XMLNode {
    guard let child = node.child(name, in: xmldsigNamespace) else {
        throw .missing(name, in: node.localName)
    }
    return child
}

/// A child that must stand there exactly once: a second one could be taken for the first.
func onlyChild(_ name: String, of node: XMLNode) throws(SignatureFormatError) -> XMLNode {
    let children = node.children(name, in: xmldsigNamespace)
    guard let child = children.first else { throw .missing(name, in: node.localName) }
    guard children.count == 1 else { throw .tooMany(name, limit: 1) }
    return child
}
