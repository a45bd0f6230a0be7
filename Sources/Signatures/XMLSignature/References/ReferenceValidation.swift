// SPDX-License-Identifier: Apache-2.0
package import XML

/// What became of one reference when its digest was computed again (xmldsig-core1, 3.2.1).
package struct ReferenceValidation {
    /// What the reference points at.
    package enum Target {
        case document
        case element(XMLNode)
        /// Data outside this document that the caller gave, by the name under which it was found.
        case detached(name: String?)
        /// Nothing: another URI, an unknown or an ambiguous identifier.
        case unresolved(reason: String)
    }

    package enum Outcome: Hashable {
        case intact
        /// The content is there and its digest is another one (HASH_FAILURE).
        case changed
        /// The content is not there, or not clearly identified (SIGNED_DATA_NOT_FOUND).
        case notFound(reason: String)
        /// The digest was not computed: neither failed nor passed. The reason names what is missing.
        case notComputed(reason: String)
    }

    package let reference: Reference
    package let target: Target
    package let outcome: Outcome
    /// The nodes that were digested, before their canonical form was made; `nil` when octets came
    /// from elsewhere (detached data, base64, a transform after canonicalisation).
    package let nodes: NodeSet?
    /// The bytes that were digested: the only content a caller may believe (XM-03).
    package let bytes: [UInt8]

    package var isIntact: Bool { outcome == .intact }

    /// The element this reference signs whole, without holes; `nil` when it signs something else.
    package var wholeElement: XMLNode? {
        guard let nodes, nodes.excluded == [] else { return nil }
        return nodes.apex ?? (nodes.isDocument ? nodes.document.root : nil)
    }

    /// Whether this reference signs the whole document but for `signature`, if that stands in it.
    package func coversDocument(except signature: XMLNode) -> Bool {
        guard let nodes, nodes.document === signature.document, let holes = nodes.excluded else {
            return false
        }
        guard nodes.isDocument || nodes.apex == nodes.document.root else { return false }
        return holes.allSatisfy { $0 == signature }
    }
}

/// A ds:Manifest that a reference leads to, with what became of its own references.
///
/// They are no part of core validation: what a broken one means is the application's question
/// (xmldsig-core1, 5.1).
package struct ManifestValidation {
    package let manifest: XMLNode
    /// The index of the reference of SignedInfo that leads here, directly or through manifests.
    package let referenceIndex: Int
    package let references: [ReferenceValidation]
}

/// All that was digested again for one signature.
package struct CoreValidation {
    package let references: [ReferenceValidation]
    package let manifests: [ManifestValidation]

    /// Whether every reference of SignedInfo is intact.
    package var areReferencesIntact: Bool { references.allSatisfy(\.isIntact) }
}
