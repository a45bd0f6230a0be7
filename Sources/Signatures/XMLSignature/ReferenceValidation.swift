// SPDX-License-Identifier: Apache-2.0
import Trust
package import XML

/// What became of one reference when its digest was computed again (xmldsig-core1, 3.2.1).
package struct ReferenceValidation {
    /// What the reference points at, as seen in this document.
    package enum Target {
        case document
        case element(XMLNode)
        /// Nothing in this document: another URI, an unknown or an ambiguous identifier.
        case unresolved(reason: String)
    }

    package enum Outcome: Hashable {
        case intact
        case changed
        /// The digest was not computed; the reason names what is not supported or not there.
        case notComputed(reason: String)
    }

    package let reference: Reference
    package let target: Target
    package let outcome: Outcome
    /// The bytes that were digested: the only content a caller may believe (XM-03).
    package let bytes: [UInt8]
}

extension SignatureElement {
    /// Computes every reference's digest again; one that fails never hides another.
    package func validateReferences() -> [ReferenceValidation] {
        signedInfo.references.map(validate)
    }

    private func validate(_ reference: Reference) -> ReferenceValidation {
        let target = resolve(reference.uri)
        guard let algorithm = DigestAlgorithm(xmlIdentifier: reference.digestMethod) else {
            return failed(reference, target, "digest method \(reference.digestMethod)")
        }
        do {
            let bytes = try transformed(reference, target)
            let isIntact = algorithm.digest(bytes).bytes == reference.digestValue
            return ReferenceValidation(
                reference: reference, target: target, outcome: isIntact ? .intact : .changed,
                bytes: bytes)
        } catch {
            return failed(reference, target, error.reason)
        }
    }

    private func failed(
        _ reference: Reference, _ target: ReferenceValidation.Target, _ reason: String
    ) -> ReferenceValidation {
        ReferenceValidation(
            reference: reference, target: target, outcome: .notComputed(reason: reason), bytes: [])
    }

    private func resolve(_ uri: String?) -> ReferenceValidation.Target {
        guard let uri else { return .unresolved(reason: "no URI") }
        if uri.isEmpty { return .document }
        guard uri.hasPrefix("#") else { return .unresolved(reason: "external URI") }
        do {
            guard let element = try document.element(withID: String(uri.dropFirst())) else {
                return .unresolved(reason: "no element has this identifier")
            }
            return .element(element)
        } catch {
            return .unresolved(reason: error.description)
        }
    }

    private struct TransformError: Error { let reason: String }

    private func transformed(
        _ reference: Reference, _ target: ReferenceValidation.Target
    ) throws(TransformError) -> [UInt8] {
        var withoutSignature = false
        var canonicalization = Canonicalization(.inclusive10)
        for (index, transform) in reference.transforms.enumerated() {
            switch transform {
            case .envelopedSignature:
                withoutSignature = true
            case .canonicalization(let named):
                guard index == reference.transforms.count - 1 else {
                    throw TransformError(reason: "a transform after canonicalisation")
                }
                // A same-document reference selects no comments (xmldsig-core1, 4.4.3.3).
                canonicalization = named
                canonicalization.method = named.method.withoutComments
            case .other(let identifier):
                throw TransformError(reason: "transform \(identifier)")
            }
        }
        let selection = try selection(target, without: withoutSignature ? [node] : [])
        do {
            return try canonicalization.bytes(of: selection, in: document)
        } catch {
            throw TransformError(reason: error.description)
        }
    }

    private func selection(
        _ target: ReferenceValidation.Target, without excluded: [XMLNode]
    ) throws(TransformError) -> NodeSelection {
        switch target {
        case .document: excluded.isEmpty ? .document : .documentWithout(excluded)
        case .element(let element):
            excluded.isEmpty ? .subtree(element) : .subtreeWithout(element, excluded)
        case .unresolved(let reason): throw TransformError(reason: reason)
        }
    }
}
