// SPDX-License-Identifier: Apache-2.0
import Trust
package import XML

/// Data that is signed but not part of the document.
package struct DetachedData: Sendable, Hashable {
    /// The name or URI under which signatures may refer to it.
    package let name: String?
    package let bytes: [UInt8]

    package init(name: String?, bytes: [UInt8]) { (self.name, self.bytes) = (name, bytes) }
}

/// Follows the references of all signatures of one file, and does no work twice.
///
/// The canonical form of the same nodes by the same method is made once, its digest computed once;
/// what all of it may cost is bounded.
package final class ReferenceResolver {
    package let document: XMLDocument
    private let detached: [DetachedData]
    private lazy var identifiers = IdentifierIndex(document)
    /// Every ds:Signature of the document.
    private(set) lazy var signatures = document.elements(
        named: "Signature", in: xmldsigNamespace)
    private var canonicalForms: [CanonicalForm: [UInt8]] = [:]
    private var digests: [Digested: [UInt8]] = [:]
    private var followed: [Followed: (ReferenceValidation.Target, TransformSteps.Result)] = [:]
    private var octetsLeft = Limits.canonicalOctetsPerFile
    private var referencesLeft = Limits.referencesPerFile
    var xpathStepsLeft = Limits.xpathStepsPerFile
    private var verificationsLeft = Limits.verificationsPerFile

    package init(_ document: XMLDocument, detached: [DetachedData] = []) {
        (self.document, self.detached) = (document, detached)
    }

    private struct CanonicalForm: Hashable {
        let nodes: NodeSet
        let canonicalization: Canonicalization
    }

    private struct Digested: Hashable {
        let form: CanonicalForm
        let algorithm: DigestAlgorithm
    }

    private struct Followed: Hashable {
        let reference: Reference
        let signature: XMLNode
    }

    /// What a transform takes and leaves.
    enum Content {
        case nodes(NodeSet)
        case octets([UInt8])
    }

    /// The element with this identifier, unless there is none or more than one (XM-03).
    package func element(withID id: String) -> XMLNode? {
        (try? identifiers.element(withID: id)) ?? nil
    }

    /// The first identifier that occurs twice, if any.
    package var duplicateID: String? { identifiers.firstDuplicate }

    /// Whether one more signature value may be checked: those who try many keys pay for each.
    func takeVerification(with key: VerificationKey) -> Bool {
        var cost = 1
        if case .publicKey(let key) = key {
            switch key.kind {
            case .dsa: cost = Limits.costOfDSAVerification
            case .ed448: cost = Limits.costOfSlowVerification
            case .rsa(let size) where size > 4_096: cost = Limits.costOfSlowVerification
            default: break
            }
        }
        guard verificationsLeft >= cost else { return false }
        verificationsLeft -= cost
        return true
    }

    /// The canonical form of `nodes`, from memory if it was made before.
    package func canonical(
        _ nodes: NodeSet, _ canonicalization: Canonicalization
    ) throws(XMLError) -> [UInt8] {
        let form = CanonicalForm(nodes: nodes, canonicalization: canonicalization)
        if let known = canonicalForms[form] { return known }
        let limit = Limits.canonicalOctetsPerFile
        guard octetsLeft > 0 else {
            throw .limit(what: "octets of canonical forms", limit: limit, line: 0)
        }
        let bytes = try canonicalization.bytes(of: nodes)
        octetsLeft -= bytes.count
        canonicalForms[form] = bytes
        return bytes
    }

    /// Computes the digest of one reference again.
    ///
    /// - Parameter signature: The signature the reference belongs to.
    package func validate(_ reference: Reference, of signature: XMLNode) -> ReferenceValidation {
        do throws(ReferenceFault) {
            guard let algorithm = DigestAlgorithm(xmlIdentifier: reference.digestMethod) else {
                throw .notComputed("digest method \(reference.digestMethod)")
            }
            let (target, result) = try follow(reference, of: signature)
            return try digested(reference, target, result, algorithm)
        } catch {
            return without(reference, error)
        }
    }

    /// Where a reference leads and what its transforms leave, from memory if it was followed before.
    private func follow(
        _ reference: Reference, of signature: XMLNode
    ) throws(ReferenceFault) -> (ReferenceValidation.Target, TransformSteps.Result) {
        let key = Followed(reference: reference, signature: signature)
        if let known = followed[key] { return known }
        guard referencesLeft > 0 else {
            throw .notComputed("more than \(Limits.referencesPerFile) references in one file")
        }
        referencesLeft -= 1
        let (target, content) = try resolve(reference.uri)
        let steps = TransformSteps(resolver: self, signature: signature)
        let result = try steps.run(reference.transforms, on: content)
        followed[key] = (target, result)
        return (target, result)
    }

    private func without(
        _ reference: Reference, _ fault: ReferenceFault
    ) -> ReferenceValidation {
        switch fault {
        case .notFound(let reason):
            ReferenceValidation(
                reference: reference, target: .unresolved(reason: reason),
                outcome: .notFound(reason: reason), nodes: nil, bytes: [])
        case .notComputed(let reason):
            ReferenceValidation(
                reference: reference,
                target: (try? resolve(reference.uri).0) ?? .unresolved(reason: reason),
                outcome: .notComputed(reason: reason), nodes: nil, bytes: [])
        }
    }

    private func digested(
        _ reference: Reference, _ target: ReferenceValidation.Target,
        _ result: TransformSteps.Result, _ algorithm: DigestAlgorithm
    ) throws(ReferenceFault) -> ReferenceValidation {
        let bytes: [UInt8]
        let digest: [UInt8]
        var nodes: NodeSet?
        switch result {
        case .octets(let octets):
            bytes = octets
            digest = algorithm.digest(bytes).bytes
        case .nodes(let set, let named):
            // Without a method C14N 1.0 without comments is meant (xmldsig-core1, 4.4.3.2).
            let form = CanonicalForm(
                nodes: set, canonicalization: named ?? Canonicalization(.inclusive10))
            nodes = set
            bytes = try canonicalOrFault(set, form.canonicalization)
            let key = Digested(form: form, algorithm: algorithm)
            digest = digests[key] ?? algorithm.digest(bytes).bytes
            digests[key] = digest
        }
        return ReferenceValidation(
            reference: reference, target: target,
            outcome: digest == reference.digestValue ? .intact : .changed,
            nodes: nodes, bytes: bytes)
    }

    func canonicalOrFault(
        _ nodes: NodeSet, _ canonicalization: Canonicalization
    ) throws(ReferenceFault) -> [UInt8] {
        do {
            return try canonical(nodes, canonicalization)
        } catch {
            throw .notComputed(error.description)
        }
    }
}

