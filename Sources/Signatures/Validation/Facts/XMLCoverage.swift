// SPDX-License-Identifier: Apache-2.0
import XAdES
import XML
import XMLSignature

/// Whether a signature covers all there is to believe in its document (XM-03).
///
/// Entire is: the whole document but for the signature itself; everything in an enveloping
/// signature that is the document; all data outside a document that holds nothing but signatures;
/// or, for a counter-signature, the value of the other.
struct XMLCoverage {
    let coverage: SignatureReport.Coverage

    init(
        _ signature: AdvancedSignature, _ all: [AdvancedSignature], _ validation: CoreValidation
    ) {
        coverage = Self.isEntire(signature, all, validation) ? .entire : .partial
    }

    private static func isEntire(
        _ signature: AdvancedSignature, _ all: [AdvancedSignature], _ validation: CoreValidation
    ) -> Bool {
        let node = signature.core.node
        let intact = validation.references.filter(\.isIntact)
        guard intact.count == validation.references.count else { return false }
        guard hidesNothing(signature), !signature.core.document.hasComments else { return false }
        let data = intact.filter { reference in
            reference.wholeElement.map { $0 != signature.signedProperties } ?? true
        }
        guard objectsAreCovered(signature, data) else { return false }
        if intact.contains(where: { $0.coversDocument(except: node) }) { return true }
        if signature.countersigned != nil {
            return all.contains { signature.countersigns($0, in: validation) }
        }
        guard holdsOnlySignatures(signature.core.document.root, all) else { return false }
        return !data.isEmpty
    }

    /// ds:Signature holds nothing but its own parts, and the object with the qualifying properties
    /// nothing but these.
    private static func hidesNothing(_ signature: AdvancedSignature) -> Bool {
        let node = signature.core.node
        let parts: Set = ["SignedInfo", "SignatureValue", "KeyInfo", "Object"]
        let hasOwnParts = node.children.allSatisfy {
            $0.namespace == xmldsigNamespace && parts.contains($0.localName)
        }
        let holder = signature.qualifyingProperties?.parent
        return hasOwnParts && !node.hasOwnText
            && (holder.map { Array($0.children).count == 1 && !$0.hasOwnText } ?? true)
    }

    /// The document is a signature, or a plain list of signatures.
    private static func holdsOnlySignatures(_ root: XMLNode, _ all: [AdvancedSignature]) -> Bool {
        let nodes = all.map(\.core.node)
        return nodes.contains(root)
            || root.children.allSatisfy { nodes.contains($0) } && !root.hasOwnText
    }

    /// Every ds:Object with data is signed whole, or its one child is.
    private static func objectsAreCovered(
        _ signature: AdvancedSignature, _ references: [ReferenceValidation]
    ) -> Bool {
        let whole = Set(references.compactMap(\.wholeElement))
        let holder = signature.qualifyingProperties?.parent
        let objects = signature.core.node.children("Object", in: xmldsigNamespace).filter {
            $0 != holder
        }
        return objects.allSatisfy { object in
            let children = Array(object.children)
            return whole.contains(object)
                || !children.isEmpty && children.allSatisfy(whole.contains) && !object.hasOwnText
        }
    }
}