/// What a reference leads to, for those who digest it with other things (time-stamps).
package enum SignedContent {
    case nodes(NodeSet, Canonicalization)
    case octets([UInt8])
    /// Not there or not computed; the reason says which.
    case missing(String)
}

extension ReferenceResolver {
    /// What the transforms of a reference leave; nodes without a method of their own get `method`.
    package func signedContent(
        of reference: Reference, in signature: XMLNode, default method: Canonicalization
    ) -> SignedContent {
        do throws(ReferenceFault) {
            switch try follow(reference, of: signature).1 {
            case .nodes(let nodes, let named): return .nodes(nodes, named ?? method)
            case .octets(let octets): return .octets(octets)
            }
        } catch {
            switch error {
            case .notFound(let reason), .notComputed(let reason): return .missing(reason)
            }
        }
    }
}

/// What URIs point at (xmldsig-core1, 4.4.3.2 and 4.4.3.3).
extension ReferenceResolver {
    func resolve(
        _ uri: String?
    ) throws(ReferenceFault) -> (ReferenceValidation.Target, Content) {
        guard let uri else { return try detachedContent(named: nil) }
        // Without an XPointer the set has no comments.
        if uri.isEmpty { return (.document, .nodes(.all(of: document, comments: false))) }
        guard uri.hasPrefix("#") else { return try detachedContent(named: uri) }
        let fragment = String(uri.dropFirst())
        if fragment == "xpointer(/)" {
            return (.document, .nodes(.all(of: document, comments: true)))
        }
        guard let pointed = Self.idOfXPointer(fragment) else {
            let element = try uniqueElement(fragment)
            return (.element(element), .nodes(.subtree(element, comments: false)))
        }
        let element = try uniqueElement(pointed)
        return (.element(element), .nodes(.subtree(element, comments: true)))
    }

    private static func idOfXPointer(_ fragment: String) -> String? {
        for quote in ["'", "\""] {
            let (start, end) = ("xpointer(id(\(quote)", "\(quote)))")
            guard fragment.hasPrefix(start), fragment.hasSuffix(end),
                fragment.utf8.count >= start.utf8.count + end.utf8.count
            else { continue }
            return String(fragment.dropFirst(start.count).dropLast(end.count))
        }
        return nil
    }

    private func uniqueElement(_ id: String) throws(ReferenceFault) -> XMLNode {
        if id.hasPrefix("xpointer(") || id.hasPrefix("xmlns(") || id.hasPrefix("element(") {
            throw .notComputed("XPointer other than / and id()")
        }
        do {
            if let element = try identifiers.element(withID: id) { return element }
        } catch {
            throw .notFound("the identifier occurs more than once")
        }
        throw .notFound("no element has the identifier")
    }

    /// By the URI as given, by its last part, or the one file there is.
    private func detachedContent(
        named uri: String?
    ) throws(ReferenceFault) -> (ReferenceValidation.Target, Content) {
        guard !detached.isEmpty else {
            throw .notFound(uri == nil ? "no URI" : "the data outside this document was not given")
        }
        let decoded = uri.map(Self.percentDecoded)
        let exact = detached.filter { $0.name != nil && ($0.name == uri || $0.name == decoded) }
        let byName = detached.filter { Self.lastPart($0.name) == Self.lastPart(decoded) }
        let found: DetachedData? =
            if exact.count == 1 {
                exact[0]
            } else if uri != nil, exact.isEmpty, byName.count == 1 {
                byName[0]
            } else if detached.count == 1 {
                detached[0]
            } else { nil }
        guard let found else {
            throw .notFound("none of the data outside this document has the name")
        }
        return (.detached(name: found.name), .octets(found.bytes))
    }

    private static func lastPart(_ name: String?) -> Substring? {
        name?.split(separator: "/", omittingEmptySubsequences: true).last
    }

    private static func percentDecoded(_ uri: String) -> String {
        guard uri.contains("%") else { return uri }
        var bytes: [UInt8] = []
        var rest = Array(uri.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
